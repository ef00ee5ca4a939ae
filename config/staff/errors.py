"""The error pages: a sentence, a reference to pass on, and nothing of the inside."""

import sqlite3
import sys
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string

from config.uploads import LARGEST

SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
# PostgreSQL: serialization failure, deadlock, lock not available, too many connections
POSTGRESQL_BUSY = {"40001", "40P01", "55P03", "53300"}
SECONDS_TO_WAIT = 5


def error_page(request: HttpRequest, status: HTTPStatus, *, template: str, **said: str) -> HttpResponse:
    """Rendered without the request: no session, no account and no database is touched on the way."""
    page = render_to_string(template, said | {"reference": getattr(request, "reference", "")})
    return HttpResponse(page, status=status.value)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        most = filesizeformat(LARGEST)
        return error_page(request, HTTPStatus.CONTENT_TOO_LARGE, template="413.html", most=most)
    return error_page(request, HTTPStatus.BAD_REQUEST, template="400.html")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN, template="403.html")


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN, template="403_csrf.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.NOT_FOUND, template="404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """What broke. A database in which others write all the time is not broken: whoever sends again is served."""
    if is_busy(sys.exception()):
        busy = error_page(request, HTTPStatus.SERVICE_UNAVAILABLE, template="503.html")
        busy.headers["Retry-After"] = str(SECONDS_TO_WAIT)
        return busy
    return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, template="500.html")


def is_busy(error: BaseException | None) -> bool:
    """Did the database refuse only because others were writing, or because no connection was free?"""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF in SQLITE_BUSY  # the low byte: the rest says which kind of busy
    return getattr(cause, "sqlstate", None) in POSTGRESQL_BUSY or type(cause).__name__ == "PoolTimeout"
