"""Keeping a list under a name. Only what the list itself understands is kept: its filters, its order, its columns.

No message repeats the name, which is anybody's words: until it is shown it waits in a cookie that can be read.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import FilterSet

from cases.columns import UnknownColumn, case_columns, client_columns, picked, visit_columns
from cases.filters import CaseFilter, ClientFilter, VisitFilter
from cases.forms.saved_views import SavedViewForm
from cases.models import Case, Client, SavedView, StartView, Visit
from cases.models.saved_view import ListName
from cases.paging import CASES, CLIENTS, VISITS
from cases.views import kept_views
from config.staff.policy import policy
from config.staff.requests import StaffRequest


@policy("cases.view_case", methods=("POST",))
def save_view(request: StaffRequest) -> HttpResponse:
    """Keep the list that the address in the form shows; a name that one used already means the new one."""
    of = request.POST.get("of", "")
    if of not in ListName:
        raise Http404
    query = understood(of, QueryDict(request.POST.get("query", "")), request)
    form = SavedViewForm(request.POST, in_a_team=request.user.team_id is not None)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect(f"/{of}/?{query}")
    with transaction.atomic():
        view, _created = SavedView.objects.update_or_create(
            by=request.user,
            of=of,
            name=form.cleaned_data["name"],
            defaults={"query": query, "team": request.user.team if form.cleaned_data.get("share") else None},
        )
        if form.cleaned_data["start"]:
            begin_with(view, request)
    messages.success(request, _("The view is saved."))
    return redirect(f"/{of}/?{query}")


@policy("cases.view_case", methods=("POST",))
def change_view(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin with a view, no longer begin with it, or delete it: one's own; a coordinator also one of the team."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    match request.POST.get("do"):
        case "start":
            begin_with(view, request)
            messages.success(request, _("This list now begins with this view."))
        case "stop":
            StartView.objects.filter(user=request.user, view=view).delete()
            messages.success(request, _("This list no longer begins with this view."))
        case "delete":
            if view.by_id != request.user.pk and not request.user.has_perm("cases.assign_case"):
                raise PermissionDenied
            view.delete()
            messages.success(request, _("The view is deleted."))
        case _:
            raise Http404
    return redirect(f"/{view.of}/?{view.query}")


def begin_with(view: SavedView, request: StaffRequest) -> None:
    StartView.objects.update_or_create(user=request.user, of=view.of, defaults={"view": view})


def understood(of: str, query: QueryDict, request: StaffRequest) -> str:
    """The address as the list understands it, and nothing else that was in it. A list that says nonsense is none."""
    on = timezone.localdate()
    match of:
        case ListName.CASES:
            filters: FilterSet = CaseFilter(query, Case.objects.none(), on=on, request=request)
            orders, table = CASES, case_columns(on=on, named=True)
        case ListName.VISITS:
            filters = VisitFilter(query, Visit.objects.none(), request=request)
            orders, table = VISITS, visit_columns(named=True)
        case _:
            filters = ClientFilter(query, Client.objects.none(), request=request)
            orders, table = CLIENTS, client_columns()
    try:
        columns = picked(table, query.getlist("columns"))
    except UnknownColumn:
        raise Http404 from None
    sort = query.get("sort") or next(iter(orders))
    if not filters.is_valid() or sort not in orders:
        raise Http404
    return kept_views.canonical(filters, sort, columns)
