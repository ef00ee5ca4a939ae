"""What a report looks at: a period, perhaps one team or one office, as of a day; and the rows that this selects.

Every figure starts here, so the rules of time and of correction are said once.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from cases.facts import OFFICE
from cases.models import Event, Visit
from cases.models.event import EventKind, EventQuerySet
from cases.models.visit import VisitQuerySet
from cases.reports.periods import Period
from cases.workflow import CLOSED_STEPS, WORKFLOWS
from communes.models import Office
from config.staff.models import Team, User

CLOSING = sorted({t.name for w in WORKFLOWS.values() for t in w.transitions if t.target in CLOSED_STEPS})
# A case ends once: nothing leads away from a closed step. An old list may bring a case that had ended already.
CLOSINGS = Event.objects.filter(
    kind__in=(EventKind.MOVED, EventKind.TAKEN_OVER), transition__in=(*CLOSING, ""), target__in=CLOSED_STEPS
)
CHOICE = "choose_office"


@dataclass(frozen=True)
class Scope:
    """`as_of` None: all that is noted by now, which is quicker, for a case's own columns say where it stands."""

    period: Period
    team: Team | None = None
    office: Office | None = None
    as_of: date | None = None

    @property
    def known_until(self) -> datetime | None:
        """The midnight in Brussels that ends the day of the report: 22:00 or 23:00 in UTC."""
        if self.as_of is None:
            return None
        return timezone.make_aware(datetime.combine(self.as_of + timedelta(days=1), time.min))

    def known[Q: QuerySet[Any, Any]](self, rows: Q) -> Q:
        """Without what was written down after the day of the report."""
        until = self.known_until
        return rows.filter(recorded_at__lt=until) if until else rows

    def standing(self, events: EventQuerySet) -> EventQuerySet:
        """Known events that no known correction undoes; the corrections themselves do not count either."""
        undone = self.known(Event.objects.filter(undoes__isnull=False, undoes=OuterRef("pk"))).order_by()
        return self.known(events).exclude(kind=EventKind.UNDONE).filter(~Exists(undone)).order_by()

    def in_scope(self, events: EventQuerySet) -> EventQuerySet:
        """Standing events of the cases of the team and the office."""
        standing = self.standing(events)
        if self.team:
            standing = standing.filter(case__team=self.team)
        return self.at_the_office(standing, "case")

    def events(self, *transitions: str) -> EventQuerySet:
        """What happened in the period in the cases of the scope: these moves, or anything."""
        first, last = self.period.first, self.period.last
        events = Event.objects.filter(happened_on__range=(first, last))
        if transitions:
            events = events.filter(kind=EventKind.MOVED, transition__in=transitions)
        return self.in_scope(events)

    def closings(self) -> EventQuerySet:
        """The ends of cases in the period, one a case."""
        return self.in_scope(CLOSINGS.filter(happened_on__range=(self.period.first, self.period.last)))

    def visits(self) -> VisitQuerySet:
        """The visits of the period as they stand, corrected ones apart: those of the team, whoever's case it is."""
        visits = self._visits()
        if self.team:
            visits = visits.filter(team=self.team)
        return self.at_the_office(visits, "case")

    def visits_of_cases(self) -> VisitQuerySet:
        """The visits of the period in the cases of the scope, whoever logged them."""
        visits = self._visits().filter(case__isnull=False)
        if self.team:
            visits = visits.filter(case__team=self.team)
        return self.at_the_office(visits, "case")

    def _visits(self) -> VisitQuerySet:
        corrections = self.known(Visit.objects.filter(corrects__isnull=False, corrects=OuterRef("pk"))).order_by()
        happened = Visit.objects.filter(happened_on__range=(self.period.first, self.period.last))
        return self.known(happened).filter(~Exists(corrections)).order_by()

    def at_the_office[Q: QuerySet[Any, Any]](self, rows: Q, case: str) -> Q:
        """Those whose case has the office of the scope."""
        if self.office is None:
            return rows
        return rows.alias(at=self.office_of(case)).filter(at=self.office.pk)

    def office_of(self, case: str = "") -> Combinable:
        """The office that a case had chosen by the day of the report; `case` is the way to it from the rows."""
        if self.as_of is None:
            return F(f"{case}__office" if case else "office")
        choices = Event.objects.filter(case=OuterRef(case or "pk"), facts__has_key=OFFICE.name)
        chosen = Cast(KT(f"facts__{OFFICE.name}"), IntegerField())
        last = self.standing(choices).order_by("-seq").annotate(chosen=chosen)
        return Subquery(last.values("chosen")[:1])


def team_of(user: User, asked: Team | None) -> Team | None:
    """The team whose figures somebody gets: what they ask for, or their own if they may not see every team.

    Raises ValueError for somebody without a team who may see no other.
    """
    if user.has_perm("cases.see_every_team"):
        return asked
    if user.team is None:
        raise ValueError("Without a team there is nothing to count.")
    return user.team
