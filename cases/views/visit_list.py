"""The list of visits: day by day, or as a table of the columns that one chose."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.columns import visit_columns
from cases.directory import directory
from cases.filters import VisitFilter
from cases.households import came_along
from cases.models import Visit
from cases.paging import VISITS, ByDay
from cases.traces import shown
from cases.views import kept_views, lists
from cases.views.controls import controls
from cases.views.list_search import chosen, narrowed, words_asked
from cases.views.visit_rows import days_of
from config.staff.models import User
from config.staff.policy import policy
from config.staff.requests import StaffRequest

BYTES_A_ROW = 130  # what a line of the export weighs


@policy("cases.view_visit", methods=("GET", "HEAD", "POST"))
def visits(request: StaffRequest) -> HttpResponse:
    """The visits that count, the newest first unless asked otherwise; a corrected one counts once.

    By POST, a search among them.
    """
    if start := kept_views.start_of(request, "visits"):
        return redirect(start)
    visible = Visit.objects.visible_to(request.user)
    filters = VisitFilter(request.GET, queryset=visible.standing(), request=request)
    sort, order = lists.order_of(request, VISITS)
    words = words_asked(request)
    found = narrowed(filters.qs, words, client="client")
    page = lists.page_asked(request, found.for_list(), order, among=visible, name="key")
    count = lists.counted(found, page)
    table = visit_columns(named=True, seen_by=request.user)
    columns = lists.columns_asked(request, table)
    may_correct = request.user.has_perm("cases.add_visit")
    shown(request, [visit.client_id for visit in page.rows], how="search" if words else "")
    if any(column.also is not None for column in columns):
        shown(request, came_along(page.rows, seen_by=request.user))
    names = directory()
    return render(
        request,
        "cases/visits.html",
        {
            "filter": filters,
            "controls": controls(filters, names),
            "page": page,
            "words": words,
            "edges": {} if words else lists.edges(page, "key"),
            "days": [] if columns else days_of(page.rows, names, correctable=may_correct),
            "lines": lists.lines(page.rows, columns, correction_url if may_correct else no_url),
            "count": count,
            "export": None
            if words
            else lists.export_of(request, "cases:export_visits", columns, table, count, bytes_a_row=BYTES_A_ROW),
            "choices": lists.choices_of(table, columns),
            "views": kept_views.views_of(request, "visits", filters, sort, columns),
            "sort": sort,
            "sorts": lists.sorts(request, ByDay, sort),
            "chips": lists.chips(request, questions(request.user), sort=sort),
            "chosen": chosen(request, filters, words),
        },
        status=200 if filters.form.is_valid() else 422,
    )


def correction_url(visit: Visit) -> str:
    return reverse("cases:correct_visit", args=[visit.key])


def no_url(visit: Visit) -> str:
    return ""


def questions(user: User) -> list[tuple[str, dict[str, str]]]:
    return [
        (_("All visits"), {}),
        (_("My visits"), {"by": str(user.pk)}),
        (_("Anonymous"), {"attached": "no"}),
    ]
