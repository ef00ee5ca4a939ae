"""Lists page by page, by key and not by number: the last page costs what the first one does.

The address names the row at the edge of the page (`after=CN-2026-0142`), so a page stays what it is while new rows
come in. Every order is that of an index.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, F, Model, Q, QuerySet, TextChoices, When
from django.utils.translation import gettext_lazy as _


class Sort(TextChoices):
    """The orders of the list of cases."""

    NEWEST = "newest", _("Newest first")
    OLDEST = "oldest", _("Oldest first")
    DUE = "due", _("By deadline")


class ByDay(TextChoices):
    """The orders of the list of visits."""

    NEWEST = Sort.NEWEST.value, Sort.NEWEST.label
    OLDEST = Sort.OLDEST.value, Sort.OLDEST.label


class OfFiles(TextChoices):
    """The orders of the list of clients."""

    NEWEST = Sort.NEWEST.value, Sort.NEWEST.label
    OLDEST = Sort.OLDEST.value, Sort.OLDEST.label
    DOCUMENT = "document", _("By end of the residence document")


ALWAYS = Q()


@dataclass(frozen=True)
class Stretch:
    """Rows that follow each other by one column, then by number; with `of`, those that have that value or lack it."""

    column: str
    descending: bool = False
    of: str = ""
    filled: bool = True
    also: Q = ALWAYS  # what is true of all of them, and lets an index serve that holds no others

    @property
    def asks(self) -> tuple[str, ...]:
        """What is asked of the row at the edge of a page."""
        return (self.column, self.of) if self.of else (self.column,)

    def among(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(self.also, **{f"{self.of}__isnull": not self.filled}) if self.of else rows

    def holds(self, row: Model) -> bool:
        return not self.of or self.filled == (getattr(row, self.of) is not None)

    def order(self, *, backwards: bool) -> tuple[str, ...]:
        sign = "-" if self.descending != backwards else ""
        return tuple(dict.fromkeys((f"{sign}{self.column}", f"{sign}pk")))

    def beyond(self, row: Model, *, backwards: bool) -> Q:
        """Strictly past a row of this stretch. The first half lets the index start at the right place."""
        value = getattr(row, self.column)
        past = "lt" if self.descending != backwards else "gt"
        until = Q(**{f"{self.column}__{past}e": value})
        return until & (Q(**{f"{self.column}__{past}": value}) | Q(**{f"pk__{past}": row.pk}))


type Order = tuple[Stretch, ...]

# Rows without the day that the order is about come last, the newest first.
CASES: dict[str, Order] = {
    Sort.NEWEST: (Stretch("opened_on", descending=True),),
    Sort.OLDEST: (Stretch("opened_on"),),
    Sort.DUE: (
        Stretch("due_on", of="due_on", also=Q(closed_on=None)),
        Stretch("opened_on", descending=True, of="due_on", filled=False),
    ),
}
VISITS: dict[str, Order] = {
    ByDay.NEWEST: (Stretch("happened_on", descending=True),),
    ByDay.OLDEST: (Stretch("happened_on"),),
}
CLIENTS: dict[str, Order] = {
    OfFiles.NEWEST: (Stretch("pk", descending=True),),
    OfFiles.OLDEST: (Stretch("pk"),),
    OfFiles.DOCUMENT: (
        Stretch("document_expires_on", of="document_expires_on"),
        Stretch("pk", descending=True, of="document_expires_on", filled=False),
    ),
}


def in_order[Rows: QuerySet[Any]](rows: Rows, order: Order) -> Rows:
    """All the rows in the order in which the pages show them: what the export writes."""
    first, *others = order
    if not others:
        return rows.order_by(*first.order(backwards=False))
    (last,) = others
    without = Q(**{f"{first.of}__isnull": True})
    return rows.order_by(
        F(first.column).asc(nulls_last=True),
        Case(When(without, then=F(last.column))).desc(nulls_last=True),
        Case(When(without, then=F("pk") * -1), default=F("pk"), output_field=BigIntegerField()),
    )


@dataclass(frozen=True)
class Page[Row: Model]:
    """Some rows in order. `before` and `after` are the rows at each edge behind which there are more.

    `whole`: there are no others at all.
    """

    rows: list[Row]
    before: Row | None
    after: Row | None
    whole: bool


def page_of[Row: Model](
    rows: QuerySet[Row], order: Order, *, size: int, after: Row | None = None, before: Row | None = None
) -> Page[Row]:
    """The page behind a row, or in front of one; the first page without either."""
    backwards = before is not None and after is None
    edge = before if backwards else after
    found = next_to(edge, rows, order, size=size + 1, backwards=backwards)
    more, kept = len(found) > size, found[:size]
    if backwards:
        kept.reverse()
    if not kept:
        return Page([], before=None, after=None, whole=edge is None)
    in_front, behind = (more, True) if backwards else (edge is not None, more)
    return Page(kept, kept[0] if in_front else None, kept[-1] if behind else None, whole=not in_front and not behind)


def next_to[Row: Model](
    edge: Row | None, rows: QuerySet[Row], order: Order, *, size: int, backwards: bool
) -> list[Row]:
    """The rows next to an edge, in the order in which one walks away from it."""
    found: list[Row] = []
    for stretch in reversed(order) if backwards else order:
        if edge is not None and not stretch.holds(edge):
            continue
        ahead = stretch.among(rows).order_by(*stretch.order(backwards=backwards))
        if edge is not None:
            ahead, edge = ahead.filter(stretch.beyond(edge, backwards=backwards)), None
        found += ahead[: size - len(found)]
        if len(found) >= size:
            break
    return found
