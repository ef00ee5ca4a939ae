"""Terms: how long something lasts. «14 days», «3 weeks», «3 months», and the day they lead to."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class Unit(TextChoices):
    DAYS = "days", _("days")
    WEEKS = "weeks", _("weeks")
    MONTHS = "months", _("months")


@dataclass(frozen=True)
class Term:
    """A length of time. The day of the event is not counted, the last day is.

    Months keep the day's number and stop at the month's end: 31 August + 3 months = 30 November.
    Week-ends and holidays change nothing here: see `communes.working_days`.
    """

    amount: int
    unit: Unit

    def __str__(self) -> str:
        if self.unit == Unit.DAYS:
            words = ngettext("%(count)d day", "%(count)d days", self.amount)
        elif self.unit == Unit.WEEKS:
            words = ngettext("%(count)d week", "%(count)d weeks", self.amount)
        else:
            words = ngettext("%(count)d month", "%(count)d months", self.amount)
        return words % {"count": self.amount}

    def after(self, day: date) -> date:
        """The last day of a term that starts on `day`."""
        return self._moved(day, steps=self.amount)

    def before(self, day: date) -> date:
        """The day that lies one term before `day`."""
        return self._moved(day, steps=-self.amount)

    def younger_until(self, day: date) -> date:
        """The last day on which something of `day` is still younger than the term: a photo of «less than 6 months»."""
        return self.after(day) - timedelta(days=1)

    def _moved(self, day: date, *, steps: int) -> date:
        if self.unit == Unit.DAYS:
            return day + timedelta(days=steps)
        if self.unit == Unit.WEEKS:
            return day + timedelta(weeks=steps)
        years, month = divmod(day.month - 1 + steps, 12)
        year, month = day.year + years, month + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
