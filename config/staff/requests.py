"""The request that a view behind a policy gets: somebody with an account made it."""

from django.http import HttpRequest

from config.staff.models import User


class StaffRequest(HttpRequest):
    """Only a type: the middleware has turned everybody else away."""

    user: User
