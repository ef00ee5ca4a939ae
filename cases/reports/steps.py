"""What became of the cases: opened and closed, with which outcome, after how many days a step, and what was lost."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.dialects import DaysBetween
from cases.models import Case, Event
from cases.models.event import EventKind
from cases.reports.scope import CLOSINGS, Scope
from cases.reports.tables import Chart, Column, Row, Table, Unit
from cases.workflow import CLOSED_STEPS, WORKFLOWS, Step

CASES, PEOPLE = Column("cases", gettext_lazy("Cases")), Column("people", gettext_lazy("People"))
LOST = {
    "expire": gettext_lazy("Activation expired"),
    "lose_code": gettext_lazy("Code or link lost"),
    "destroy": gettext_lazy("Card destroyed"),
}
HALF, NINE_IN_TEN = 50, 90


def opened(scope: Scope) -> int:
    """The cases opened in the period."""
    first, last = scope.period.first, scope.period.last
    return scope.in_scope(Event.objects.filter(kind=EventKind.OPENED, happened_on__range=(first, last))).count()


def closed(scope: Scope) -> int:
    return scope.closings().count()


def left_open(scope: Scope) -> int:
    """The cases that were open at the end of the period, or are now if it has not ended."""
    last = scope.period.last
    if scope.as_of is None:
        cases = Case.objects.filter(Q(closed_on=None) | Q(closed_on__gt=last), opened_on__lte=last)
        cases = cases.filter(team=scope.team) if scope.team else cases
        return scope.at_the_office(cases, "").order_by().count()
    begun = scope.in_scope(Event.objects.filter(kind=EventKind.OPENED, happened_on__lte=last))
    ended = scope.in_scope(CLOSINGS.filter(happened_on__lte=last))
    return begun.count() - ended.count()


def outcomes(scope: Scope) -> Table:
    """How the cases closed in the period ended."""
    by_person = scope.closings().values("case__client").order_by()
    counted = by_person.annotate(
        **{step: Count("pk", filter=Q(target=step)) for step in CLOSED_STEPS}, times=Count("pk")
    ).aggregate(
        **{f"{step}_cases": Sum(step, default=0) for step in CLOSED_STEPS},
        **{f"{step}_people": Count("case__client", filter=Q(**{f"{step}__gt": 0})) for step in CLOSED_STEPS},
        cases=Sum("times", default=0),
        people=Count("case__client"),
    )
    return Table(
        name="outcomes",
        title=_("By outcome"),
        rule=_("The cases that were closed in the period."),
        heading=_("Outcome"),
        columns=(CASES, PEOPLE),
        rows=[
            Row(
                str(step.label),
                (counted[f"{step}_cases"], counted[f"{step}_people"]),
                repeated=step == Step.DESTROYED,  # it stands among the losses too
            )
            for step in CLOSED_STEPS
        ],
        total=Row(_("Total"), (counted["cases"], counted["people"])),
        chart=Chart.BARS,
        drawn=("cases",),
    )


CASES_AND_PEOPLE = {"cases": Count("case", distinct=True), "people": Count("case__client", distinct=True)}


def losses(scope: Scope) -> Table:
    """What went wrong: each time costs a client another visit, and often another fee."""
    found = scope.events(*LOST).values_list("transition").annotate(times=Count("pk"), **CASES_AND_PEOPLE)
    counted = {name: figures for name, *figures in found.order_by("transition")}
    return Table(
        name="losses",
        title=_("Expired, lost, destroyed"),
        rule=_("Each time the client has to go again, and often to pay again."),
        heading=_("What happened"),
        columns=(Column("times", gettext_lazy("Times")), CASES, PEOPLE),
        rows=[Row(str(label), tuple(counted.get(name, (0, 0, 0)))) for name, label in LOST.items()],
        chart=Chart.BARS,
        drawn=("times",),
        late=True,
    )


def delays(scope: Scope) -> Table:
    """The days between reaching a step and leaving it, for the steps that were left in the period."""
    found = days_by_step(scope)
    rows = []
    for workflow in WORKFLOWS.values():
        for step in workflow.open_steps:
            days = found.get((workflow.procedure, step), Counter())
            label = _("%(procedure)s: %(step)s") % {"procedure": workflow.procedure.label, "step": step.label}
            rows.append(Row(label, (days.total(), within(days, HALF), within(days, NINE_IN_TEN))))
    return Table(
        name="delays",
        title=_("Days a step"),
        rule=_(
            "Counted for the steps that were left in the period: half of them took no longer than the median, "
            "nine in ten no longer than the last figure."
        ),
        heading=_("Step"),
        columns=(
            Column("left", gettext_lazy("Times left")),
            Column("median", gettext_lazy("Median, in days"), Unit.DAYS),
            Column("ninety", gettext_lazy("Nine in ten, in days"), Unit.DAYS),
        ),
        rows=rows,
        chart=Chart.SPANS,
        drawn=("median", "ninety"),
    )


def within(days: Counter[int], percent: int) -> int | None:
    """The fewest days within which so many per cent were done (nearest rank); None if there is nothing to rank."""
    place = -(-days.total() * percent // 100)
    for length, times in sorted(days.items()):
        place -= times
        if place <= 0:
            return length
    return None


def days_by_step(scope: Scope) -> Mapping[tuple[str, str], Counter[int]]:
    """How often a step took how many days, by procedure and step: few rows, whatever the size of the office.

    What stood before a step when it was left stands as long as the leaving does: only the last event is ever undone.
    """
    changes = Event.objects.changing_step().filter(case=OuterRef("case"), seq__lt=OuterRef("seq"))
    reached = scope.standing(changes).order_by("-seq").values("happened_on")[:1]
    left = scope.events(*MOVING).exclude(source=F("target"))
    lasted = left.annotate(days=DaysBetween(Subquery(reached), "happened_on"))
    found: dict[tuple[str, str], Counter[int]] = {}
    rows = lasted.values_list("procedure", "source", "days").annotate(times=Count("pk")).order_by()
    for procedure, step, days, times in rows.iterator():
        found.setdefault((procedure, step), Counter())[days] = times
    return found


MOVING = sorted({t.name for w in WORKFLOWS.values() for t in w.transitions for s in t.sources if s != t.target})
