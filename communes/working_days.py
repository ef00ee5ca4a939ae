"""Working days: Monday to Friday, without the ten legal holidays and without closing days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from communes.models import Closure, Office

ONE_DAY = timedelta(days=1)

# The library counts these two as well; they are not among the ten of the law, and always Sundays.
NOT_LEGAL = {"Pâques", "Pentecôte"}


@lru_cache(maxsize=64)
def legal_holidays(year: int) -> dict[date, str]:
    """The ten legal holidays of Belgium in a year, with their French names, in the order of the calendar."""
    named = holidays.country_holidays("BE", years=year, language="fr")
    return {day: name for day, name in sorted(named.items()) if name not in NOT_LEGAL}


@dataclass(frozen=True)
class Calendar:
    """The working days of an office, given the days on which it is closed besides week-ends and legal holidays."""

    closures: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5 and day not in legal_holidays(day.year) and day not in self.closures

    def next_working(self, day: date) -> date:
        """The first working day strictly after a day."""
        return self.on_or_after(day + ONE_DAY)

    def on_or_after(self, day: date) -> date:
        return next(filter(self.is_working, days_from(day, step=ONE_DAY)))

    def on_or_before(self, day: date) -> date:
        return next(filter(self.is_working, days_from(day, step=-ONE_DAY)))


def days_from(day: date, *, step: timedelta) -> Iterator[date]:
    while True:
        yield day
        day += step


def calendar_for(office: Office | None) -> Calendar:
    """The calendar of an office: its own closing days and those of every office; without an office, only these."""
    return Calendar(frozenset(Closure.objects.of(office).values_list("day", flat=True)))
