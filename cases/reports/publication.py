"""A report for publication tells nothing of a few people: small cells are hidden, and what would give them away.

The rule, which stands beside every such report:
1. a row with a count from 1 to 4 is hidden whole, its amounts and delays too;
2. where there is a total, the smallest row that could stay is hidden as well, by the same mark: it has five or more in
   every column, and which of the hidden rows is the small one cannot be told from what the total leaves over;
3. where no such row is left, the whole table is withheld;
4. a total from 1 to 4 is hidden itself, with its whole table.

It protects one report. Two reports whose periods, teams or offices overlap can be subtracted from each other: whoever
publishes several should publish one kind of division alone.
"""

from dataclasses import replace

from cases.reports.tables import HIDDEN, Figure, Row, Table, Unit

FEWEST = 5


def published(table: Table) -> Table:
    """The table as it may be published."""
    counts = [n for n, column in enumerate(table.columns) if column.unit is Unit.COUNT]
    small = {n for n, row in enumerate(table.rows) if any(is_small(row.figures[c]) for c in counts)}
    if table.total and any(is_small(table.total.figures[c]) for c in counts):
        return withheld(table)
    if small and table.total:
        enough = [n for n, row in enumerate(table.rows) if all(at_least(row.figures[c]) for c in counts)]
        if not enough:
            return withheld(table)
        small.add(min(enough, key=lambda n: [table.rows[n].figures[c] for c in counts]))
    rows = [hidden(row) if n in small else row for n, row in enumerate(table.rows)]
    return replace(table, rows=rows)


def withheld(table: Table) -> Table:
    return replace(table, rows=[], total=None, withheld=True)


def hidden(row: Row) -> Row:
    return replace(row, figures=(HIDDEN,) * len(row.figures))


def is_small(figure: Figure) -> bool:
    return isinstance(figure, int) and 0 < figure < FEWEST


def at_least(figure: Figure) -> bool:
    return isinstance(figure, int) and figure >= FEWEST


def shown(figure: Figure) -> Figure:
    """A count that stands alone."""
    return HIDDEN if is_small(figure) else figure
