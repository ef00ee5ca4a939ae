from collections.abc import Callable

import pytest
from django.test import Client

from config.staff.models import User
from config.staff.roles import Role
from tests.factories import PASSWORD, UserFactory

type LogIn = Callable[[User | None], Client]
FIRST_PAGE = {
    Role.ADVISER: "/",
    Role.COORDINATOR: "/",
    Role.TARIFF_EDITOR: "/tariffs/",
    Role.PRIVACY_OFFICER: "/",
    Role.ADMINISTRATOR: "/",
}


@pytest.fixture
def browser(log_in: LogIn) -> Client:
    return log_in(None)


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory(email="alice@example.org", name="Alice")


def sign_in(browser: Client, email: str, password: str, **more: str) -> tuple[int, str]:
    """The code of the answer and where it leads."""
    response = browser.post("/accounts/login/", {"login": email, "password": password, **more})
    return response.status_code, response.headers.get("Location", "")


@pytest.mark.parametrize("role", Role)
def test_everybody_begins_on_the_first_page_of_their_own_work(
    role: Role, browser: Client, staff: dict[Role, User]
) -> None:
    assert sign_in(browser, staff[role].email, PASSWORD) == (302, FIRST_PAGE[role])


def test_the_e_mail_address_may_be_typed_in_capitals(browser: Client, alice: User) -> None:
    assert sign_in(browser, "ALICE@Example.ORG", PASSWORD) == (302, "/")


def test_after_log_in_one_comes_where_one_wanted_to_go(browser: Client, alice: User) -> None:
    asked = browser.get("/where/?commune=uccle")

    assert asked.headers["Location"] == "/accounts/login/?next=/where/%3Fcommune%3Duccle"
    assert sign_in(browser, "alice@example.org", PASSWORD, next="/where/?commune=uccle") == (
        302,
        "/where/?commune=uccle",
    )


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"])
def test_log_in_leads_to_no_other_site(elsewhere: str, browser: Client, alice: User) -> None:
    assert sign_in(browser, "alice@example.org", PASSWORD, next=elsewhere) == (302, "/")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(browser: Client, alice: User) -> None:
    known = browser.post("/accounts/login/", {"login": "alice@example.org", "password": "not this"})
    unknown = browser.post("/accounts/login/", {"login": "nobody@example.org", "password": "not this"})

    plain = known.content.decode().replace("alice@", "nobody@")
    token = known.context["csrf_token"], unknown.context["csrf_token"]
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert plain.replace(str(token[0]), "") == unknown.content.decode().replace(str(token[1]), "")


def test_who_asks_for_a_new_password_learns_nothing_about_who_has_an_account(
    browser: Client, alice: User, mailoutbox: list[object]
) -> None:
    known = browser.post("/accounts/password/reset/", {"email": "alice@example.org"})
    unknown = browser.post("/accounts/password/reset/", {"email": "nobody@example.org"})

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])


def test_a_disabled_account_cannot_log_in(browser: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)

    code, where = sign_in(browser, "alice@example.org", PASSWORD)

    assert (code, where) != (302, "/")
    assert browser.get("/").status_code == 302


def test_guessing_is_stopped_even_for_the_right_password(browser: Client, alice: User) -> None:
    codes = [sign_in(browser, "alice@example.org", f"guess number {n}")[0] for n in range(12)]

    assert codes[0] == 200
    assert sign_in(browser, "alice@example.org", PASSWORD) != (302, "/")
    assert "_auth_user_id" not in browser.session


def test_nobody_signs_up_by_themselves(browser: Client, db: None) -> None:
    assert browser.get("/accounts/signup/").status_code == 404
    assert browser.post("/accounts/signup/", {"email": "eve@example.org"}).status_code == 404


def test_log_out_asks_first_and_then_ends_the_session(log_in: LogIn, alice: User) -> None:
    browser = log_in(alice)

    assert browser.get("/accounts/logout/").status_code == 200
    assert browser.get("/").status_code == 200

    assert browser.post("/accounts/logout/").headers["Location"] == "/accounts/login/"
    assert browser.get("/").headers["Location"] == "/accounts/login/?next=/"


def test_what_was_seen_after_log_in_stays_in_no_cache(log_in: LogIn, alice: User) -> None:
    assert "no-store" in log_in(alice).get("/where/").headers["Cache-Control"]
    assert "no-store" not in log_in(None).get("/healthz").headers.get("Cache-Control", "")


def test_a_new_password_ends_every_other_session(log_in: LogIn, alice: User) -> None:
    here, elsewhere = log_in(alice), log_in(alice)

    here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "brand new words 2026", "password2": "brand new words 2026"},
    )

    assert here.get("/").status_code == 200
    assert elsewhere.get("/").headers["Location"] == "/accounts/login/?next=/"


@pytest.mark.parametrize("weak", ["short words", "123456789012345", "alice@example.org"])
def test_a_weak_password_is_refused(weak: str, log_in: LogIn, alice: User) -> None:
    log_in(alice).post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})

    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_a_role_taken_away_counts_from_the_next_request(log_in: LogIn, staff: dict[Role, User]) -> None:
    browser = log_in(staff[Role.ADVISER])
    assert browser.get("/clients/").status_code == 200

    User.objects.filter(pk=staff[Role.ADVISER].pk).update(role=Role.TARIFF_EDITOR)

    assert browser.get("/clients/").status_code == 403


def test_the_administration_is_entered_by_the_same_door(log_in: LogIn, staff: dict[Role, User]) -> None:
    assert log_in(None).get("/admin/").headers["Location"] == "/accounts/login/?next=/admin/"
    assert log_in(None).get("/admin/login/").headers["Location"] == "/accounts/login/?next=/admin/"

    ada = staff[Role.ADMINISTRATOR]
    browser = log_in(None)
    tried = browser.post("/admin/login/", {"username": ada.email, "password": PASSWORD, "next": "/admin/"})

    assert tried.headers["Location"] == "/accounts/login/?next=/admin/"
    assert "_auth_user_id" not in browser.session


def test_the_language_of_the_account_is_the_language_of_the_page(log_in: LogIn, alice: User) -> None:
    browser = log_in(alice)
    User.objects.filter(pk=alice.pk).update(language="nl")
    assert '<html lang="nl"' in browser.get("/where/").content.decode()

    browser.post("/language/", {"language": "fr"})

    assert '<html lang="fr"' in browser.get("/where/").content.decode()
