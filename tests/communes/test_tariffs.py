"""What the database never takes for a tariff, a delay or a closing day, and what the editor reads then."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import translation

from communes.models import Closure, Commune, Delay, Office, Tariff

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    commune = Commune.objects.create(nis="21009", slug="ixelles", name_fr="Ixelles", name_nl="Elsene")
    return Office.objects.create(code="ixelles", commune=commune, name_fr="Ixelles", name_nl="Elsene")


def tariff(office, **fields):
    known = {
        "service": "digital_key",
        "residency": "resident",
        "document": "any",
        "amount": Decimal("5.00"),
        "valid_from": date(2026, 1, 1),
        "source": "leaflet",
    }
    return Tariff(office=office, **known | fields)


NEVER = [
    ({"amount": Decimal("-0.01")}, "An amount is never negative."),
    ({"amount": Decimal("0.00"), "offered": False}, "What is not offered has no price"),
    ({"source": ""}, "This field cannot be blank."),
    ({"valid_from": date(26, 1, 1)}, "The first day lies before the year 2000"),
    ({"service": "passport"}, "is not a valid choice"),
    ({"residency": "citizen"}, "is not a valid choice"),
    ({"document": "green"}, "is not a valid choice"),
]


@pytest.mark.parametrize(("fields", "message"), NEVER)
def test_a_wrong_tariff_is_refused_with_a_sentence(office, fields, message):
    with pytest.raises(ValidationError, match=message):
        tariff(office, **fields).full_clean()


@pytest.mark.parametrize("fields", [fields for fields, _message in NEVER])
def test_the_database_itself_refuses_a_wrong_tariff(office, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        tariff(office, **fields).save()


def test_a_second_tariff_for_the_same_people_from_the_same_day_is_refused(office):
    tariff(office).save()

    with pytest.raises(ValidationError, match="already has a tariff"):
        tariff(office, amount=Decimal("6.00")).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        tariff(office, amount=Decimal("6.00")).save()


def test_free_and_not_known_are_two_prices(office):
    tariff(office, amount=Decimal(0)).save()
    tariff(office, amount=None, residency="non_resident").save()

    assert list(Tariff.objects.order_by("pk").values_list("amount", flat=True)) == [Decimal("0.00"), None]


@pytest.mark.parametrize(
    "fields",
    [{"amount": 0}, {"amount": 1001}, {"unit": "years"}, {"code": "coffee"}, {"source": ""}],
)
def test_the_database_refuses_a_wrong_delay(fields):
    known = {"code": "activation", "amount": 14, "unit": "days", "valid_from": date(2026, 1, 1), "source": "leaflet"}

    with pytest.raises(IntegrityError), transaction.atomic():
        Delay.objects.create(**known | fields)


def test_all_offices_are_closed_on_a_day_only_once(office):
    Closure.objects.create(day=date(2026, 11, 2))
    Closure.objects.create(day=date(2026, 11, 2), office=office)

    with pytest.raises(ValidationError, match="Every office is already closed"):
        Closure(day=date(2026, 11, 2)).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Closure.objects.create(day=date(2026, 11, 2))


def test_an_office_with_a_tariff_cannot_be_deleted(office):
    tariff(office).save()

    with pytest.raises(models.ProtectedError):
        office.delete()


def test_names_follow_the_language_of_the_reader(office):
    names = {}
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            names[language] = (office.name, str(office.commune))

    assert names == {"fr": ("Ixelles", "Ixelles"), "nl": ("Elsene", "Elsene"), "en": ("Ixelles", "Ixelles")}


def test_communes_stand_in_the_alphabetical_order_of_the_reader():
    for nis, french, dutch in (
        ("21007", "Forest", "Vorst"),
        ("21009", "Ixelles", "Elsene"),
        ("21010", "Jette", "Jette"),
    ):
        Commune.objects.create(nis=nis, slug=french.lower(), name_fr=french, name_nl=dutch)

    with translation.override("nl"):
        assert [commune.name for commune in Commune.objects.by_name()] == ["Elsene", "Jette", "Vorst"]
    assert [commune.name for commune in Commune.objects.by_name()] == ["Forest", "Ixelles", "Jette"]


def test_the_history_keeps_what_a_tariff_was(office):
    changed = tariff(office)
    changed.save()
    changed.amount = Decimal("6.00")
    changed.save()

    assert list(changed.history.values_list("amount", flat=True)) == [Decimal("6.00"), Decimal("5.00")]
