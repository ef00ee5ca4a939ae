"""Where the marks of a chart stand, so that a page only draws them, at any width.

Lengths along the chart are per cent of it, so that letters keep their size from a phone to paper; heights are pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.reports.tables import Chart, Figure, Row, Table
from cases.reports.wording import on_page

LONGEST = 80  # per cent: beyond it the figure of the longest bar is written
MOST_BARS = 12  # the others are in the table
BAR, SPAN, PANEL = 44, 64, 112  # how high the place of a bar is, that of a span, and that of a row of columns
CEILING, HIGHEST = 36, 68  # within a row of columns: what stands above them, and the highest of them
WIDE = 0.7  # of its place, a column
MOST_LABELS = 12


@dataclass(frozen=True)
class Bar:
    """A bar, its label above it and its figure behind it; `beyond` is how far a lighter bar reaches behind it."""

    label: str
    figure: str
    top: int
    length: float
    beyond: float


@dataclass(frozen=True)
class Post:
    """One column of a row of them."""

    start: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Panel:
    """A count month by month, on a scale of its own, with its highest figure."""

    title: str
    most: str
    top: int
    posts: Sequence[Post]

    floor: int = CEILING + HIGHEST


@dataclass(frozen=True)
class Mark:
    """A label under the columns; a `minor` one goes where there is little room."""

    label: str
    middle: float
    minor: bool


@dataclass(frozen=True)
class Drawing:
    """A chart ready to be drawn. `summary` says in a sentence what it shows, for whoever cannot see it.

    `rest` says how many bars the table has beyond those drawn, if any.
    """

    kind: Chart
    height: int
    summary: str
    bars: Sequence[Bar] = ()
    panels: Sequence[Panel] = ()
    marks: Sequence[Mark] = ()
    rest: str = ""


def drawing(table: Table) -> Drawing | None:
    """The chart of a table; None where there is nothing to draw."""
    match table.chart:
        case Chart.COLUMNS:
            return columns(table)
        case Chart.SPANS:
            return bars(table, spans(table))
        case Chart.TOTALS:
            return bars(table, totals(table))
        case Chart.BARS:
            return bars(table, firsts(table))


type Lengths = tuple[str, str, Figure, Figure]  # label, figure in words, length, length of the lighter bar


def firsts(table: Table) -> Iterator[Lengths]:
    """A bar a row, as long as the drawn figure."""
    place = table.place(table.drawn[0])
    for row in table.rows:
        yield row.label, on_page(row.figures[place], table.columns[place].unit), row.figures[place], 0


def totals(table: Table) -> Iterator[Lengths]:
    """A bar for each drawn column, as long as its total."""
    for place in map(table.place, table.drawn):
        if table.total:
            figure, column = table.total.figures[place], table.columns[place]
            yield str(column.header), on_page(figure, column.unit), figure, 0


def spans(table: Table) -> Iterator[Lengths]:
    """A bar up to the first drawn figure, and a lighter one up to the second."""
    near, far = map(table.place, table.drawn)
    for row in table.rows:
        figures = row.figures[near], row.figures[far]
        if None not in figures:
            words = _("half within %(near)s days, nine in ten within %(far)s")
            near_far = (on_page(figure, table.columns[near].unit) for figure in figures)
            yield row.label, words % dict(zip(("near", "far"), near_far, strict=True)), *figures


def bars(table: Table, lengths: Iterator[Lengths]) -> Drawing | None:
    shown = [
        (label, words, Decimal(length), Decimal(beyond))
        for label, words, length, beyond in lengths
        if isinstance(length, int | Decimal) and isinstance(beyond, int | Decimal)
    ]
    rest = ""
    if table.chart is Chart.BARS:
        shown = [bar for bar in shown if bar[2]]
        if more := len(shown[MOST_BARS:]):
            rest = ngettext("and %(n)d more in the table", "and %(n)d more in the table", more) % {"n": more}
        shown = shown[:MOST_BARS]
    height = SPAN if table.chart is Chart.SPANS else BAR
    longest = max((max(length, beyond) for _label, _words, length, beyond in shown), default=0)
    if longest <= 0:
        return None
    return Drawing(
        kind=table.chart,
        height=height * len(shown),
        summary="; ".join([*(f"{label}: {words}" for label, words, *_lengths in shown), *filter(None, [rest])]),
        rest=rest,
        bars=[
            Bar(label, words, height * n, per_cent(length, longest), per_cent(beyond, longest))
            for n, (label, words, length, beyond) in enumerate(shown)
        ],
    )


def per_cent(length: Decimal, longest: Decimal | int) -> float:
    return round(float(max(length, Decimal()) / longest * LONGEST), 2)


def columns(table: Table) -> Drawing | None:
    """A row of columns for each drawn figure, one above the other, so that each count has its own scale."""
    if not table.rows or table.total is None:
        return None
    panels = [panel(table, name, top=PANEL * n) for n, name in enumerate(table.drawn)]
    place = 100 / len(table.rows)
    step = -(-len(table.points) // MOST_LABELS)
    return Drawing(
        kind=table.chart,
        height=PANEL * len(panels) + BAR // 2,
        summary="; ".join(f"{each.title}: {each.most}" for each in panels),
        panels=panels,
        marks=[
            Mark(label, round(place * (n + 0.5), 2), minor=bool(n // step % 3))
            for n, label in enumerate(table.points)
            if n % step == 0
        ],
    )


def panel(table: Table, name: str, *, top: int) -> Panel:
    at = table.place(name)
    figures = [figure if isinstance(figure := row.figures[at], int) else 0 for row in table.rows]
    highest = max(figures)
    place = 100 / len(figures)
    best: Row = table.rows[figures.index(highest)]
    return Panel(
        title=str(table.columns[at].header),
        most=_("at most %(figure)s, in %(month)s")
        % {"figure": on_page(highest, table.columns[at].unit), "month": best.label}
        if highest
        else _("none"),
        top=top,
        posts=[
            Post(
                start=round(place * (n + (1 - WIDE) / 2), 2),
                top=CEILING + HIGHEST - (height := round(HIGHEST * figure / highest, 1)),
                width=round(place * WIDE, 2),
                height=height,
            )
            for n, figure in enumerate(figures)
            if figure
        ],
    )
