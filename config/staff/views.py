"""Addresses of the house itself: is the server alive, is it ready; the one door of the administration."""

from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.staff.policy import policy


@policy(public=True)
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: answers without touching the database."""
    return HttpResponse("ok", content_type="text/plain")


@policy(public=True)
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: the database answers and every migration is applied; 503 otherwise."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return HttpResponse("database not reachable", status=503, content_type="text/plain")
    if waiting:
        return HttpResponse(f"{len(waiting)} migrations to apply", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")


@policy(public=True, methods=("GET", "HEAD", "POST"))
def to_log_in(request: HttpRequest) -> HttpResponse:
    """In place of the administration's own log-in page, which knows neither rate limits nor a second factor."""
    return redirect_to_login(reverse("admin:index"))


@policy()
def to_password_change(request: HttpRequest) -> HttpResponse:
    return redirect("account_change_password")
