import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from config.staff.adapter import StaffAdapter
from config.staff.invitations import password_link
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.factories import PASSWORD, UserFactory

type LogIn = Callable[[User | None], Client]
SITE = "https://sesame.example.org"
CHOSEN = {"password1": "three calm green words", "password2": "three calm green words"}


def invite(*arguments: str) -> str:
    written = StringIO()
    call_command("invite", *arguments, stdout=written, stderr=written)
    return written.getvalue()


def path_of(link: str) -> str:
    return link.removeprefix(SITE)


def choose_password(browser: Client, link: str) -> int:
    form = browser.get(path_of(link), follow=True)
    return browser.post(form.request["PATH_INFO"], CHOSEN).status_code


def test_an_invitation_opens_an_account_that_has_no_password_yet(db: None, mailoutbox: list[EmailMessage]) -> None:
    told = invite("Ada@Example.org", "--name", "Ada", "--role", "administrator", "--language", "en", "--site", SITE)

    ada = User.objects.get()
    assert (ada.email, ada.name, ada.role, ada.language) == ("ada@example.org", "Ada", "administrator", "en")
    assert not ada.has_usable_password()
    assert [mail.to for mail in mailoutbox] == [["ada@example.org"]]
    assert mailoutbox[0].subject == "Your account at Sésame"
    assert re.findall(rf"{SITE}/\S+", mailoutbox[0].body) == re.findall(rf"{SITE}/\S+", told)


def test_the_link_lets_its_owner_choose_a_password_and_log_in(db: None, log_in: LogIn) -> None:
    link = invite("ada@example.org", "--name", "Ada", "--role", "administrator", "--site", SITE).split()[-1]
    browser = log_in(None)

    assert choose_password(browser, link) == 302

    signed = browser.post("/accounts/login/", {"login": "ada@example.org", "password": CHOSEN["password1"]})
    assert signed.headers["Location"] == "/"


def test_the_link_works_once(db: None, log_in: LogIn) -> None:
    link = invite("ada@example.org", "--name", "Ada", "--role", "administrator", "--site", SITE).split()[-1]
    choose_password(log_in(None), link)

    again = log_in(None).get(path_of(link), follow=True).content.decode()

    assert "This link no longer works" in again
    assert "password1" not in again


AT_ONCE = 16


@pytest.fixture
def sixteen_at_the_form(
    transactional_db: None, log_in: LogIn, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], list[str]]:
    """Sixteen browsers with the same link before the open form; sent at one instant, where each is led."""
    settings.ACCOUNT_RATE_LIMITS = False
    link = invite("ada@example.org", "--name", "Ada", "--role", "administrator", "--site", SITE).split()[-1]
    browsers = [log_in(None) for _ in range(AT_ONCE)]
    pages = [browser.get(path_of(link), follow=True).request["PATH_INFO"] for browser in browsers]
    start, hashed = Barrier(AT_ONCE), User.set_password

    def unhurried(user: User, password: str | None) -> None:
        time.sleep(0.1)  # long enough for everybody to have shown a link that was still good
        hashed(user, password)

    def one(number: int) -> str:
        start.wait()
        try:
            words = f"three calm green words {number}"
            sent = browsers[number].post(pages[number], {"password1": words, "password2": words})
            return str(sent.headers.get("Location", "the form again"))
        finally:
            connection.close()

    def all_of_them() -> list[str]:
        monkeypatch.setattr(User, "set_password", unhurried)
        with ThreadPoolExecutor(AT_ONCE) as people:
            return list(people.map(one, range(AT_ONCE)))

    return all_of_them


DONE = "/accounts/password/reset/key/done/"


def test_of_sixteen_who_use_a_link_at_one_instant_one_chooses_the_password(
    sixteen_at_the_form: Callable[[], list[str]],
) -> None:
    led = sixteen_at_the_form()

    assert led.count(DONE) == 1
    assert User.objects.get().check_password(f"three calm green words {led.index(DONE)}")


