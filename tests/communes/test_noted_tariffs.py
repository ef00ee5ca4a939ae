"""What the tariffs said by an instant is told from their history, whatever became of them since."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from communes.models import Office, Service, Tariff
from communes.noted_tariffs import first_days, noted_in_force
from communes.offers import rows_in_force

pytestmark = pytest.mark.usefixtures("reference_data")

DAYS = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1), date(2027, 1, 1)]


@pytest.fixture
def uccle(reference_data):
    """Its digital key, withdrawn for residents and given back."""
    office = Office.objects.get(code="uccle")
    for day, offered in ((date(2026, 6, 1), False), (date(2026, 9, 1), True)):
        Tariff.objects.create(
            office=office, service=Service.DIGITAL_KEY, residency="resident", valid_from=day, offered=offered,
            amount=Decimal(5) if offered else None, source="The commune",
        )  # fmt: skip
    return office


def told(rows):
    return [(row.pk, row.offered, row.amount, row.was_offered, row.office, row.office.commune) for row in rows]


@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize("on", DAYS)
def test_what_is_noted_by_now_is_what_is_in_force(uccle, service, on):
    until = timezone.now() + timedelta(seconds=1)

    assert told(noted_in_force(service, on=on, until=until)) == told(rows_in_force(service, on=on))


def test_what_was_entered_changed_or_deleted_since_is_as_if_it_were_not(uccle):
    on, until = date(2026, 10, 1), timezone.now()
    before = told(noted_in_force(Service.DIGITAL_KEY, on=on, until=until))
    changed, deleted = Tariff.objects.filter(service=Service.DIGITAL_KEY, office=uccle).order_by("-valid_from")[:2]

    changed.amount = Decimal(9)
    changed.save()
    deleted.delete()
    Tariff.objects.create(
        office=uccle, service=Service.DIGITAL_KEY, residency="resident", valid_from=on, offered=False, source="x"
    )

    assert told(noted_in_force(Service.DIGITAL_KEY, on=on, until=until)) == before
    assert told(rows_in_force(Service.DIGITAL_KEY, on=on)) != before
    assert date(2026, 6, 1) in first_days(Service.DIGITAL_KEY)  # of a row that is gone


def test_before_anything_was_noted_nothing_is_known(reference_data):
    assert noted_in_force(Service.DIGITAL_KEY, on=date(2026, 6, 1), until=datetime(2020, 1, 1, tzinfo=UTC)) == []
