import pytest
from django.core import mail
from django.test import Client

from config.staff.models import User
from config.staff.roles import Role

PASSWORD = "a-long-pass-phrase-2026"


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create_user("kim@example.org", PASSWORD, name="Kim", role=Role.ADMINISTRATOR, language="en")


@pytest.fixture
def desk() -> Client:
    return Client(headers={"Accept-Language": "en"})


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize(
    "address",
    ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/"],
)
def test_the_pages_before_log_in_are_ours_and_say_their_language(
    address: str, language: str, client: Client, db: None
) -> None:
    page = client.get(address, headers={"Accept-Language": language}).content.decode()

    assert page.count("<h1>") == 1
    assert f'<html lang="{language}" dir="ltr">' in page
    assert "sesame.css" in page


@pytest.mark.parametrize("address", ["/accounts/logout/", "/accounts/password/change/", "/accounts/reauthenticate/"])
def test_the_pages_of_ones_own_account_are_ours(address: str, desk: Client, clerk: User) -> None:
    desk.force_login(clerk)

    page = desk.get(address).content.decode()

    assert page.count("<h1>") == 1
    assert '<html lang="en" dir="ltr">' in page
    assert "sesame.css" in page


def test_a_wrong_password_is_said_above_the_fields_and_the_address_stays(desk: Client, clerk: User) -> None:
    page = desk.post("/accounts/login/", {"login": "kim@example.org", "password": "not this one"}).content.decode()

    assert '<div class="note error" role="alert">' in page
    assert 'value="kim@example.org"' in page


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(desk: Client, clerk: User) -> None:
    desk.post("/accounts/password/reset/", {"email": "kim@example.org"})
    link = next(word for word in mail.outbox[0].body.split() if "/accounts/password/reset/key/" in word)
    form = desk.get(link, follow=True)
    done = desk.post(form.request["PATH_INFO"], {"password1": "another-pass-2026", "password2": "another-pass-2026"})

    assert done.headers["Location"] == "/accounts/password/reset/key/done/"
    assert desk.login(email="kim@example.org", password="another-pass-2026")


def test_a_link_used_twice_says_so_and_offers_a_new_one(desk: Client, clerk: User) -> None:
    page = desk.get("/accounts/password/reset/key/1-wrong-key/").content.decode()

    assert "This link no longer works" in page
    assert 'href="/accounts/password/reset/"' in page


def test_a_forgotten_password_is_answered_in_our_words(clerk: User, desk: Client) -> None:
    desk.post("/accounts/password/reset/", {"email": clerk.email})

    (message,) = mail.outbox
    assert message.subject == "A new password for Sésame"
    assert message.body.startswith("Somebody asked for a new password for your account at Sésame. Choose it here:\n\n")
    assert "http://testserver/accounts/password/reset/key/" in message.body
