"""What PostgreSQL is told of its plans: where it guesses wrongly how many rows there are, or how they are wanted."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
# The plan that starts at once reads an index and looks each row's relations up, remembering those it has seen;
# a sort or a hash would read all rows first.
STREAMING = (
    "SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; "
    "SET LOCAL enable_material = off; SET LOCAL random_page_cost = 0.1; SET LOCAL join_collapse_limit = 1"
)
# The first rows, each with what is joined to it, in the order of the query: to weigh every other order of nine joins
# takes longer than to read them.
AS_WRITTEN = "SET LOCAL join_collapse_limit = 1"
# The plan that ends soonest reads whole tables, shared out among workers.
WHOLE = (
    "SET LOCAL random_page_cost = 4; SET LOCAL work_mem = '128MB'; SET LOCAL max_parallel_workers_per_gather = 2; "
    "SET LOCAL join_collapse_limit TO DEFAULT"
)
# Who gathers the rows of the workers has enough to do.
GATHERING_ONLY = "SET LOCAL parallel_leader_participation = off"


def planned(connection: BaseDatabaseWrapper, *settings: str) -> None:
    """The rest of the transaction is read so."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join(settings))


@contextmanager
def without(*ways: str) -> Iterator[None]:
    """The queries of the block are planned without these ways, as `nestloop`. Other engines plan as ever."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(savepoint=False):
        planned(connection, *(f"SET LOCAL enable_{way} = off" for way in ways))
        yield
        planned(connection, *(f"SET LOCAL enable_{way} = on" for way in ways))
