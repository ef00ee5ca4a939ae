"""What the lists of cases, clients and visits share. The address is the view: filters, order, columns, page.

Nothing that a person typed freely is in it: a name or a number travels in the body of a POST.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet, TextChoices
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django_filters import FilterSet

from cases.columns import EVERY, Column, Kind, UnknownColumn, picked, unnamed, usual
from cases.paging import Order, Page, page_of
from config.staff.requests import StaffRequest
from config.wording import money

ROWS = 50
COUNTED_UP_TO = 1000
EDGES = ("after", "before")
SHAPE = ("sort", "columns")  # how the rows are shown: they are the same rows


@dataclass(frozen=True)
class Chip:
    """A common question as a link: the address it asks, and whether it is the one on the page."""

    label: str
    query: str
    current: bool


@dataclass(frozen=True)
class Chosen:
    """A filter that narrows the list, and the address without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Choice:
    """A column that the list can show, and whether it does."""

    name: str
    label: str
    taken: bool


@dataclass(frozen=True)
class Cell:
    label: str
    text: str
    number: bool


@dataclass(frozen=True)
class Line:
    """A row of a list of chosen columns, and the page that it leads to; none when empty."""

    url: str
    cells: list[Cell]


@dataclass(frozen=True)
class Count:
    """How many rows there are, at most so many; `more` when there are others still."""

    rows: int
    more: bool


def counted(rows: QuerySet[Any], page: Page[Any]) -> Count:
    """Of the whole list; a page that is all of it says so without looking twice.

    Rows in an order are counted in it: where their index is the best way to them, as with days.
    """
    found = len(page.rows) if page.whole else rows[: COUNTED_UP_TO + 1].count()
    return Count(min(found, COUNTED_UP_TO), more=found > COUNTED_UP_TO)


@dataclass(frozen=True)
class Download:
    """The list as a file: where, how many rows and about how large. `names_stay`: some columns shown do not leave.

    `size` is where one asks how large it is, if the list did not count to the end.
    `every` is where the file has all columns, if the usual ones are not all; `named` where it is asked for with names.
    """

    csv: str
    xlsx: str
    size: str
    every: str
    named: str
    count: Count
    bytes: int
    names_stay: bool
    where: str
    asked: list[tuple[str, str]]  # what a form that adds a word to the address has to say again
    looks_back: bool


def export_of(
    request: StaffRequest,
    view: str,
    columns: Sequence[Column],
    table: Sequence[Column],
    count: Count,
    *,
    bytes_a_row: int,
    looks_back: bool = False,
) -> Download | None:
    """The export of exactly what the list shows: its filters, its order, its columns but those that name somebody.

    None where there is nothing to export, or for who may not.
    """
    if not count.rows or not request.user.has_perm("cases.export_case"):
        return None
    leaving, where = unnamed(columns or usual(table)), reverse(view)
    query = request.GET.copy()
    for name in (*EDGES, "columns"):
        query.pop(name, None)
    if columns:
        query.setlist("columns", [column.name for column in leaving])

    def asking(**words: str) -> str:
        asked = query.copy()
        for name, word in words.items():
            asked[name] = word
        return f"{where}?{asked.urlencode()}" if asked else where

    asked = [(name, value) for name, values in query.lists() for value in values]
    csv, xlsx, size = asking(), asking(dialect="xlsx"), asking(size="yes")
    query.pop("columns", None)
    return Download(
        csv=csv,
        xlsx=xlsx,
        size=size if count.more else "",
        every="" if tuple(table) == usual(table) else asking(columns=EVERY),
        named=asking(named="yes") if request.user.has_perm("cases.export_named") else "",
        count=count,
        bytes=count.rows * bytes_a_row * len(leaving) // len(unnamed(usual(table))),
        names_stay=any(column.personal for column in columns),
        where=where,
        asked=asked,
        looks_back=looks_back,
    )


def order_of(request: HttpRequest, orders: Mapping[str, Order]) -> tuple[str, Order]:
    """The order that the address names, the first one when it names none."""
    sort = request.GET.get("sort") or next(iter(orders))
    if sort not in orders:
        raise Http404
    return sort, orders[sort]


