"""Which files are about two people, however alike they look: said once, kept in mind, taken back when it was wrong."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cases.models import Client, TwoPeople
from config.staff.models import User


def tell_apart(client: Client, others: Iterable[Client], *, by: User, at: datetime) -> None:
    """From now on these are never offered as similar to the client. Said again it stays as it was said first."""
    with transaction.atomic():
        for file in others:
            one, other = sorted((client, file), key=lambda each: each.pk)
            TwoPeople.objects.get_or_create(one=one, other=other, defaults={"by": by, "said_at": at})


def take_back(client: Client, other: Client) -> None:
    """They may be one person after all: they are offered as similar again."""
    TwoPeople.objects.between(client, other).delete()
