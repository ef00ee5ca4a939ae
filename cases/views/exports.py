"""Files: what a list shows, with its filters, its order and its columns.

What Sésame does not understand is refused: it must not widen what is exported.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import FilterSet

from cases.as_of import NothingKnown, past_day
from cases.columns import (
    Column,
    UnknownColumn,
    case_columns,
    for_file,
    tariff_columns,
    visit_columns,
)
from cases.departures import Tally, announce, asked_for, departing
from cases.dialects import EXCEL
from cases.exports import FILE_KINDS, FileKind, csv_lines
from cases.filters import CaseFilter, VisitFilter
from cases.forms.exports import PurposeForm
from cases.models import Case, Visit
from cases.paging import CASES, VISITS, Order, in_order
from cases.reading import batches
from cases.views.underway import Underway
from cases.workbook import nobody
from communes.filters import TariffFilter
from communes.models import Tariff
from config.staff.policy import policy
from config.staff.proofs import asked_for_proof
from config.staff.requests import StaffRequest

# What the address of an export says beside the filters; `key` is how the page asks how far the file is, `size` asks
# how large it will be, and the last two are where one is in the list.
OWN = frozenset({"dialect", "named", "sort", "columns", "key", "size", "after", "before"})
AS_OF = "as_of"  # the cases alone: the address says the day, as of which they are meant
SAMPLE, COUNTED_AT_ONCE = 100, 10_000
ROWS_A_SECOND = 50_000  # as CSV, on two cores; a workbook takes some five times as long

type Answer = HttpResponse | StreamingHttpResponse


@dataclass(frozen=True)
class Export:
    """A file that is about to leave: asked for, understood and allowed."""

    of: str
    rows: QuerySet[Any]
    columns: Sequence[Column]
    kind: FileKind
    on: date
    filters: dict[str, Any]
    whose: str  # the column of the client's key; empty: no client is in it
    day: date | None = None  # as of which; None: as it is now

    @property
    def named(self) -> bool:
        return any(column.personal for column in self.columns)


class NotUnderstood(Exception):
    """What of an address made no sense, in sentences for the person."""

    def __init__(self, refusals: list[str]) -> None:
        super().__init__(*refusals)
        self.refusals = refusals


@policy("cases.export_case", methods=("GET", "POST"))
def export(request: StaffRequest) -> Answer:
    """The cases one may open, as the list shows them; with names when asked (`named=yes`), allowed, and by POST."""
    today = timezone.localdate()
    try:
        day = day_asked(request.GET.get(AS_OF, ""), today=today)
    except NotUnderstood as refused:
        return not_understood(request, "cases", refused)
    on, cases = day or today, Case.objects.visible_to(request.user)
    if day and not request.user.has_perm("cases.see_every_team"):
        # Whose case it was then gives no right to see it now: of another team's, not even those one followed.
        cases = cases.filter(team=request.user.team)
    filters = CaseFilter(request.GET, cases, on=on, request=request)
    table = case_columns(on=on, named=True)
    return answer(request, "cases", filters, CASES, table, on=on, whose="client_id", day=day)


def day_asked(text: str, *, today: date) -> date | None:
    """The day as of which the cases are meant. Raises NotUnderstood."""
    try:
        return past_day(text, today=today)
    except ValueError:
        raise NotUnderstood([_("«As of» is a day, such as 2026-03-31.")]) from None
    except NothingKnown:
        raise NotUnderstood([_("This day lies in the future: nothing is known of it yet.")]) from None


@policy("cases.export_case", methods=("GET", "POST"))
def export_visits(request: StaffRequest) -> Answer:
    """The visits that count, as the list shows them: a corrected one once."""
    today = timezone.localdate()
    filters = VisitFilter(request.GET, Visit.objects.visible_to(request.user).standing(), request=request)
    table = visit_columns(named=True, seen_by=request.user)
    return answer(request, "visits", filters, VISITS, table, on=today, whose="client_id")


@policy("communes.view_tariff", methods=("GET",))
def export_tariffs(request: StaffRequest) -> Answer:
    """The rows of the price list, those of the past and those announced too: public facts."""
    today = timezone.localdate()
    filters = TariffFilter(request.GET.dict(), queryset=Tariff.objects.line_by_line(), today=today)
    return answer(request, "tariffs", filters, {}, tariff_columns(), on=today)


def answer(
    request: StaffRequest,
    of: str,
    filters: FilterSet,
    orders: Mapping[str, Order],
    table: Sequence[Column],
    *,
    on: date,
    whose: str = "",
    day: date | None = None,
) -> Answer:
    try:
        asked = understood(request, of, filters, orders, table, on=on, whose=whose, day=day)
    except NotUnderstood as refused:
        return not_understood(request, of, refused)
    if "size" in request.GET:
        return size(request, asked)
    if not asked.named:
        return sent(request, asked)
    if not request.user.has_perm("cases.export_named"):
        raise PermissionDenied
    if way := asked_for_proof(request, at=timezone.now()):
        return way
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return sent(request, asked, purpose=form.cleaned_data["purpose"])
    columns = [str(column.header) for column in asked.columns]
    context = {"form": form, "columns": columns, "size": size_of(asked), "back": list_of(request, asked)}
    return render(request, "cases/export_named.html", context, status=422 if form.errors else 200)


def not_understood(request: StaffRequest, of: str, refused: NotUnderstood) -> HttpResponse:
    return render(request, "cases/export_refused.html", {"refusals": refused.refusals, "of": of}, status=400)


def list_of(request: StaffRequest, export: Export) -> str:
    """The list that a file is taken from, as it was filtered."""
    query = request.GET.copy()
    for name in OWN - {"sort"} | {AS_OF}:
        query.pop(name, None)
    return f"{reverse(f'cases:{export.of}')}?{query.urlencode()}"


def understood(
    request: StaffRequest,
    of: str,
    filters: FilterSet,
    orders: Mapping[str, Order],
    table: Sequence[Column],
    *,
    on: date,
    whose: str,
    day: date | None,
) -> Export:
    """The export that an address asks for. Raises NotUnderstood."""
    kind = FILE_KINDS.get(request.GET.get("dialect", EXCEL.name))
    sort = request.GET.get("sort", next(iter(orders), ""))
    named = request.GET.get("named", "no")
    refusals = list(wrong_filters(filters))
    if kind is None:
        refusals.append(_("A file is written in the dialect «excel», «plain» or «xlsx»."))
    if orders and sort not in orders:
        refusals.append(_("The list has no such order."))
    if named not in {"yes", "no"}:
        refusals.append(_("With names is «yes» or «no»."))
    columns: tuple[Column, ...] = ()
    try:
        columns = for_file(table, request.GET.getlist("columns"), named=named == "yes")
    except UnknownColumn as unknown:
        refusals.append(_("No column has this name: %(name)s.") % {"name": unknown})
    if named == "no" and any(column.personal for column in columns):
        refusals.append(_("A column that says who a client is leaves only with names."))
    strange = sorted(set(request.GET) - set(filters.filters) - OWN - ({AS_OF} if of == "cases" else set()))
    if strange:
        refusals.append(_("No filter has this name: %(names)s.") % {"names": ", ".join(strange)})
    if kind is None or refusals:
        raise NotUnderstood(refusals)
    rows = in_order(filters.qs, orders[sort]) if orders else filters.qs
    asked = asked_for(filters) | ({AS_OF: day.isoformat()} if day else {})
    return Export(of, rows, columns, kind, on, asked, whose, day)


def wrong_filters(filters: FilterSet) -> Iterator[str]:
    yield from map(str, filters.form.non_field_errors())
    for field in filters.form:
        for error in field.errors:
            yield _("%(label)s: %(value)s") % {"label": field.label, "value": error}


def size(request: StaffRequest, export: Export) -> HttpResponse:
    """How large the file will be: what the list, which counts up to a thousand, leaves open."""
    part = "cases/export_size.html#size" if request.htmx else "cases/export_size.html"
    return render(request, part, size_of(export))


def size_of(export: Export) -> dict[str, int]:
    """How many rows, how many bytes and how many seconds."""
    rows = export.rows.order_by().count() if export.day is None else counted(export.rows, day=export.day)
    sample = b"".join(csv_lines(export.rows[:SAMPLE], export.columns, dialect=EXCEL, day=export.day))
    _header, _end, lines = sample.partition(EXCEL.line_end.encode())
    return {
        "rows": rows,
        "bytes": len(lines) * rows // min(rows, SAMPLE) if rows else 0,
        "seconds": max(1, rows // ROWS_A_SECOND),
    }


def counted(rows: QuerySet[Any], *, day: date) -> int:
    """How many there were: they are read, for no other connection sees them so."""
    return sum(map(len, batches(rows.order_by().values_list("pk"), size=COUNTED_AT_ONCE, day=day)))


def sent(request: StaffRequest, export: Export, *, purpose: str = "") -> StreamingHttpResponse:
    """The file, on its way. One that holds clients leaves a record."""
    if export.whose:
        tally = Tally(export.whose, export.columns)
        record = announce(
            by=request.user,
            at=timezone.now(),
            subject=export.of,
            kind=request.GET.get("dialect", EXCEL.name),
            filters=export.filters,
            columns=[column.name for column in export.columns],
            named=export.named,
            purpose=purpose,
        )
        followed = Underway.of(request.user, request.GET.get("key", ""))
        told = followed.told if followed else nobody
        file = export.kind.write(export.rows, export.columns, told=told, tally=tally, day=export.day)
        chunks = departing(record, file, tally, clock=timezone.now)
        if followed:
            followed.begin()
            chunks = followed.followed(chunks)
    else:
        chunks = export.kind.write(export.rows, export.columns)
    return StreamingHttpResponse(
        chunks,
        content_type=export.kind.content_type,
        headers={
            "Content-Disposition": (
                f'attachment; filename="sesame-{export.of}-{"as-of-" if export.day else ""}'
                f'{export.on:%Y-%m-%d}{export.kind.suffix}"'
            ),
            "Cache-Control": "no-store, private",
            "X-Accel-Buffering": "no",  # nginx would keep the first bytes back
        },
    )
