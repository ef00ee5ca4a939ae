"""The three counts that stand first in a report, and what lies behind each: cards on the page, rows in a file."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.reports import steps
from cases.reports.publication import shown
from cases.reports.tables import HIDDEN, Chart, Column, Figure, Row, Table
from cases.reports.who import Who

MINUTES_AN_HOUR = 60
LABELS = {
    "people": gettext_lazy("People"),
    "cases": gettext_lazy("Cases"),
    "opened": gettext_lazy("Cases opened in the period"),
    "closed": gettext_lazy("Cases closed in the period"),
    "left_open": gettext_lazy("Cases open at the end"),
    "visits": gettext_lazy("Visits"),
    "anonymous": gettext_lazy("Anonymous visits"),
    "hours": gettext_lazy("Hours with people"),
}


@dataclass(frozen=True)
class Headline:
    """People, cases and visits, which are never added to each other. `hours` are those of the visits."""

    people: Figure
    cases: Figure
    visits: Figure
    opened: Figure
    closed: Figure
    left_open: Figure
    anonymous: Figure
    hours: Figure


def headline(who: Who, *, for_publication: bool) -> Headline:
    whole = who.whole
    found = Headline(
        people=whole.people,
        cases=whole.cases,
        visits=whole.visits,
        opened=steps.opened(who.scope),
        closed=steps.closed(who.scope),
        left_open=steps.left_open(who.scope),
        anonymous=whole.anonymous,
        hours=round(whole.minutes / MINUTES_AN_HOUR),
    )
    return fit_to_publish(found) if for_publication else found


def fit_to_publish(found: Headline) -> Headline:
    """Each small count is hidden, and the hours with the visits that they belong to."""
    counts = {name: shown(figure) for name, figure in vars(found).items() if name != "hours"}
    return replace(found, **counts, hours=HIDDEN if counts["visits"] is HIDDEN else found.hours)


def in_short(found: Headline) -> Table:
    """The headline as a table; what is hidden in it is hidden already."""
    return Table(
        name="in_short",
        title=_("In short"),
        rule="",
        heading=_("What is counted"),
        columns=(Column("figure", gettext_lazy("Figure")),),
        rows=[Row(str(label), (getattr(found, name),)) for name, label in LABELS.items()],
        chart=Chart.TOTALS,
        drawn=(),
    )
