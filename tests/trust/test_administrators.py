"""What an administrator might try on the accounts: their own rights, a colleague's password, an older version."""

from collections.abc import Callable

import pytest
from django.test import Client

from config.staff.models import User
from config.staff.roles import Role

type LogIn = Callable[[User | None], Client]


@pytest.fixture
def ada(staff: dict[Role, User]) -> User:
    return staff[Role.ADMINISTRATOR]


@pytest.fixture
def desk(log_in: LogIn, ada: User) -> Client:
    return log_in(ada)


def test_nobody_takes_back_a_role_of_their_own_by_an_older_version_of_their_account(desk: Client, ada: User) -> None:
    ada.role = Role.PRIVACY_OFFICER
    ada.save()
    before = ada.history.latest()
    ada.role = Role.ADMINISTRATOR
    ada.save()
    said = {"email": ada.email, "name": ada.name, "team": ada.team_id, "language": "en"}

    desk.post(f"/admin/staff/user/{ada.pk}/history/{before.pk}/", {**said, "role": "privacy_officer"})
    desk.post(f"/admin/staff/user/{ada.pk}/history/{before.pk}/", said)

    ada.refresh_from_db()
    assert ada.role == Role.ADMINISTRATOR


@pytest.mark.parametrize("lookup", ["password", "password__startswith", "password__gt"])
def test_a_list_of_accounts_is_not_asked_about_passwords(lookup: str, desk: Client, ada: User) -> None:
    assert desk.get("/admin/staff/user/", {"email__startswith": ada.email[:8]}).status_code == 200

    assert desk.get("/admin/staff/user/", {lookup: ada.password}).status_code == 400
