"""What the clients were asked for and paid at the counters, and what another office than that of home saved them.

The unit is a turn at a counter: a client registers for a key, requests a card or new codes. What was announced is the
price of the office last chosen before it. What was paid is the last amount noted between two moves that send a client
back (a code that expired or was lost): such a client pays again, and each time counts.
"""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Greatest, Least
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import facts
from cases.models import Event
from cases.models.event import EventKind
from cases.reports.scope import CHOICE, Scope
from cases.reports.tables import Chart, Column, Row, Table, Unit
from cases.workflow import WORKFLOWS, Procedure

COUNTER = sorted({t.name for w in WORKFLOWS.values() for t in w.transitions if facts.PAID in t.asks})
BEFORE_A_COUNTER = {s for w in WORKFLOWS.values() for t in w.transitions if t.name in COUNTER for s in t.sources}
# The moves that lead back on the path of their procedure, to where one goes to the counter again.
BACK = sorted(
    {
        t.name
        for w in WORKFLOWS.values()
        for t in w.transitions
        for source in t.sources
        if t.target in BEFORE_A_COUNTER
        and {source, t.target} <= set(w.path)
        and w.path.index(t.target) < w.path.index(source)
    }
)
OF_MONEY = (
    Column("turns", gettext_lazy("Times at a counter")),
    Column("announced", gettext_lazy("Announced"), Unit.AMOUNT),
    Column("paid", gettext_lazy("Paid"), Unit.AMOUNT),
    Column("compared", gettext_lazy("Compared with home")),
    Column("saved", gettext_lazy("Saved against home"), Unit.AMOUNT),
)

type Turn = tuple[str, Decimal | None, Decimal | None, Decimal | None, int]


def money(scope: Scope) -> Table:
    """What was announced, paid and saved in the period, by procedure. What nobody noted is in no sum."""
    sums: dict[str, list[Any]] = defaultdict(lambda: [0, Decimal(), Decimal(), 0, Decimal()])
    for procedure, quoted, home, paid, times in turns(scope):
        cost = quoted if paid is None else paid
        compared = home is not None and cost is not None
        saved = (home - cost) * times if home is not None and cost is not None else 0
        of_turn = (times, (quoted or 0) * times, (paid or 0) * times, times if compared else 0, saved)
        sums[procedure] = [sum(pair) for pair in zip(sums[procedure], of_turn, strict=True)]
    rows = [Row(str(procedure.label), tuple(sums[procedure])) for procedure in Procedure]
    return Table(
        name="money",
        title=_("Fees"),
        rule=_(
            "Each time somebody registers or makes a request at a counter. Saved: the price at home, less what was "
            "paid, or announced if nobody noted what was paid."
        ),
        heading=_("Procedure"),
        columns=OF_MONEY,
        rows=rows,
        total=Row(_("Total"), tuple(sum(column) for column in zip(*(row.figures for row in rows), strict=True))),
        chart=Chart.TOTALS,
        drawn=("announced", "paid", "saved"),
    )


def turns(scope: Scope) -> QuerySet[Event, Turn]:
    """The turns at a counter: how many of each procedure, price announced, price at home and amount paid.

    Amounts are few: counting the turns by amount keeps the sums exact, in decimals, on both engines.
    """
    earlier = Event.objects.filter(
        case=OuterRef("case"), seq__lt=OuterRef("seq"), kind=EventKind.MOVED, transition=CHOICE
    )
    choice = scope.standing(earlier).order_by("-seq")
    back = Event.objects.filter(
        case=OuterRef("case"),
        kind=EventKind.MOVED,
        transition__in=BACK,
        seq__gt=Least(OuterRef("seq"), OuterRef(OuterRef("seq"))),
        seq__lt=Greatest(OuterRef("seq"), OuterRef(OuterRef("seq"))),
    )
    noted = Event.objects.filter(case=OuterRef("case"), facts__has_key=facts.PAID.name)
    payment = scope.standing(noted).filter(~Exists(scope.standing(back))).order_by("-seq")
    at_the_counter = scope.events(*COUNTER).annotate(
        quoted=amount(choice, facts.QUOTED), home=amount(choice, facts.HOME_AMOUNT), spent=amount(payment, facts.PAID)
    )
    grouped = at_the_counter.values_list("procedure", "quoted", "home", "spent").annotate(times=Count("pk"))
    return grouped.order_by()


def amount(events: QuerySet[Event], fact: facts.Fact) -> Subquery:
    """The fact as noted by the first of the events."""
    euro = DecimalField(max_digits=9, decimal_places=2)
    return Subquery(events.annotate(noted=Cast(KT(f"facts__{fact.name}"), euro)).values("noted")[:1])
