"""A chart is drawn to scale: its marks stand where its figures say, and what it leaves out it tells."""

import pytest

from cases.reports.charts import BAR, CEILING, HIGHEST, PANEL, SPAN, drawing
from cases.reports.tables import HIDDEN, Chart, Column, Row, Table, Unit

COUNTS = (Column("people", "People"), Column("cases", "Cases"))
DAYS = (Column("median", "Median", Unit.DAYS), Column("ninety", "Nine in ten", Unit.DAYS))


def a_table(chart, *rows, columns=COUNTS, drawn=("people",), **more):
    return Table(
        name="communes", title="", rule="", heading="", columns=columns, chart=chart, drawn=drawn,
        rows=[Row(label, tuple(figures)) for label, *figures in rows], **more,
    )  # fmt: skip


def test_a_bar_is_as_long_as_its_figure_says():
    drawn = drawing(a_table(Chart.BARS, ("Uccle", 40, 7), ("Forest", 10, 90), ("Jette", 0, 3), ("Evere", 30, 1)))

    assert [(bar.label, bar.figure, bar.length, bar.beyond) for bar in drawn.bars] == [
        ("Uccle", "40", 80, 0), ("Forest", "10", 20, 0), ("Evere", "30", 60, 0),
    ]  # fmt: skip
    assert [bar.top for bar in drawn.bars] == [0, BAR, 2 * BAR]
    assert drawn.height == 3 * BAR


def test_the_bars_of_totals_are_of_one_scale():
    table = a_table(Chart.TOTALS, ("Digital key", 1, 2), drawn=("cases", "people"), total=Row("Total", (25, 100)))

    assert [(bar.label, bar.length) for bar in drawing(table).bars] == [("Cases", 80), ("People", 20)]


def test_a_span_reaches_its_median_and_behind_it_nine_in_ten():
    drawn = drawing(
        a_table(
            Chart.SPANS, ("To register", 5, 20), ("To activate", 10, 40), ("Orientation", None, None),
            columns=DAYS, drawn=("median", "ninety"),
        )
    )  # fmt: skip

    assert [(bar.label, bar.length, bar.beyond) for bar in drawn.bars] == [
        ("To register", 10, 40), ("To activate", 20, 80),
    ]  # fmt: skip
    assert ([bar.top for bar in drawn.bars], drawn.height) == ([0, SPAN], 2 * SPAN)


def test_the_columns_of_each_count_stand_on_its_floor_on_a_scale_of_its_own():
    months = [("January", 4, 100), ("February", 0, 25), ("March", 2, 50), ("April", 1, 0)]
    table = a_table(
        Chart.COLUMNS, *months, drawn=("people", "cases"), total=Row("Total", (7, 175)),
        points=["Jan", "Feb", "Mar", "Apr"],
    )  # fmt: skip

    people, cases = drawing(table).panels

    assert [post.height for post in people.posts] == [HIGHEST, HIGHEST / 2, HIGHEST / 4]
    assert [post.height for post in cases.posts] == [HIGHEST, HIGHEST / 4, HIGHEST / 2]
    assert [post.start + post.width / 2 for post in people.posts] == pytest.approx([12.5, 62.5, 87.5])
    assert [post.start + post.width / 2 for post in cases.posts] == pytest.approx([12.5, 37.5, 62.5])
    assert {post.top + post.height for post in (*people.posts, *cases.posts)} == {CEILING + HIGHEST}
    assert (people.floor, people.top, cases.top, drawing(table).height) == (
        CEILING + HIGHEST, 0, PANEL, 2 * PANEL + BAR // 2,
    )  # fmt: skip
    assert [(mark.label, mark.middle) for mark in drawing(table).marks] == [
        ("Jan", 12.5), ("Feb", 37.5), ("Mar", 62.5), ("Apr", 87.5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "rest"), [(12, ""), (13, "and 1 more in the table"), (19, "and 7 more in the table")]
)
def test_a_chart_says_how_many_bars_it_leaves_to_the_table(rows, rest):
    communes = [(f"Commune {n}", 40 - n, 1) for n in range(rows)]
    drawn = drawing(a_table(Chart.BARS, *communes, ("Nobody", 0, 0), ("A few", HIDDEN, HIDDEN)))

    assert [bar.label for bar in drawn.bars] == [f"Commune {n}" for n in range(12)]
    assert drawn.rest == rest
    assert drawn.summary == "; ".join([*(f"Commune {n}: {40 - n}" for n in range(12)), *([rest] if rest else [])])


def test_nothing_is_drawn_of_nothing():
    assert drawing(a_table(Chart.BARS, ("Uccle", 0, 0))) is None
    assert drawing(a_table(Chart.COLUMNS)) is None
