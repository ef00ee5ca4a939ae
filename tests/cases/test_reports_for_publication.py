"""What a published report hides, on tables small enough to be checked by hand."""

from dataclasses import replace
from decimal import Decimal
from itertools import combinations_with_replacement

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.reports.publication import published
from cases.reports.tables import HIDDEN, Chart, Column, Row, Table, Unit

COLUMNS = (Column("people", "People"), Column("cases", "Cases"), Column("asked", "Asked", Unit.AMOUNT))


def a_table(*rows, total=None):
    """Rows of people and cases, with an amount; the total is their sum unless there is none."""
    figures = [(people, cases, Decimal(10)) for people, cases in rows]
    whole = tuple(sum(column) for column in zip(*figures, strict=True)) if total is None else None
    return Table(
        name="communes", title="", rule="", heading="", columns=COLUMNS, chart=Chart.BARS, drawn=("people",),
        rows=[Row(f"row {n}", each) for n, each in enumerate(figures)],
        total=Row("Total", whole) if whole else None,
    )  # fmt: skip


def shown(table):
    return [n for n, row in enumerate(table.rows) if not row.is_hidden]


def test_a_table_without_small_counts_is_published_as_it_is():
    table = a_table((5, 5), (0, 0), (40, 60))

    assert published(table) == table


def test_a_row_below_five_goes_with_all_its_figures_and_takes_the_smallest_other_with_it():
    table = published(a_table((4, 9), (12, 14), (7, 8), (0, 0)))

    assert [row.figures for row in table.rows] == [
        (HIDDEN, HIDDEN, HIDDEN), (12, 14, Decimal(10)), (HIDDEN, HIDDEN, HIDDEN), (0, 0, Decimal(10)),
    ]  # fmt: skip
    assert table.total == a_table((4, 9), (12, 14), (7, 8), (0, 0)).total


def test_more_rows_go_until_the_small_count_could_be_any():
    """A first row for company would leave 9 - 5 = 4 and 9 - 8 = 1: it could be no other than the rule allows."""
    assert shown(published(a_table((4, 9), (5, 9), (5, 9), (40, 50)))) == [3]
    assert shown(published(a_table((1, 9), (5, 9), (11, 14), (40, 50)))) == [3]


def test_rows_of_a_ranked_table_tell_nothing_by_their_place():
    table = replace(a_table((40, 40), (30, 30), (12, 12), (3, 3)), ranked=True)

    assert [row.label for row in published(table).rows] == ["row 0", "row 1", "row 2", "row 3"]
    backwards = replace(table, rows=[replace(row, label=f"row {9 - n}") for n, row in enumerate(table.rows)])
    assert [row.label for row in published(backwards).rows] == ["row 9", "row 8", "row 6", "row 7"]


def test_a_row_that_another_table_repeats_keeps_nobody_company():
    table = a_table((3, 3), (9, 9), (20, 20), (40, 40))
    rows = [replace(row, repeated=row.label == "row 1") for row in table.rows]

    assert shown(published(replace(table, rows=rows))) == [1, 3]


def test_any_count_of_a_row_may_be_too_small():
    assert shown(published(a_table((9, 3), (12, 14), (20, 20)))) == [2]


def test_without_a_row_to_hide_with_it_the_table_is_withheld():
    table = published(a_table((4, 4), (3, 3)))

    assert (table.withheld, table.rows, table.total) == (True, [], None)


def test_a_small_total_withholds_its_table():
    assert published(a_table((4, 6), (0, 0))).withheld


def test_where_nothing_is_added_up_only_the_small_rows_go():
    assert shown(published(a_table((4, 4), (9, 9), total=False))) == [1]


def possible(table):
    """All that the hidden counts can be, for who knows the total, the rows shown and the rule."""
    shown = [row.figures[0] for row in table.rows if not row.is_hidden and row.figures[0]]
    hidden = sum(row.is_hidden for row in table.rows)
    left = table.total.figures[0] - sum(shown)
    return [
        counts
        for counts in combinations_with_replacement(range(1, min([left, *shown]) + 1 if shown else left + 1), hidden)
        if sum(counts) == left and counts[0] < 5 <= counts[-1]
    ]


@settings(deadline=None)
@given(st.lists(st.integers(0, 16), min_size=1, max_size=5))
def test_no_hidden_count_can_be_told_from_the_total(counts):
    """With one small row every count from 1 to 4 is possible; with more of them there is always another way."""
    table = published(a_table(*[(count, count) for count in counts]))
    if table.withheld or not any(row.is_hidden for row in table.rows):
        return

    ways = [way for way in possible(table) if sum(each < 5 for each in way) == sum(0 < count < 5 for count in counts)]
    if sum(0 < count < 5 for count in counts) == 1:
        assert {way[0] for way in ways} == {1, 2, 3, 4}
    assert len(ways) > 1


def test_control_hiding_the_small_row_alone_gives_it_away():
    whole = a_table((3, 3), (9, 9))
    alone = replace(whole, rows=[Row("row 0", (HIDDEN,) * 3), whole.rows[1]])

    assert alone.total.figures[0] - alone.rows[1].figures[0] == 3


def test_control_the_smallest_other_row_alone_may_give_it_away():
    """3 and 5 beside 5: the row for company has no more than those shown, and no less than five."""
    whole = a_table((3, 3), (5, 5), (5, 5))
    alone = replace(whole, rows=[*(Row(row.label, (HIDDEN,) * 3) for row in whole.rows[:2]), whole.rows[2]])

    assert possible(alone) == [(3, 5)]
