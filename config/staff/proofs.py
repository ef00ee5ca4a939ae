"""Is it still the person who logged in? Asked before what cannot be taken back: names that leave, people erased."""

from datetime import datetime
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from config.staff.requests import StaffRequest


def asked_for_proof(request: StaffRequest, *, at: datetime) -> HttpResponseRedirect | None:
    """The way to the proof, which leads back here; None when it was given in the last few minutes.

    The proof is the second factor. Who has none, where none is required, proves their password again.
    """
    user = request.user
    records = get_authentication_records(request, user)
    asked = [record for record in records if not user.has_factor or record["method"] == "mfa"]
    if any(0 <= at.timestamp() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT for record in asked):
        return None
    if not user.has_factor:
        page = "account_reauthenticate"
    elif Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        page = "mfa_reauthenticate"
    else:
        page = "mfa_reauthenticate_webauthn"
    return redirect(f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}")
