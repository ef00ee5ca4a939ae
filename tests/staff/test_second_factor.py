"""A password alone opens nothing where a second factor is required."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.staff.adapter import StaffAdapter
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import PASSWORD
from tests.staff.conftest import NOW
from tests.staff.doors import give_app, give_codes, give_key, is_in, prove_again, six_figures, type_code, type_password

type LogIn = Callable[[User | None], Client]
type SetClock = Callable[[datetime], None]
SET_UP = "/accounts/2fa/"
WORK = [
    "/",
    "/where/",
    "/clients/",
    "/cases/",
    "/tariffs/",
    "/admin/",
    "/accounts/sessions/",
    "/accounts/password/change/",
]


# Who has none yet


@pytest.mark.parametrize("page", WORK)
def test_a_password_alone_leads_to_the_set_up_and_nowhere_else(
    page: str, log_in: LogIn, staff: dict[Role, User], factor_required: None
) -> None:
    browser = log_in(staff[Role.ADMINISTRATOR])

    assert browser.get(page).headers["Location"] == SET_UP
    assert browser.post(page, {"x": "y"}).headers["Location"] == SET_UP


@pytest.mark.parametrize(
    "page",
    ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/logout/"],
)
def test_the_pages_of_the_set_up_open_right_after_the_first_log_in(
    page: str, browser: Client, alice: User, factor_required: None
) -> None:
    type_password(browser, alice)

    assert browser.get(page).status_code == 200


def test_who_has_only_a_password_may_log_out_and_choose_a_language(
    log_in: LogIn, alice: User, factor_required: None
) -> None:
    browser = log_in(alice)

    assert browser.post("/language/", {"language": "nl", "next": SET_UP}).headers["Location"] == SET_UP
    assert browser.get("/healthz").status_code == 200
    assert browser.post("/accounts/logout/").headers["Location"] == "/accounts/login/"


def test_where_no_second_factor_is_required_a_password_is_enough(log_in: LogIn, alice: User) -> None:
    assert settings.MFA_REQUIRED is False
    assert is_in(log_in(alice))


def test_recovery_codes_alone_are_no_second_factor(log_in: LogIn, alice: User, factor_required: None) -> None:
    give_codes(alice)

    assert log_in(alice).get("/").headers["Location"] == SET_UP


# Setting up


def test_an_app_is_set_up_with_the_code_it_shows_and_opens_the_work(
    browser: Client, alice: User, factor_required: None, clock_of_codes: SetClock
) -> None:
    type_password(browser, alice)
    browser.get("/accounts/2fa/totp/activate/")
    secret = browser.session["mfa.totp.secret"]

    done = browser.post("/accounts/2fa/totp/activate/", {"code": six_figures(secret, NOW)})

    assert done.headers["Location"] == "/accounts/2fa/recovery-codes/"
    assert browser.get("/accounts/2fa/recovery-codes/").content.decode().count("<li><code>") == 10
    assert is_in(browser)
    assert "mfa.totp.secret" not in browser.session


def test_an_app_is_not_set_up_with_a_wrong_code(
    browser: Client, alice: User, factor_required: None, clock_of_codes: SetClock
) -> None:
    type_password(browser, alice)
    browser.get("/accounts/2fa/totp/activate/")

    page = browser.post("/accounts/2fa/totp/activate/", {"code": "000000"})

    assert "This code is not right" in page.content.decode()
    assert Authenticator.objects.count() == 0
    assert not is_in(browser)


def test_the_secret_of_an_app_lies_sealed_in_the_database(alice: User) -> None:
    secret = give_app(alice)
    codes = give_codes(alice)

    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator ORDER BY id")
        stored = str(cursor.fetchall())

    assert secret not in stored
    assert [code for code in codes if code in stored] == []


def test_a_new_secret_key_still_opens_what_the_former_one_sealed(
    browser: Client, alice: User, clock_of_codes: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = give_app(alice)
    monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [settings.SECRET_KEY])
    monkeypatch.setattr(settings, "SECRET_KEY", "another long random text of this installation")

    type_password(browser, alice)

    assert type_code(browser, six_figures(secret, NOW)).headers["Location"] == "/"


def test_what_another_key_sealed_opens_nothing_and_the_page_says_what_to_do(
    browser: Client, alice: User, clock_of_codes: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = give_app(alice)
    monkeypatch.setattr(settings, "SECRET_KEY", "another long random text of this installation")

    type_password(browser, alice)
    page = type_code(browser, six_figures(secret, NOW))

    assert "Ask an administrator to take it off your account." in page.content.decode()
    assert not is_in(browser)


# Logging in with it


def test_after_the_password_comes_the_code_and_then_the_page_one_wanted(
    browser: Client, alice: User, clock_of_codes: SetClock
) -> None:
    secret = give_app(alice)

    asked = type_password(browser, alice, next="/tariffs/")
    assert asked.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(browser)

    assert type_code(browser, six_figures(secret, NOW)).headers["Location"] == "/tariffs/"
    assert is_in(browser)


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_telephone_may_be_half_a_minute_off(
    seconds: int, browser: Client, alice: User, clock_of_codes: SetClock
) -> None:
    secret = give_app(alice)
    type_password(browser, alice)

    type_code(browser, six_figures(secret, NOW + timedelta(seconds=seconds)))

    assert is_in(browser)


@pytest.mark.parametrize("seconds", [-3600, -60, 60, 3600])
def test_a_code_of_another_moment_opens_nothing(
    seconds: int, browser: Client, alice: User, clock_of_codes: SetClock
) -> None:
    secret = give_app(alice)
    type_password(browser, alice)

    page = type_code(browser, six_figures(secret, NOW + timedelta(seconds=seconds)))

    assert "This code is not right" in page.content.decode()
    assert not is_in(browser)


@pytest.mark.parametrize("wrong", ["", " ", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "x" * 500, "\x00", "🗝️"])
def test_what_is_no_code_opens_nothing_and_breaks_nothing(
    wrong: str, browser: Client, alice: User, clock_of_codes: SetClock
) -> None:
    give_app(alice)
    type_password(browser, alice)

    assert type_code(browser, wrong).status_code == 200
    assert not is_in(browser)


def test_a_code_may_be_typed_with_a_space_in_the_middle(
    browser: Client, alice: User, clock_of_codes: SetClock
) -> None:
    code = six_figures(give_app(alice), NOW)
    type_password(browser, alice)

    type_code(browser, f"{code[:3]} {code[3:]}")

    assert is_in(browser)


@pytest.mark.parametrize("later", [0, 20, 40])
def test_a_code_that_somebody_looked_at_over_the_shoulder_opens_no_second_door(
    later: int, log_in: LogIn, alice: User, clock_of_codes: SetClock
) -> None:
    code = six_figures(give_app(alice), NOW)
    hers, theirs = log_in(None), log_in(None)
    type_password(hers, alice)
    type_code(hers, code)

    clock_of_codes(NOW + timedelta(seconds=later))
    type_password(theirs, alice)
    type_code(theirs, code)

    assert (is_in(hers), is_in(theirs)) == (True, False)


def test_the_code_of_one_person_opens_nobody_elses_door(
    browser: Client, alice: User, staff: dict[Role, User], clock_of_codes: SetClock
) -> None:
    give_app(alice)
    carmens = give_app(staff[Role.COORDINATOR])
    type_password(browser, alice)

    type_code(browser, six_figures(carmens, NOW))

    assert not is_in(browser)


def test_the_page_of_the_code_cannot_be_opened_before_the_password(browser: Client, alice: User) -> None:
    give_app(alice)

    assert browser.get("/accounts/2fa/authenticate/").headers["Location"] == "/accounts/login/"
    assert type_code(browser, "000000").headers["Location"] == "/accounts/login/"


def test_a_new_password_by_mail_does_not_open_the_door_without_the_code(
    browser: Client, alice: User, mailoutbox: list[object]
) -> None:
    give_app(alice)
    browser.post("/accounts/password/reset/", {"email": alice.email})
    link = next(word for word in mailoutbox[0].body.split() if "/accounts/password/reset/key/" in word)
    form = browser.get(link, follow=True)
    browser.post(form.request["PATH_INFO"], {"password1": "brand new words 2026", "password2": "brand new words 2026"})
    assert not is_in(browser)

    asked = type_password(browser, alice, "brand new words 2026")

    assert asked.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(browser)


def test_the_administration_stands_behind_the_same_second_factor(
    browser: Client, staff: dict[Role, User], clock_of_codes: SetClock
) -> None:
    ada = staff[Role.ADMINISTRATOR]
    secret = give_app(ada)

    assert browser.get("/admin/").headers["Location"] == "/accounts/login/?next=/admin/"
    type_password(browser, ada, next="/admin/")
    assert browser.get("/admin/").headers["Location"] == "/accounts/login/?next=/admin/"

    assert type_code(browser, six_figures(secret, NOW)).headers["Location"] == "/admin/"
    assert browser.get("/admin/").status_code == 200


# Recovery codes


def test_a_recovery_code_opens_the_door_once(log_in: LogIn, alice: User) -> None:
    give_app(alice)
    code = give_codes(alice)[3]
    first, second = log_in(None), log_in(None)

    for browser in (first, second):
        type_password(browser, alice)
        type_code(browser, code)

    assert (is_in(first), is_in(second)) == (True, False)


def test_every_recovery_code_opens_the_door(log_in: LogIn, alice: User) -> None:
    give_app(alice)

    for code in give_codes(alice):
        browser = log_in(None)
        type_password(browser, alice)
        type_code(browser, code)
        assert is_in(browser)


def test_new_recovery_codes_make_the_old_ones_worthless(log_in: LogIn, alice: User) -> None:
    give_app(alice)
    old = give_codes(alice)
    hers = log_in(None)
    type_password(hers, alice)
    type_code(hers, old[0])

    prove_again(hers, alice)
    hers.post("/accounts/2fa/recovery-codes/generate/")

    theirs = log_in(None)
    type_password(theirs, alice)
    type_code(theirs, old[1])
    assert not is_in(theirs)


def test_the_recovery_codes_are_shown_only_to_who_proves_it_again(log_in: LogIn, alice: User) -> None:
    give_app(alice)
    codes = give_codes(alice)
    browser = log_in(alice)
    page, file = "/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/download/"

    asked = browser.get(page).headers["Location"]
    assert asked == f"/accounts/2fa/reauthenticate/?next={page.replace('/', '%2F')}"
    assert browser.get(file).status_code == 302

    prove_again(browser, alice)
    assert re.findall(r"<code>(\d+)</code>", browser.get(page).content.decode()) == codes[1:]
    assert browser.get(file).content.decode().split() == codes[1:]


def test_who_has_no_recovery_codes_finds_no_page_of_them(log_in: LogIn, alice: User) -> None:
    assert log_in(alice).get("/accounts/2fa/recovery-codes/").status_code == 404
    assert log_in(alice).get("/accounts/2fa/recovery-codes/download/").status_code == 404


# Changing and removing


@pytest.mark.parametrize(
    "page",
    [
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/webauthn/keys/{key}/remove/",
        "/accounts/2fa/webauthn/keys/{key}/edit/",
    ],
)
def test_a_second_factor_is_changed_only_by_who_proves_that_very_factor_again(
    page: str, log_in: LogIn, alice: User
) -> None:
    """Somebody took over the session and has seen the password: the factor is what still stops them."""
    give_app(alice)
    key = give_key(alice)
    thief = log_in(alice)
    before = list(Authenticator.objects.order_by("pk").values_list("pk", "data"))
    where = page.format(key=key.pk)

    asked = thief.post(where, {"name": "Other"})
    assert asked.headers["Location"].startswith("/accounts/2fa/reauthenticate/?next=")

    password = thief.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": where})
    assert password.headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert thief.post(where, {"name": "Other"}).headers["Location"] == asked.headers["Location"]
    assert list(Authenticator.objects.order_by("pk").values_list("pk", "data")) == before


def test_a_password_is_changed_only_by_who_proves_the_second_factor_again(log_in: LogIn, alice: User) -> None:
    give_app(alice)
    give_codes(alice)
    browser, where, new = log_in(alice), "/accounts/password/change/", "brand new words 2026"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}

    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    asked = browser.post(where, form)
    assert asked.headers["Location"] == "/accounts/2fa/reauthenticate/?next=%2Faccounts%2Fpassword%2Fchange%2F"
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)

    prove_again(browser, alice)
    assert browser.post(where, form).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(new)


def test_control_a_password_typed_before_would_change_the_factor_if_it_counted(
    log_in: LogIn, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_app(alice)
    thief = log_in(alice)
    for ours in ("get_reauthentication_methods", "is_reauthentication_required"):
        monkeypatch.delattr(StaffAdapter, ours)

    thief.post("/accounts/reauthenticate/", {"password": PASSWORD})
    thief.post("/accounts/2fa/totp/deactivate/")

    assert Authenticator.objects.count() == 0


def test_a_password_typed_while_there_was_no_factor_shows_the_recovery_codes_of_the_first(
    browser: Client, alice: User, clock_of_codes: SetClock
) -> None:
    type_password(browser, alice)
    browser.get("/accounts/2fa/totp/activate/")
    code = six_figures(browser.session["mfa.totp.secret"], NOW)

    shown = browser.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True)

    assert shown.content.decode().count("<li><code>") == 10


def test_a_password_typed_before_a_factor_that_is_older_than_it_proves_nothing(browser: Client, alice: User) -> None:
    """As the session of a log-in would be that somebody had got past the second step of."""
    type_password(browser, alice)
    give_app(alice)
    Authenticator.objects.update(created_at=timezone.now() - timedelta(days=30))
    browser.force_login(alice)

    asked = browser.get("/accounts/2fa/totp/deactivate/")

    assert asked.headers["Location"].startswith("/accounts/2fa/reauthenticate/")


@pytest.mark.parametrize("where", ["/cases/export.csv?named=yes", "/visits/export.csv?named=yes"])
def test_names_leave_only_with_the_second_factor_of_who_has_one(
    where: str, log_in: LogIn, staff: dict[Role, User]
) -> None:
    carmen = staff[Role.COORDINATOR]
    give_app(carmen)
    give_codes(carmen)
    browser = log_in(carmen)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.post(where, {"purpose": "The letters of May"}).headers["Location"].startswith("/accounts/2fa/")

    prove_again(browser, carmen)

    assert browser.post(where, {"purpose": "The letters of May"}).status_code == 200


def test_five_minutes_after_the_log_in_one_is_asked_again(browser: Client, alice: User) -> None:
    type_password(browser, alice)
    assert browser.get("/accounts/2fa/totp/activate/").status_code == 200

    session = browser.session
    session["account_authentication_methods"][-1]["at"] -= 5 * 60
    session.save()

    asked = browser.get("/accounts/2fa/totp/activate/")
    assert asked.headers["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F"


def test_who_takes_off_the_last_factor_is_asked_for_a_new_one(
    log_in: LogIn, alice: User, factor_required: None
) -> None:
    give_app(alice)
    give_codes(alice)
    browser = log_in(alice)
    assert is_in(browser)

    prove_again(browser, alice)
    browser.post("/accounts/2fa/totp/deactivate/")

    assert browser.get("/where/").headers["Location"] == SET_UP


def test_nobody_reaches_the_key_of_somebody_else(log_in: LogIn, alice: User, staff: dict[Role, User]) -> None:
    key = give_key(staff[Role.COORDINATOR])
    give_app(alice)
    give_codes(alice)
    browser = log_in(alice)
    prove_again(browser, alice)

    for page in (f"/accounts/2fa/webauthn/keys/{key.pk}/remove/", f"/accounts/2fa/webauthn/keys/{key.pk}/edit/"):
        assert browser.get(page).status_code == 404
        assert browser.post(page, {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_a_key_is_renamed_with_clean_text_only(log_in: LogIn, alice: User) -> None:
    key = give_key(alice)
    give_codes(alice)
    browser = log_in(alice)
    prove_again(browser, alice)
    page = f"/accounts/2fa/webauthn/keys/{key.pk}/edit/"

    browser.post(page, {"name": "Key with PIN 4821"})
    browser.post(page, {"name": "Nul\x00"})
    key.refresh_from_db()
    assert key.data["name"] == "Laptop"

    browser.post(page, {"name": "Grey laptop"})
    key.refresh_from_db()
    assert key.data["name"] == "Grey laptop"


@pytest.mark.parametrize(
    "answer",
    [
        "", "null", "[]", "{}", "1", '"x"', '{"id": 1}', '{"id": "AA", "rawId": "AA"}', '{"response": []}',
        '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "AAAA"}}',
        '{"response": {"userHandle": "MQ"}}', '{"id": {}, "rawId": {}, "response": {"userHandle": []}}',
        "[" * 5000, '{"a":' * 900 + "1" + "}" * 900, "x" * 50_000,
    ],
)  # fmt: skip
def test_the_made_up_answer_of_a_key_opens_nothing_and_breaks_nothing(
    answer: str, browser: Client, log_in: LogIn, alice: User
) -> None:
    give_key(alice)

    browser.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    alone = browser.post("/accounts/2fa/webauthn/login/", {"credential": answer})
    type_password(browser, alice)
    after_password = browser.post("/accounts/2fa/authenticate/", {"credential": answer})
    assert (alone.status_code, after_password.status_code) == (302, 200)
    assert not is_in(browser)

    give_codes(alice)
    inside = log_in(alice)
    prove_again(inside, alice)
    inside.get("/accounts/2fa/webauthn/add/")
    assert inside.post("/accounts/2fa/webauthn/add/", {"credential": answer, "name": "x"}).status_code == 200
    assert Authenticator.objects.exclude(type="recovery_codes").count() == 1


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_pages_of_the_second_factor_are_ours_and_in_the_language_of_the_person(
    language: str, log_in: LogIn, alice: User
) -> None:
    User.objects.filter(pk=alice.pk).update(language=language)
    key = give_key(alice)
    give_app(alice)
    give_codes(alice)
    browser = log_in(alice)
    prove_again(browser, alice)
    pages = [
        "2fa/", "2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/", "2fa/webauthn/",
        "2fa/webauthn/add/", f"2fa/webauthn/keys/{key.pk}/edit/", f"2fa/webauthn/keys/{key.pk}/remove/",
        "2fa/reauthenticate/", "2fa/webauthn/reauthenticate/", "sessions/",
    ]  # fmt: skip

    for page in pages:
        response = browser.get(f"/accounts/{page}")
        text = response.content.decode()
        assert (page, response.status_code, text.count("<h1>")) == (page, 200, 1)
        assert f'<html lang="{language}" dir="ltr">' in text
        assert "sesame.css" in text


def test_the_page_of_the_code_is_ours(browser: Client, alice: User) -> None:
    give_app(alice)
    type_password(browser, alice)

    page = browser.get("/accounts/2fa/authenticate/").content.decode()

    assert page.count("<h1>") == 1
    assert "sesame.css" in page
    assert 'autocomplete="one-time-code"' in page


# A telephone that is lost


def take_off(browser: Client, *users: User, by: User | None = None) -> None:
    if by is not None:
        prove_again(browser, by)
    chosen = {"action": "take_off_second_factors", "_selected_action": [user.pk for user in users]}
    browser.post("/admin/staff/user/", chosen)


def test_an_administrator_takes_off_the_factor_of_a_lost_telephone_which_ends_the_sessions(
    log_in: LogIn, alice: User, staff: dict[Role, User], factor_required: None
) -> None:
    ada = staff[Role.ADMINISTRATOR]
    for person in (alice, ada):
        give_app(person)
        give_codes(person)
    hers, desk = log_in(alice), log_in(ada)
    assert is_in(hers)
    take_off(desk, alice)
    assert is_in(hers), "Ada was asked for a proof first."

    take_off(desk, alice, by=ada)

    assert Authenticator.objects.filter(user=alice).count() == 0
    assert hers.get("/where/").headers["Location"] == "/accounts/login/?next=/where/"
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr, entry.change_message) == (
        staff[Role.ADMINISTRATOR],
        "Alice",
        "Second factor taken off.",
    )


def test_an_administrator_does_not_take_off_their_own_this_way(
    log_in: LogIn, staff: dict[Role, User], factor_required: None
) -> None:
    ada = staff[Role.ADMINISTRATOR]
    give_app(ada)
    give_codes(ada)

    take_off(log_in(ada), ada, by=ada)

    assert Authenticator.objects.filter(user=ada).count() == 2


@pytest.mark.parametrize("role", set(Role) - {Role.ADMINISTRATOR})
def test_nobody_but_an_administrator_takes_off_a_factor(
    role: Role, log_in: LogIn, alice: User, staff: dict[Role, User]
) -> None:
    give_app(alice)

    take_off(log_in(staff[role]), alice)

    assert Authenticator.objects.filter(user=alice).count() == 1
