"""The reports: one page with every table, and each table as a file."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cases.dialects import DIALECTS, EXCEL, Dialect
from cases.forms.reports import ReportForm
from cases.reports.charts import Drawing, drawing
from cases.reports.periods import Period
from cases.reports.report import FILES, report, table_of
from cases.reports.scope import Scope
from cases.reports.tables import Table, Unit
from cases.reports.wording import Line, line, lines, on_page, table_csv
from config.staff.policy import policy
from config.staff.requests import StaffRequest

LONGEST_PART = 40  # of the name of a file


@dataclass(frozen=True)
class Chip:
    """A period that is often asked for: its link, and whether it is the one on the page."""

    label: str
    query: str
    current: bool


@dataclass(frozen=True)
class Figure:
    """A table with its chart, and its rows in words."""

    table: Table
    drawing: Drawing | None
    lines: list[Line]
    total: Line | None

    @classmethod
    def of(cls, table: Table) -> "Figure":
        return cls(table, drawing(table), lines(table), line(table.total, table) if table.total else None)


@policy("cases.view_report")
def reports(request: StaffRequest) -> HttpResponse:
    """The statistics of a period, as the address asks for them. They show nobody, so they leave no trace of anyone."""
    today = timezone.localdate()
    form = ReportForm(request.GET.dict(), by=request.user, on=today)
    if not form.is_valid():
        return render(request, "cases/reports/reports.html", {"form": form, "scope": None}, status=422)
    scope = scope_of(form)
    found = report(scope, for_publication=form.cleaned_data["publish"])
    return render(
        request,
        "cases/reports/reports.html",
        {
            "form": form,
            "scope": scope,
            "as_of": scope.as_of or today,
            "publish": form.cleaned_data["publish"],
            "chips": chips(request, scope),
            "headline": {name: on_page(figure, Unit.COUNT) for name, figure in vars(found.headline).items()},
            "figures": [Figure.of(table) for table in found.tables],
        },
    )


@policy("cases.view_report", methods=("GET",))
def report_file(request: StaffRequest, table: str) -> HttpResponse:
    """One table of the report as CSV: the figures of the page that has the same address."""
    today = timezone.localdate()
    dialect = DIALECTS.get(request.GET.get("dialect", EXCEL.name))
    form = ReportForm(request.GET.dict(), by=request.user, on=today)
    if table not in FILES:
        raise Http404
    if dialect is None or not form.is_valid():
        return HttpResponseBadRequest(_("The address of this file asks for something that a report does not have."))
    scope, publish = scope_of(form), form.cleaned_data["publish"]
    content = table_csv(table_of(table, scope, for_publication=publish), dialect)
    name = file_name(table, scope, on=today, publish=publish, dialect=dialect)
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store, private",
        },
    )


def file_name(table: str, scope: Scope, *, on: date, publish: bool, dialect: Dialect) -> str:
    """What the file shows, so that no two that differ have one name: «sesame-ages-2026-Q4-as-of-2026-11-27.csv»."""
    period, office = scope.period, scope.office
    parts = [
        table.replace("_", "-"),
        period.code or f"{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}",
        slugify(f"team {scope.team.pk} {scope.team.name}")[:LONGEST_PART] if scope.team else "",
        f"office-{office.pk}-{office.code}"[:LONGEST_PART] if office else "",
        f"as-of-{scope.as_of or on:%Y-%m-%d}",
        "for-publication" if publish else "",
        dialect.name if dialect != EXCEL else "",
    ]
    return f"sesame-{'-'.join(part.strip('-') for part in parts if part)}.csv"


def scope_of(form: ReportForm) -> Scope:
    try:
        return form.scope
    except ValueError:
        raise PermissionDenied from None


def chips(request: StaffRequest, scope: Scope) -> list[Chip]:
    """The present month, quarter and year, and those that have just ended."""
    today = timezone.localdate()
    month, quarter, year = Period.month_of(today), Period.quarter_of(today), Period.year_of(today)
    day = timedelta(days=1)
    often = (
        month, Period.month_of(month.first - day), quarter, Period.quarter_of(quarter.first - day),
        year, Period.year_of(year.first - day),
    )  # fmt: skip
    found = []
    for period in often:
        query = request.GET.copy()
        for name in ("first", "last", "period"):
            query.pop(name, None)
        query["period"] = period.code
        found.append(Chip(period.name, f"?{query.urlencode()}", period == scope.period))
    return found
