"""Where PostgreSQL guesses wrongly how many rows there are: the ways of reading that it is told to leave aside."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def without(*ways: str) -> Iterator[None]:
    """The queries of the block are planned without these ways, as `nestloop`. Other engines plan as ever."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL enable_{way} = off" for way in ways))
        yield
        cursor.execute("; ".join(f"SET LOCAL enable_{way} = on" for way in ways))
