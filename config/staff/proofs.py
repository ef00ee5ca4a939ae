"""Is it still the person who logged in? Asked before what cannot be taken back: names that leave, people erased."""

from datetime import datetime
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.db.models import Min
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from config.staff.requests import StaffRequest


def proved_lately(request: HttpRequest, *, at: datetime) -> bool:
    """Has this session proved its person in the last few minutes?

    A password proves as long as the account had nothing better: whoever has the session and has seen the password
    could otherwise take off the very factor that should stop them.
    """
    records = [
        record
        for record in get_authentication_records(request, request.user)
        if 0 <= at.timestamp() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT
    ]
    if not records or any(record["method"] == "mfa" for record in records):
        return bool(records)
    factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).filter(user=request.user)
    first = factors.aggregate(Min("created_at"))["created_at__min"]
    return first is None or any(record["at"] < first.timestamp() for record in records)


def asked_for_proof(request: StaffRequest, *, at: datetime) -> HttpResponseRedirect | None:
    """The way to the proof, which leads back here; None when it was given in the last few minutes.

    The proof is the second factor. Who has none, where none is required, proves their password again.
    """
    if proved_lately(request, at=at):
        return None
    user = request.user
    if not user.has_factor:
        page = "account_reauthenticate"
    elif Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        page = "mfa_reauthenticate"
    else:
        page = "mfa_reauthenticate_webauthn"
    return redirect(f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}")
