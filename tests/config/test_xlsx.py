"""The workbook that leaves while it is written, read back by openpyxl."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from config import xlsx
from config.tables import read_table

HEADINGS = [
    xlsx.Heading("Text & more", xlsx.text),
    xlsx.Heading("Number", xlsx.number),
    xlsx.Heading("Amount", xlsx.amount),
    xlsx.Heading("Day", xlsx.day),
]
ROW = ("Aïcha", 7, Decimal("12.50"), date(2026, 3, 31))


def written(rows: Sequence[Sequence[Any]]) -> bytes:
    book = xlsx.Book(HEADINGS)
    with book:
        book.add(rows)
    return book.taken()


def sheet_of(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).active


def test_every_value_comes_back_as_what_it_was() -> None:
    sheet = sheet_of(written([ROW, ("", None, None, None), ("007", 0, Decimal("0.00"), date(1900, 3, 1))]))

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Text & more", "Number", "Amount", "Day"],
        ["Aïcha", 7, 12.5, datetime.combine(date(2026, 3, 31), time.min)],
        [None] * 4,
        ["007", 0, 0, datetime.combine(date(1900, 3, 1), time.min)],
    ]
    assert [cell.number_format for cell in sheet[2]] == ["General", "General", "#,##0.00", "DD/MM/YYYY"]


def test_the_titles_are_bold_and_stay_where_they_are() -> None:
    sheet = sheet_of(written([ROW]))

    assert [[cell.font.b for cell in row] for row in sheet.iter_rows()] == [[True] * 4, [False] * 4]
    assert sheet.freeze_panes == "B2"
    (widths,) = sheet.column_dimensions.values()
    assert (widths.min, widths.max, widths.width) == (1, 4, 18)


def test_a_day_that_excel_cannot_count_is_a_text() -> None:
    sheet = sheet_of(written([("", None, None, date(1900, 2, 28))]))

    assert sheet["D2"].value == "'28/02/1900"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x0bc\x1fd\ufffee\uffff", "abcde"),
        ("\ud800half a character", "half a character"),
        (" two  blanks \n", " two  blanks \n"),
        ("a\rb", "a\rb"),
        ("<b>&amp;]]>", "<b>&amp;]]>"),
        ("x" * 32_768, "x" * 32_767),
        ("😀", "😀"),
    ],
)
def test_a_text_holds_all_that_a_workbook_can_hold(text: str, kept: str) -> None:
    assert sheet_of(written([(text, None, None, None)]))["A2"].value == kept


def test_the_bytes_leave_while_the_rows_go_in_and_none_waits() -> None:
    book, sizes = xlsx.Book(HEADINGS), []
    with book:
        for first in range(0, 50_000, 5_000):
            book.add([(f"{n * n}", n, None, None) for n in range(first, first + 5_000)])
            sizes.append(len(book.taken()))
            assert book.taken() == b""

    assert [size > 20_000 for size in sizes] == [True] * 10
    assert 2 * max(sizes) < sum(sizes)


def test_the_same_rows_are_the_same_bytes() -> None:
    assert written([ROW] * 1000) == written([ROW] * 1000)


def test_our_own_import_reads_it() -> None:
    assert read_table(written([ROW]), most_lines=10).lines == [
        ["Text & more", "Number", "Amount", "Day"],
        ["Aïcha", "7", "12.5", "2026-03-31"],
    ]


def test_the_columns_after_z_have_two_letters() -> None:
    assert [xlsx.letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_a_book_that_is_broken_off_has_no_sheet_to_open() -> None:
    book = xlsx.Book(HEADINGS)
    with pytest.raises(ZeroDivisionError), book:
        book.add([(1 / 0, None, None, None)])

    with pytest.raises(KeyError):
        load_workbook(io.BytesIO(book.taken()))
