"""What a published report hides, on tables small enough to be checked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
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


def test_any_count_of_a_row_may_be_too_small():
    assert shown(published(a_table((9, 3), (12, 14), (20, 20)))) == [2]


def test_without_a_row_to_hide_with_it_the_table_is_withheld():
    table = published(a_table((4, 4), (3, 3)))

    assert (table.withheld, table.rows, table.total) == (True, [], None)


def test_a_small_total_withholds_its_table():
    assert published(a_table((4, 6), (0, 0))).withheld


def test_where_nothing_is_added_up_only_the_small_rows_go():
    assert shown(published(a_table((4, 4), (9, 9), total=False))) == [1]


def determined(table, hidden):
    """The hidden counts that a reader can tell for sure from the total and the rule."""
    left = table.total.figures[0] - sum(row.figures[0] for row in table.rows if not row.is_hidden)
    values = [range(1, left + 1)] * len(hidden)
    possible = [set() for _ in hidden]

    def place(n, left, chosen):
        if n == len(hidden):
            if left == 0 and any(each < 5 for each in chosen) and any(each >= 5 for each in chosen):
                for at, each in enumerate(chosen):
                    possible[at].add(each)
            return
        for each in values[n]:
            if each <= left:
                place(n + 1, left - each, [*chosen, each])

    place(0, left, [])
    return [next(iter(each)) for each in possible if len(each) == 1]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=5))
def test_no_hidden_count_can_be_told_from_the_total(counts):
    table = published(a_table(*[(count, count) for count in counts]))
    if table.withheld or not any(row.is_hidden for row in table.rows):
        return

    assert determined(table, [row for row in table.rows if row.is_hidden]) == []


def test_control_hiding_the_small_row_alone_gives_it_away():
    whole = a_table((3, 3), (9, 9))
    alone = Table(**{**vars(whole), "rows": [Row("row 0", (HIDDEN,) * 3), whole.rows[1]]})

    assert whole.total.figures[0] - alone.rows[1].figures[0] == 3
    with pytest.raises(AssertionError):
        assert shown(alone) == []
