"""The filters of the cases."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cases.filters.parts import ListFilter, OneOf, OneRow, documents
from cases.filters.whose import Whose
from cases.forms.plain_fields import DayInput
from cases.models.case import OFFICE_STEPS, CaseQuerySet
from cases.workflow import CLOSED_STEPS, OPEN_STEPS, WAITS_FOR, WORKFLOWS, Party, Procedure, Step
from communes.models import Commune, DocumentClass, Office
from config.staff.models import Team, User


class State(TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class Overdue(TextChoices):
    """Not a tick box: a tick box reads any other value as «no filter»."""

    YES = "yes", _("Late")
    NO = "no", _("Not late")


class Price(TextChoices):
    CHANGED = "changed", _("Tariff changed since")
    PAID_OTHERWISE = "paid_otherwise", _("Paid another price")


# What a filter says about the step of a case, besides what it asks of the database.
STEPS_MEANT: Mapping[str, Callable[[str], Iterable[str]]] = {
    "procedure": lambda procedure: WORKFLOWS[procedure].steps,
    "state": lambda state: OPEN_STEPS if state == State.OPEN else CLOSED_STEPS,
    "step": lambda step: (step,),
    "waiting_for": lambda party: [step for step, awaited in WAITS_FOR.items() if awaited == party],
    "overdue": lambda overdue: OPEN_STEPS if overdue == Overdue.YES else Step,
    "price": lambda price: OFFICE_STEPS if price == Price.CHANGED else Step,
}


class PeriodForm(forms.Form):
    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        first, last = clean.get("opened_from"), clean.get("opened_to")
        if first and last and first > last:
            self.add_error("opened_to", _("The last day lies before the first one."))
        return clean


class CaseFilter(ListFilter):
    """`on` decides what is late. With data that are not valid `qs` is empty; `errors` says why."""

    procedure = OneOf(choices=Procedure, label=_("Procedure"))
    state = OneOf(choices=State, label=_("State"), method="in_state")
    step = OneOf(choices=Step, label=_("Step"))
    waiting_for = OneOf(choices=Party, label=_("Waiting for"), method="waiting")
    overdue = OneOf(choices=Overdue, label=_("Deadline"), method="late")
    price = OneOf(choices=Price, label=_("Price"), method="priced")
    office = OneRow(
        among="offices", queryset=lambda request: Office.objects.all(), to_field_name="code", label=_("Office")
    )
    commune = OneRow(
        among="communes",
        method="by_its_client",
        queryset=lambda request: Commune.objects.by_name(),
        to_field_name="slug",
        label=_("Commune of residence"),
    )
    document = OneOf(choices=DocumentClass, label=_("Residence document"), method="by_its_client")
    assignee = OneRow(among="staff", queryset=lambda request: User.objects.all(), label=_("Followed by"))
    team = OneRow(among="teams", queryset=lambda request: Team.objects.all(), label=_("Team"), method="of_team")
    opened_from = django_filters.DateFilter(
        field_name="opened_on", lookup_expr="gte", label=_("Opened from"), input_formats=["%Y-%m-%d"], widget=DayInput
    )
    opened_to = django_filters.DateFilter(
        field_name="opened_on", lookup_expr="lte", label=_("Opened until"), input_formats=["%Y-%m-%d"], widget=DayInput
    )

    class Meta:
        form = PeriodForm

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        queryset: CaseQuerySet | None = None,
        *,
        on: date,
        request: HttpRequest | None = None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.on = on

    @property
    def qs(self) -> CaseQuerySet:
        cases = self.asked()
        return self.whose.in_order(cases) if self.whose else cases

    @property
    def in_any_order(self) -> CaseQuerySet:
        """The same cases for who only counts them."""
        cases = self.asked().order_by()
        return self.whose.in_any_order(cases) if self.whose else cases

    def asked(self) -> CaseQuerySet:
        """By all that the cases say themselves; commune and document are their client's."""
        meant = self.steps_meant()
        cases: CaseQuerySet = super().qs if meant else self.queryset.none()
        return cases.open() if meant.issubset(OPEN_STEPS) else cases

    @cached_property
    def whose(self) -> Whose | None:
        if not self.steps_meant() or not self.is_bound:
            return None
        asked = self.form.cleaned_data
        has: dict[str, Any] = {"commune": asked["commune"]} if asked["commune"] else {}
        if asked["document"]:
            has["residence_document__in"] = documents(asked["document"])
        return Whose.having(using=self.queryset.db, **has) if has else None

    def steps_meant(self) -> frozenset[str]:
        """At which steps a case can be that is all that was asked for; none if that is no choice or a contradiction.

        No index finds a contradiction out, and few cases are open: to say so spares a walk through all the others.
        """
        meant = frozenset(map(str, Step))
        if not self.is_bound:
            return meant
        if not self.form.is_valid():
            return frozenset()
        for name, steps in STEPS_MEANT.items():
            if asked := self.form.cleaned_data[name]:
                meant = meant.intersection(steps(asked))
        return meant

    def in_state(self, cases: CaseQuerySet, name: str, state: str) -> CaseQuerySet:
        return cases.open() if state == State.OPEN else cases.closed()

    def waiting(self, cases: CaseQuerySet, name: str, party: str) -> CaseQuerySet:
        return cases.waiting_for(party)

    def by_its_client(self, cases: CaseQuerySet, name: str, value: Any) -> CaseQuerySet:
        """Commune and document are the client's: `whose` asks for both at once."""
        return cases

    def late(self, cases: CaseQuerySet, name: str, overdue: str) -> CaseQuerySet:
        late = cases.overdue(on=self.on)
        return late if overdue == Overdue.YES else cases.exclude(overdue_from__lte=self.on)

    def priced(self, cases: CaseQuerySet, name: str, price: str) -> CaseQuerySet:
        return cases.price_changed(on=self.on) if price == Price.CHANGED else cases.paid_otherwise()
