from django.contrib.auth.models import AnonymousUser, Permission

from config.staff.backends import RoleBackend
from config.staff.models import User
from config.staff.roles import PERMISSIONS, Role

OUR_APPS = {"cases", "communes", "staff"}
PLAIN_VERBS = ("add_", "change_", "delete_", "view_")


def every_permission() -> set[str]:
    found = Permission.objects.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in found if app in OUR_APPS}


def test_every_right_in_the_role_table_exists(db: None) -> None:
    written = set().union(*PERMISSIONS.values())

    assert written - every_permission() == set()


def test_every_right_of_ours_belongs_to_a_role(db: None) -> None:
    own = {right for right in every_permission() if not right.partition(".")[2].startswith(PLAIN_VERBS)}

    assert own - set().union(*PERMISSIONS.values()) == set()


def test_every_role_has_its_row_and_somebody_can_hold_it(staff: dict[Role, User]) -> None:
    assert set(PERMISSIONS) == set(Role)
    assert {role: user.permissions for role, user in staff.items()} == PERMISSIONS


def test_django_asks_the_same_table(staff: dict[Role, User]) -> None:
    backend = RoleBackend()
    alice = staff[Role.ADVISER]

    assert backend.get_all_permissions(alice) == set(PERMISSIONS[Role.ADVISER])
    assert backend.has_perm(alice, "cases.move_case")
    assert not backend.has_perm(alice, "cases.see_every_team")
    assert backend.get_all_permissions(AnonymousUser()) == set()


def test_a_disabled_account_has_no_right_left(staff: dict[Role, User]) -> None:
    for user in staff.values():
        user.is_active = False

    assert [user.permissions for user in staff.values()] == [frozenset()] * len(staff)
    assert [user.has_module_perms("cases") for user in staff.values()] == [False] * len(staff)
    assert [user.is_staff for user in staff.values()] == [False] * len(staff)


def test_only_administrators_touch_accounts() -> None:
    touching = {role for role, rights in PERMISSIONS.items() if any(r.startswith("staff.change") for r in rights)}

    assert touching == {Role.ADMINISTRATOR}


def test_nobody_deletes_an_account() -> None:
    assert [role for role, rights in PERMISSIONS.items() if "staff.delete_user" in rights] == []


def test_who_keeps_the_accounts_works_on_no_case() -> None:
    assert PERMISSIONS[Role.ADMINISTRATOR] & {"cases.change_case", "cases.move_case", "cases.export_named"} == set()
