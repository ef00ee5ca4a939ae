"""Tables in files: the CSV that a Belgian Excel reads and writes, and XLSX.

What cannot be read without a doubt is refused with a sentence that names the line and says what to do. Lines are
counted as a spreadsheet counts them: the header is line 1.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format
from tablib import Dataset

MOST_LINES = 5000

type Cell = str | Decimal | date | None


class UnreadableTableError(Exception):
    """A file is not the table it should be; says why and what to do."""


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
        dataset = self.read(data)
        if unknown := [name for name in dataset.headers if name not in self.columns]:
            raise UnreadableTableError(
                _("The header has an unknown column: %(names)s. Known are %(known)s.")
                % {"names": ", ".join(unknown), "known": ", ".join(self.columns)}
            )
        if missing := sorted(self.required.difference(dataset.headers), key=self.columns.index):
            raise UnreadableTableError(_("The header lacks a column: %(names)s.") % {"names": ", ".join(missing)})
        return dataset

    def read(self, data: bytes) -> Dataset:
        raise NotImplementedError


class CSVTable(Table):
    """UTF-8 with a byte order mark, semicolons, decimal commas, dd/mm/yyyy. Reads commas and tabs as well."""

    title, extension, content_type = "CSV", "csv", "text/csv; charset=utf-8"

    def read(self, data: bytes) -> Dataset:
        if b"\0" in data:
            raise UnreadableTableError(_("This is no CSV file in UTF-8: choose the right format, or save it again."))
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UnreadableTableError(
                _("The accents of line %(line)d cannot be read: save the file as «CSV UTF-8», or as XLSX.")
                % {"line": data[: error.start].count(b"\n") + 1}
            ) from error
        header = text.partition("\n")[0]
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=header.count), strict=True)
        try:
            return dataset_of(reader)
        except csv.Error as error:
            raise UnreadableTableError(
                _("Line %(line)d cannot be read: look for a quotation mark that is not closed.")
                % {"line": reader.line_num}
            ) from error

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

    def read(self, data: bytes) -> Dataset:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return dataset_of(book.active.iter_rows(values_only=True))

    def export_data(self, dataset: Dataset) -> bytes:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Sésame")
        sheet.freeze_panes = "A2"
        for row in [dataset.headers, *dataset]:
            sheet.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()


def dataset_of(rows: Iterable[Iterable[Any]]) -> Dataset:
    """A header without doubles, and lines no longer than it; empty lines at the end are dropped."""
    lines = [list(row) for row in islice(rows, MOST_LINES + 2)]
    while lines and not any(filled(cell) for cell in lines[-1]):
        lines.pop()
    if len(lines) < 2:
        raise UnreadableTableError(_("There is nothing to import: the file needs a header and at least one line."))
    if len(lines) > MOST_LINES + 1:
        raise UnreadableTableError(
            _("The file has more than %(most)d lines: import it in parts.") % {"most": MOST_LINES}
        )
    header = [str(cell or "").strip().lower() for cell in lines[0]]
    while header and not header[-1]:
        header.pop()
    doubles = [name for name, times in Counter(header).items() if times > 1]
    if doubles:
        raise UnreadableTableError(
            _("The header has a column twice: %(names)s. Delete one of the two.") % {"names": ", ".join(doubles)}
        )
    return Dataset(*numbered(lines[1:], width=len(header)), headers=header)


def numbered(lines: list[list[Any]], *, width: int) -> Iterator[list[Any]]:
    """The lines, as wide as the header. Raises UnreadableTableError for an empty or a longer one."""
    for number, line in enumerate(lines, start=2):
        if not any(filled(cell) for cell in line):
            raise UnreadableTableError(_("Line %(line)d is empty: delete it.") % {"line": number})
        if any(filled(cell) for cell in line[width:]):
            raise UnreadableTableError(
                _("Line %(line)d has more cells than the header: look for a separator too many.") % {"line": number}
            )
        yield (line + [""] * width)[:width]


def filled(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def in_belgium(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", ",")
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return "" if cell is None else cell
