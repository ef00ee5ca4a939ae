"""Restricting a file: it is kept, and closed to all but the privacy officer and the coordinators (GDPR, art. 18)."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cases.erasure import files_of
from cases.models import Client, PrivacyAct
from cases.models.privacy import ActKind, ActReason
from config.staff.models import User


def restrict(client: Client, *, reason: ActReason, by: User, at: datetime) -> None:
    """Close the file, with those merged into it; a file that is closed already stays so."""
    _change(client, ActKind.RESTRICTED, reason, by=by, at=at)


def lift(client: Client, *, reason: ActReason, by: User, at: datetime) -> None:
    """Open it again to those who may see it."""
    _change(client, ActKind.LIFTED, reason, by=by, at=at)


def _change(client: Client, kind: ActKind, reason: ActReason, *, by: User, at: datetime) -> None:
    restricting = kind == ActKind.RESTRICTED
    files = Client.objects.filter(pk__in=[file.pk for file in files_of(client)], restricted_on__isnull=restricting)
    with transaction.atomic():
        day = timezone.localdate(at) if restricting else None
        if files.update(restricted_on=day, version=F("version") + 1):
            PrivacyAct.objects.create(client=client, kind=kind, reason=reason, by=by, at=at)
