"""The urgent procedure: ordered before 15:00, the card is there the next working day from 14:00.

Source: Écaussinnes, «Carte électronique pour étrangers»; the circuit is federal.
An order at 15:00 or later, or on a day that is not worked, counts as made on the next working day.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from communes.working_days import Calendar

BRUSSELS = ZoneInfo("Europe/Brussels")
CUT_OFF = time(15)
COUNTER = time(14)


def available_from(*, at: datetime, calendar: Calendar) -> datetime:
    """When an urgent card ordered at this moment can be collected at the earliest, in Brussels time."""
    ordered = brussels(at)
    in_time = ordered.time() < CUT_OFF
    counted = calendar.on_or_after(ordered.date()) if in_time else calendar.next_working(ordered.date())
    return datetime.combine(calendar.next_working(counted), COUNTER, tzinfo=BRUSSELS)


def time_left(*, at: datetime, calendar: Calendar) -> timedelta | None:
    """How long one can still order for the next working day; None once today's cut-off is over, or without one."""
    now = brussels(at)
    cut_off = datetime.combine(now.date(), CUT_OFF, tzinfo=BRUSSELS)
    return cut_off - now if calendar.is_working(now.date()) and now < cut_off else None


def brussels(at: datetime) -> datetime:
    """The same moment on a Brussels clock. Raises ValueError for a moment without a time zone."""
    if at.tzinfo is None:
        raise ValueError("An order is made at a moment with a time zone.")
    return at.astimezone(BRUSSELS)
