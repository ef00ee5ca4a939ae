"""An XLSX workbook that leaves while it is written: rows go in, bytes come out, and neither waits for the end.

A workbook is a zip of a few parts (ECMA-376): the fixed ones, a sheet, and at the end the list of the sheets. The zip
never goes back: the length of each part follows it, as the format allows. Texts stand in their cells, not in a table
of texts beside the sheet, which would be known only at the end. The parts carry no hour: same rows, same bytes.

openpyxl, which reads these files in the tests, writes a sheet to the disk before the first byte of the zip.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import TracebackType
from typing import IO, Any, Self
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROWS_A_SHEET = 1_000_000  # Excel takes 1,048,576, header included
BYTES_A_SHEET = 1_500_000_000  # and a few rows more: from 2 GiB on a part needs a zip64, which Excel does not read
LETTERS_A_CELL = 32_767  # Excel calls a workbook damaged that has more
FASTEST = 1  # of zlib: half as much again on the disk, and a third of the time

DAY_ZERO = date(1899, 12, 30).toordinal()
FIRST_SURE_DAY = 61  # 1 March 1900: before it Excel counts a day that never was
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML 1.0, whatever way it is written

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

RELATIONS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOLD, DAY, AMOUNT = 1, 2, 3  # the places of these styles in cellXfs
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="DD/MM/YYYY"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
# The first row and the first column stay where they are while one scrolls.
SHEET = (
    f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="1" '
    'topLeftCell="B2" activePane="bottomRight" state="frozen"/><selection pane="bottomRight"/></sheetView>'
    '</sheetViews><sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="{columns}" width="18" '
    'customWidth="1"/></cols><sheetData>'
)
SHEET_END = b"</sheetData></worksheet>"

type Cell = Callable[[Any], str]  # the value as XML, from behind the cell's place to its end


def possible(value: str) -> str:
    """A text without the characters that no XML can hold."""
    return ILLEGAL.sub("", value)


def text(value: str, style: int = 0) -> str:
    """A text, as far as a workbook can hold it; its blanks at either end stay."""
    kept = possible(value)[:LETTERS_A_CELL]
    blanks = ' xml:space="preserve"' if kept != kept.strip() else ""
    look = f' s="{style}"' if style else ""
    return f'{look} t="inlineStr"><is><t{blanks}>{escape(kept, {"\r": "&#13;"})}</t></is></c>'


def number(value: int) -> str:
    return f"><v>{value}</v></c>"


def amount(value: Decimal) -> str:
    return f' s="{AMOUNT}"><v>{value:f}</v></c>'


def day(value: date) -> str:
    """A day is the number of days since Excel's first; one that Excel cannot count is a text."""
    since = value.toordinal() - DAY_ZERO
    return f' s="{DAY}"><v>{since}</v></c>' if since >= FIRST_SURE_DAY else text(f"'{value:%d/%m/%Y}")


class Outgoing:
    """Where the zip writes to: no place to go back to, only what waits to leave."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, some: bytes) -> int:
        self.waiting += some
        return len(some)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        some = bytes(self.waiting)
        self.waiting.clear()
        return some


@dataclass(frozen=True)
class Heading:
    """A column of the sheet: its title, and how its values are written."""

    title: str
    cell: Cell


class Book:
    """A workbook on its way, for the time of a `with`; a sheet that is full is followed by another one."""

    def __init__(self, headings: Sequence[Heading]) -> None:
        self.headings, self.out = headings, Outgoing()
        self.columns = [(letters(n), heading.cell) for n, heading in enumerate(headings)]
        self.sheets = self.rows = self.size = 0

    def __enter__(self) -> Self:
        self.zip = ZipFile(self.out, "w")  # type: ignore[call-overload]  # a writer is all that it needs
        self._part("_rels/.rels", RELATIONS)
        self._part("xl/styles.xml", STYLES)
        self._begin_sheet()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Whole or broken off, the zip is closed; one that is broken off has no list of sheets, and opens nowhere."""
        self._end_sheet()
        if kind is None:
            self._list_sheets()
        self.zip.close()

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Some more rows. None and the empty text are empty cells."""
        if self.rows + len(rows) > ROWS_A_SHEET or self.size > BYTES_A_SHEET:
            self._end_sheet()
            self._begin_sheet()
        written = "".join([self._row(n, row) for n, row in enumerate(rows, self.rows + 2)]).encode()
        self.rows += len(rows)
        self._write(written)

    def taken(self) -> bytes:
        """What has come out meanwhile."""
        return self.out.taken()

    def _row(self, n: int, row: Sequence[Any]) -> str:
        cells = [
            f'<c r="{letter}{n}"{cell(value)}'
            for (letter, cell), value in zip(self.columns, row, strict=True)
            if value is not None and value != ""
        ]
        return f'<row r="{n}">{"".join(cells)}</row>'

    def _begin_sheet(self) -> None:
        self.sheets, self.rows, self.size = self.sheets + 1, 0, 0
        self.sheet: IO[bytes] = self.zip.open(part(f"xl/worksheets/sheet{self.sheets}.xml"), "w")
        titles = (f'<c r="{letters(n)}1"{text(heading.title, BOLD)}' for n, heading in enumerate(self.headings))
        self._write((SHEET.format(columns=len(self.columns)) + f'<row r="1">{"".join(titles)}</row>').encode())

    def _write(self, some: bytes) -> None:
        self.size += len(some)
        self.sheet.write(some)

    def _end_sheet(self) -> None:
        self.sheet.write(SHEET_END)
        self.sheet.close()

    def _list_sheets(self) -> None:
        numbers = range(1, self.sheets + 1)
        sheets = "".join(f'<sheet name="Sheet{n - 1 or ""}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        links = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers] + [("styles", "styles.xml")]
        targets = (
            f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(links, 1)
        )
        kinds = [("workbook", "sheet.main"), ("styles", "styles")]
        kinds += [(f"worksheets/sheet{n}", "worksheet") for n in numbers]
        types = (f'<Override PartName="/xl/{name}.xml" ContentType="{CONTENT}.{kind}+xml"/>' for name, kind in kinds)
        self._part(
            "xl/workbook.xml",
            f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/></bookViews>'
            f"<sheets>{sheets}</sheets></workbook>",
        )
        self._part(
            "xl/_rels/workbook.xml.rels",
            f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{"".join(targets)}</Relationships>',
        )
        self._part(
            "[Content_Types].xml",
            f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{"".join(types)}</Types>',
        )

    def _part(self, name: str, content: str) -> None:
        self.zip.writestr(part(name), content)


def part(name: str) -> ZipInfo:
    """A part of the zip, of no hour."""
    info = ZipInfo(name)
    info.compress_type, info.compress_level = ZIP_DEFLATED, FASTEST
    return info


def letters(column: int) -> str:
    """The letters of a column, counted from nought: A … Z, AA …"""
    first, last = divmod(column, 26)
    return (letters(first - 1) if first else "") + chr(ord("A") + last)
