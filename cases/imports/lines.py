"""The lines of an old list: every cell cleaned and read, and everything that is wrong said at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from cases.imports.cells import Known
from cases.imports.columns import COLUMNS
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
class Reading:
    """`doubts` are cells that hold what may be a national number or a code: somebody must look at them."""

    lines: list[Line]
    problems: list[Problem]
    doubts: list[Problem]


def read_lines(lines: Sequence[Sequence[str]], chosen: Sequence[str], known: Known) -> Reading:
    """Read the lines below the header, by the column chosen for each place («» leaves a place out)."""
    header = [masked(text, scan(text)) for text in lines[0]] if lines else []
    places = [(place, COLUMNS[name]) for place, name in enumerate(chosen) if name]
    reading = Reading([], [], [])
    for number, cells in enumerate(lines[1:], start=2):
        said: dict[str, Any] = {}
        for place, column in places:
            text = plain_cell(cells[place].strip()) if place < len(cells) else ""
            if not text:
                continue
            where = header[place] if place < len(header) else str(column.label)
            try:
                for doubt in doubts_of(text):
                    reading.doubts.append(Problem(number, where, doubt))
                value = column.read(text, known)
            except ValidationError as refused:
                reading.problems.extend(Problem(number, where, sentence) for sentence in refused.messages)
            else:
                if value not in (None, ""):
                    said[column.name] = value
        if said:
            reading.lines.append(Line(number, said))
    return reading


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
