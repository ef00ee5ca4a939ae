"""Cases and visits of an old list, many at once, by the rules of one.

An old list says where a case stood on a day, not how it came there. A case at its first step is only opened; one that
was referred, abandoned or not needed from there moves by the table, as anybody would move it. Everything else is one
event, «taken over»: the step, the facts the list gives, and the deadline that entering that step on that day starts.
Nothing between is made up, and the choice of an office is never such a move: nobody here promised its price.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from itertools import batched
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from cases import deadlines
from cases.actions.opening import known_at_opening
from cases.actions.recalls import settle_recalls_of
from cases.actions.record import check_day, doubt_in, in_json
from cases.actions.refusals import NotInTheWorkflow
from cases.facts import CARD_EXPIRES_ON, OFFICE, Value
from cases.models import Case, Client, Event, Note, Series, Visit
from cases.models.event import EventKind
from cases.needs import RULES
from cases.replay import state_of
from cases.workflow import WORKFLOWS, DueKind, Procedure, Reason, Step, Transition
from communes.models import DelayCode, Office, delay_in_force
from communes.terms import Term
from communes.working_days import Calendar, calendar_for
from config.staff.models import Team, User

BATCH = 500


@dataclass(frozen=True)
class OldCase:
    """What an old list says of a case: its opening, and since when it stands at which step."""

    client: Client
    procedure: str
    reason: str
    opened_on: date
    step: str
    since: date
    facts: Mapping[str, Value] = field(default_factory=dict)
    office: Office | None = None
    assignee: User | None = None
    card_expires_on: date | None = None
    note: str = ""

    @property
    def first_step(self) -> Step:
        return WORKFLOWS[self.procedure].opens[Reason(self.reason)]

    @property
    def brings(self) -> dict[str, Value]:
        """The facts beyond those of the opening."""
        given: dict[str, Value] = {name: value for name, value in self.facts.items() if value is not None}
        if self.office:
            given[OFFICE.name] = self.office.pk
        if self.card_expires_on and self.is_collected:
            given[CARD_EXPIRES_ON.name] = self.card_expires_on
        return given

    @property
    def is_collected(self) -> bool:
        """Then the expiry is the new card's, known since the collection; before, it is the old card's."""
        return self.step == Step.COLLECTED


@dataclass(frozen=True)
class OldVisit:
    """What an old list says of a visit. `key` is the line's own: the same line again is the same visit."""

    key: UUID
    happened_on: date
    client: Client | None = None
    case: Case | None = None
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Terms:
    """The delays and calendars that thousands of cases share, each asked for once."""

    term: Callable[[str, date], Term]
    calendar: Callable[[Office | None], Calendar]

    @classmethod
    def of_the_office(cls) -> "Terms":
        return cls(cache(lambda code, on: delay_in_force(code, on=on)), cache(calendar_for))


def check_old_case(old: OldCase, *, at: datetime) -> None:
    """Raise what opening and moving such a case raises: NotInTheWorkflow or BadDay."""
    workflow = WORKFLOWS[old.procedure]
    if old.reason not in workflow.opens:
        raise NotInTheWorkflow(_("This procedure is not opened for that reason."))
    if old.step not in workflow.steps:
        raise NotInTheWorkflow(_("This procedure has no such step."))
    check_day(old.opened_on, at=at, not_before=None)
    check_day(old.since, at=at, not_before=old.opened_on)


def take_over(cases: Sequence[OldCase], *, team: Team, by: User, at: datetime) -> list[Case]:
    """Open the cases of an old list, where they stand: all or none, in their order. Raises as check_old_case."""
    if not by.has_perm("cases.import_client"):
        raise NotInTheWorkflow(_("Your role does not allow this move."))
    terms = Terms.of_the_office()
    for old in cases:
        check_old_case(old, at=at)
    with transaction.atomic():
        taken = [
            (old, case, list(_events(old, case, by=by, at=at, terms=terms)))
            for old, case in zip(cases, _cases(cases, team=team), strict=True)
        ]
        for _old, case, events in taken:
            for name, value in state_of(events).columns().items():
                setattr(case, name, value)
            case.version = len(events)
            case.in_touch_on = events[-1].happened_on
        Case.objects.bulk_create((case for _old, case, _events in taken), batch_size=BATCH)
        Event.objects.bulk_create((event for _old, _case, events in taken for event in events), batch_size=BATCH)
        Note.objects.bulk_create(
            (Note(case=case, text=old.note, by=by, recorded_at=at) for old, case, _events in taken if old.note),
            batch_size=BATCH,
        )
        for old in renewing(cases):
            settle_recalls_of(old.client, by=by, on=old.opened_on, at=at)
    return [case for _old, case, _events in taken]


