"""The list of cases: filtered by what its address says, page by page, and handed over to a colleague."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import actions
from cases.columns import case_columns
from cases.directory import Directory, directory
from cases.filters import CaseFilter
from cases.forms.handing_over import HandOverForm, LeaveForm
from cases.models import Case
from cases.paging import CASES, Sort
from cases.price_changes import price_changed_among
from cases.traces import shown
from cases.views import kept_views, lists
from cases.views.case_rows import case_rows
from cases.views.controls import controls
from cases.views.list_search import chosen, narrowed, words_asked
from config.staff.models import User
from config.staff.policy import policy
from config.staff.requests import StaffRequest

BYTES_A_ROW = 210  # what a line of the export weighs


@policy("cases.view_case", methods=("GET", "HEAD", "POST"))
def case_list(request: StaffRequest) -> HttpResponse:
    """The cases one may see, as the address says; the export takes the same address. By POST, a search among them."""
    if start := kept_views.start_of(request, "cases"):
        return redirect(start)
    today = timezone.localdate()
    visible = Case.objects.visible_to(request.user)
    filters = CaseFilter(request.GET, queryset=visible, on=today, request=request)
    sort, order = lists.order_of(request, CASES)
    words = words_asked(request)
    found = narrowed(filters.qs, words, client="client", reference="reference")
    page = lists.page_asked(request, found.for_list(), order, among=visible, name="reference")
    count = lists.counted(found.order_by() if words else filters.in_any_order, page)
    table = case_columns(on=today, named=True)
    columns = lists.columns_asked(request, table)
    shown(request, [case.client_id for case in page.rows], how="search" if words else "")
    names = directory()
    may_hand_over = bool(request.user.has_perm("cases.assign_case") and page.rows and not columns)
    return render(
        request,
        "cases/cases.html",
        {
            "filter": filters,
            "controls": controls(filters, names),
            "page": page,
            "words": words,
            "edges": {} if words else lists.edges(page, "reference"),
            "rows": "" if columns else rows_of(page.rows, names, on=today, ticked=may_hand_over),
            "lines": lists.lines(page.rows, columns, Case.get_absolute_url),
            "count": count,
            "export": None
            if words
            else lists.export_of(
                request, "cases:export", columns, table, count, bytes_a_row=BYTES_A_ROW, looks_back=True
            ),
            "choices": lists.choices_of(table, columns),
            "views": kept_views.views_of(request, "cases", filters, sort, columns),
            "sort": sort,
            "sorts": lists.sorts(request, Sort, sort),
            "chips": lists.chips(request, questions(request.user), sort=sort),
            "chosen": chosen(request, filters, words),
            "hand_over": HandOverForm(by=request.user, names=names) if may_hand_over else None,
        },
        status=200 if filters.form.is_valid() else 422,
    )


def rows_of(cases: Sequence[Case], names: Directory, *, on: date, ticked: bool) -> SafeString:
    return case_rows(cases, names, on=on, price_changed=price_changed_among(cases, on=on), ticked=ticked)


def questions(user: User) -> list[tuple[str, dict[str, str]]]:
    """The questions that are asked every day."""
    return [
        (_("All"), {}),
        (_("Open"), {"state": "open"}),
        (_("Mine"), {"state": "open", "assignee": str(user.pk)}),
        (_("Late"), {"overdue": "yes"}),
        (_("Our move"), {"waiting_for": "us"}),
        (_("Price changed"), {"price": "changed"}),
        (_("Closed"), {"state": "closed"}),
    ]


@policy("cases.assign_case", methods=("POST",))
def hand_over(request: StaffRequest) -> HttpResponse:
    """Give the ticked cases to a colleague, as they were when the list showed them."""
    form = HandOverForm(request.POST, by=request.user)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect("cases:cases")
    seen = form.cleaned_data["case"]
    visible = Case.objects.visible_to(request.user).filter(reference__in=seen)
    cases = list(visible.order_by("reference"))
    for case in cases:
        case.version = seen[case.reference]
    shown(request, [case.client_id for case in cases])
    give(request, cases, form.cleaned_data["to"])
    return redirect("cases:cases")


@policy("cases.assign_case", methods=("GET", "HEAD", "POST"))
def leave(request: StaffRequest) -> HttpResponse:
    """A colleague goes on leave: all of their open cases go to another."""
    form = LeaveForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        leaving = form.cleaned_data["leaving"]
        cases = Case.objects.visible_to(request.user).open().filter(assignee=leaving).order_by("reference")
        give(request, list(cases), form.cleaned_data["to"])
        return redirect(f"/cases/{address_of(form.cleaned_data['to'])}")
    return render(request, "cases/leave.html", {"form": form}, status=422 if form.errors else 200)


def address_of(colleague: User) -> str:
    return "?" + lists.encoded({"state": "open", "assignee": str(colleague.pk)})


def give(request: StaffRequest, cases: list[Case], to: User) -> None:
    """Hand cases over and say what came of it."""
    left = actions.hand_over(cases, to, by=request.user, on=timezone.localdate(), at=timezone.now())
    done = len(cases) - len(left)
    handed = ngettext("%(count)s case handed over to %(name)s.", "%(count)s cases handed over to %(name)s.", done)
    messages.success(request, handed % {"count": done, "name": to.name})
    if left:
        changed = _("A colleague changed these in the meantime, they stay where they are: %(references)s.")
        messages.warning(request, changed % {"references": ", ".join(case.reference for case in left)})
