"""The filters of the visits."""

from typing import Any

import django_filters
from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cases.filters.parts import ListFilter, OneOf, OneRow
from cases.forms.plain_fields import DayInput
from cases.models.visit import Channel, Result, Topic, VisitQuerySet
from config.staff.models import Team, User


class Attached(TextChoices):
    """Funders count both; an anonymous visit can be given its client later."""

    YES = "yes", _("With a file")
    NO = "no", _("Anonymous")


class VisitPeriodForm(forms.Form):
    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        first, last = clean.get("day_from"), clean.get("day_to")
        if first and last and first > last:
            self.add_error("day_to", _("The last day lies before the first one."))
        return clean


class VisitFilter(ListFilter):
    """With data that are not valid `qs` is empty."""

    topic = OneOf(choices=Topic, label=_("Topic"))
    channel = OneOf(choices=Channel, label=_("Channel"))
    result = OneOf(choices=Result, label=_("Result"))
    attached = OneOf(choices=Attached, label=_("Client"), method="with_file")
    by = OneRow(among="staff", queryset=lambda request: User.objects.all(), label=_("By"))
    team = OneRow(among="teams", queryset=lambda request: Team.objects.all(), label=_("Team"), method="of_team")
    day_from = django_filters.DateFilter(
        field_name="happened_on", lookup_expr="gte", label=_("From"), input_formats=["%Y-%m-%d"], widget=DayInput
    )
    day_to = django_filters.DateFilter(
        field_name="happened_on", lookup_expr="lte", label=_("Until"), input_formats=["%Y-%m-%d"], widget=DayInput
    )

    class Meta:
        form = VisitPeriodForm

    @property
    def qs(self) -> VisitQuerySet:
        visits: VisitQuerySet = super().qs if self.form.is_valid() or not self.is_bound else self.queryset.none()
        return visits

    def with_file(self, visits: VisitQuerySet, name: str, attached: str) -> VisitQuerySet:
        return visits.filter(client__isnull=attached == Attached.NO)
