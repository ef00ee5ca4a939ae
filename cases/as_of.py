"""The cases as they stood at the end of a day: what a file «as of» that day is made from.

For the time of one reading, and for that connection alone, the names of three tables mean what was written down
before the midnight that ends the day in Brussels: the events, the visits, and the cases with the columns that those
events left. Whatever query runs then, with whatever columns and filters, sees no more than that. As in the reports,
what was corrected later stands as it stood then; client, commune and team are those that the file has today.

The columns of a case are those of `cases.replay`, in SQL; a test holds the two together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from cases.models import Case, Event, Visit
from cases.models.event import EventKind
from cases.replay import FACT_OF
from cases.workflow import CLOSED_STEPS

CASES, EVENTS, VISITS = (model._meta.db_table for model in (Case, Event, Visit))
STANDING = "standing_event"
TYPES = {models.DateField: "date", models.DecimalField: "numeric(7,2)", models.ForeignKey: "bigint"}


def end_of(day: date) -> datetime:
    """The midnight in Brussels that ends a day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class NothingKnown(Exception):
    """The day lies in the future."""


def past_day(text: str, *, today: date) -> date | None:
    """The day that was asked for, written 2026-03-31; None for today, which is all that is noted by now.

    Raises ValueError for what is no day, NothingKnown for a day to come.
    """
    if not text or (day := date.fromisoformat(text)) == today:
        return None
    if day > today:
        raise NothingKnown
    return day


@contextmanager
def as_of(connection: BaseDatabaseWrapper, day: date) -> Iterator[None]:
    """Within a transaction that is rolled back, or on a connection that is closed: nothing of it may stay behind."""
    views = shadows(connection, day)
    with connection.cursor() as cursor:
        for name, select in views.items():
            cursor.execute(f"CREATE TEMPORARY VIEW {name} AS {select}")
    try:
        yield
    finally:
        if connection.vendor == "sqlite":  # inside somebody's transaction the connection lives on
            with connection.cursor() as cursor:
                for name in reversed(views):
                    cursor.execute(f"DROP VIEW temp.{name}")


def shadows(connection: BaseDatabaseWrapper, day: date) -> dict[str, str]:
    """The views by the names that they take; they read the tables by their full names."""
    sqlite = connection.vendor == "sqlite"
    schema = "main" if sqlite else schema_of(connection)
    until = f"{end_of(day).astimezone(UTC):%Y-%m-%d %H:%M:%S}" + ("" if sqlite else "+00")
    known = f"recorded_at < '{until}'"
    undone = f"SELECT 1 FROM {schema}.{EVENTS} AS u WHERE u.undoes_id = e.id AND u.{known}"  # noqa: S608
    opened = f"SELECT 1 FROM {schema}.{EVENTS} AS e WHERE e.case_id = c.id AND e.seq = 1 AND e.{known}"  # noqa: S608
    columns = ", ".join(f"{left(field, sqlite=sqlite)} AS {field.column}" for field in Case._meta.concrete_fields)
    return {
        STANDING: (
            f"SELECT e.* FROM {schema}.{EVENTS} AS e "  # noqa: S608
            f"WHERE e.{known} AND e.kind <> '{EventKind.UNDONE.value}' AND NOT EXISTS ({undone})"
        ),
        CASES: f"SELECT {columns} FROM {schema}.{CASES} AS c WHERE EXISTS ({opened})",  # noqa: S608
        EVENTS: f"SELECT e.* FROM {schema}.{EVENTS} AS e WHERE e.{known}",  # noqa: S608
        VISITS: f"SELECT v.* FROM {schema}.{VISITS} AS v WHERE v.{known}",  # noqa: S608
    }


def schema_of(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return str(cursor.fetchone()[0])


def left(field: models.Field[object, object], *, sqlite: bool) -> str:
    """What the standing events left in a column of the case; a column that they do not decide is as it is."""
    if field.column == "step":
        return last("e.target")
    if field.column == "closed_on":  # nothing leads away from a closed step: the first event there closed the case
        closed = ", ".join(f"'{step.value}'" for step in CLOSED_STEPS)
        return last("e.happened_on", where=f"e.target IN ({closed})", order="e.seq")
    if field.column not in FACT_OF:
        return f"c.{field.column}"
    fact = FACT_OF[field.column]
    noted = f"json_type(e.facts, '$.{fact}') IS NOT NULL" if sqlite else f"jsonb_exists(e.facts, '{fact}')"
    value = last(f"e.facts ->> '{fact}'", where=noted)
    kind = next((kind for of, kind in TYPES.items() if isinstance(field, of)), None)
    if kind is None:
        return f"COALESCE({value}, '')"
    return value if sqlite and kind == "date" else f"CAST({value} AS {kind})"


def last(value: str, *, where: str = "TRUE", order: str = "e.seq DESC") -> str:
    return f"(SELECT {value} FROM {STANDING} AS e WHERE e.case_id = c.id AND {where} ORDER BY {order} LIMIT 1)"  # noqa: S608