def test_control_a_password_that_is_written_blindly_is_chosen_by_several(
    sixteen_at_the_form: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(StaffAdapter, "set_password")

    assert sixteen_at_the_form().count(DONE) > 1


def test_a_right_taken_away_while_a_password_is_chosen_stays_away(
    db: None, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, hashed = password_link(UserFactory(email="alice@example.org"), site=SITE), User.set_password

    def meanwhile(user: User, password: str | None) -> None:
        User.objects.filter(pk=user.pk).update(is_active=False, role=Role.TARIFF_EDITOR)
        hashed(user, password)

    browser = log_in(None)
    form = browser.get(path_of(link), follow=True)
    monkeypatch.setattr(User, "set_password", meanwhile)
    browser.post(form.request["PATH_INFO"], CHOSEN)

    alice = User.objects.get()
    assert (alice.is_active, alice.role, alice.check_password(CHOSEN["password1"])) == (False, "tariff_editor", True)


def test_the_link_ends_after_three_days(db: None, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    link = invite("ada@example.org", "--name", "Ada", "--role", "administrator", "--site", SITE).split()[-1]
    assert settings.PASSWORD_RESET_TIMEOUT == 3 * 24 * 60 * 60

    monkeypatch.setattr(settings, "PASSWORD_RESET_TIMEOUT", -1)

    assert "This link no longer works" in log_in(None).get(path_of(link), follow=True).content.decode()


def test_another_address_ends_the_link(db: None, log_in: LogIn) -> None:
    alice = UserFactory(email="alice@example.org")
    link = password_link(alice, site=SITE)

    User.objects.filter(pk=alice.pk).update(email="alice@other.example")

    assert "This link no longer works" in log_in(None).get(path_of(link), follow=True).content.decode()


def test_a_link_that_was_never_used_can_be_sent_again(db: None) -> None:
    invite("ada@example.org", "--name", "Ada", "--role", "administrator", "--site", SITE)

    assert SITE in invite("ada@example.org", "--site", SITE)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["alice@example.org"], "has a password already"),
        (["off@example.org"], "is disabled"),
        (["bob@example.org", "--name", "Bob"], "An adviser needs a team"),
        (["bob@example.org", "--name", "Bob", "--team", "Forets"], "There is no team «Forets» (teams: Forest)"),
        (["not an address", "--name", "Bob", "--role", "administrator"], "valid email address"),
        (["bob@example.org", "--role", "administrator"], "blank"),
    ],
)
def test_an_invitation_that_makes_no_sense_says_why(arguments: list[str], sentence: str, db: None) -> None:
    forest = Team.objects.create(name="Forest")
    UserFactory(email="alice@example.org", team=forest)
    UserFactory(email="off@example.org", team=forest, is_active=False)

    with pytest.raises(CommandError, match=re.escape(sentence)):
        invite(*arguments, "--site", SITE, "--language", "en")

    assert set(User.objects.values_list("email", flat=True)) == {"alice@example.org", "off@example.org"}


def test_a_new_team_is_made_only_on_demand(db: None) -> None:
    invite("bob@example.org", "--name", "Bob", "--team", "Forest", "--new-team", "--site", SITE)

    assert str(User.objects.get().team) == "Forest"


def test_without_a_mail_server_the_link_is_handed_over(db: None, settings: pytest.FixtureRequest) -> None:
    settings.MAILERS = {  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9, "timeout": 2},
        }
    }

    told = invite("ada@example.org", "--name", "Ada", "--role", "administrator", "--site", SITE)

    assert "The mail could not be sent" in told
    assert SITE in told


def test_the_mail_speaks_the_language_of_its_reader(db: None, mailoutbox: list[EmailMessage]) -> None:
    invite("ada@example.org", "--name", "Ada <b>", "--role", "administrator", "--language", "en", "--site", SITE)

    assert mailoutbox[0].body.startswith("Hello Ada <b>,\n")
    assert "works once, for 3 days" in mailoutbox[0].body


def test_demonstration_accounts_are_told_only_while_their_password_works(db: None) -> None:
    UserFactory(email="adviser@example.org", password=settings.DEMO_PASSWORD)
    UserFactory(email="admin@example.org", password=PASSWORD)
    written = StringIO()

    call_command("welcome", stdout=written)

    assert "http://127.0.0.1:8000/" in written.getvalue()
    assert re.findall(r"\S+@\S+", written.getvalue()) == ["adviser@example.org"]


def test_every_role_can_be_invited(db: None) -> None:
    for role in Role:
        invite(f"{role}@example.org", "--name", role.label, "--role", role, "--team", "Forest", "--new-team",
               "--site", SITE)  # fmt: skip

    assert set(User.objects.values_list("role", flat=True)) == set(Role.values)
