"""Tariffs as a file: the CSV that a Belgian Excel reads and writes, and XLSX.

What cannot be read without a doubt is refused with a sentence that names the line and says what to do. Lines are
counted as a spreadsheet counts them: the header is line 1. A file is read for what it is, whatever it is called.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import openpyxl
from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format
from tablib import Dataset

from config.tables import UnreadableTableError, filled, read_table

MOST_LINES = 5000

type Cell = str | Decimal | date | None


class Table(Format):  # type: ignore[misc]
    """A file format: bytes come in and go out, through a header of known columns."""

    title = extension = content_type = ""
    columns: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()

    def __init__(self, encoding: str | None = None) -> None:
        pass  # the format itself knows how its bytes are read

    def get_title(self) -> str:
        return self.title

    def get_extension(self) -> str:
        return self.extension

    def get_content_type(self) -> str:
        return self.content_type

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, data: bytes) -> Dataset:
        """The table of a file. Raises UnreadableTableError."""
        dataset = dataset_of(read_table(data, most_lines=MOST_LINES).lines)
        if unknown := [name for name in dataset.headers if name not in self.columns]:
            raise UnreadableTableError(
                _("The header has an unknown column: %(names)s. Known are %(known)s.")
                % {"names": ", ".join(unknown), "known": ", ".join(self.columns)}
            )
        if missing := sorted(self.required.difference(dataset.headers), key=self.columns.index):
            raise UnreadableTableError(_("The header lacks a column: %(names)s.") % {"names": ", ".join(missing)})
        return dataset


class CSVTable(Table):
    """UTF-8 with a byte order mark, semicolons, decimal commas, dd/mm/yyyy."""

    title, extension, content_type = "CSV", "csv", "text/csv; charset=utf-8"

    def export_data(self, dataset: Dataset) -> bytes:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(dataset.headers)
        writer.writerows([in_belgium(cell) for cell in row] for row in dataset)
        return stream.getvalue().encode("utf-8-sig")


class XLSXTable(Table):
    """The first sheet of a workbook; amounts are numbers, days are days."""

    title, extension = "XLSX", "xlsx"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def export_data(self, dataset: Dataset) -> bytes:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Sésame")
        sheet.freeze_panes = "A2"
        for row in [dataset.headers, *dataset]:
            sheet.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()


def dataset_of(lines: list[list[str]]) -> Dataset:
    """A header without doubles, and lines no longer than it."""
    if len(lines) < 2:
        raise UnreadableTableError(_("There is nothing to import: the file needs a header and at least one line."))
    header = [name.strip().lower() for name in lines[0]]
    doubles = [name for name, times in Counter(header).items() if times > 1]
    if doubles:
        raise UnreadableTableError(
            _("The header has a column twice: %(names)s. Delete one of the two.") % {"names": ", ".join(doubles)}
        )
    return Dataset(*numbered(lines[1:], width=len(header)), headers=header)


def numbered(lines: list[list[str]], *, width: int) -> Iterator[list[str]]:
    """The lines, as wide as the header. Raises UnreadableTableError for an empty or a longer one."""
    for number, line in enumerate(lines, start=2):
        if not any(filled(cell) for cell in line):
            raise UnreadableTableError(_("Line %(line)d is empty: delete it.") % {"line": number})
        if any(filled(cell) for cell in line[width:]):
            raise UnreadableTableError(
                _("Line %(line)d has more cells than the header: look for a separator too many.") % {"line": number}
            )
        yield (line + [""] * width)[:width]


def in_belgium(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", ",")
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return "" if cell is None else cell
