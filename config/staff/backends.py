"""Permissions come from the role table, and from nowhere else."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Model


class RoleBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's log-in by e-mail; what Django's own backend would read from groups is the role's row of the table."""

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        return set() if user_obj.is_anonymous else set(user_obj.permissions)
