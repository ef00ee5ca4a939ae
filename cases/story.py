"""A case in words: its way so far, and what happened. Its deadline is told by cases.clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.facts import (
    ASSIGNEE,
    CARD_EXPIRES_ON,
    DEADLINE,
    DOUBT_CHECKED,
    DUE_ON,
    DUE_SINCE_FACT,
    FACTS,
    HOME_AMOUNT,
    KEPT_TARIFF,
    MOVED_ON,
    OFFICE,
    PAID,
    QUOTED,
    RECALL_ON,
    RECALLED,
    TARIFF,
    TRIAGE,
    Fact,
    Kind,
    read,
)
from cases.models import Case, Event, Note, Visit
from cases.models.event import EventKind
from cases.replay import standing
from cases.workflow import WORKFLOWS, Step
from communes.models import Office
from config.staff.models import User
from config.wording import dated, day, money


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
class Entry:
    """One thing that happened: an event, a visit or a note."""

    kind: str
    title: str
    when: str
    body: str
    at: datetime


@dataclass(frozen=True)
class Named:
    """The offices and colleagues that the events of a case name by their number."""

    offices: Mapping[int, Office]
    staff: Mapping[int, User]

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Named":
        """Two queries, however many events there are."""
        facts = [event.facts for event in events]
        return cls(
            offices=Office.objects.in_bulk({each[OFFICE.name] for each in facts if each.get(OFFICE.name)}),
            staff=User.objects.in_bulk({each[ASSIGNEE.name] for each in facts if each.get(ASSIGNEE.name)}),
        )


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


def history(events: Sequence[Event], visits: Iterable[Visit], notes: Iterable[Note], *, named: Named) -> list[Entry]:
    """What happened, the newest first: events with the words beside them, visits, and notes of their own."""
    beside = {note.event_id: note for note in notes if note.event_id}
    undone = {event.undoes_id for event in events}
    entries = [
        Entry(
            kind=_kind(event, undone=event.pk in undone),
            title=_title(event, events, named),
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
        Entry("memo", _("Note"), _when(None, note.recorded_at, note.by.get_short_name()), note.text, note.recorded_at)
        for note in notes
        if not note.event_id and note.text
    ]
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def paid_on(events: Iterable[Event]) -> date | None:
    """The day on which the fee was paid, as last noted."""
    days = [event.happened_on for event in standing(events) if event.facts.get(PAID.name) is not None]
    return days[-1] if days else None


def moved_since_the_office(events: Iterable[Event]) -> date | None:
    """The day on which the client moved to another commune, if no office was chosen after that was noted."""
    moved: date | None = None
    for event in standing(events):
        if OFFICE.name in event.facts:
            moved = None
        elif event.facts.get(MOVED_ON.name):
            moved = date.fromisoformat(event.facts[MOVED_ON.name])
    return moved


def told(fact: Fact, value: object) -> str:
    """One fact in words: «Police report of: 3 Nov.»."""
    match fact.kind, value:
        case Kind.YES_NO, bool():
            words = _("yes") if value else _("no")
        case Kind.DAY, date():
            words = dated(value) if fact is CARD_EXPIRES_ON else day(value)  # years ahead
        case Kind.MOMENT, datetime():
            words = date_format(timezone.localtime(value), "DATETIME_FORMAT")
        case Kind.AMOUNT, _:
            words = money(value)  # type: ignore[arg-type]
        case _:
            words = str(fact.choices(str(value)).label) if fact.choices and value else str(value or "")
    label = str(fact.label)
    return f"{label} {words}" if label.endswith("?") else _("%(fact)s: %(value)s") % {"fact": label, "value": words}


# What the timeline does not repeat fact by fact
NOT_TOLD = {
    fact.name for fact in (*DEADLINE, OFFICE, TARIFF, QUOTED, HOME_AMOUNT, KEPT_TARIFF, ASSIGNEE, RECALL_ON, RECALLED)
}


def _facts(event: Event) -> list[str]:
    return [told(FACTS[k], read(FACTS[k], v)) for k, v in event.facts.items() if k not in NOT_TOLD and v is not None]


def _title(event: Event, events: Sequence[Event], named: Named) -> str:
    match event.kind:
        case EventKind.MOVED:
            past = str(WORKFLOWS[event.procedure].transition(event.transition).past)
            if OFFICE.name in event.facts and (office := named.offices.get(event.facts[OFFICE.name])):
                price = money(read(QUOTED, event.facts.get(QUOTED.name)))  # type: ignore[arg-type]
                return _("%(event)s: %(office)s, %(price)s") % {"event": past, "office": office.name, "price": price}
            return past
        case EventKind.UNDONE:
            undone = next((other for other in events if other.pk == event.undoes_id), None)
            return _("Corrected: %(event)s") % {"event": _title(undone, events, named) if undone else ""}
        case EventKind.ASSIGNED:
            colleague = named.staff.get(event.facts[ASSIGNEE.name] or 0)
            return _("Given to %(name)s") % {"name": colleague.name} if colleague else _("Given to nobody")
        case EventKind.RESCHEDULED if event.facts[DUE_SINCE_FACT.name] != "rescheduled":
            words = _("The delay changed, and with it the deadline: %(day)s")
            return words % {"day": day(date.fromisoformat(event.facts[DUE_ON.name]))}
        case EventKind.RESCHEDULED:
            return _("Deadline changed: %(day)s") % {"day": day(date.fromisoformat(event.facts[DUE_ON.name]))}
        case EventKind.NOTED if KEPT_TARIFF.name in event.facts:
            return _("Announced price kept, though the tariff changed")
        case EventKind.NOTED if set(event.facts) == {DOUBT_CHECKED.name}:
            return _("Text checked by hand")
        case EventKind.NOTED if TARIFF.name in event.facts:
            price = money(read(QUOTED, event.facts.get(QUOTED.name)))  # type: ignore[arg-type]
            return _("Price announced again: %(price)s") % {"price": price}
        case EventKind.NOTED if RECALLED.name in event.facts:
            return told(RECALLED, event.facts[RECALLED.name])
        case EventKind.NOTED if set(event.facts) <= {fact.name for fact in TRIAGE}:
            return _("Triage")
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
    length = ngettext("%(count)s day", "%(count)s days", days) % {"count": days} if days else _("same day")
    return f"{day(since)} · {length}"


def _since(since: date, *, on: date) -> str:
    days = (on - since).days
    return ngettext("for %(count)s day", "for %(count)s days", days) % {"count": days} if days else _("since today")
