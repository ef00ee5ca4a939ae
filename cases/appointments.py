"""Planning and cancelling appointments. A moved appointment is a cancelled one and a new one."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cases.models import Appointment, Case, Client
from cases.models.appointment import AppointmentQuerySet
from cases.worklist import Whose
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


def expected(whose: Whose, user: User, *, on: date) -> AppointmentQuerySet:
    """Who is expected on a day in Brussels: by oneself, by the team's clients, or by everybody one may see."""
    begins = timezone.make_aware(datetime.combine(on, time.min))
    ends = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    planned = Appointment.objects.visible_to(user).planned().filter(starts_at__gte=begins, starts_at__lt=ends)
    match whose:
        case Whose.MINE:
            planned = planned.filter(adviser=user)
        case Whose.TEAM:
            planned = planned.filter(client__team=user.team_id)
    return planned.select_related("client", "case", "adviser", "office").order_by("starts_at", "pk")


def cancel(appointment: Appointment, *, at: datetime) -> None:
    """Cancelled once: whoever cancels it again changes nothing."""
    Appointment.objects.filter(pk=appointment.pk, cancelled_at=None).update(cancelled_at=at)