def page_asked[Row: Model](
    request: HttpRequest, rows: QuerySet[Row], order: Order, *, among: QuerySet[Row], name: str
) -> Page[Row]:
    """The page that the address asks for; its edge is one of `among`, known by the field `name`."""
    known = among.only(name, *(column for stretch in order for column in stretch.asks))
    after, before = (edge(request, known, name, where) for where in EDGES)
    return page_of(rows, order, size=ROWS, after=after, before=before)


def edge[Row: Model](request: HttpRequest, among: QuerySet[Row], name: str, where: str) -> Row | None:
    """The row at the edge of the page, as the address names it; None when it names none."""
    word = request.GET.get(where)
    if not word:
        return None
    if "\0" in word:
        raise Http404  # PostgreSQL could not even look for it
    try:
        found = among.filter(**{name: word}).order_by().first()
    except ValidationError:  # no key at all
        found = None
    if found is None:
        raise Http404
    return found


def edges(page: Page[Any], name: str) -> dict[str, str | None]:
    """How an address names the rows at the edges of a page."""
    return {where: row and str(getattr(row, name)) for where, row in (("after", page.after), ("before", page.before))}


def columns_asked(request: HttpRequest, table: Sequence[Column]) -> tuple[Column, ...]:
    """The columns that the address names; none when it leaves the choice to the list."""
    try:
        return picked(table, request.GET.getlist("columns"))
    except UnknownColumn:
        raise Http404 from None


def choices_of(table: Iterable[Column], taken: Sequence[Column]) -> tuple[Choice, ...]:
    names = {column.name for column in taken}
    return tuple(Choice(column.name, str(column.header), column.name in names) for column in table)


def lines[Row: Model](rows: Sequence[Row], columns: Sequence[Column], url: Callable[[Row], str]) -> list[Line]:
    """Rows as a table of these columns; one look at the database, however many there are."""
    if not rows or not columns:
        return []
    among = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows])
    by_key = {key: values for key, *values in among.values_list("pk", *(column.expression for column in columns))}
    return [
        Line(url(row), [cell(column, value) for column, value in zip(columns, by_key[row.pk], strict=True)])
        for row in rows
    ]


def cell(column: Column, value: Any) -> Cell:
    """A value as a person reads it."""
    match column.kind, value:
        case _, None:
            text = ""
        case Kind.DAY, day:
            text = date_format(day, "SHORT_DATE_FORMAT")
        case Kind.AMOUNT, amount:
            text = money(amount)
        case _, other:
            text = str(other)
    return Cell(str(column.header), text, column.kind in {Kind.NUMBER, Kind.AMOUNT})


def address(request: HttpRequest, **changes: str | None) -> str:
    """The list's own address on its first page, with some of what it says changed or left out."""
    query = request.GET.copy()
    for name in EDGES:
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def encoded(question: Mapping[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(question)
    return query.urlencode()


def chips(request: HttpRequest, questions: Iterable[tuple[str, dict[str, str]]], *, sort: str) -> list[Chip]:
    """The questions that are asked every day. Each names its order: an address that says nothing is the start view."""
    asked = {name: value for name, value in request.GET.items() if value and name not in {*EDGES, *SHAPE}}
    return [Chip(label, f"?{encoded({**question, 'sort': sort})}", question == asked) for label, question in questions]


def sorts(request: HttpRequest, orders: type[TextChoices], current: str) -> list[Chip]:
    return [Chip(str(each.label), address(request, sort=each.value), each == current) for each in orders]


def chosen(request: HttpRequest, filters: FilterSet) -> Iterator[Chosen]:
    """The filters in use, each with the way to take it off."""
    for name, field in filters.form.fields.items():
        value = filters.form.cleaned_data.get(name) if filters.form.is_valid() else None
        if value:
            yield Chosen(str(field.label), in_words(field, value), address(request, **{name: None}))


def in_words(field: Any, value: object) -> str:
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return str(dict(field.choices).get(value, value)) if isinstance(value, str) else str(value)
