"""The whole report: the three counts first, then its tables in their order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cases.reports import advocacy, money, steps
from cases.reports.counts import one_snapshot
from cases.reports.publication import published, shown
from cases.reports.scope import Scope
from cases.reports.tables import Figure, Table
from cases.reports.who import Who

MINUTES_AN_HOUR = 60

# Each table by its name, in the order of the report.
TABLES: Mapping[str, Callable[[Who], Table]] = {
    "months": Who.months,
    "procedures": Who.procedures,
    "outcomes": lambda who: steps.outcomes(who.scope),
    "communes": Who.communes,
    "sent_away": lambda who: advocacy.sent_away(who.scope),
    "offices": Who.offices,
    "delays": lambda who: steps.delays(who.scope),
    "losses": lambda who: steps.losses(who.scope),
    "money": lambda who: money.money(who.scope),
    "documents": Who.documents,
    "ages": Who.ages,
    "languages": Who.languages,
    "channels": Who.channels,
    "topics": Who.topics,
    "results": Who.results,
}


@dataclass(frozen=True)
class Headline:
    """The three counts that are never mixed, and what lies behind each."""

    people: Figure
    cases: Figure
    visits: Figure
    opened: Figure
    closed: Figure
    left_open: Figure
    anonymous: Figure
    hours: int


@dataclass(frozen=True)
class Report:
    headline: Headline
    tables: list[Table]


def report(scope: Scope, *, for_publication: bool = False) -> Report:
    """Every figure of a scope, at one instant."""
    with one_snapshot():
        who = Who(scope)
        return Report(
            headline=headline(who, for_publication=for_publication),
            tables=[
                published(table) if for_publication else table for table in (make(who) for make in TABLES.values())
            ],
        )


def table_of(name: str, scope: Scope, *, for_publication: bool = False) -> Table:
    """One table of the report alone, with the same figures. Raises KeyError for a name that there is not."""
    make = TABLES[name]
    with one_snapshot():
        table = make(Who(scope))
    return published(table) if for_publication else table


def headline(who: Who, *, for_publication: bool) -> Headline:
    whole = who.whole
    counted: dict[str, Figure] = {
        "people": whole.people,
        "cases": whole.cases,
        "visits": whole.visits,
        "opened": steps.opened(who.scope),
        "closed": steps.closed(who.scope),
        "left_open": steps.left_open(who.scope),
        "anonymous": whole.anonymous,
    }
    if for_publication:
        counted = {name: shown(figure) for name, figure in counted.items()}
    return Headline(**counted, hours=round(whole.minutes / MINUTES_AN_HOUR))
