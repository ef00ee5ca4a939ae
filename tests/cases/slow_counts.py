"""The figures of a report counted by plain Python, one row at a time: what the sums of the database must equal."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from cases.models import Case, Client, Companion, Event, Visit
from cases.models.event import EventKind
from cases.replay import standing, state_of
from cases.reports.scope import Scope
from cases.workflow import CLOSED_STEPS
from communes.models import Tariff

BRUSSELS = ZoneInfo("Europe/Brussels")
AT_A_COUNTER = {"register", "request", "order_urgently", "request_codes", "reset_at_counter"}
ENDING = {EventKind.MOVED, EventKind.TAKEN_OVER}
SENT_BACK = {"expire", "lose_code"}


@dataclass(frozen=True)
class Told:
    """One case as the report knows it: its standing events, and the office it had chosen."""

    case: Case
    events: list[Event]
    office: Any


@dataclass(frozen=True)
class Beside:
    """Somebody who came along: read as a visit of their own, which is none."""

    visit: Visit
    client: Client

    @property
    def case(self) -> Case | None:
        return self.visit.case

    @property
    def case_id(self) -> int | None:
        return self.visit.case_id


@dataclass
class SlowCounts:
    scope: Scope
    told: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        for case in Case.objects.select_related("client__residence_document").order_by("pk"):
            events = standing(e for e in Event.objects.filter(case=case).order_by("seq") if self.knows(e))
            if events and self.scope.team in (None, case.team):
                office = state_of(events).known.get("office")
                if self.scope.office is None or self.scope.office.pk == office:
                    self.told.append(Told(case, events, office))

    def knows(self, row: Event | Visit) -> bool:
        """Was it written down by the end of the day of the report, by the clocks of Brussels?"""
        return self.scope.as_of is None or row.recorded_at.astimezone(BRUSSELS).date() <= self.scope.as_of

    def happened(self, row: Event | Visit) -> bool:
        return self.scope.period.first <= row.happened_on <= self.scope.period.last

    @cached_property
    def visits(self) -> list[Visit]:
        known = [visit for visit in Visit.objects.order_by("pk") if self.knows(visit)]
        corrected = {visit.corrects_id for visit in known}
        return [visit for visit in known if visit.pk not in corrected and self.happened(visit)]

    @cached_property
    def own_visits(self) -> list[Visit]:
        """Those of the team, in the cases of the office."""
        keys = {told.case.pk for told in everything(self.scope).told}
        return [
            visit
            for visit in self.visits
            if self.scope.team in (None, visit.team) and (self.scope.office is None or visit.case_id in keys)
        ]

    @cached_property
    def beside(self) -> list[Beside]:
        """Who came along to them."""
        visits = {visit.pk: visit for visit in self.own_visits}
        found = Companion.objects.filter(visit__in=visits).select_related("client__residence_document")
        return [Beside(visits[one.visit_id], one.client) for one in found.order_by("pk")]

    @cached_property
    def known_tariffs(self) -> list[Tariff]:
        rows = Tariff.objects.select_related("office__commune").order_by("valid_from", "pk")
        entered = {entry.id: entry.history_date.astimezone(BRUSSELS).date() for entry in Tariff.history.all()}
        return [row for row in rows if self.scope.as_of is None or entered[row.pk] <= self.scope.as_of]

    def tariffs(self, service: str, *, on: date) -> list[Tariff]:
        """The rows that held on a day, of those entered by the day of the report; in these tests none ever changed."""
        last: dict[tuple[int, str, str], Tariff] = {}
        for row in self.known_tariffs:
            if row.service == service and row.valid_from <= on:
                before = last.get(line := (row.office_id, row.residency, row.document))
                row.was_offered = before is not None and (before.offered or before.was_offered)
                last[line] = row
        return [last[line] for line in sorted(last)]

    def months(self, told: Told) -> set[date]:
        """The months in which something happened in a case."""
        happened = [row for row in told.events if self.happened(row)]
        visited = [visit for visit in self.visits if visit.case_id == told.case.pk]
        return {row.happened_on.replace(day=1) for row in (*happened, *visited)}

    def three(self, of_case: Callable[[Told], Any], of_visit: Callable[[Any], Any]) -> dict[Any, tuple[int, int, int]]:
        """People, cases and visits by key; the visits of nobody under their key too."""
        people: dict[Any, set[int]] = defaultdict(set)
        cases: Counter[Any] = Counter()
        visits: Counter[Any] = Counter()
        for told in self.told:
            if self.months(told):
                cases[of_case(told)] += 1
                people[of_case(told)].add(told.case.client_id)
        for visit in self.own_visits:
            visits[of_visit(visit)] += 1
            if visit.client_id:
                people[of_visit(visit)].add(visit.client_id)
        for one in self.beside:
            people[of_visit(one)].add(one.client.pk)
        return {key: (len(people[key]), cases[key], visits[key]) for key in {*people, *cases, *visits}}

    def moves(self, names: set[str]) -> Iterator[tuple[Told, Event]]:
        """The standing moves of the period by these names, with their case."""
        for told in self.told:
            for event in told.events:
                if event.kind == EventKind.MOVED and event.transition in names and self.happened(event):
                    yield told, event

    def outcomes(self) -> dict[str, tuple[int, int]]:
        cases: dict[str, set[int]] = defaultdict(set)
        people: dict[str, set[int]] = defaultdict(set)
        for told in self.told:
            for event in told.events:
                if event.kind in ENDING and event.target in CLOSED_STEPS and self.happened(event):
                    cases[event.target].add(told.case.pk)
                    people[event.target].add(told.case.client_id)
        return {step: (len(cases[step]), len(people[step])) for step in cases}

    def days(self) -> dict[tuple[str, str], list[int]]:
        """The days of each stay at a step that was left in the period, the shortest first."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for told in self.told:
            since = None
            for event in told.events:
                if event.source != event.target:
                    if since is not None and event.kind == EventKind.MOVED and self.happened(event):
                        found[event.procedure, event.source].append((event.happened_on - since).days)
                    since = event.happened_on
        return {key: sorted(days) for key, days in found.items()}

    def left_open(self) -> int:
        last = self.scope.period.last
        return sum(
            told.case.opened_on <= last
            and not any(e.target in CLOSED_STEPS and e.kind in ENDING and e.happened_on <= last for e in told.events)
            for told in self.told
        )

    def turns(self) -> Iterator[tuple[str, Decimal | None, Decimal | None, Decimal | None]]:
        """Each turn at a counter of the period: procedure, price announced, price at home, paid."""
        for told in self.told:
            for event in told.events:
                if event.transition not in AT_A_COUNTER or event.kind != EventKind.MOVED or not self.happened(event):
                    continue
                place = told.events.index(event)
                before = [e for e in told.events[:place] if e.transition == "choose_office"]
                rounds = [n for n, e in enumerate(told.events) if e.transition in SENT_BACK]
                begin = max((n for n in rounds if n < place), default=-1)
                end = min((n for n in rounds if n > place), default=len(told.events))
                payments = [e.facts["paid"] for e in told.events[begin + 1 : end] if "paid" in e.facts]
                promise = before[-1].facts if before else {}
                yield (
                    event.procedure,
                    euro(promise.get("quoted")),
                    euro(promise.get("home_amount")),
                    euro(payments[-1] if payments else None),
                )


def everything(scope: Scope) -> SlowCounts:
    """The same, of every team."""
    return SlowCounts(Scope(scope.period, office=scope.office, as_of=scope.as_of))


def euro(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


def nearest_rank(days: list[int], percent: int) -> int | None:
    """The median or another percentile of sorted days, as it is taught: the smallest that reaches the share."""
    for length in days:
        if sum(each <= length for each in days) * 100 >= percent * len(days):
            return length
    return None
