"""«This price was wrong at the counter»: what clients paid where something else was announced, tariff by tariff.

A report needs no gesture of its own: whoever notes another price than the announced one makes it. It is settled once
the tariff says that price, or was verified after it was paid.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max

from cases.models import Case, Event
from communes.models import Tariff


@dataclass(frozen=True)
class PriceReport:
    """Another price than the announced one, how many paid it, and when last. No case and no person."""

    tariff: Tariff
    paid: Decimal
    times: int
    last_on: date


def price_reports() -> list[PriceReport]:
    """The reports that no tariff editor has settled yet, the latest first."""
    payments = Event.objects.filter(facts__has_key="paid", undone_by=None, case__in=Case.objects.paid_otherwise())
    found = list(
        payments.order_by()
        .values_list("case__tariff", "case__paid_amount")
        .annotate(times=Count("case", distinct=True), last_on=Max("happened_on"))
    )
    tariffs = Tariff.objects.for_table().in_bulk({tariff for tariff, *_rest in found})
    reports = [PriceReport(tariffs[tariff], paid, times, last_on) for tariff, paid, times, last_on in found]
    waiting = [report for report in reports if not is_settled(report)]
    return sorted(waiting, key=lambda report: (report.last_on, report.tariff.pk, report.paid), reverse=True)


def is_settled(report: PriceReport) -> bool:
    verified_on = report.tariff.verified_on
    return report.tariff.amount == report.paid or (verified_on is not None and verified_on >= report.last_on)
