"""What happens around every request: the log line, the language of the person, whether they may still be here."""

import json
import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from config.staff.models import User
from config.staff.policy import policy_of
from config.staff.stays import Stay

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


class AfterwardsMiddleware:
    """What must neither hold up an answer nor show in its length is done once the answer has left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.afterwards = []  # type: ignore[attr-defined]
        response = self.get_response(request)
        response._resource_closers.extend(request.afterwards)  # type: ignore[attr-defined]
        return response


# Whoever is only asked for their password again has not come back yet.
ASKS_AGAIN = frozenset({"account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


class StayMiddleware:
    """Ends a session that is over: nobody was there, it lasted too long, or the second factor is another."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        user, stay = request.user, Stay.read(request.session)
        if user.is_authenticated and stay is not None and (reason := stay.ended(factors=user.factors, at=now)):
            logout(request)
            messages.warning(request, str(reason))
        response = self.get_response(request)
        if request.user.is_authenticated:
            self.note(request, Stay.read(request.session), at=now)
        return response

    def note(self, request: HttpRequest, stay: Stay | None, *, at: datetime) -> None:
        """Write down when the person was last here; their own change of a factor ends the other sessions, not this."""
        page = request.resolver_match.view_name if request.resolver_match else ""
        if stay is None or (page.startswith("mfa_") and request.method == "POST"):
            user = User.objects.with_factors(request.user.pk)
            factors = user.factors if user else ""
        else:
            factors = stay.factors
        here = page not in ASKS_AGAIN and not is_background(request)
        seen = at if stay is None or (here and stay.is_to_be_noted(at=at)) else stay.seen
        noted = Stay(began=stay.began if stay else at, seen=seen, factors=factors)
        if noted != stay:
            noted.write(request.session)
            UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=seen)


def is_background(request: HttpRequest) -> bool:
    """A page that asks by itself, by a timer or ahead of time: sesame.js marks what a hand has done."""
    asks_by_script = "HX-Request" in request.headers and "By-Hand" not in request.headers
    return asks_by_script or "prefetch" in request.headers.get("Sec-Purpose", "")


class SecondFactorMiddleware:
    """Where a second factor is required, who has none yet comes to no page but those that set one up."""

    SET_UP = frozenset({"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"})
    ALWAYS = frozenset({"account_logout", "set_language", "healthz", "readyz"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        page = request.resolver_match.view_name if request.resolver_match else ""
        user = request.user
        lacks = settings.MFA_REQUIRED and user.is_authenticated and not user.has_factor
        request.lacks_factor = lacks  # type: ignore[attr-defined]
        return redirect("mfa_index") if lacks and page not in self.SET_UP | self.ALWAYS else None


class PolicyMiddleware:
    """Holds the addresses of packages to their line in the policy table; our own views hold themselves (@policy).

    An address with a NUL in it is a missing page, whoever asks; so is a row of the administration without a number.
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
        of_a_row = [kwargs[name] for name in ("object_id", "version_id") if name in kwargs]
        keys = [str(key) for key in (*args, *of_a_row)]
        if not all(key.isdecimal() and key.isascii() and len(key) < 19 for key in keys):
            raise Http404  # the keys of our rows are numbers; the pages of the history fail over anything else
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
