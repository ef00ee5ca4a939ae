"""Fill an empty database with the made-up office, all of it or nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.demo.desk import Desk
from cases.demo.homes import homes
from cases.demo.staff import ADDRESSES, hire
from cases.demo.telling import tell
from cases.demo.visitors import drop_ins, expected
from cases.models import Case, Client, Visit
from communes.models import Delay, Tariff
from config.staff.models import User


class NotEmpty(Exception):
    """The database holds data that is not ours to mix with; its text says so."""


class NoReferenceData(Exception):
    """There are no communes and tariffs to tell stories with; its text says what to run."""


@dataclass(frozen=True)
class MadeUp:
    """What the office holds, in numbers."""

    clients: int
    cases: int
    visits: int


def seed(*, at: datetime, password: str) -> MadeUp:
    """The office as it stands at an instant: the same instant gives the same office.

    Raises NotEmpty or NoReferenceData, and writes nothing then.
    """
    with transaction.atomic():
        if is_in_use():
            raise NotEmpty(_("This database holds data: a demonstration needs an empty one. Nothing was written."))
        first_delay = Delay.objects.order_by("valid_from").first()
        if first_delay is None or not Tariff.objects.exists():
            raise NoReferenceData(_("There are no communes and tariffs yet: run «manage.py load_communes» first."))
        desk = Desk(at=at, staff=hire(password=password))
        tell(desk, not_before=first_delay.valid_from)
        drop_ins(desk, not_before=first_delay.valid_from)
        expected(desk)
        homes(desk)
        return MadeUp(Client.objects.count(), Case.objects.count(), Visit.objects.count())


def is_in_use() -> bool:
    """Is there a file, a case, a visit, or an account that is not of the demonstration?"""
    return (
        Client.objects.exists()
        or Case.objects.exists()
        or Visit.objects.exists()
        or User.objects.exclude(email__in=ADDRESSES).exists()
    )
