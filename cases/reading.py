"""A connection to read a long answer from, for as long as it takes; nobody is kept from writing meanwhile."""

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from functools import partial
from itertools import batched
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.sql.constants import CURSOR

from cases import planner
from cases.as_of import as_of
from cases.planner import planned


@contextmanager
def reading(using: str, *, day: date | None = None) -> Iterator[BaseDatabaseWrapper]:
    """Where to run the queries; when the block ends, whatever still runs is stopped.

    PostgreSQL: a transaction, so that all queries see one moment and a plan is only theirs; rolled back at the end.
    SQLite: a connection of its own without one, for ours begin by locking all writers out; there one statement sees
    one moment. Inside a transaction it is the transaction's connection, for what is not committed is seen nowhere
    else, and it stays what that one is.

    With a `day` the queries see the cases as they stood at its end.
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        begun = connection.in_atomic_block
        with transaction.atomic(using=using):
            if not begun:
                planned(connection, planner.SNAPSHOT)
            with stood(connection, day):
                yield connection
            transaction.set_rollback(True, using=using)
    elif connection.in_atomic_block:
        with stood(connection, day):
            yield connection
    else:
        reader = connection.copy()
        try:
            with stood(reader, day):
                yield reader
        finally:
            reader.close()


def batches(rows: QuerySet[Any, Any], *, size: int, day: date | None = None) -> Generator[tuple[tuple[Any, ...], ...]]:
    """The rows of a `values_list`, so many at a time; closing it stops the query."""
    with reading(rows.db, day=day) as connection:
        if connection.vendor == "postgresql":
            planned(connection, planner.STREAMING)
        compiler = rows.query.get_compiler(connection=connection)
        cursor = compiler.execute_sql(CURSOR, chunked_fetch=True)
        if cursor is None:  # a filter that nothing can meet: Django asks no database
            return
        with cursor:
            some = iter(partial(cursor.fetchmany, size), [])
            yield from batched(compiler.results_iter(some, tuple_expected=True), size)


def stood(connection: BaseDatabaseWrapper, day: date | None) -> AbstractContextManager[None]:
    return as_of(connection, day) if day else nullcontext()
