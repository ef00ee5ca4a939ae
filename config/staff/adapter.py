"""How allauth behaves here: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page of a person's work: a tariff editor has no cases."""
        reads_cases = request.user.is_authenticated and request.user.has_perm("cases.view_case")
        return resolve_url("cases:today" if reads_cases else "communes:tariffs")
