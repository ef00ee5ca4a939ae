"""When a card that expires is renewed: between the 45th and the 30th day before, both included; never blocked."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from communes.terms import Term
from communes.working_days import Calendar


class RenewalState(TextChoices):
    TOO_EARLY = "too_early", _("too early")
    IN_WINDOW = "in_window", _("in the renewal window")
    LATE = "late", _("late")
    EXPIRED = "expired", _("expired")


@dataclass(frozen=True)
class RenewalWindow:
    """The window of one card; `expires_on` is the date printed on it, never a computed one."""

    expires_on: date
    opens: date
    closes: date

    @classmethod
    def of(cls, expires_on: date, *, opens: Term, closes: Term) -> "RenewalWindow":
        """The window from the two delays in force (`renewal_opens`, `renewal_closes`); the expiry itself is day 0."""
        return cls(expires_on=expires_on, opens=opens.before(expires_on), closes=closes.before(expires_on))

    def state(self, *, on: date) -> RenewalState:
        if on < self.opens:
            return RenewalState.TOO_EARLY
        if on <= self.closes:
            return RenewalState.IN_WINDOW
        return RenewalState.LATE if on <= self.expires_on else RenewalState.EXPIRED

    def counter_days(self, calendar: Calendar) -> tuple[date, date]:
        """The first and the last day of the window on which the counter is open."""
        return calendar.on_or_after(self.opens), calendar.on_or_before(self.closes)
