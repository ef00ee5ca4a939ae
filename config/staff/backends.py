"""Permissions come from the role table, and from nowhere else."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Model

from config.staff.models import User


class RoleBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's log-in by e-mail; what Django's own backend would read from groups is the role's row of the table."""

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        return set() if user_obj.is_anonymous else set(user_obj.permissions)

    def get_user(self, user_id: Any) -> User | None:
        """Who asks for a page, with what their second factors are: asked anew each time, in one query."""
        user = User.objects.with_factors(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
