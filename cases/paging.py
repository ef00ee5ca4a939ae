"""The case list page by page, by key and not by number: the last page costs what the first one does.

The address names the case at the edge of the page (`after=CN-2026-0142`), so a page stays what it is while new cases
come in. Every order is that of an index.
"""

from dataclasses import dataclass

from django.db.models import BigIntegerField, F, Q, TextChoices, When
from django.db.models import Case as If
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.models.case import CaseQuerySet


class Sort(TextChoices):
    NEWEST = "newest", _("Newest first")
    OLDEST = "oldest", _("Oldest first")
    DUE = "due", _("By deadline")


@dataclass(frozen=True)
class Stretch:
    """Cases that follow each other by one column, then by number; `due` keeps those with a deadline or without."""

    column: str
    descending: bool = False
    due: bool | None = None

    def among(self, cases: CaseQuerySet) -> CaseQuerySet:
        if self.due is None:
            return cases
        return cases.open().exclude(due_on=None) if self.due else cases.filter(due_on=None)

    def holds(self, case: Case) -> bool:
        return self.due is None or self.due == (case.due_on is not None)

    def order(self, *, backwards: bool) -> tuple[str, str]:
        sign = "-" if self.descending != backwards else ""
        return f"{sign}{self.column}", f"{sign}pk"

    def beyond(self, case: Case, *, backwards: bool) -> Q:
        """Strictly past a case of this stretch. The first half lets the index start at the right place."""
        value = getattr(case, self.column)
        past = "lt" if self.descending != backwards else "gt"
        until = Q(**{f"{self.column}__{past}e": value})
        return until & (Q(**{f"{self.column}__{past}": value}) | Q(**{f"pk__{past}": case.pk}))


STRETCHES: dict[str, tuple[Stretch, ...]] = {
    Sort.NEWEST: (Stretch("opened_on", descending=True),),
    Sort.OLDEST: (Stretch("opened_on"),),
    # The cases that have a deadline (only open ones do), then the others, the newest first.
    Sort.DUE: (Stretch("due_on", due=True), Stretch("opened_on", descending=True, due=False)),
}


def in_order(cases: CaseQuerySet, sort: str) -> CaseQuerySet:
    """All the cases in the order in which the pages show them: what the export writes."""
    match sort:
        case Sort.DUE:
            without = Q(due_on=None)  # ends the list, the newest first
            return cases.order_by(
                F("due_on").asc(nulls_last=True),
                If(When(without, then=F("opened_on"))).desc(nulls_last=True),
                If(When(without, then=F("pk") * -1), default=F("pk"), output_field=BigIntegerField()),
            )
        case _:
            (stretch,) = STRETCHES[sort]
            return cases.order_by(*stretch.order(backwards=False))


@dataclass(frozen=True)
class Page:
    """Some cases in order. `before` and `after` name the case at each edge behind which there are more."""

    cases: list[Case]
    before: str | None
    after: str | None


def page_of(cases: CaseQuerySet, sort: str, *, size: int, after: Case | None, before: Case | None) -> Page:
    """The page behind a case, or in front of one; the first page without either."""
    backwards = before is not None and after is None
    edge = before if backwards else after
    found = rows(cases, sort, size=size + 1, edge=edge, backwards=backwards)
    more, kept = len(found) > size, found[:size]
    if backwards:
        kept.reverse()
    if not kept:
        return Page([], before=None, after=None)
    in_front, behind = (more, True) if backwards else (edge is not None, more)
    return Page(kept, kept[0].reference if in_front else None, kept[-1].reference if behind else None)


def rows(cases: CaseQuerySet, sort: str, *, size: int, edge: Case | None, backwards: bool) -> list[Case]:
    """The cases next to an edge, in the order in which one walks away from it."""
    found: list[Case] = []
    for stretch in reversed(STRETCHES[sort]) if backwards else STRETCHES[sort]:
        if edge is not None and not stretch.holds(edge):
            continue
        ahead = stretch.among(cases).order_by(*stretch.order(backwards=backwards))
        if edge is not None:
            ahead, edge = ahead.filter(stretch.beyond(edge, backwards=backwards)), None
        found += ahead[: size - len(found)]
        if len(found) >= size:
            break
    return found
