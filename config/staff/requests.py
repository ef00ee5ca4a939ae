"""The request that a view behind a policy gets: somebody with an account made it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from config.staff.models import User


class StaffRequest(HttpRequest):
    """Only a type: the middleware has turned everybody else away."""

    user: User
    htmx: HtmxDetails
