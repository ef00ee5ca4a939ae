"""A report for publication tells nothing of a few people: small cells are hidden, and what would give them away.

The rule, which stands beside every such report:
1. a row with a count from 1 to 4 is hidden whole, its amounts and delays too;
2. where there is a total, others are hidden as well, the smallest first, by the same mark, until what the total leaves
   over would fit any count from 1 to 4: whoever knows this rule, and that the rows shown are larger than those hidden
   for company, can still not tell one of them;
3. where no such rows are left, the whole table is withheld;
4. a total from 1 to 4 is hidden itself, with its whole table;
5. a row that another table repeats keeps nobody company, and hidden rows stand last where the order tells the size.

It protects one report. Two reports whose periods, teams or offices overlap can be subtracted from each other: whoever
publishes several should publish one kind of division alone.
"""

from collections.abc import Sequence
from dataclasses import replace

from cases.reports.tables import HIDDEN, Figure, Row, Table, Unit

FEWEST = 5


def published(table: Table) -> Table:
    """The table as it may be published."""
    counts = [n for n, column in enumerate(table.columns) if column.unit is Unit.COUNT]
    small = [row for row in table.rows if any(is_small(row.figures[c]) for c in counts)]
    if table.total and any(is_small(table.total.figures[c]) for c in counts):
        return withheld(table)
    company = company_of(small, table.rows, counts) if small and table.total else []
    if company is None:
        return withheld(table)
    rows = [hidden(row) if row in small or row in company else row for row in table.rows]
    if table.ranked:
        rows.sort(key=lambda row: (row.is_hidden, row.label if row.is_hidden else ""))
    return replace(table, rows=rows)


def company_of(small: Sequence[Row], rows: Sequence[Row], counts: Sequence[int]) -> list[Row] | None:
    """The fewest rows to hide with the small ones, the smallest first; None if all of them are too few."""
    enough = [row for row in rows if not row.repeated and all(at_least(row.figures[c]) for c in counts)]
    enough.sort(key=lambda row: [row.figures[c] for c in counts])
    for size in range(1, len(enough) + 1):
        company, others = enough[:size], enough[size:]
        if all(keeps(small, company, others, c) for c in counts):
            return company
    return None


def keeps(small: Sequence[Row], company: Sequence[Row], others: Sequence[Row], column: int) -> bool:
    """Could each small count of a column be anything from 1 to 4, for all that the total and the rule say?

    The rows that keep company have five or more, and in the first column no more than the others: between the two
    limits there must be room for the least and for the most that the small counts can add up to.
    """
    few = [figure for row in small if is_small(figure := row.figures[column])]
    left = sum(figure for figure in (*few, *(row.figures[column] for row in company)) if isinstance(figure, int))
    most = [figure for row in others if isinstance(figure := row.figures[column], int)] if column == 0 else []
    room_for_most = left - FEWEST * len(company) >= (FEWEST - 1) * len(few)
    room_for_least = not most or left - min(most) * len(company) <= len(few)
    return not few or (room_for_most and room_for_least)


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