def renewing(cases: Sequence[OldCase]) -> list[OldCase]:
    """Those for whose client a recall is waiting: their new card is being requested."""
    new_cards = {old.client.pk: old for old in cases if old.procedure == Procedure.E_CARD}
    waiting: set[int] = set()
    for clients in batched(new_cards, BATCH, strict=False):
        recalled = Case.objects.filter(client__in=clients, recall_on__isnull=False)
        waiting |= set(recalled.order_by().values_list("client_id", flat=True))
    return [new_cards[client] for client in sorted(waiting)]


def take_over_visits(visits: Sequence[OldVisit], *, team: Team, by: User, at: datetime) -> list[Visit]:
    """Log the visits of an old list on the days they happened: entered later, by whoever brings the list in."""
    for old in visits:
        check_day(old.happened_on, at=at, not_before=None)
    with transaction.atomic():
        logged = Visit.objects.bulk_create(
            (
                Visit(
                    key=old.key, client=old.client, case=old.case, happened_on=old.happened_on, team=team, by=by,
                    recorded_at=at, doubt_checked=doubt_in(old.said.get("note", "")), **old.said,
                )
                for old in visits
            ),
            batch_size=BATCH,
        )  # fmt: skip
        last = Visit.objects.filter(client=OuterRef("client"), happened_on__gte=OuterRef("opened_on"))
        seen_on = Subquery(last.order_by("-happened_on").values("happened_on")[:1])
        for clients in batched(sorted({old.client.pk for old in visits if old.client}), BATCH, strict=False):
            quiet = Case.objects.open().filter(client__in=clients).alias(seen_on=seen_on)
            quiet.filter(seen_on__gt=F("in_touch_on")).update(in_touch_on=seen_on)
    return logged


def _cases(cases: Sequence[OldCase], *, team: Team) -> Iterator[Case]:
    wanted = Counter((WORKFLOWS[old.procedure].letters, old.opened_on.year) for old in cases)
    references = {
        (letters, year): iter(Series.next_references(letters, year=year, count=count))
        for (letters, year), count in sorted(wanted.items())
    }
    for old in cases:
        yield Case(
            reference=next(references[WORKFLOWS[old.procedure].letters, old.opened_on.year]),
            client=old.client,
            procedure=old.procedure,
            reason=old.reason,
            opened_on=old.opened_on,
            team=team,
        )


def _events(old: OldCase, case: Case, *, by: User, at: datetime, terms: Terms) -> Iterator[Event]:
    opening = known_at_opening(
        reason=old.reason,
        assignee=old.assignee.pk if old.assignee else None,
        card_expires_on=None if old.is_collected else old.card_expires_on,
        term=lambda code: terms.term(code, old.opened_on),
    )
    first, given = old.first_step, old.brings
    common = {"case": case, "procedure": old.procedure, "recorded_at": at, "by": by}
    yield Event(
        **common, seq=1, kind=EventKind.OPENED, target=first, happened_on=old.opened_on, facts=in_json(opening)
    )
    if old.step == first and not given:
        return
    step = Step(old.step)
    move = plain_move(old)
    if step != first:
        given |= entering(old, terms=terms)
    yield Event(
        **common,
        seq=2,
        kind=EventKind.MOVED if move else EventKind.TAKEN_OVER,
        transition=move.name if move else "",
        source=first,
        target=step,
        happened_on=old.since,
        facts=in_json(given),
    )


def plain_move(old: OldCase) -> Transition | None:
    """The move of the table that brings a case from its first step to where it stands, if the list says all of it."""
    for transition in WORKFLOWS[old.procedure].leaving(old.first_step):
        asked, given = {fact.name for fact in transition.asks}, set(old.brings)
        required = {fact.name for fact in transition.requires}
        leads_there = transition.target == old.step != old.first_step and OFFICE not in transition.asks
        free = transition.starts is None and all(RULES[need].only_warns for need in transition.needs)
        if leads_there and free and required <= given <= asked:
            return transition
    return None


def entering(old: OldCase, *, terms: Terms) -> Mapping[str, Value]:
    """The deadline that entering a step on a day starts, as a move into it would have started it; or none."""
    kinds = {t.target: t.starts for t in WORKFLOWS[old.procedure].transitions if t.starts}
    match kinds.get(Step(old.step)):
        case DueKind.ACTIVATION:
            return deadlines.activation(old.since, term=terms.term(DelayCode.ACTIVATION, old.since)).facts()
        case DueKind.LETTER:
            term, calendar = terms.term(DelayCode.CODES_LETTER, old.since), terms.calendar(old.office)
            return deadlines.letter(old.since, term=term, calendar=calendar).facts()
        case DueKind.URGENT:
            # The hour of the order is not in a list: the later of the two days is the one that does not disappoint.
            evening = datetime.combine(old.since, time(23), ZoneInfo(settings.TIME_ZONE))
            return deadlines.urgent(evening, calendar=terms.calendar(old.office)).facts()
        case DueKind.PICKUP:
            term = terms.term(DelayCode.CARD_KEPT, old.since)
            return deadlines.pickup(card_ready_on=None, letter_on=old.since, requested_on=None, term=term).facts()
        case _:
            return deadlines.NO_DEADLINE
