"""A case in words: its way so far, its deadline with the reason, what happened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.deadlines import HARD
from cases.facts import DEADLINE, FACTS, HOME_AMOUNT, OFFICE, PAID, QUOTED, TARIFF, Fact, Kind, read
from cases.models import Case, Event, Note, Visit
from cases.models.event import EventKind
from cases.replay import State, standing
from cases.workflow import WORKFLOWS, DueKind, Step
from communes.models import Office
from config.wording import day, long_day, money


class Look(StrEnum):
    DONE = "done"
    NOW = "now"
    LATER = "later"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Stage:
    """One step on the way of a case, as the stepper draws it."""

    label: str
    note: str
    state: Look


@dataclass(frozen=True)
class Clock:
    """The running deadline in words: how long is left, until when, counted from what, and what is at stake."""

    left: str
    until: str
    reason: str
    at_stake: str
    days: int
    of: int
    late: bool


@dataclass(frozen=True)
class Entry:
    """One thing that happened: an event, a visit or a note."""

    kind: str
    title: str
    when: str
    body: str
    at: datetime


# How the day that a deadline is counted from is told: cases.deadlines names it.
COUNTED_FROM: dict[str, Promise] = {
    "registered": gettext_lazy("registered on %(day)s"),
    "requested": gettext_lazy("requested on %(day)s"),
    "chased": gettext_lazy("chased on %(day)s"),
    "ordered": gettext_lazy("ordered on %(day)s"),
    "card_ready": gettext_lazy("at the commune since %(day)s"),
    "letter": gettext_lazy("letter of %(day)s"),
    "expires": gettext_lazy("the card expires on %(day)s"),
}
AT_STAKE: dict[str, Promise] = {
    DueKind.ACTIVATION: gettext_lazy("After that day the client registers again, and pays again."),
    DueKind.PICKUP: gettext_lazy("After that day the card is destroyed: a new request, and a new fee."),
    DueKind.LETTER: gettext_lazy("After that day, ask the commune where the letter is."),
    DueKind.URGENT: gettext_lazy("Earliest, if the counter is open: from 14:00."),
    DueKind.RENEWAL: gettext_lazy("Later is still possible, but the card may expire before the new one is there."),
}


def way(case: Case, events: Iterable[Event], *, on: date) -> list[Stage]:
    """The stepper: the steps taken with the days each took, then the way it should go from here."""
    taken = stays(events)
    last = taken[-1][0]
    workflow = WORKFLOWS[case.procedure]
    detour = Step.URGENT_ORDERED in {step for step, _since in taken}
    path = [Step.URGENT_ORDERED if detour and step == Step.CODES_AWAITED else step for step in workflow.path]
    if taken[0][0] not in path:
        path.insert(0, Step(taken[0][0]))
    entered, left = dict(taken), {step: until for (step, _since), (_next, until) in pairwise(taken)}
    if last not in path:  # closed otherwise than it should have gone
        reached = max(path.index(Step(step)) for step, _since in taken if step in path)
        path = [*path[: reached + 1], Step(last)]
    here = path.index(Step(last))
    stages = []
    for place, step in enumerate(path):
        if place < here:
            note = _stay(entered[step], until=left[step]) if step in left else ""
            stages.append(Stage(str(step.label), note, Look.DONE))
        elif place == here:
            closed_well = step == workflow.path[-1]
            look = Look.NOW if case.is_open else Look.DONE if closed_well else Look.STOPPED
            note = _since(entered[step], on=on) if case.is_open else day(entered[step])
            stages.append(Stage(str(step.label), note, look))
        else:
            stages.append(Stage(str(step.label), _("to come"), Look.LATER))
    return stages


def stays(events: Iterable[Event]) -> list[tuple[str, date]]:
    """The steps that a case went through, with the day it entered each; corrected ones left out."""
    taken: list[tuple[str, date]] = []
    for event in standing(events):
        if not taken or taken[-1][0] != event.target:
            taken.append((event.target, event.happened_on))
    return taken


def clock(case: Case, state: State, *, on: date) -> Clock | None:
    """The running deadline in words; None without one."""
    since, since_fact = state.day(FACTS["due_since"]), str(state.known.get("due_since_fact") or "")
    if case.due_on is None or since is None:
        return None
    days = (case.due_on - on).days
    late = case.is_overdue(on=on)
    hard = case.due_kind in HARD
    if days < 0:
        left = ngettext("%(count)s day too late", "%(count)s days too late", -days) % {"count": -days}
    elif days == 0:
        left = _("Today is the last day") if hard else _("Expected today")
    else:
        left = ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}
    until = (_("at the latest on %(day)s") if hard else _("expected by %(day)s")) % {"day": long_day(case.due_on)}
    counted = str(COUNTED_FROM.get(since_fact, "%(day)s")) % {"day": day(since)}
    term = _term(str(state.known.get("due_term") or ""))
    sign = "−" if since_fact == "expires" else "+"
    whole = max(abs((case.due_on - since).days), 1)
    return Clock(
        left=left,
        until=until,
        reason=f"{counted} {sign} {term}" if term else counted,
        at_stake=str(AT_STAKE[case.due_kind]),
        days=min(max(whole - days, 0), whole),
        of=whole,
        late=late,
    )


def history(
    events: Sequence[Event], visits: Iterable[Visit], notes: Iterable[Note], *, offices: Mapping[int, Office]
) -> list[Entry]:
    """What happened, the newest first: events with the words beside them, visits, and notes of their own."""
    beside = {note.event_id: note for note in notes if note.event_id}
    undone = {event.undoes_id for event in events}
    entries = [
        Entry(
            kind=_kind(event, undone=event.pk in undone),
            title=_title(event, events, offices),
            when=_when(event.happened_on, event.recorded_at, event.by.get_short_name()),
            body="\n".join([*_facts(event), *([beside[event.pk].text] if event.pk in beside else [])]),
            at=event.recorded_at,
        )
        for event in events
    ]
    entries += [
        Entry(
            kind="visit",
            title=_("Visit, %(minutes)s minutes") % {"minutes": visit.minutes},
            when=_when(visit.happened_on, visit.recorded_at, visit.by.get_short_name()),
            body=visit.note,
            at=visit.recorded_at,
        )
        for visit in visits
    ]
    entries += [
        Entry("note", _("Note"), _when(None, note.recorded_at, note.by.get_short_name()), note.text, note.recorded_at)
        for note in notes
        if not note.event_id and note.text
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def told(fact: Fact, value: object) -> str:
    """One fact in words: «Police report of: 3 Nov.»."""
    match fact.kind, value:
        case Kind.YES_NO, bool():
            words = _("yes") if value else _("no")
        case Kind.DAY, date():
            words = day(value)
        case Kind.MOMENT, datetime():
            words = date_format(timezone.localtime(value), "DATETIME_FORMAT")
        case Kind.AMOUNT, _:
            words = money(value)  # type: ignore[arg-type]
        case _:
            words = str(fact.choices(str(value)).label) if fact.choices and value else str(value or "")
    label = str(fact.label)
    return f"{label} {words}" if label.endswith("?") else _("%(fact)s: %(value)s") % {"fact": label, "value": words}


# What the timeline does not repeat fact by fact
NOT_TOLD = {fact.name for fact in (*DEADLINE, OFFICE, TARIFF, QUOTED, HOME_AMOUNT)} | {"assignee"}


def _facts(event: Event) -> list[str]:
    return [told(FACTS[k], read(FACTS[k], v)) for k, v in event.facts.items() if k not in NOT_TOLD and v is not None]


def _title(event: Event, events: Sequence[Event], offices: Mapping[int, Office]) -> str:
    match event.kind:
        case EventKind.MOVED:
            past = str(WORKFLOWS[event.procedure].transition(event.transition).past)
            if OFFICE.name in event.facts and (office := offices.get(event.facts[OFFICE.name])):
                price = money(read(QUOTED, event.facts.get(QUOTED.name)))  # type: ignore[arg-type]
                return _("%(event)s: %(office)s, %(price)s") % {"event": past, "office": office.name, "price": price}
            return past
        case EventKind.UNDONE:
            undone = next((other for other in events if other.pk == event.undoes_id), None)
            return _("Corrected: %(event)s") % {"event": _title(undone, events, offices) if undone else ""}
        case _:
            return str(EventKind(event.kind).label)


def _kind(event: Event, *, undone: bool) -> str:
    if event.kind == EventKind.UNDONE:
        return "undo"
    if undone:
        return "undone"
    return "money" if PAID.name in event.facts or OFFICE.name in event.facts else "move"


def _when(happened_on: date | None, recorded_at: datetime, by: str) -> str:
    recorded = timezone.localtime(recorded_at)
    if happened_on is None or happened_on == recorded.date():
        return f"{day(recorded.date())} {recorded:%H:%M} · {by}"
    return _("%(day)s · noted on %(recorded)s by %(name)s") % {
        "day": day(happened_on),
        "recorded": day(recorded.date()),
        "name": by,
    }


def _stay(since: date, *, until: date) -> str:
    days = (until - since).days
    length = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    return f"{day(since)} · {length}"


def _since(since: date, *, on: date) -> str:
    days = (on - since).days
    return ngettext("for %(count)s day", "for %(count)s days", days) % {"count": days} if days else _("since today")


def _term(written: str) -> str:
    """«14 days», in the reader's language."""
    amount, _space, unit = written.partition(" ")
    match unit:
        case "days":
            return ngettext("%(count)s day", "%(count)s days", int(amount)) % {"count": amount}
        case "weeks":
            return ngettext("%(count)s week", "%(count)s weeks", int(amount)) % {"count": amount}
        case "months":
            return ngettext("%(count)s month", "%(count)s months", int(amount)) % {"count": amount}
        case _:
            return ""
