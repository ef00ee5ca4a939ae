"""An adviser's appointments as an iCalendar file: references only, never a name (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from cases.models import Appointment


def calendar_of(appointments: Iterable[Appointment], *, at: datetime, host: str) -> bytes:
    """The file that a calendar program reads. `at` is when it is made, `host` makes each event's id our own."""
    calendar = Calendar()
    calendar.add("prodid", "-//Sésame//Appointments//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Sésame")
    for appointment in appointments:
        calendar.add_component(_event(appointment, at=at, host=host))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment, *, at: datetime, host: str) -> Event:
    subject = appointment.case.reference if appointment.case else appointment.client.reference
    event = Event()
    event.add("uid", f"appointment-{appointment.pk}@{host}")
    event.add("dtstamp", at)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.starts_at + timedelta(minutes=appointment.minutes))
    event.add("summary", _("Appointment %(reference)s") % {"reference": subject})
    if appointment.office:
        event.add("location", appointment.office.name)
    event.add("class", "PRIVATE")
    return event
