"""Reads a table in the workshop, and puts its refusals into words: where, what, and what to do."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

WORKER = Path(__file__).with_name("worker.py")
SECONDS = 15  # of a machine that is busy with other things; the work itself may take CPU_SECONDS of them


class UnreadableTableError(Exception):
    """A file is not the table it should be; says why and what to do."""


@dataclass(frozen=True)
class Read:
    """The lines of a table, the header first, each without the empty cells at its end; nothing but texts.

    Of a workbook the first visible sheet is read: `sheets` says how many there are. Of a CSV `encoding` is what its
    bytes were read as.
    """

    lines: list[list[str]]
    sheet: str = ""
    sheets: int = 0
    encoding: str = ""


def read_table(data: bytes, *, most_lines: int) -> Read:
    """The table in a CSV or XLSX file of at most so many lines below its header. Raises UnreadableTableError.

    The file is opened in a process of its own, which ends after 4 seconds of work or at 256 MB, whatever it holds.
    """
    command = [sys.executable, "-I", "-S", str(WORKER), str(most_lines + 1)]
    try:
        # Nothing of the file is in the command, and the process gets no environment: it knows no key.
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, env={}, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise UnreadableTableError(refusal({"refused": "heavy"})) from None
    if done.returncode != 0:
        raise UnreadableTableError(refusal({"refused": "heavy"}))
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refused" in answer:
        raise UnreadableTableError(refusal(answer))
    return Read(**answer)


def filled(cell: object) -> bool:
    return cell is not None and str(cell).strip() != ""


def refusal(answer: dict[str, Any]) -> str:
    """The sentence for what the workshop answered."""
    return REFUSALS[answer["refused"]]() % answer


REFUSALS: dict[str, Callable[[], str]] = {
    "binary": lambda: _("This is neither a CSV nor an XLSX file: open it in a spreadsheet and save it as XLSX."),
    "not_a_table": lambda: _("This is no table: open it in a spreadsheet and save it as XLSX."),
    "old_office": lambda: _(
        "This workbook is in the old Excel format, or asks for a password: open it and save it as XLSX, without one."
    ),
    "password": lambda: _("This workbook asks for a password: save it without one, then choose it again."),
    "not_xlsx": lambda: _("This file is no Excel workbook: open it in a spreadsheet and save it as XLSX."),
    "no_sheet": lambda: _("This workbook has no sheet that can be seen: unhide one, save it and choose it again."),
    "damaged": lambda: _("This workbook is damaged: open it in a spreadsheet and save it again as XLSX."),
    "bomb": lambda: _(
        "This workbook unpacks to far more than a table: copy its cells to a new workbook and save that one."
    ),
    "heavy": lambda: _("This file takes too long or too much memory to read: import it in parts."),
    "lines": lambda: _("The file has more than %(most)d lines: import it in parts."),
    "columns": lambda: _("The file has more than %(most)d columns: delete those that are not needed."),
    "cell": lambda: _("Line %(line)d, column %(column)d: more than %(most)d characters. Shorten it."),
    "cell_error": lambda: _("Line %(line)d, column %(column)d shows an error of the spreadsheet: correct that cell."),
    "not_computed": lambda: _(
        "Line %(line)d, column %(column)d is a formula without a result: open the file in a spreadsheet and save it."
    ),
    "accents": lambda: _("The accents of line %(line)d cannot be read: save the file as «CSV UTF-8», or as XLSX."),
    "quotes": lambda: _("Line %(line)d cannot be read: look for a quotation mark that is not closed."),
}
