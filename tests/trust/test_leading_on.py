"""Where a page leads on to is this site alone; and what an error page says is a sentence and a reference."""

from collections.abc import Callable

import pytest
from django.test import Client

from config.staff.models import User
from tests.factories import PASSWORD, UserFactory

type LogIn = Callable[[User | None], Client]

ELSEWHERE = (
    "https://evil.example/", "http:evil.example", "//evil.example", "///evil.example", "////evil.example/%2e%2e",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "\t//evil.example",
    "\n//evil.example",    "\x00//evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "https:evil.example", "https:/evil.example",
    "https://testserver@evil.example/", "https://testserver.evil.example/", "//testserver:pw@evil.example",
    "//evil。example", "//%65vil.example", "http://[::1]evil",
    "http://evil.example\\@testserver/", "ftp://testserver/", "\u202e//evil.example", "\u2028//evil.example",
)  # fmt: skip


def leads_away(where: str) -> bool:
    """As a browser reads it: blanks before it, tabs and lines within it are dropped, and a backslash is a slash."""
    read = "".join(letter for letter in where if letter not in "\t\r\n").strip("\x00 ").replace("\\", "/")
    return not read.startswith("/") or read.startswith("//")


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory(email="alice@example.org", name="Alice", language="en")


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_door_leads_to_another_site(elsewhere: str, alice: User, log_in: LogIn) -> None:
    said = {"login": alice.email, "password": PASSWORD}
    plain = elsewhere.encode("ascii", "ignore").decode()
    answers = [
        log_in(None).post("/accounts/login/", {**said, "next": elsewhere}),
        log_in(None).post("/accounts/login/", said, query_params={"next": elsewhere}),
        log_in(alice).get("/accounts/login/", {"next": elsewhere}),
        log_in(alice).post("/accounts/logout/", {"next": elsewhere}),
        log_in(None).post("/language/", {"language": "nl", "next": elsewhere}),
        log_in(alice).post("/language/", {"language": "nl"}, headers={"Referer": plain}),
        log_in(alice).post("/accounts/reauthenticate/", {"password": PASSWORD, "next": elsewhere}),
        log_in(None).get("/admin/login/", {"next": elsewhere}),
    ]  # fmt: skip

    led = [answer.headers["Location"] for answer in answers if "Location" in answer.headers]

    assert len(led) >= 7
    assert [where for where in led if leads_away(where)] == []


def test_control_a_door_that_believes_the_address_is_seen() -> None:
    assert [where for where in ELSEWHERE if not leads_away(where)] == []


def test_a_log_in_is_kept_by_no_browser_that_was_closed(alice: User, log_in: LogIn) -> None:
    browser = log_in(None)

    browser.post("/accounts/login/", {"login": alice.email, "password": PASSWORD, "remember": "on"})

    cookie = browser.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"], cookie["samesite"]) == ("", "", True, "Lax")


def test_the_session_before_the_log_in_is_not_the_one_after(alice: User, log_in: LogIn) -> None:
    """Whoever gave somebody a session to log in with has nothing of it."""
    victim, thief = log_in(None), log_in(None)
    victim.get("/accounts/login/")
    session = victim.session
    session["planted"] = "yes"
    session.save()
    thief.cookies["sessionid"] = victim.cookies["sessionid"] = str(session.session_key)

    victim.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})

    assert victim.get("/").status_code == 200
    assert victim.cookies["sessionid"].value != session.session_key
    assert thief.get("/").status_code == 302


def test_a_session_that_was_logged_out_opens_nothing_for_who_kept_its_cookie(alice: User, log_in: LogIn) -> None:
    browser, kept = log_in(alice), Client()
    kept.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert kept.get("/").status_code == 200

    browser.post("/accounts/logout/")

    assert kept.get("/").status_code == 302


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize(
    ("where", "status"), [("/nowhere/<zqx>/", 404), ("/reports/../nowhere/", 404), ("/admin/nowhere/", 302)]
)
def test_an_error_page_repeats_nothing_of_its_address(language: str, where: str, status: int, db: None) -> None:
    response = Client(headers={"Accept-Language": language}).get(where)

    assert response.status_code == status
    assert "zqx" not in response.content.decode()
    assert "nowhere" not in response.content.decode()
