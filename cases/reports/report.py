"""The whole report: the three counts first, then its tables in their order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cases.reports import advocacy, money, steps
from cases.reports.counts import one_snapshot
from cases.reports.headline import Headline, headline, in_short
from cases.reports.publication import published
from cases.reports.scope import Scope
from cases.reports.tables import Table
from cases.reports.who import Who

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
IN_SHORT = "in_short"
FILES = (IN_SHORT, *TABLES)


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
    """One of the FILES alone, with the figures of the whole. Raises KeyError for a name that there is not."""
    if name == IN_SHORT:
        with one_snapshot():
            return in_short(headline(Who(scope), for_publication=for_publication))
    make = TABLES[name]
    with one_snapshot():
        table = make(Who(scope))
    return published(table) if for_publication else table
