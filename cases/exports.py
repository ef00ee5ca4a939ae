"""Files of rows: the database writes the lines, Python only passes them on.

One statement, so one snapshot; a few rows in memory at a time; the first bytes at once, because the rows are read
in the order of an index. Closing the iterator stops the query and frees the connection.
"""

from collections.abc import Buffer, Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import IntegerField, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from psycopg import ClientCursor

from cases.columns import Column
from cases.departures import Tally
from cases.dialects import EXCEL, PLAIN, Cells, Dialect, Line, Sql
from cases.reading import reading
from cases.workbook import Told, nobody, workbook

FIRST_ROWS, ROWS = 20, 300  # at once: a few that leave early, then as many as fill some 64 KiB


@dataclass(frozen=True)
class FileKind:
    """A way to write rows: the end of the file's name, what it is for the browser, and who writes it."""

    suffix: str
    content_type: str
    write: Callable[..., Generator[bytes]]  # rows, columns, told, tally, day


def csv_lines(
    rows: QuerySet[Any],
    columns: Sequence[Column],
    *,
    dialect: Dialect,
    told: Told = nobody,
    tally: Tally | None = None,
    day: date | None = None,
) -> Generator[bytes]:
    """The rows as CSV, in their order and in the active language.

    `told` hears how many are written, `tally` whose each was; with a `day` they are as they stood at its end.
    """
    header = dialect.opening + dialect.line(str(column.header) for column in columns).encode()
    pieces = _pieces(columns, dialect)
    try:
        if connections[rows.db].vendor == "postgresql":
            lines = _copied(_select(rows, pieces, tally), dialect, tally, using=rows.db, day=day)
        else:
            line = Line([piece for piece, _ in pieces], dialect)
            whose = tally.whose if tally else Value(None, output_field=IntegerField())
            lines = _fetched(rows.values_list(line, whose).query.sql_with_params(), tally, using=rows.db, day=day)
    except EmptyResultSet:  # a filter that nothing can meet: Django asks no database
        lines = (b"" for _ in range(0))
    return _with_header(header, lines, line_end=dialect.line_end.encode(), told=told)


def _pieces(columns: Iterable[Column], dialect: Dialect) -> list[tuple[Combinable, int]]:
    """The cells of a row, with the number of columns that each fills: those of the same rows come by one look."""
    pieces: list[tuple[Combinable, int]] = []
    for of, group in groupby(columns, key=attrgetter("of")):
        cells = [column.cell(dialect) for column in group]
        if of is None:
            pieces += [(cell, 1) for cell in cells]
        else:
            pieces.append((Subquery(of.values_list(Cells(cells, dialect))), len(cells)))
    return pieces


def _with_header(header: bytes, lines: Generator[bytes], *, line_end: bytes, told: Told) -> Generator[bytes]:
    """The header leaves with the first lines: a query that fails does so before anything is sent."""
    done = 0
    with closing(lines):
        yield header + (chunk := next(lines, b""))
        while chunk:
            done += chunk.count(line_end)
            told(done)
            if chunk := next(lines, b""):
                yield chunk


def _copied(select: Sql, dialect: Dialect, tally: Tally | None, *, using: str, day: date | None) -> Generator[bytes]:
    """PostgreSQL: the rows by COPY."""
    with reading(using, day=day) as connection:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL datestyle = '{dialect.datestyle}'")
        statement = ClientCursor(connection.connection).mogrify(*select)
        copy = f"COPY ({statement}) TO STDOUT (FORMAT csv, DELIMITER '{dialect.delimiter}')"
        with connection.connection.cursor() as cursor, cursor.copy(copy) as lines:
            yield from _chunks(lines, dialect, tally)


def _select(rows: QuerySet[Any], pieces: list[tuple[Combinable, int]], tally: Tally | None) -> Sql:
    """The query of the cells, after the key of whose they are.

    OFFSET 0 keeps PostgreSQL from looking once for each cell that a look fills.
    """
    if tally:
        pieces = [(tally.whose, 1), *pieces]
    names = [f"cell{n}" for n in range(len(pieces))]
    lines = rows.annotate(**dict(zip(names, (piece for piece, _ in pieces), strict=True))).values_list(*names)
    inner, params = lines.query.sql_with_params()
    cells = [
        cell
        for name, (_, width) in zip(names, pieces, strict=True)
        for cell in ([name] if width == 1 else [f"{name}[{n}]" for n in range(1, width + 1)])
    ]
    return f"SELECT {', '.join(cells)} FROM ({inner} OFFSET 0) AS lines", params  # noqa: S608


def _chunks(lines: Iterable[Buffer], dialect: Dialect, tally: Tally | None) -> Iterator[bytes]:
    """COPY gives one line at a time, ended by LF; with a tally its first cell says whose it is."""
    delimiter, line_end = dialect.delimiter.encode(), dialect.line_end.encode()
    coming = map(bytes, lines)
    some = list(islice(coming, FIRST_ROWS))
    while some:
        if tally:
            parts = [line.partition(delimiter) for line in some]
            tally.saw([key for key, _delimiter, _line in parts])
            some = [line for _key, _delimiter, line in parts]
        yield b"".join(some) if line_end == b"\n" else b"".join([line[:-1] + line_end for line in some])
        some = list(islice(coming, ROWS))


def _fetched(select: Sql, tally: Tally | None, *, using: str, day: date | None) -> Generator[bytes]:
    """SQLite: the lines by cursor."""
    with reading(using, day=day) as reader, reader.cursor() as cursor:
        cursor.execute(*select)
        rows = cursor.fetchmany(FIRST_ROWS)
        while rows:
            if tally:
                tally.saw([key for _line, key in rows])
            yield b"".join(line for line, _key in rows)
            rows = cursor.fetchmany(ROWS)


CSV = "text/csv; charset=utf-8"
FILE_KINDS = {
    EXCEL.name: FileKind(".csv", CSV, partial(csv_lines, dialect=EXCEL)),
    PLAIN.name: FileKind(".csv", CSV, partial(csv_lines, dialect=PLAIN)),
    "xlsx": FileKind(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
}
