"""The directory: what communes, offices, documents, colleagues and teams are called, in the reader's language.

A list offers them in its filters and names them in every row. They are a hundred or so, read in one query; the rows
need no join.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast

from communes.models import Commune, Office, ResidenceDocument
from communes.models.places import in_language
from communes.models.tariffs import label_column
from config.staff.models import Team, User


class Entry(NamedTuple):
    """`code` is what an address says for it: a short name, or its number where it has none."""

    code: str
    name: str


type Part = dict[int, Entry]


@dataclass(frozen=True)
class Directory:
    """Each part by key, in the order of a page."""

    offices: Part
    communes: Part
    documents: Part
    staff: Part
    teams: Part


def directory() -> Directory:
    """Read it whole: old cases name offices that closed and colleagues who left."""
    parts: dict[str, Part] = {"offices": {}, "communes": {}, "documents": {}, "staff": {}, "teams": {}}
    with connection.cursor() as cursor:
        cursor.execute(*question(in_language("name_fr", "name_nl"), label_column()))
        for part, pk, code, called, _place in cursor.fetchall():
            parts[part][pk] = Entry(code, called)
    return Directory(**parts)


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
            ("teams", Team.objects.all(), number, "name", "name"),
        )
    )
    asked: tuple[str, tuple[Any, ...]] = first.union(*others, all=True).order_by("place").query.sql_with_params()
    return asked
