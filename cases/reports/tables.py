"""What a report is made of: tables of figures, each with what it says about itself and the chart that draws it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum, auto

from django.utils.functional import Promise


class Unit(Enum):
    """What a figure is. A COUNT is of people or what is theirs: small ones are hidden for publication."""

    COUNT = auto()
    MINUTES = auto()
    DAYS = auto()
    AMOUNT = auto()


class Hidden(Enum):
    """A figure that is not published."""

    HIDDEN = auto()


HIDDEN = Hidden.HIDDEN

# None: there is nothing to tell, as the median of nothing.
type Figure = int | Decimal | Hidden | None


class Chart(StrEnum):
    """How a table is drawn: a bar a row, a bar for each total, columns by month, or spans of days."""

    BARS = "bars"
    TOTALS = "totals"
    COLUMNS = "columns"
    SPANS = "spans"


@dataclass(frozen=True)
class Column:
    name: str
    header: str | Promise
    unit: Unit = Unit.COUNT


@dataclass(frozen=True)
class Row:
    """One line: its label, and a figure for each column. `repeated`: another table tells the same."""

    label: str
    figures: tuple[Figure, ...]
    repeated: bool = False

    @property
    def is_hidden(self) -> bool:
        return HIDDEN in self.figures


@dataclass(frozen=True, kw_only=True)
class Table:
    """`rule` says what counts in it. `total` is of the whole, not always a sum: somebody may stand in two rows.

    `drawn` are the columns that the chart draws. `withheld`: nothing of it can be published.
    """

    name: str
    title: str | Promise
    rule: str | Promise
    heading: str | Promise
    columns: Sequence[Column]
    rows: Sequence[Row]
    chart: Chart
    drawn: Sequence[str]
    total: Row | None = None
    points: Sequence[str] = ()
    """Shorter labels of the rows, for a chart with little room."""
    ranked: bool = False
    """Does the order of the rows tell their size?"""
    late: bool = False
    """Does it count what went wrong?"""
    withheld: bool = False

    def place(self, name: str) -> int:
        """Where the figures of a column stand in each row."""
        return [column.name for column in self.columns].index(name)

    @property
    def lines(self) -> list[Row]:
        """The rows as they are written, the total last."""
        return [*self.rows, *([self.total] if self.total else [])]


def most_first(rows: Iterable[Row]) -> list[Row]:
    """The longest row first, among equals by name."""
    return sorted(rows, key=lambda row: ([-figure for figure in row.figures if isinstance(figure, int)], row.label))
