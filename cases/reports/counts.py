"""People, cases and visits of a scope, counted in every way that the tables show: one statement, hence one instant.

Each row that counts is read once and put together by person first: quicker than COUNT(DISTINCT), which sorts anew for
each way. The pieces are querysets, so that scope.py alone decides what counts; this only adds them up.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Func, IntegerField, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

from cases.models import Case, Client, Companion
from cases.planner import SNAPSHOT, WHOLE, planned, without
from cases.reports.scope import Scope

type Key = str | None
type Sql = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Tally:
    """People, cases and visits: three counts that are never added to each other. `anonymous` visits are of nobody."""

    people: int = 0
    cases: int = 0
    visits: int = 0
    minutes: int = 0
    anonymous: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """For keys that share nobody."""
        return Tally(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def of_somebody(self) -> "Tally":
        return replace(self, visits=self.visits - self.anonymous, minutes=0, anonymous=0)


class MonthOf(Func):
    """The month of a day as a number, 202611."""

    arity = 1
    output_field = IntegerField()
    template = "CAST(DATE_PART('year', %(expressions)s) * 100 + DATE_PART('month', %(expressions)s) AS integer)"

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Sql:
        template = "CAST(SUBSTR(%(expressions)s, 1, 4) || SUBSTR(%(expressions)s, 6, 2) AS integer)"
        sql, params = super().as_sql(compiler, connection, template=template, **context)
        return sql, tuple(params)


OF_PERSON = ("commune", "document", "language", "born")
OF_CASE = ("procedure", "office")
OF_VISIT = ("channel", "topic", "result")

# Sums of sums: whole numbers, for PostgreSQL makes decimals of them, which cost it several times as much.
SUMS = ", ".join(f"CAST(SUM({name}) AS integer) AS {name}" for name in ("cases", "visits", "minutes"))
PIECES = """
    WITH seen(person, case_id, month, channel, topic, result, cases, visits, minutes) AS MATERIALIZED ({seen}),
    touched(case_id, month) AS MATERIALIZED ({happened} UNION {visited}),
    files(case_id, person, procedure, office) AS NOT MATERIALIZED ({files}),
    clients(person, commune, document, language, born) AS NOT MATERIALIZED ({clients}),
"""
OWN_VISITS = "SELECT case_id, month FROM seen WHERE case_id IS NOT NULL"
SUMMED = """
    worked AS MATERIALIZED (
        SELECT files.* FROM (SELECT DISTINCT case_id FROM touched) AS once JOIN files ON files.case_id = once.case_id
    ),
    visited AS MATERIALIZED (
        SELECT channel, topic, result, {sums} FROM seen GROUP BY channel, topic, result
    ),
    helped(person, procedure, office, cases, visits, minutes) AS MATERIALIZED (
        SELECT person, procedure, office, {sums} FROM (
            SELECT person, procedure, office, 1 AS cases, 0 AS visits, 0 AS minutes FROM worked
            UNION ALL
            SELECT seen.person, seen_in.procedure, seen_in.office, 0, visits, minutes
            FROM seen LEFT JOIN {seen_in} AS seen_in ON seen_in.case_id = seen.case_id
        ) AS listed GROUP BY person, procedure, office
    ),
    monthly(person, month, cases, visits, minutes) AS NOT MATERIALIZED (
        SELECT worked.person, month, 1, 0, 0 FROM touched JOIN worked ON worked.case_id = touched.case_id
        UNION ALL
        SELECT person, month, cases, visits, minutes FROM seen
    ),
    people AS MATERIALIZED (
        SELECT summed.*, commune, document, language, born
        FROM (SELECT person, {sums} FROM helped GROUP BY person) AS summed
        LEFT JOIN clients ON clients.person = summed.person
    )
"""


def statement(*, seen_in: str) -> str:
    """The pieces, then each way: the rows of somebody under one key are one person."""
    once = dict.fromkeys(OF_PERSON, "people")
    twice = dict.fromkeys(OF_CASE, "helped") | {"month": "monthly"}
    rows = {"whole": "SELECT '' AS key, people.* FROM people"}
    rows |= {way: f"SELECT {way} AS key, NULL AS person, visited.* FROM visited" for way in OF_VISIT}  # noqa: S608
    rows |= {way: f"SELECT {way} AS key, people.* FROM {source}" for way, source in once.items()}  # noqa: S608
    rows |= {
        way: f"SELECT {way} AS key, person, {SUMS} FROM {source} GROUP BY {way}, person"  # noqa: S608
        for way, source in twice.items()
    }
    counted = [
        f"SELECT '{way}', CAST(key AS text), COUNT(person), SUM(cases), SUM(visits), SUM(minutes), "  # noqa: S608
        f"SUM(CASE WHEN person IS NULL THEN visits ELSE 0 END) FROM ({source}) AS counted GROUP BY key"
        for way, source in rows.items()
    ]
    return PIECES + SUMMED.format(seen_in=seen_in, sums=SUMS) + " UNION ALL ".join(counted)


def counts(scope: Scope) -> Mapping[str, Mapping[Key, Tally]]:
    """By each way, the tally under each key as text, None for what has none; «whole» has the empty key alone.

    By the ways of a visit nobody is counted, only visits and minutes.
    """
    ways = ["whole", *OF_PERSON, *OF_CASE, *OF_VISIT, "month"]
    found: dict[str, dict[Key, Tally]] = {way: {} for way in ways}
    try:
        pieces = {name: queryset.query.sql_with_params() for name, queryset in pieces_of(scope).items()}
    except EmptyResultSet:
        return found
    if scope.team is None:  # who logged a visit and whose case it is are the same for a whole office
        pieces["visited"] = OWN_VISITS, ()
    sql = statement(seen_in="worked" if scope.team is None else "files")
    # What is grouped within the statement is taken for a few rows: each would be looked up by itself.
    with without("nestloop"), connection.cursor() as cursor:
        cursor.execute(
            sql.format(**{name: piece for name, (piece, _) in pieces.items()}),
            [value for _, params in pieces.values() for value in params],
        )
        for way, key, people, *sums in cursor:
            found[way][key] = Tally(people, *map(int, sums))
    return found


def pieces_of(scope: Scope) -> dict[str, QuerySet[Any, Any]]:
    """The querysets of the statement, in its order."""
    month = MonthOf("happened_on")
    there = scope.visits().values_list("client", "case", month, *OF_VISIT, Value(0), Value(1), "minutes")
    of_visit = (f"visit__{name}" for name in OF_VISIT)
    beside = Companion.objects.filter(visit__in=scope.visits().values("pk")).order_by()
    along = beside.values_list(
        "client", "visit__case", MonthOf("visit__happened_on"), *of_visit, Value(0), Value(0), Value(0)
    )
    return {
        "seen": there.union(along, all=True).order_by(),
        "happened": scope.events().values_list("case", month),
        "visited": scope.visits_of_cases().values_list("case", month),
        "files": Case.objects.order_by().values_list("pk", "client", "procedure", scope.office_of()),
        "clients": Client.objects.order_by().values_list(
            "pk", "commune", "residence_document__tariff_class", "contact_language", "birth_year"
        ),
    }


@contextmanager
def one_snapshot() -> Iterator[None]:
    """On PostgreSQL all statements of a report see the office at one instant, by plans that suit large sums.

    Within a transaction that has begun already it stays what that one is. On SQLite a transaction of ours would lock
    out whoever writes: there each statement sees its own instant.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        planned(connection, f"{SNAPSHOT}, READ ONLY", WHOLE)
        yield
