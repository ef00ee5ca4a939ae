"""Whose announced price no longer stands, among the cases of a page."""

from collections.abc import Iterable
from datetime import date

from cases.models import Case
from cases.models.case import OFFICE_STEPS


def price_changed_among(cases: Iterable[Case], *, on: date) -> set[int]:
    """By key. The database is asked only about those that can be meant at all: announced, not paid, not yet there."""
    waiting = [case.pk for case in cases if case.tariff_id and case.paid_amount is None and case.step in OFFICE_STEPS]
    if not waiting:
        return set()
    return set(Case.objects.filter(pk__in=waiting).price_changed(on=on).values_list("pk", flat=True))
