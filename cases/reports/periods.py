"""The periods that a report is about: a year, a quarter, a month, or the days between two. In an address: 2026-Q4."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

WRITTEN = re.compile(r"(?P<year>20[0-9]{2})(-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?", re.ASCII)
MONTHS_A_QUARTER = 3
DECEMBER = 12


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included. Raises ValueError when the last lies before the first."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("The last day lies before the first one.")

    @classmethod
    def months_of(cls, year: int, first: int, last: int) -> "Period":
        return cls(date(year, first, 1), date(year, last, monthrange(year, last)[1]))

    @classmethod
    def year(cls, year: int) -> "Period":
        return cls.months_of(year, 1, DECEMBER)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> "Period":
        return cls.months_of(year, quarter * MONTHS_A_QUARTER - 2, quarter * MONTHS_A_QUARTER)

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        return cls.months_of(year, month, month)

    @classmethod
    def year_of(cls, day: date) -> "Period":
        return cls.year(day.year)

    @classmethod
    def quarter_of(cls, day: date) -> "Period":
        return cls.quarter(day.year, (day.month - 1) // MONTHS_A_QUARTER + 1)

    @classmethod
    def month_of(cls, day: date) -> "Period":
        return cls.month(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> "Period":
        """The period behind «2026», «2026-Q4» or «2026-11». Raises ValueError for anything else."""
        found = WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no period.")
        year = int(found["year"])
        if found["quarter"]:
            return cls.quarter(year, int(found["quarter"]))
        return cls.month(year, int(found["month"])) if found["month"] else cls.year(year)

    @property
    def code(self) -> str:
        """As `read` takes it; empty for days that are no whole month, quarter or year."""
        codes = {
            self.year_of(self.first): f"{self.first:%Y}",
            self.quarter_of(self.first): f"{self.first:%Y}-Q{(self.first.month + 2) // MONTHS_A_QUARTER}",
            self.month_of(self.first): f"{self.first:%Y-%m}",
        }
        return codes.get(self, "")

    @property
    def name(self) -> str:
        """«2026», «4th quarter of 2026», «November 2026», «from 01/11/2026 to 15/11/2026»."""
        if self == self.year_of(self.first):
            return f"{self.first:%Y}"
        if self == self.quarter_of(self.first):
            quarters = (_("1st quarter of %(year)s"), _("2nd quarter of %(year)s"), _("3rd quarter of %(year)s"),
                        _("4th quarter of %(year)s"))  # fmt: skip
            return quarters[(self.first.month - 1) // MONTHS_A_QUARTER] % {"year": self.first.year}
        if self == self.month_of(self.first):
            return date_format(self.first, "F Y")
        days = {
            "first": date_format(self.first, "SHORT_DATE_FORMAT"),
            "last": date_format(self.last, "SHORT_DATE_FORMAT"),
        }
        return _("from %(first)s to %(last)s") % days

    def each_month(self) -> Iterator[date]:
        """The first day of each month that the period touches."""
        month = self.first.replace(day=1)
        while month <= self.last:
            yield month
            month = (month + timedelta(days=31)).replace(day=1)
