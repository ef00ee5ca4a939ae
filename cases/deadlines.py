"""How each deadline is counted, from what, and when it is late.

A hard deadline binds the client: a link dies, a card is destroyed. It never moves over a week-end or a holiday,
and it is late the day after. A soft one is ours to chase: it is late from the next working day (facts 4.1).
Everything here is pure: the terms and the calendar come as arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases import facts
from cases.facts import Value
from cases.workflow import DueKind
from communes.models import DelayCode
from communes.renewal import RenewalWindow
from communes.terms import Term, Unit
from communes.urgent import available_from, brussels
from communes.working_days import Calendar

CHASE_AGAIN = Term(1, Unit.WEEKS)  # our own practice, after a missing letter was chased
AFTER_REGISTERING = (DelayCode.ACTIVATION_FIRST_REMINDER, DelayCode.ACTIVATION_LAST_REMINDER)
BEFORE_DESTRUCTION = (
    DelayCode.PICKUP_FIRST_REMINDER,
    DelayCode.PICKUP_SECOND_REMINDER,
    DelayCode.PICKUP_LAST_REMINDER,
)
HARD = frozenset({DueKind.ACTIVATION, DueKind.PICKUP, DueKind.RENEWAL})


@dataclass(frozen=True)
class Deadline:
    """The last day (hard) or the expected day (soft), and the reason: counted `since` a day, for a `term`."""

    kind: DueKind
    due_on: date
    overdue_from: date
    since: date
    since_fact: str
    term: Term | None = None
    opens_on: date | None = None

    def facts(self) -> dict[str, Value]:
        """As the facts of the event that leaves it."""
        return {
            facts.DUE_ON.name: self.due_on,
            facts.DUE_KIND.name: self.kind.value,
            facts.DUE_OPENS_ON.name: self.opens_on,
            facts.OVERDUE_FROM.name: self.overdue_from,
            facts.DUE_SINCE.name: self.since,
            facts.DUE_SINCE_FACT.name: self.since_fact,
            facts.DUE_TERM.name: f"{self.term.amount} {self.term.unit.value}" if self.term else None,
        }


NO_DEADLINE: Mapping[str, Value] = {fact.name: None for fact in facts.DEADLINE}


def activation(registered_on: date, *, term: Term) -> Deadline:
    """14 days to activate with the code and the link; in time through the end of the last day (facts 4.2)."""
    due_on = term.after(registered_on)
    return Deadline(DueKind.ACTIVATION, due_on, due_on + timedelta(days=1), registered_on, "registered", term)


def letter(requested_on: date, *, term: Term, calendar: Calendar, since_fact: str = "requested") -> Deadline:
    """The codes letter is expected within 3 weeks, and chased from the next working day (facts 4.3)."""
    due_on = term.after(requested_on)
    return Deadline(DueKind.LETTER, due_on, calendar.next_working(due_on), requested_on, since_fact, term)


def urgent(ordered_at: datetime, *, calendar: Calendar) -> Deadline:
    """There from 14:00 of the day that `communes.urgent` counts; asked after from the next working day."""
    there_on = available_from(at=ordered_at, calendar=calendar).date()
    ordered_on = brussels(ordered_at).date()
    return Deadline(
        DueKind.URGENT, there_on, calendar.next_working(there_on), ordered_on, "ordered", opens_on=there_on
    )


def pickup(*, card_ready_on: date | None, letter_on: date | None, requested_on: date | None, term: Term) -> Deadline:
    """Kept 3 months, then destroyed (facts 4.4), from the earliest day the card may be there (facts Y4).

    Known to be at the commune, else the day of the letter, else the day of the request. Raises ValueError
    when none is known.
    """
    starts = [("card_ready", card_ready_on), ("letter", letter_on), ("requested", requested_on)]
    for since_fact, since in starts:
        if since is not None:
            due_on = term.after(since)
            return Deadline(DueKind.PICKUP, due_on, due_on + timedelta(days=1), since, since_fact, term)
    raise ValueError("A pickup counts from the card, the letter or the request: none of them has a day.")


def renewal(expires_on: date, *, opens: Term, closes: Term) -> Deadline:
    """From the 45th to the 30th day before the printed expiry (`communes.renewal`). Only a hint: it never blocks."""
    window = RenewalWindow.of(expires_on, opens=opens, closes=closes)
    late_from = window.closes + timedelta(days=1)
    return Deadline(DueKind.RENEWAL, window.closes, late_from, expires_on, "expires", closes, opens_on=window.opens)


def rescheduled(kind: DueKind, due_on: date, *, on: date, opens_on: date | None, calendar: Calendar) -> Deadline:
    """A day that the office agreed on with the client or the commune, from the day on which that was noted."""
    late_from = due_on + timedelta(days=1) if kind in HARD else calendar.next_working(due_on)
    opens = opens_on if opens_on and opens_on <= due_on else None
    return Deadline(kind, due_on, late_from, on, "rescheduled", opens_on=opens)


def reminders(kind: str, *, since: date, due_on: date, terms: Mapping[str, Term]) -> list[date]:
    """The days on which a client is reminded of a hard deadline, the earliest first; none of a soft one.

    After the registration for a key (7 and 12 days), before a card is destroyed (30, 14 and 7 days).
    """
    if kind == DueKind.ACTIVATION:
        days = [terms[code].after(since) for code in AFTER_REGISTERING if code in terms]
    elif kind == DueKind.PICKUP:
        days = [terms[code].before(due_on) for code in BEFORE_DESTRUCTION if code in terms]
    else:
        days = []
    return sorted(day for day in days if since < day < due_on)
