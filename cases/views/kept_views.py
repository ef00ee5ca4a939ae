"""The saved views of a list: which one it begins with, those that one has, and the form to keep it as it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django_filters import FilterSet

from cases.columns import Column
from cases.forms.saved_views import SavedViewForm
from cases.models import SavedView, StartView
from config.staff.requests import StaffRequest


@dataclass(frozen=True)
class Kept:
    """A saved view on the page: where it leads, whether the list stands so or begins so, what one may do with it."""

    view: SavedView
    query: str
    current: bool
    is_start: bool
    may_delete: bool


def canonical(filters: FilterSet, sort: str, columns: Iterable[Column]) -> str:
    """The address of a list as a saved view keeps it: the filters in use, the order, the columns; nothing typed."""
    query = QueryDict(mutable=True)
    for name in filters.form.fields:
        if value := filters.data.get(name):
            query[name] = value
    query["sort"] = sort
    query.setlist("columns", [column.name for column in columns])
    return query.urlencode()


def start_of(request: StaffRequest, of: str) -> str | None:
    """The address with which this person's list begins; None when it says something already, or nothing was chosen."""
    if request.GET or request.method == "POST":
        return None
    start = SavedView.objects.visible_to(request.user).start_of(of, request.user).first()
    return f"{request.path}?{start.query}" if start else None


def views_of(
    request: StaffRequest, of: str, filters: FilterSet, sort: str, columns: Iterable[Column]
) -> dict[str, Any]:
    """For the page: the views of this list that this person has, and a form to keep it as it stands."""
    now = canonical(filters, sort, columns) if filters.is_valid() else f"sort={sort}"
    found = list(SavedView.objects.filter(of=of).visible_to(request.user))
    starts = StartView.objects.filter(user=request.user, of=of).values_list("view", flat=True) if found else ()
    may = request.user.has_perm("cases.assign_case")
    kept = [
        Kept(
            view,
            f"?{view.query}",
            current=view.query == now,
            is_start=view.pk in starts,
            may_delete=may or view.by_id == request.user.pk,
        )
        for view in found
    ]
    fields = blank_fields(in_a_team=request.user.team_id is not None, language=get_language())
    return {"of": of, "now": now, "kept": kept, "fields": fields}


@lru_cache
def blank_fields(*, in_a_team: bool, language: str | None) -> SafeString:
    """The fields of an empty form, the same for everybody who has a team or has none; `language` is the active one."""
    form = SavedViewForm(in_a_team=in_a_team)
    return render_to_string("includes/saved_views.html#fields", {"form": form})
