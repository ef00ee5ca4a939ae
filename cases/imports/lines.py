"""The lines of an old list: every cell cleaned and read, and everything that is wrong said at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from cases.imports.cells import Known
from cases.imports.columns import COLUMNS, Column
from config.clean_text import masked, scan
from config.clean_text.refusals import refuse_secrets, refuse_secrets_and_doubts, refuse_unbearable
from config.safe_cell import plain_cell


@dataclass(frozen=True)
class Problem:
    """What is wrong at a place of the list; the header is as the list has it, empty for a whole line."""

    line: int
    header: str
    sentence: str


@dataclass(frozen=True)
class Line:
    """One line: its number as a spreadsheet shows it, and what its cells say, by the names of our columns."""

    number: int
    said: dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """What a cell says, None for nothing, what is doubtful about it and what is wrong with it, in sentences."""

    value: Any = None
    doubts: Sequence[str] = ()
    wrong: Sequence[str] = ()


EMPTY = Cell()


@dataclass(frozen=True)
class Reading:
    """`doubts` are cells that hold what may be a national number or a code: somebody must look at them."""

    lines: list[Line]
    problems: list[Problem]
    doubts: list[Problem]


def read_lines(lines: Sequence[Sequence[str]], chosen: Sequence[str], known: Known) -> Reading:
    """Read the lines below the header, by the column chosen for each place («» leaves a place out)."""
    header = [masked(text, scan(text)) for text in lines[0]] if lines else []
    places = [
        (place, COLUMNS[name], (header[place] if place < len(header) else "") or str(COLUMNS[name].label))
        for place, name in enumerate(chosen)
        if name
    ]
    read: dict[tuple[int, str], Cell] = {}  # an old list says the same communes, steps and days over and over
    reading = Reading([], [], [])
    for number, cells in enumerate(lines[1:], start=2):
        said: dict[str, Any] = {}
        for place, column, where in places:
            text = cells[place] if place < len(cells) else ""
            if not text:
                continue
            cell = read.get((place, text))
            if cell is None:
                cell = read[place, text] = read_cell(text, column, known)
            reading.doubts.extend(Problem(number, where, sentence) for sentence in cell.doubts)
            reading.problems.extend(Problem(number, where, sentence) for sentence in cell.wrong)
            if cell.value is not None:
                said[column.name] = cell.value
        if said:
            reading.lines.append(Line(number, said))
    return reading


def read_cell(text: str, column: Column, known: Known) -> Cell:
    text, doubts = plain_cell(text.strip()), []
    if not text:
        return EMPTY
    try:
        doubts = doubts_of(text)
        value = column.read(text, known)
    except ValidationError as refused:
        return Cell(wrong=refused.messages, doubts=doubts)
    return Cell(None if value == "" else value, doubts=doubts)


def doubts_of(text: str) -> list[str]:
    """What is doubtful about a text. Raises ValidationError for a secret, which the message does not repeat."""
    refuse_unbearable(text)
    if not scan(text):
        return []
    refuse_secrets(text)
    try:
        refuse_secrets_and_doubts(text)
    except ValidationError as doubtful:
        return doubtful.messages
    return []


def by_line(problems: Sequence[Problem]) -> Iterator[Problem]:
    yield from sorted(problems, key=lambda problem: (problem.line, problem.header))
