"""The directory: what communes, offices, documents, colleagues and teams are called, in the reader's language.

A list offers them in its filters and names them in every row. They are a hundred or so, read in one query; the rows
need no join.
"""

from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from communes.models import Commune, Office, ResidenceDocument
from communes.models.places import in_language
from communes.models.tariffs import label_column
from config.staff.models import Team, User
from config.staff.roles import PERMISSIONS


class Entry(NamedTuple):
    """`code` is what an address says for it: a short name, or its number where it has none."""

    code: str
    name: str


type Part = dict[int, Entry]


@dataclass(frozen=True, eq=False)
class Directory:
    """Each part by key, in the order of a page. It stays the same object for as long as nothing in it changes.

    `followers` are those of the staff who may follow a case; the code of each is their team's.
    """

    offices: Part
    communes: Part
    documents: Part
    staff: Part
    followers: Part
    teams: Part


def directory() -> Directory:
    """Read it whole: old cases name offices that closed and colleagues who left."""
    with connection.cursor() as cursor:
        cursor.execute(*question(in_language("name_fr", "name_nl"), label_column()))
        return in_parts(tuple(cursor.fetchall()))


@lru_cache(maxsize=8)
def in_parts(rows: tuple[tuple[str, int, str, str, str], ...]) -> Directory:
    parts: dict[str, Part] = {field.name: {} for field in fields(Directory)}
    for part, pk, code, called, _place in rows:
        parts[part][pk] = Entry(code or "", called)
    return Directory(**parts)


def followers() -> QuerySet[User]:
    """Who may follow a case."""
    roles = [role for role, permissions in PERMISSIONS.items() if "cases.move_case" in permissions]
    return User.objects.filter(is_active=True, role__in=roles)


@cache
def question(name: str, label: str) -> tuple[str, tuple[Any, ...]]:
    """Always the same for readers of one language: to put it together takes longer than the answer."""
    number = Cast("pk", CharField())
    first, *others = (
        rows.order_by()
        .annotate(part=Value(part), word=code, called=F(called), place=F(place))
        .values_list("part", "pk", "word", "called", "place")
        for part, rows, code, called, place in (
            ("offices", Office.objects.all(), F("code"), name, "name_fr"),
            ("communes", Commune.objects.all(), F("slug"), name, name),
            ("documents", ResidenceDocument.objects.all(), F("code"), label, label),
            ("staff", User.objects.all(), number, "name", "name"),
            ("followers", followers(), Cast("team", CharField()), "name", "name"),
            ("teams", Team.objects.all(), number, "name", "name"),
        )
    )
    asked: tuple[str, tuple[Any, ...]] = first.union(*others, all=True).order_by("place").query.sql_with_params()
    return asked
