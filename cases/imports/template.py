"""An empty list to fill in: our columns, by their names in the reader's language, and what each may hold."""

from io import BytesIO

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from cases.dialects import EXCEL
from cases.imports.columns import COLUMNS


def headers() -> list[str]:
    return [capfirst(str(column.label)) for column in COLUMNS.values()]


def csv_template() -> bytes:
    return EXCEL.opening + EXCEL.line(headers()).encode()


def xlsx_template() -> bytes:
    """The list on the first sheet, its explanation on the second, which nobody reads in."""
    book = Workbook(write_only=True)
    sheet, explained = book.create_sheet(_("List")), book.create_sheet(_("What to write"))
    sheet.freeze_panes = "A2"
    bold = [WriteOnlyCell(sheet, value=header) for header in headers()]
    for cell in bold:
        cell.font = Font(bold=True)
    sheet.append(bold)
    explained.column_dimensions["A"].width, explained.column_dimensions["B"].width = 40, 20
    for header, column in zip(headers(), COLUMNS.values(), strict=True):
        labels = [str(label) for label in column.choices.labels] if column.choices else []
        explained.append([header, str(column.kind.label), " / ".join(labels)])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
