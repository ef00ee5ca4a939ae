"""The filters of the price list: its address, to be shared."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communes.forms import DayField, services
from communes.models import Commune, Service, Tariff


class DayFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = DayField


class TariffFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Digital keys in every commune today, unless asked otherwise; an empty service is every service."""

    commune = django_filters.ModelChoiceFilter(
        field_name="office__commune",
        queryset=lambda request: Commune.objects.by_name(),
        to_field_name="slug",
        label=_("Commune"),
        empty_label=_("Every commune"),
    )
    service = django_filters.ChoiceFilter(choices=services, label=_("What for"), empty_label=_("Everything"))
    on = DayFilter(label=_("In force on"), method="every_row")

    class Meta:
        model = Tariff
        fields: list[str] = []

    def __init__(self, asked: dict[str, Any], *, queryset: QuerySet[Tariff], today: date) -> None:
        usual = {"service": Service.DIGITAL_KEY.value, "on": today.isoformat()}
        super().__init__({**usual, **asked}, queryset=queryset)

    def every_row(self, rows: QuerySet[Tariff], name: str, value: date) -> QuerySet[Tariff]:
        """The day hides no row: it decides which of them are past, in force or announced."""
        return rows
