"""Permissions come from the role table, and from nowhere else."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Model


class RoleBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's log-in by e-mail, with the permissions of the role. A disabled account has none."""

    def get_user_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        return set()

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        return set(user_obj.permissions)

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.get_all_permissions(user_obj))
