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

from cases.as_of import as_of

# The plan that starts at once reads an index and looks each row's relations up, remembering those it has seen;
# a sort or a hash would read all rows first. The looking up is shared out, whatever the size: its price is not
# reckoned, for it would be paid before the first row, and few rows cost little either way.
STREAMING_PLAN = (
    "SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; "
    "SET LOCAL enable_material = off; SET LOCAL random_page_cost = 0.1; SET LOCAL join_collapse_limit = 1; "
    "SET LOCAL max_parallel_workers_per_gather = 2; SET LOCAL parallel_setup_cost = 0; "
    "SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; "
    "SET LOCAL min_parallel_index_scan_size = 0; SET LOCAL jit = off"
)


@contextmanager
def reading(using: str, *, day: date | None = None) -> Iterator[BaseDatabaseWrapper]:
    """Where to run the query. One statement is one snapshot; when the block ends, whatever still runs is stopped.

    PostgreSQL: a transaction, rolled back at the end, for it only held the plan's settings. SQLite: a connection of
    its own without one, for ours begin by locking all writers out. Inside a transaction it is the transaction's
    connection, for what is not committed is seen nowhere else.

    With a `day` the query sees the cases as they stood at its end.
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        with transaction.atomic(using=using):
            with connection.cursor() as cursor:
                cursor.execute(STREAMING_PLAN)
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
        compiler = rows.query.get_compiler(connection=connection)
        cursor = compiler.execute_sql(CURSOR, chunked_fetch=True)
        if cursor is None:  # a filter that nothing can meet: Django asks no database
            return
        with cursor:
            some = iter(partial(cursor.fetchmany, size), [])
            yield from batched(compiler.results_iter(some, tuple_expected=True), size)


def stood(connection: BaseDatabaseWrapper, day: date | None) -> AbstractContextManager[None]:
    return as_of(connection, day) if day else nullcontext()
