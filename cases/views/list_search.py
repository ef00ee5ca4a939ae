"""A search within a list: a name or a number travels in the body of a POST, beside the filters of its address."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_filters import FilterSet

from cases.forms.clients import SearchForm
from cases.models import Client
from cases.search import CANDIDATES, candidates, reference_in
from cases.views import lists
from cases.views.lists import Chosen
from config.staff.requests import StaffRequest


@dataclass(frozen=True)
class Words:
    """What somebody searched for in a list: the files that are called so, as many as a search looks at.

    `more`: others are called so too, and are not looked at.
    """

    text: str
    files: list[int]
    more: bool


def words_asked(request: StaffRequest) -> Words | None:
    """None when the list is only looked at."""
    if request.method != "POST":
        return None
    form = SearchForm(request.POST)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    if not text:
        return None
    visible = Client.objects.visible_to(request.user).living()
    found = [pk for pk, _key in candidates(text, visible, by=request.user)]
    return Words(text, found[:CANDIDATES], more=len(found) > CANDIDATES)


def chosen(request: StaffRequest, filters: FilterSet, words: Words | None) -> list[Chosen]:
    """The filters in use and, beside them, the words; the same address, asked for by GET, takes these off."""
    these = list(lists.chosen(request, filters))
    return [*these, Chosen(_("Search"), words.text, lists.address(request))] if words else these


def narrowed[Rows: QuerySet[Any]](rows: Rows, words: Words | None, *, client: str, reference: str = "") -> Rows:
    """The rows of the files that are called so; with `reference`, also the one that the words name by its number."""
    if words is None:
        return rows
    meant = Q(**{f"{client}__in": words.files})
    if reference and (number := reference_in(words.text)):
        meant |= Q(**{reference: number})
    return rows.filter(meant)
