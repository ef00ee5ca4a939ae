"""How long a session lasts: half an hour without a gesture, ten hours in all, and not beyond a change at the door."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from config.staff.models import User
from config.staff.roles import Role
from config.staff.stays import Stay
from tests.factories import PASSWORD
from tests.staff.conftest import NOW
from tests.staff.doors import give_app, give_codes, give_key, is_in, prove_again, six_figures, type_code, type_password

type LogIn = Callable[[User | None], Client]
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
AWAY = "You were away for half an hour: log in again."
LONG = "You have been logged in for ten hours: log in again."
OTHER = "The second factor of your account was changed from elsewhere: log in again."


@pytest.mark.parametrize(
    ("seen", "at", "reason"),
    [
        (timedelta(0), timedelta(minutes=29, seconds=59), None),
        (timedelta(0), timedelta(minutes=30), AWAY),
        (timedelta(hours=9, minutes=40), timedelta(hours=9, minutes=59, seconds=59), None),
        (timedelta(hours=9, minutes=40), timedelta(hours=10), LONG),
        (timedelta(hours=8), timedelta(hours=11), AWAY),
    ],
)
def test_a_session_ends_after_half_an_hour_of_silence_and_after_ten_hours_in_any_case(
    seen: timedelta, at: timedelta, reason: str | None
) -> None:
    stay = Stay(began=NINE, seen=NINE + seen, factors="1-7")

    ended = stay.ended(factors="1-7", at=NINE + at)

    assert (str(ended) if ended else None) == reason


def test_a_session_ends_when_the_factors_are_others() -> None:
    stay = Stay(began=NINE, seen=NINE, factors="1-7")

    assert str(stay.ended(factors="2-8", at=NINE)) == OTHER


def test_a_session_that_knows_nothing_yet_has_only_just_begun() -> None:
    assert Stay.read({}) is None
    session: dict[str, object] = {}
    Stay(began=NINE, seen=NINE + timedelta(seconds=3), factors="0-None").write(session)
    assert Stay.read(session) == Stay(began=NINE, seen=NINE + timedelta(seconds=3), factors="0-None")


def stay_of(browser: Client) -> Stay:
    stay = Stay.read(browser.session)
    assert stay is not None
    return stay


def let_pass(browser: Client, *, seen: timedelta = timedelta(0), began: timedelta = timedelta(0)) -> Stay:
    """As if the session had begun, and its person had last been seen, that much earlier."""
    session, stay = browser.session, stay_of(browser)
    earlier = Stay(began=stay.began - began, seen=stay.seen - seen, factors=stay.factors)
    earlier.write(session)
    session.save()
    return earlier


@pytest.fixture
def inside(log_in: LogIn, alice: User) -> Client:
    """The browser of Alice, who has just logged in."""
    browser = log_in(None)
    type_password(browser, alice)
    assert is_in(browser)
    return browser


def test_the_clock_starts_with_the_log_in(inside: Client) -> None:
    assert stay_of(inside).began == stay_of(inside).seen


def test_after_half_an_hour_without_a_gesture_one_logs_in_again_and_reads_why(inside: Client) -> None:
    let_pass(inside, seen=timedelta(minutes=30))

    page = inside.get("/where/", follow=True)

    assert page.redirect_chain == [("/accounts/login/?next=/where/", 302)]
    assert AWAY in page.content.decode()
    assert not is_in(inside)


def test_before_the_half_hour_is_over_one_works_on_and_it_starts_anew(inside: Client) -> None:
    earlier = let_pass(inside, seen=timedelta(minutes=29))

    assert is_in(inside)
    assert stay_of(inside).seen > earlier.seen
    assert stay_of(inside).began == earlier.began


def test_after_ten_hours_of_work_one_logs_in_again_and_reads_why(inside: Client) -> None:
    let_pass(inside, began=timedelta(hours=10))

    assert LONG in inside.get("/where/", follow=True).content.decode()
    assert not is_in(inside)


def test_after_logging_in_again_the_clock_starts_anew(inside: Client, alice: User) -> None:
    let_pass(inside, began=timedelta(hours=10))
    inside.get("/where/")

    type_password(inside, alice)

    assert is_in(inside)
    assert stay_of(inside).ended(factors=stay_of(inside).factors, at=stay_of(inside).began) is None


def test_what_was_sent_too_late_changes_nothing(inside: Client, alice: User) -> None:
    let_pass(inside, seen=timedelta(minutes=30))

    new = "brand new words 2026"
    inside.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("page", "headers"),
    [
        ("/where/", {"HX-Request": "true"}),
        ("/where/", {"HX-Request": "true", "HX-Trigger": "answer"}),
        ("/where/", {"Sec-Purpose": "prefetch"}),
        ("/where/", {"Sec-Purpose": "prefetch;prerender"}),
        ("/accounts/reauthenticate/", {}),
        ("/accounts/2fa/reauthenticate/", {}),
        ("/accounts/2fa/webauthn/reauthenticate/", {}),
    ],
)
def test_a_page_that_asks_by_itself_does_not_keep_the_session_alive(
    page: str, headers: dict[str, str], inside: Client
) -> None:
    earlier = let_pass(inside, seen=timedelta(minutes=20))

    inside.get(page, headers=headers)

    assert stay_of(inside) == earlier


def test_typing_the_password_again_does_not_keep_the_session_alive(inside: Client) -> None:
    earlier = let_pass(inside, seen=timedelta(minutes=20))

    inside.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert stay_of(inside) == earlier


def test_a_click_that_htmx_carries_keeps_the_session_alive(inside: Client) -> None:
    earlier = let_pass(inside, seen=timedelta(minutes=20))

    inside.get("/where/", headers={"HX-Request": "true", "By-Hand": "yes"})

    assert stay_of(inside).seen > earlier.seen


def test_a_page_that_asks_by_itself_is_ended_too(inside: Client) -> None:
    let_pass(inside, seen=timedelta(minutes=30))

    assert inside.get("/where/", headers={"HX-Request": "true"}).status_code == 302


def test_the_session_is_not_written_anew_for_every_page(inside: Client) -> None:
    before = stay_of(inside)

    for _ in range(3):
        inside.get("/where/")

    assert stay_of(inside) == before


def test_a_cookie_that_was_copied_ends_with_its_session(inside: Client, log_in: LogIn) -> None:
    thief = log_in(None)
    thief.cookies["sessionid"] = inside.cookies["sessionid"].value
    assert is_in(thief)

    inside.post("/accounts/logout/")

    assert not is_in(thief)


# A change at the door ends every other session


@pytest.fixture
def elsewhere(log_in: LogIn, alice: User) -> Client:
    """A second browser in which Alice is logged in."""
    browser = log_in(None)
    type_password(browser, alice)
    assert is_in(browser)
    return browser


def test_a_new_app_ends_every_other_session(
    inside: Client, elsewhere: Client, clock_of_codes: Callable[[datetime], None]
) -> None:
    inside.get("/accounts/2fa/totp/activate/")
    inside.post("/accounts/2fa/totp/activate/", {"code": six_figures(inside.session["mfa.totp.secret"], NOW)})

    assert (is_in(inside), is_in(elsewhere)) == (True, False)


def test_the_other_session_reads_why_it_was_ended(inside: Client, elsewhere: Client, alice: User) -> None:
    give_app(alice)

    assert OTHER in elsewhere.get("/where/", follow=True).content.decode()


@pytest.fixture
def key_of_alice(alice: User) -> int:
    give_app(alice)
    give_codes(alice)
    return give_key(alice).pk


@pytest.fixture
def both(key_of_alice: int, log_in: LogIn, alice: User, clock_of_codes: Callable[[datetime], None]) -> list[Client]:
    """Two browsers of Alice, who has an app, a key and recovery codes; in the first she has proved it again."""
    browsers = [log_in(alice), log_in(alice)]
    assert [is_in(browser) for browser in browsers] == [True, True]
    prove_again(browsers[0], alice)
    return browsers


@pytest.mark.parametrize("change", ["totp/deactivate/", "recovery-codes/generate/", "webauthn/keys/{key}/remove/"])
def test_a_factor_taken_off_or_renewed_ends_every_other_session(
    change: str, both: list[Client], key_of_alice: int
) -> None:
    both[0].post(f"/accounts/2fa/{change.format(key=key_of_alice)}")

    assert [is_in(browser) for browser in both] == [True, False]


def test_another_name_for_a_key_ends_no_session(both: list[Client], key_of_alice: int) -> None:
    both[0].post(f"/accounts/2fa/webauthn/keys/{key_of_alice}/edit/", {"name": "Grey laptop"})

    assert [is_in(browser) for browser in both] == [True, True]


def test_a_recovery_code_that_is_used_ends_no_session(both: list[Client], log_in: LogIn, alice: User) -> None:
    third = log_in(None)
    type_password(third, alice)
    type_code(third, give_codes(alice)[1])  # the first one proved it again

    assert [is_in(browser) for browser in (*both, third)] == [True, True, True]


def test_a_new_password_ends_every_other_session_and_not_this_one(inside: Client, elsewhere: Client) -> None:
    new = "brand new words 2026"
    inside.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert (is_in(inside), is_in(elsewhere)) == (True, False)


def test_a_new_password_by_mail_ends_every_session(
    inside: Client, elsewhere: Client, log_in: LogIn, alice: User, mailoutbox: list[object]
) -> None:
    third = log_in(None)
    third.post("/accounts/password/reset/", {"email": alice.email})
    link = next(word for word in mailoutbox[0].body.split() if "/accounts/password/reset/key/" in word)
    form = third.get(link, follow=True)
    new = "brand new words 2026"
    third.post(form.request["PATH_INFO"], {"password1": new, "password2": new})

    assert (is_in(inside), is_in(elsewhere)) == (False, False)


# The list of one's sessions


def test_one_sees_where_one_is_logged_in(inside: Client, alice: User, log_in: LogIn) -> None:
    other = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"})
    type_password(other, alice)

    page = inside.get("/accounts/sessions/").content.decode()

    assert page.count("<dt>Network</dt>") == 2
    assert "Firefox, Windows" in page
    assert page.count('type="submit">Log it out') == 1


def test_one_ends_a_session_that_one_does_not_know(inside: Client, elsewhere: Client) -> None:
    other = UserSession.objects.get(session_key=elsewhere.session.session_key)

    done = inside.post(f"/accounts/sessions/{other.pk}/end/")

    assert done.headers["Location"] == "/accounts/sessions/"
    assert (is_in(inside), is_in(elsewhere)) == (True, False)


def test_one_ends_all_other_sessions_at_once(inside: Client, elsewhere: Client) -> None:
    inside.post("/accounts/sessions/")

    assert (is_in(inside), is_in(elsewhere)) == (True, False)


def test_nobody_sees_or_ends_the_session_of_somebody_else(
    inside: Client, log_in: LogIn, staff: dict[Role, User]
) -> None:
    mine = UserSession.objects.get(session_key=inside.session.session_key)
    carmen = log_in(None)
    type_password(carmen, staff[Role.COORDINATOR])

    assert carmen.post(f"/accounts/sessions/{mine.pk}/end/").status_code == 404
    assert carmen.post("/accounts/sessions/999999/end/").status_code == 404
    carmen.post("/accounts/sessions/")
    assert carmen.get("/accounts/sessions/").content.decode().count("<dt>Network</dt>") == 1
    assert is_in(inside)


def test_the_list_says_when_a_session_was_last_used(inside: Client) -> None:
    let_pass(inside, seen=timedelta(minutes=20))
    UserSession.objects.update(last_seen_at=NINE)

    inside.get("/where/")

    assert UserSession.objects.get().last_seen_at == stay_of(inside).seen


# What counts from the next request


@pytest.mark.parametrize("page", ["/", "/where/", "/clients/", "/cases/", "/accounts/2fa/", "/accounts/sessions/"])
def test_a_disabled_account_is_nobody_from_the_next_request(page: str, inside: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert inside.get(page).headers["Location"].startswith("/accounts/login/?next=")


def test_an_account_that_is_gone_is_nobody(inside: Client, alice: User) -> None:
    UserSession.objects.all().delete()
    User.objects.filter(pk=alice.pk).delete()

    assert not is_in(inside)
