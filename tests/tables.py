"""The tables between two tests: emptied, though some of them are closed, and filled again with what was put aside."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

CLOSINGS = ("cases.migrations.0002_traces_are_only_inserted", "cases.migrations.0005_histories_are_closed")
# What `migrate` itself writes, the same for every test.
OF_THE_MODELS = {"django_content_type", "auth_permission"}
# What was put aside in this session: by its name, the tables.
ASIDE: dict[str, list[str]] = {}


@contextmanager
def history_open(tables: Iterable[str] | None = None) -> Iterator[None]:
    """The traces are closed to everybody; only the emptying between two tests, and a control, may pass."""
    closed = [
        (closing, table, kept)
        for closing in map(import_module, CLOSINGS)
        for table, kept in closing.KEPT.items()
        if tables is None or table in tables
    ]
    if connection.vendor == "postgresql":
        connection.check_constraints()  # no table is altered of which a check is still to come
        before = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for _, table, _ in closed]
        after = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for _, table, _ in closed]
    else:
        before = [statement for closing, table, _ in closed for statement in closing.sqlite_back(table)]
        after = [statement for closing, table, kept in closed for statement in closing.sqlite(table, kept)]
    with connection.cursor() as cursor:
        for statement in before:
            cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        for statement in after:
            cursor.execute(statement)


def filled() -> list[str]:
    """The tables of our models that hold a row: few of them, after most tests."""
    names = sorted(set(connection.introspection.django_table_names(only_existing=True)) - OF_THE_MODELS)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names))
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def unchecked() -> Iterator[CursorWrapper]:
    """Rows go and come in any order: all must be whole at the end of the transaction, and is, for all of them do."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # it would queue a check for each row; SQLite only counts
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")


def empty() -> None:
    """Leave the tables as after `migrate`. (`flush` empties the empty ones too, and makes every permission again.)"""
    tables = filled()
    with unchecked() as cursor, nullcontext() if connection.vendor == "postgresql" else history_open(tables):
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


def put_aside(name: str) -> None:
    """Copy all there is to tables of their own, which no model knows."""
    ASIDE[name] = filled()
    with connection.cursor() as cursor:
        for table in ASIDE[name]:
            cursor.execute(f"DROP TABLE IF EXISTS aside_{name}_{table}")
            cursor.execute(f"CREATE TABLE aside_{name}_{table} AS SELECT * FROM {table}")


def put_back(name: str) -> None:
    """Fill the tables, which are empty, with what was put aside."""
    with unchecked() as cursor:
        for table in ASIDE[name]:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM aside_{name}_{table}")
