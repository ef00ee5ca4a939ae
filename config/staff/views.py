"""Addresses of the house itself: is the server alive, is it ready; the one door of the administration.

And what allauth's pages about one's own account leave open: the password, recovery codes, one session to end.
"""

from allauth.account import views as account
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.staff.policy import policy
from config.staff.proofs import asked_for_proof
from config.staff.requests import StaffRequest


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


@policy(methods=("GET", "HEAD", "POST"))
def password_change(request: StaffRequest) -> HttpResponse:
    """allauth's page, which asks for the old password; whoever has a second factor proves themselves by that first."""
    if request.user.has_factor and (way := asked_for_proof(request, at=timezone.now())):
        return way
    page: HttpResponse = account.password_change(request)
    return page


@policy()
def to_password_change(request: HttpRequest) -> HttpResponse:
    return redirect("account_change_password")


def unused_codes(request: StaffRequest) -> list[str]:
    """Raises ReauthenticationRequired, upon which allauth asks for a proof that it is still the same person."""
    codes = get_object_or_404(Authenticator, user=request.user, type=Authenticator.Type.RECOVERY_CODES)
    raise_if_reauthentication_required(request, app="allauth.mfa")
    return list(codes.wrap().get_unused_codes())


@policy()
def recovery_codes(request: StaffRequest) -> HttpResponse:
    """allauth's own page would note that it was looked at: a page that is only read writes nothing."""
    return render(request, "mfa/recovery_codes/index.html", {"codes": unused_codes(request)})


@policy()
def recovery_codes_file(request: StaffRequest) -> HttpResponse:
    return HttpResponse(
        "".join(f"{code}\r\n" for code in unused_codes(request)),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="sesame-codes.txt"'},
    )


@policy(methods=("POST",))
def end_session(request: StaffRequest, session: int) -> HttpResponse:
    """Log out one other browser of one's own."""
    get_object_or_404(UserSession, user=request.user, pk=session).end()
    messages.success(request, _("That browser is logged out."))
    return redirect("usersessions_list")
