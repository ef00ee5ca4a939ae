"""Whoever's password or second factor was changed is told by mail, in their language."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from config.staff.adapter import CHANGES
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import PASSWORD
from tests.staff.doors import give_app, prove_again

pytestmark = pytest.mark.django_db

type LogIn = Callable[[User | None], Client]
OLD, NEW = PASSWORD, "another long demo passphrase"


def test_a_changed_password_is_told_to_its_owner(alice: User, log_in: LogIn, mailoutbox: list[EmailMessage]) -> None:
    log_in(alice).post("/accounts/password/change/", {"oldpassword": OLD, "password1": NEW, "password2": NEW})

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["alice@example.org"], "Your account at Sésame was changed")
    assert mail.body.startswith("Your password was changed.\n\nIt happened on ")


def test_a_second_factor_taken_off_by_an_administrator_is_told_to_its_owner(
    staff: dict[Role, User], log_in: LogIn, mailoutbox: list[EmailMessage]
) -> None:
    bob = staff[Role.ADVISER]
    User.objects.filter(pk=bob.pk).update(language="nl")
    give_app(bob)

    desk = log_in(staff[Role.ADMINISTRATOR])
    prove_again(desk, staff[Role.ADMINISTRATOR])
    desk.post("/admin/staff/user/", {"action": "take_off_second_factors", "_selected_action": [bob.pk]})

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([bob.email], "Uw account bij Sésame is gewijzigd")


@pytest.mark.django_db(transaction=True)  # the mail leaves once the change stands
def test_another_e_mail_address_is_told_to_the_former_one(
    staff: dict[Role, User], log_in: LogIn, mailoutbox: list[EmailMessage]
) -> None:
    bob, ada = staff[Role.ADVISER], staff[Role.ADMINISTRATOR]
    former = bob.email
    said = {"name": bob.name, "role": bob.role, "team": bob.team_id, "language": "nl", "is_active": "on"}

    desk = log_in(ada)
    prove_again(desk, ada)
    desk.post(f"/admin/staff/user/{bob.pk}/change/", said | {"email": "bob@new.example"})
    desk.post(f"/admin/staff/user/{bob.pk}/change/", said | {"email": "BOB@new.example", "name": "Bob"})

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([former], "Uw account bij Sésame is gewijzigd")
    assert mail.body.startswith("Uw account heeft een ander e-mailadres; dit adres opent het niet meer.")
    assert "bob@new.example" not in mail.body


def test_a_changed_account_is_said_in_a_sentence_of_its_own_each_time() -> None:
    assert {name.rpartition("/")[2] for name in CHANGES} == {
        "password_changed", "password_set", "password_reset", "email_changed", "totp_activated", "totp_deactivated",
        "webauthn_added", "webauthn_removed", "recovery_codes_generated",
    }  # fmt: skip


@pytest.mark.parametrize("key", ["abc", "1;2", "٣", "9" * 30, "1_2F"])
def test_a_row_of_the_administration_that_no_number_names_is_a_missing_page(
    staff: dict[Role, User], log_in: LogIn, key: str
) -> None:
    browser = log_in(staff[Role.ADMINISTRATOR])
    pk = staff[Role.ADVISER].pk

    for where in (f"{key}/history/", f"{key}/history/1/", f"{pk}/history/{key}/", f"{key}/change/"):
        assert browser.get(f"/admin/staff/user/{where}").status_code == 404, where
