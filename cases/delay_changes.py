"""What a delay that is changed, or deleted, does to the deadlines of open cases.

A deadline is counted with the row in force on the day of the move that started it. A row that is added, changed or
moved therefore counts anew, by an event, the deadlines that started on its days, and no others. One that was agreed
with the office, or follows a chased letter, stays as it is. A row for a day to come changes nothing that runs.

A row on which open cases rest is not deleted: it is first changed, which shows what that does. Nor is the first row of
a delay: nothing would be left to count with.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cases import actions, deadlines
from cases.deadlines import Deadline
from cases.facts import DUE_ON, DUE_SINCE, DUE_SINCE_FACT
from cases.models import Case, Event
from cases.models.event import EventKind
from cases.replay import standing, state_of
from cases.workflow import DueKind
from communes.models import Delay, DelayCode
from communes.terms import Term
from communes.working_days import Calendar, calendar_for
from config.staff.models import User

COUNTED_WITH: Mapping[DueKind, tuple[DelayCode, ...]] = {
    DueKind.ACTIVATION: (DelayCode.ACTIVATION,),
    DueKind.LETTER: (DelayCode.CODES_LETTER,),
    DueKind.PICKUP: (DelayCode.CARD_KEPT,),
    DueKind.RENEWAL: (DelayCode.RENEWAL_OPENS, DelayCode.RENEWAL_CLOSES),
}
NOT_OURS_TO_COUNT = {"rescheduled", "chased"}


@dataclass(frozen=True)
class Redated:
    """An open case whose deadline a delay would change, and the deadline that it would get."""

    case: Case
    deadline: Deadline


class Terms:
    """The lengths of the delays on any day, as they would be with one row more, or changed, or without some rows."""

    def __init__(self, codes: Iterable[str], changed: Delay | None = None, *, without: Iterable[Delay] = ()) -> None:
        gone = [row.pk for row in without] + ([changed.pk] if changed else [])
        rows = [*Delay.objects.filter(code__in=codes).exclude(pk__in=gone), *([changed] if changed else [])]
        self.rows = sorted(rows, key=lambda row: row.valid_from)

    def on(self, code: str, day: date) -> Term | None:
        """None where no row holds yet."""
        held = [row.term for row in self.rows if row.code == code and row.valid_from <= day]
        return held[-1] if held else None


def redated_by(changed: Delay) -> Iterator[Redated]:
    """The open cases whose deadline is another once this delay says what it says here; it need not be saved."""
    codes = {changed.code, *Delay.objects.filter(pk=changed.pk).values_list("code", flat=True)}
    return redated(codes, Terms(counted_together(codes), changed))


def redated_without(rows: Collection[Delay]) -> Iterator[Redated]:
    """The open cases whose deadline would be another if these rows had never been."""
    codes = {row.code for row in rows}
    return redated(codes, Terms(counted_together(codes), without=rows))


def left_without_a_row(rows: Collection[Delay]) -> set[str]:
    """The delays of which no row would be left that holds since the day on which one of these began."""
    ids = [row.pk for row in rows]
    left = Delay.objects.filter(code__in={row.code for row in rows}).exclude(pk__in=ids)
    first = dict(left.order_by("-valid_from").values_list("code", "valid_from"))
    return {row.code for row in rows if row.code not in first or row.valid_from < first[row.code]}


def counted_together(codes: Iterable[str]) -> set[str]:
    """The delays that deadlines need which need one of these: a window has two ends."""
    return {code for with_codes in COUNTED_WITH.values() if set(codes) & set(with_codes) for code in with_codes}


def redated(codes: Collection[str], terms: "Terms") -> Iterator[Redated]:
    """The open cases whose deadline is counted with one of these delays, and is another by these terms."""
    kinds = [kind for kind, with_codes in COUNTED_WITH.items() if set(codes) & set(with_codes)]
    calendars: dict[int | None, Calendar] = {}
    running = Case.objects.open().filter(due_kind__in=kinds).select_related("office").prefetch_related("events")
    for case in running.order_by("due_on", "pk").iterator(chunk_size=500):
        if case.office_id not in calendars:
            calendars[case.office_id] = calendar_for(case.office)
        deadline = counted_anew(case, list(case.events.all()), terms=terms, calendar=calendars[case.office_id])
        if deadline and (deadline.due_on, deadline.opens_on) != (case.due_on, case.due_opens_on):
            yield Redated(case, deadline)


def counted_anew(case: Case, events: list[Event], *, terms: Terms, calendar: Calendar) -> Deadline | None:
    """The running deadline by these terms; None when it is not counted with a delay, or none holds on its day."""
    state, started_on = state_of(events), day_it_started(events)
    since, since_fact = state.day(DUE_SINCE), str(state.known.get(DUE_SINCE_FACT.name))
    if since is None or started_on is None or since_fact in NOT_OURS_TO_COUNT:
        return None
    kind = DueKind(case.due_kind)
    found = [terms.on(code, started_on) for code in COUNTED_WITH[kind]]
    lengths = [term for term in found if term]
    return deadline_of(kind, since, since_fact, lengths, calendar=calendar) if len(lengths) == len(found) else None


def day_it_started(events: Iterable[Event]) -> date | None:
    """The day of the move, or the opening, that left the running deadline."""
    left = [event.happened_on for event in standing(events) if starts_one(event)]
    return left[-1] if left else None


def starts_one(event: Event) -> bool:
    return event.kind in {EventKind.OPENED, EventKind.MOVED} and event.facts.get(DUE_ON.name) is not None


def deadline_of(
    kind: DueKind, since: date, since_fact: str, lengths: list[Term], *, calendar: Calendar
) -> Deadline | None:
    match kind:
        case DueKind.ACTIVATION:
            return deadlines.activation(since, term=lengths[0])
        case DueKind.LETTER:
            return deadlines.letter(since, term=lengths[0], calendar=calendar, since_fact=since_fact)
        case DueKind.PICKUP:
            starts = ("card_ready", "letter", "requested")
            days = {f"{name}_on": since if name == since_fact else None for name in starts}
            return deadlines.pickup(**days, term=lengths[0])
        case DueKind.RENEWAL:
            return deadlines.renewal(since, opens=lengths[0], closes=lengths[1])
        case _:
            return None


def redate(changed: Delay, *, by: User, on: date, at: datetime) -> list[Case]:
    """Count anew what this delay changes; gives back the cases that somebody moved meanwhile, left as they are."""
    left = []
    for found in list(redated_by(changed)):
        try:
            actions.count_anew(found.case, found.deadline, by=by, on=on, at=at)
        except actions.CaseMoved:
            left.append(found.case)
    return left
