"""Files of rows: the database writes the lines, Python only passes them on.

One snapshot; a few rows in memory at a time; the first bytes at once. Closing the iterator stops the query and frees
the connection.
"""

import re
from collections.abc import Buffer, Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import IntegerField, QuerySet, Subquery, Value
from django.db.models.expressions import BaseExpression, Combinable
from psycopg import ClientCursor

from cases.columns import Column
from cases.departures import Tally
from cases.dialects import EXCEL, PLAIN, Cells, Dialect, Line, Sql
from cases.planner import AS_WRITTEN, GATHERING_ONLY, WHOLE, planned
from cases.reading import reading
from cases.workbook import Told, nobody, workbook

FIRST_ROWS, ROWS = 20, 300  # at once: a few that leave early, then as many as fill some 64 KiB
BEGINNING = 2_000  # rows that PostgreSQL is asked for apart
EVERY = 10**9  # up to so many it writes the cells after it has put the rows in order, while the first ones leave


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
            rest = partial(_rest, rows, pieces, tally)
            lines = _copied(_beginning(rows, pieces, tally), rest, dialect, tally, using=rows.db, day=day)
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


def _copied(
    beginning: Sql,
    rest: Callable[[], Sql | None],
    dialect: Dialect,
    tally: Tally | None,
    *,
    using: str,
    day: date | None,
) -> Generator[bytes]:
    """PostgreSQL: the rows by COPY.

    The plan that gives the first row at once looks everything up row by row, that which gives the last one soonest
    reads all tables before the first: so the beginning is asked for apart, and then the rest.
    """
    with reading(using, day=day) as connection:
        planned(connection, f"SET LOCAL datestyle = '{dialect.datestyle}'", AS_WRITTEN)
        found = yield from _lines_of(beginning, connection, dialect, tally)
        if found == BEGINNING and (more := rest()):
            planned(connection, WHOLE, GATHERING_ONLY)
            yield from _lines_of(more, connection, dialect, tally)


def _lines_of(
    select: Sql, connection: BaseDatabaseWrapper, dialect: Dialect, tally: Tally | None
) -> Generator[bytes, None, int]:
    """The rows of a query, and how many there were."""
    statement = ClientCursor(connection.connection).mogrify(*select)
    copy = f"COPY ({statement}) TO STDOUT (FORMAT csv, DELIMITER '{dialect.delimiter}')"
    with connection.connection.cursor() as cursor:
        with cursor.copy(copy) as lines:
            yield from _chunks(lines, dialect, tally)
        return int(cursor.rowcount)


def _beginning(rows: QuerySet[Any], pieces: list[tuple[Combinable, int]], tally: Tally | None) -> Sql:
    return _select(_ordered(rows)[:BEGINNING], pieces, tally)


def _rest(rows: QuerySet[Any], pieces: list[tuple[Combinable, int]], tally: Tally | None) -> Sql | None:
    """The query of what follows the beginning, put together once that has left; None if the rows are no more."""
    with suppress(EmptyResultSet):
        return _select(_ordered(rows)[BEGINNING:EVERY], pieces, tally)
    return None


def _ordered(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if rows.ordered else rows.order_by("pk")


def _select(rows: QuerySet[Any], pieces: list[tuple[Combinable, int]], tally: Tally | None) -> Sql:
    """The query of the cells of some rows, a slice, after the key of whose they are.

    PostgreSQL shares out among its workers what it works out about a row from its joins, but not what it looks up
    about it elsewhere, nor anything beside that. So the looks stand around the rest; the slice keeps the two apart.
    OFFSET 0 keeps PostgreSQL from looking once for each cell that a look fills.
    """
    if tally:
        pieces = [(tally.whose, 1), *pieces]
    cells = {f"cell{n}": piece for n, (piece, _) in enumerate(pieces)}
    looks = {name: piece for name, piece in cells.items() if _looks_elsewhere(piece)}
    known = {name: piece for name, piece in cells.items() if name not in looks}
    if not looks:
        plain: Sql = rows.annotate(**known).values_list(*known).query.sql_with_params()
        return plain
    table = rows.model._meta.db_table
    looking, asked = rows.model._base_manager.order_by().annotate(**looks).values_list(*looks).query.sql_with_params()
    looking = looking.removeprefix("SELECT ").removesuffix(f' FROM "{table}"')
    of_the_row = dict.fromkeys(re.findall(rf'"{table}"\."(\w+)"', looking))
    inner, params = rows.annotate(**known).values_list(*known, *of_the_row).query.sql_with_params()
    around = f'SELECT {", ".join([*known, looking])} FROM ({inner}) AS "{table}" OFFSET 0'  # noqa: S608
    written = [
        cell
        for name, (_, width) in zip(cells, pieces, strict=True)
        for cell in ([name] if width == 1 else [f"{name}[{n}]" for n in range(1, width + 1)])
    ]
    return f"SELECT {', '.join(written)} FROM ({around}) AS lines", (*asked, *params)  # noqa: S608


def _looks_elsewhere(piece: Combinable) -> bool:
    return isinstance(piece, BaseExpression) and any(isinstance(part, Subquery) for part in piece.flatten())


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
