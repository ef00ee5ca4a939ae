"""What happens around every request: the log line, the language of the person."""

import json
import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

logger = logging.getLogger("sesame.request")


class RequestLogMiddleware:
    """One JSON line a request: never the query string or the body, which may hold a name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reference = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        # Who it was, if the page asked: the log itself must not open the session of an address that needs none.
        user = getattr(request, "_cached_user", None)
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
