"""Planning and cancelling appointments. A moved appointment is a cancelled one and a new one."""

from datetime import datetime

from cases.models import Appointment, Case, Client
from communes.models import Office
from config.staff.models import User


def plan(
    client: Client,
    *,
    adviser: User,
    starts_at: datetime,
    minutes: int,
    by: User,
    at: datetime,
    case: Case | None = None,
    office: Office | None = None,
) -> Appointment:
    """A client is expected; with an office, the adviser goes there with them."""
    return Appointment.objects.create(
        client=client,
        case=case,
        adviser=adviser,
        starts_at=starts_at,
        minutes=minutes,
        office=office,
        made_by=by,
        recorded_at=at,
    )


def cancel(appointment: Appointment, *, at: datetime) -> None:
    """Cancelled once: whoever cancels it again changes nothing."""
    Appointment.objects.filter(pk=appointment.pk, cancelled_at=None).update(cancelled_at=at)
