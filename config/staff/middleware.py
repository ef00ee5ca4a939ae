"""What happens around every request: the log line, the language of the person."""

import json
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_cache_control

from config.staff.models import User
from config.staff.policy import policy_of

logger = logging.getLogger("sesame.request")


def known_user(request: HttpRequest) -> User | None:
    """Who asked, if the page itself wanted to know.

    What is done around a page opens no session of its own: an error page must come without the database too.
    """
    user = getattr(request, "_cached_user", None)
    return user if isinstance(user, User) else None


class RequestLogMiddleware:
    """One JSON line a request: never the query string or the body, which may hold a name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reference = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        user = known_user(request)
        logger.info(
            json.dumps(
                {
                    "reference": request.reference,  # type: ignore[attr-defined]
                    "method": request.method,
                    "route": match.route if match else None,
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - started) * 1000, 1),
                    "user": user.pk if user else None,
                }
            )
        )
        return response


class StaffLanguageMiddleware:
    """A member of staff reads Sésame in the language of their account, unless this browser chose another."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class PolicyMiddleware:
    """Holds the addresses of packages to their line in the policy table; our own views hold themselves (@policy).

    An address with a NUL in it is a missing page, whoever asks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        rule = policy_of(match.view_name if match else "", view)
        if rule is None:
            raise PermissionDenied
        if not rule.public and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.method not in rule.methods:
            return HttpResponseNotAllowed(rule.methods)
        if rule.permission and not request.user.has_perm(rule.permission):
            raise PermissionDenied
        if any("\0" in str(value) for value in kwargs.values()):
            raise Http404  # nothing is called so, and PostgreSQL could not even look for it
        return None


class PrivatePagesMiddleware:
    """What somebody saw after log-in is kept by no browser: after log-out, «back» shows nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if known_user(request):
            patch_cache_control(response, private=True, no_store=True)
        return response
