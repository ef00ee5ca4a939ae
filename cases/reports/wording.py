"""How a figure is written: on the page by the habits of the language, in a file by those of its dialect."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cases.dialects import Dialect
from cases.reports.tables import Figure, Row, Table, Unit
from config.safe_cell import safe_cell
from config.wording import NO_BREAK

NOTHING = "–"


def on_page(figure: Figure, unit: Unit) -> str:
    """«1 234», «1 234,50 €»; a dash for what there is not, a word for what is not published."""
    match figure:
        case None:
            return NOTHING
        case int() | Decimal() if unit is Unit.AMOUNT:
            return f"{number_format(figure, decimal_pos=2, force_grouping=True)}{NO_BREAK}€"
        case int() | Decimal():
            return str(number_format(figure, force_grouping=True))
        case _:
            return _("hidden")


def in_file(figure: Figure, unit: Unit, dialect: Dialect) -> str:
    """«1234», «1234,50»; empty for what there is not."""
    match figure:
        case None:
            return ""
        case int() | Decimal() if unit is Unit.AMOUNT:
            return f"{figure:.2f}".replace(".", dialect.decimal)
        case int() | Decimal():
            return str(figure)
        case _:
            return _("hidden")


@dataclass(frozen=True)
class Line:
    """A row of a table in words."""

    label: str
    cells: list[str]
    hidden: bool


def lines(table: Table) -> list[Line]:
    """The rows of a table as a page writes them, without the total."""
    return [line(row, table) for row in table.rows]


def line(row: Row, table: Table) -> Line:
    cells = [on_page(figure, column.unit) for figure, column in zip(row.figures, table.columns, strict=True)]
    return Line(row.label, cells, row.is_hidden)


def table_csv(table: Table, dialect: Dialect) -> bytes:
    """The lines of a table as a file, the total last: the figures of the page."""
    header = [str(table.heading), *(str(column.header) for column in table.columns)]
    lines = [header, *(line_of(row, table, dialect) for row in table.lines)]
    return dialect.opening + "".join(dialect.line(line) for line in lines).encode()


def line_of(row: Row, table: Table, dialect: Dialect) -> list[str]:
    cells = zip(row.figures, table.columns, strict=True)
    return [safe_cell(row.label), *(in_file(figure, column.unit, dialect) for figure, column in cells)]
