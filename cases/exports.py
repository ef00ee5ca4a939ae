"""The case export: the database writes the lines, Python only passes them on.

One statement, so one snapshot; a few rows in memory at a time; the first bytes at once, because the rows are read
in the order of an index. Closing the iterator stops the query and frees the connection.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from datetime import date
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet
from psycopg import ClientCursor

from cases.columns import case_columns
from cases.dialects import Dialect, Line
from cases.models.case import CaseQuerySet

CHUNK = 64 * 1024
FIRST_ROWS, ROWS = 100, 2000

# The plan that starts at once reads an index and looks each row's relations up; a sort or a hash reads all first.
STREAMING_PLAN = (
    "SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; "
    "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off"
)


def case_csv(cases: CaseQuerySet, *, dialect: Dialect, on: date, named: bool = False) -> Generator[bytes]:
    """The cases as CSV, in their order and in the active language; «late» and «days open» are as on that day."""
    columns = case_columns(on=on, named=named)
    cells = [column.cell(dialect) for column in columns]
    header = dialect.opening + dialect.line(str(column.header) for column in columns).encode()
    if connections[cases.db].vendor == "postgresql":
        return _with_header(header, _copied(cases.values_list(*cells), dialect))
    return _with_header(header, _fetched(cases.values_list(Line(cells, dialect))))


def _with_header(header: bytes, lines: Generator[bytes]) -> Generator[bytes]:
    """The header leaves with the first lines: a query that fails does so before anything is sent."""
    with closing(lines):
        yield header + next(lines, b"")
        yield from lines


def _copied(rows: QuerySet[Any, Any], dialect: Dialect) -> Generator[bytes]:
    """PostgreSQL: the rows by COPY. The transaction is rolled back at the end: it only held the plan's settings."""
    connection = connections[rows.db]
    with transaction.atomic(using=rows.db):
        with connection.cursor() as cursor:
            cursor.execute(f"{STREAMING_PLAN}; SET LOCAL datestyle = '{dialect.datestyle}'")
        statement = ClientCursor(connection.connection).mogrify(*rows.query.sql_with_params())
        copy = f"COPY ({statement}) TO STDOUT (FORMAT csv, DELIMITER '{dialect.delimiter}')"
        with connection.connection.cursor() as cursor, cursor.copy(copy) as lines:
            yield from _chunks(lines, dialect.line_end.encode())
        transaction.set_rollback(True, using=rows.db)


def _chunks(lines: Iterable[bytes], line_end: bytes) -> Iterator[bytes]:
    """COPY gives one line at a time, ended by LF: the first ones leave early, the others by the chunk."""
    chunk, size = bytearray(), CHUNK // 16
    for line in lines:
        chunk += line
        chunk[-1:] = line_end
        if len(chunk) >= size:
            yield bytes(chunk)
            chunk.clear()
            size = CHUNK
    if chunk:
        yield bytes(chunk)


def _fetched(lines: QuerySet[Any, Any]) -> Generator[bytes]:
    """SQLite: the lines by cursor, on a connection of its own so that a long read disturbs nobody.

    Inside a transaction the connection is the transaction's, for what is not committed is seen nowhere else.
    """
    connection = connections[lines.db]
    own = not connection.in_atomic_block
    reader = connection.copy() if own else connection
    try:
        with reader.cursor() as cursor:
            cursor.execute(*lines.query.sql_with_params())
            rows = cursor.fetchmany(FIRST_ROWS)
            while rows:
                yield b"".join(line for (line,) in rows)
                rows = cursor.fetchmany(ROWS)
    finally:
        if own:
            reader.close()
