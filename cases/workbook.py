"""Rows as an XLSX workbook. One query, so one snapshot; memory holds a few rows, the disk the file."""

from collections.abc import Callable, Generator, Sequence
from tempfile import TemporaryFile
from typing import Any

from django.db import transaction
from django.db.models import IntegerField, QuerySet, Value
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from cases.columns import Column, Kind
from cases.departures import Tally
from config.safe_cell import safe_cell

CHUNK = 64 * 1024
ROWS = 2000
ROWS_A_SHEET = 1_000_000  # Excel takes 1,048,576, header included


type Told = Callable[[int], None]


def nobody(rows: int) -> None:
    """Nobody wants to know how many rows are written by now."""


def workbook(
    rows: QuerySet[Any], columns: Sequence[Column], *, told: Told = nobody, tally: Tally | None = None
) -> Generator[bytes]:
    """The rows in their order and in the active language; days, numbers and amounts are just that."""
    header = [str(column.header) for column in columns]
    whose = tally.whose if tally else Value(None, output_field=IntegerField())
    return _written(header, columns, rows.values_list(*(column.expression for column in columns), whose), told, tally)


def _written(
    header: list[str], columns: Sequence[Column], rows: QuerySet[Any, Any], told: Told, tally: Tally | None
) -> Generator[bytes]:
    """Row by row to a file on disk, which then leaves; a sheet that is full is followed by another one."""
    book = Workbook(write_only=True)
    with transaction.atomic(using=rows.db), TemporaryFile() as file:
        sheet = _sheet(book, header)
        for n, (*row, key) in enumerate(rows.iterator(chunk_size=ROWS)):
            if tally:
                tally.saw([key])
            if n and n % ROWS_A_SHEET == 0:
                sheet = _sheet(book, header)
            sheet.append([_typed(sheet, column.kind, value) for column, value in zip(columns, row, strict=True)])
            if n % ROWS == ROWS - 1:
                told(n + 1)
        book.save(file)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _sheet(book: Workbook, header: list[str]) -> Any:
    sheet = book.create_sheet()
    sheet.freeze_panes = "B2"
    for n in range(len(header)):
        sheet.column_dimensions[get_column_letter(n + 1)].width = 18
    cells = [WriteOnlyCell(sheet, value=text) for text in header]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    return sheet


def _typed(sheet: Any, kind: Kind, value: object) -> object:
    """The value as a cell; a text is guarded as in a CSV, for a workbook may become one."""
    if value is None or value == "":
        return None
    match kind:
        case Kind.DAY | Kind.AMOUNT:
            cell = WriteOnlyCell(sheet, value=value)
            cell.number_format = "DD/MM/YYYY" if kind == Kind.DAY else "#,##0.00"
            return cell
        case Kind.NUMBER:
            return value
        case _:
            return safe_cell(ILLEGAL_CHARACTERS_RE.sub("", str(value)))
