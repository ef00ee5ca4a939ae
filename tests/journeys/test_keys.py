"""A passkey in a real browser, answered by a key that Chromium makes up for the test."""

from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from config.staff.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def alice(transactional_db: None) -> User:
    return UserFactory(email="alice@example.org", name="Alice", language="en")


@pytest.fixture
def page(chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A window whose computer has a fingerprint reader; a page that the policy of the site hinders fails the test."""
    monkeypatch.setattr(settings, "MFA_REQUIRED", True)
    context = chromium.new_context(locale="en-GB")
    window = context.new_page()
    said: list[str] = []
    window.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    window.on("pageerror", lambda error: said.append(str(error)))
    yield window
    context.close()
    assert said == []


@pytest.fixture
def reader(page: Page) -> Callable[[bool], None]:
    """Turn the fingerprint reader: does it know the person?"""
    computer = page.context.new_cdp_session(page)
    computer.send("WebAuthn.enable")
    added = computer.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )

    def knows(person: bool) -> None:
        computer.send(
            "WebAuthn.setUserVerified", {"authenticatorId": added["authenticatorId"], "isUserVerified": person}
        )

    return knows


def type_password(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.fill("[name=login]", "alice@example.org")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def add_key(page: Page, site: str, *, alone: bool) -> None:
    """From the first log-in to the recovery codes."""
    type_password(page, site)
    page.wait_for_url(f"{site}/accounts/2fa/")
    page.click("text=Add a key")
    page.fill("[name=name]", "Grey laptop")
    page.set_checked("[name=passwordless]", alone)
    page.click("text=Go on with your browser")
    page.wait_for_url(f"{site}/accounts/2fa/recovery-codes/")


def log_out(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/logout/")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{site}/accounts/login/")


def test_a_passkey_is_set_up_at_the_first_log_in_and_then_opens_without_a_password(
    page: Page, reader: Callable[[bool], None], live_server: LiveServer, alice: User
) -> None:
    add_key(page, live_server.url, alone=True)
    expect(page.locator(".codes li")).to_have_count(10)
    log_out(page, live_server.url)

    page.click("#use-passkey")

    page.wait_for_url(f"{live_server.url}/")
    kept = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    assert (kept.user, kept.wrap().name, kept.wrap().is_passwordless) == (alice, "Grey laptop", True)


def test_a_security_key_is_the_second_proof_after_the_password(
    page: Page, reader: Callable[[bool], None], live_server: LiveServer, alice: User
) -> None:
    add_key(page, live_server.url, alone=False)
    log_out(page, live_server.url)

    type_password(page, live_server.url)
    page.wait_for_url(f"{live_server.url}/accounts/2fa/authenticate/")
    page.click("#use-key")

    page.wait_for_url(f"{live_server.url}/")


def test_a_reader_that_does_not_know_the_finger_opens_nothing_and_the_page_says_so(
    page: Page, reader: Callable[[bool], None], live_server: LiveServer, alice: User
) -> None:
    add_key(page, live_server.url, alone=True)
    log_out(page, live_server.url)

    reader(False)
    page.click("#use-passkey")

    expect(page.locator("[data-key-fault]")).to_be_visible()
    assert page.url == f"{live_server.url}/accounts/login/"


def test_a_key_proves_that_it_is_still_the_same_person(
    page: Page, reader: Callable[[bool], None], live_server: LiveServer, alice: User
) -> None:
    add_key(page, live_server.url, alone=True)
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/reauthenticate/?next=/accounts/2fa/webauthn/")

    page.click("#use-key")

    page.wait_for_url(f"{live_server.url}/accounts/2fa/webauthn/")
    expect(page.locator(".doors h2")).to_have_text("Grey laptop")
