"""What the filters of the three lists are made of."""

from copy import copy
from typing import Any, ClassVar, Self

import django_filters
from django import forms

from cases.directory import Directory, Part
from cases.forms.plain_fields import PlainSelect
from cases.models.case import CaseQuerySet
from cases.models.client import ClientQuerySet
from cases.models.visit import VisitQuerySet
from communes.models import ResidenceDocument
from config.staff.models import Team

FEW = 2_000  # clients: so many at most lead to what is theirs


def few(clients: ClientQuerySet) -> bool:
    return clients.order_by()[: FEW + 1].count() <= FEW


def documents(tariff_class: str) -> list[int]:
    """The residence documents of a class, by key: a dozen, with which no row of a list is to be joined."""
    return list(ResidenceDocument.objects.filter(tariff_class=tariff_class).order_by().values_list("pk", flat=True))


class ForEachPage(django_filters.Filter):  # type: ignore[misc]
    """A list makes its filters anew for each page; in all that they are, but for whose they are, they are the same."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        own = copy(self)
        own.method = self.method  # what calls it is made for this one
        return own


class OneOf(ForEachPage, django_filters.ChoiceFilter):  # type: ignore[misc]
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=PlainSelect, **options)


class OneRow(ForEachPage, django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """`among` names the part of the directory in which the rows stand under their names."""

    def __init__(self, *, among: str, **options: Any) -> None:
        super().__init__(widget=PlainSelect, **options)
        self.among = among


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]
    """A list makes its form anew for each page, but the class of the form once: its fields never differ."""

    form_class: ClassVar[type[forms.Form] | None] = None

    def get_form_class(self) -> type[forms.Form]:
        own = type(self)
        if own.form_class is None:
            own.form_class = super().get_form_class()
        return own.form_class

    @classmethod
    def offer(cls, form: forms.Form, directory: Directory) -> None:
        """Let the form offer what the directory holds: one query for all of its lists instead of one for each."""
        for name, filter_ in cls.base_filters.items():
            if isinstance(filter_, OneRow):
                field: Any = form.fields[name]
                entries: Part = getattr(directory, filter_.among)
                others = ((entry.code, entry.name) for entry in entries.values())
                field.widget.choices = [("", field.empty_label), *others]

    def of_team[Rows: (CaseQuerySet, ClientQuerySet, VisitQuerySet)](self, rows: Rows, name: str, team: Team) -> Rows:
        return rows.of_team(team, seen_by=self.request.user) if self.request else rows.filter(team=team)
