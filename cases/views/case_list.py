"""The list of cases: filtered by what its address says, page by page, and handed over to a colleague."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import actions
from cases.filters import CaseFilter
from cases.forms.handing_over import HandOverForm, LeaveForm
from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.paging import Sort, page_of
from cases.traces import shown
from cases.worklist import Task
from config.staff.models import User
from config.staff.policy import policy
from config.staff.requests import StaffRequest

ROWS = 50
COUNTED_UP_TO = 1000
BYTES_A_ROW = 210  # what a line of the export weighs
EDGES = ("after", "before")


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


@policy("cases.view_case")
def case_list(request: StaffRequest) -> HttpResponse:
    """The cases one may see, as the address says; the export takes the same address."""
    today = timezone.localdate()
    visible = Case.objects.visible_to(request.user)
    filters = CaseFilter(request.GET, queryset=visible, on=today, request=request)
    sort = request.GET.get("sort", Sort.NEWEST)
    if sort not in Sort:
        raise Http404
    rows = filters.qs.for_table().with_price_changed(on=today)
    page = page_of(
        rows, sort, size=ROWS, after=edge(request, visible, "after"), before=edge(request, visible, "before")
    )
    count = filters.qs.order_by()[: COUNTED_UP_TO + 1].count()
    shown(request, [case.client_id for case in page.cases])
    may_hand_over = request.user.has_perm("cases.assign_case")
    return render(
        request,
        "cases/cases.html",
        {
            "filter": filters,
            "page": page,
            "tasks": [Task(case, today) for case in page.cases],
            "count": min(count, COUNTED_UP_TO),
            "more": count > COUNTED_UP_TO,
            "bytes": count * BYTES_A_ROW,
            "sort": sort,
            "sorts": [Chip(str(each.label), address(request, sort=each.value), each == sort) for each in Sort],
            "chips": chips(request),
            "chosen": list(chosen(request, filters)),
            "hand_over": HandOverForm(by=request.user) if may_hand_over and page.cases else None,
        },
        status=200 if filters.form.is_valid() else 422,
    )


def edge(request: StaffRequest, visible: CaseQuerySet, name: str) -> Case | None:
    """The case at the edge of the page, as the address names it."""
    reference = request.GET.get(name)
    if reference and "\0" in reference:
        raise Http404  # PostgreSQL could not even look for it
    return get_object_or_404(visible, reference=reference) if reference else None


def address(request: StaffRequest, **changes: str | None) -> str:
    """The list's own address on its first page, with some of what it says changed or left out."""
    query = request.GET.copy()
    for name in EDGES:
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def chips(request: StaffRequest) -> list[Chip]:
    """The questions that are asked every day."""
    mine = {"state": "open", "assignee": str(request.user.pk)}
    questions: list[tuple[str, dict[str, str]]] = [
        (_("All"), {}),
        (_("Open"), {"state": "open"}),
        (_("Mine"), mine),
        (_("Late"), {"overdue": "yes"}),
        (_("Our move"), {"waiting_for": "us"}),
        (_("Price changed"), {"price": "changed"}),
        (_("Closed"), {"state": "closed"}),
    ]
    asked = {name: value for name, value in request.GET.items() if value and name not in {*EDGES, "sort"}}
    sort = {"sort": request.GET["sort"]} if "sort" in request.GET else {}
    return [Chip(label, f"?{encoded(question | sort)}", question == asked) for label, question in questions]


def encoded(question: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(question)
    return query.urlencode()


def chosen(request: StaffRequest, filters: CaseFilter) -> Iterator[Chosen]:
    """The filters in use, each with the way to take it off."""
    for name, field in filters.form.fields.items():
        value = filters.form.cleaned_data.get(name) if filters.form.is_valid() else None
        if value:
            yield Chosen(str(field.label), in_words(field, value), address(request, **{name: None}))


def in_words(field: Any, value: object) -> str:
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return str(dict(field.choices).get(value, value)) if isinstance(value, str) else str(value)


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
    return "?" + encoded({"state": "open", "assignee": str(colleague.pk)})


def give(request: StaffRequest, cases: list[Case], to: User) -> None:
    """Hand cases over and say what came of it."""
    left = actions.hand_over(cases, to, by=request.user, on=timezone.localdate(), at=timezone.now())
    done = len(cases) - len(left)
    handed = ngettext("%(count)s case handed over to %(name)s.", "%(count)s cases handed over to %(name)s.", done)
    messages.success(request, handed % {"count": done, "name": to.name})
    if left:
        changed = _("A colleague changed these in the meantime, they stay where they are: %(references)s.")
        messages.warning(request, changed % {"references": ", ".join(case.reference for case in left)})
