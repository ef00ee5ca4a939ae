"""The leaflet, computed from the tariffs, says what the printed one says."""

from datetime import date
from decimal import Decimal

import pytest

from communes.leaflet import Group, leaflet
from communes.models import Office, Tariff

TODAY = date(2026, 11, 23)

pytestmark = pytest.mark.usefixtures("reference_data")


def named(cells):
    return [(cell.commune.name_fr, cell.amount) for cell in cells]


def test_the_five_groups_of_the_printed_leaflet():
    found = {group: named(cells) for group, cells in leaflet(on=TODAY).groups}

    free = Decimal("0.00")
    assert found == {
        Group.NOTHING: [
            ("Anderlecht", None),
            ("Berchem-Sainte-Agathe", None),
            ("Forest", None),
            ("Molenbeek-Saint-Jean", None),
        ],
        Group.FREE_FOR_RESIDENTS: [
            ("Bruxelles", free),
            ("Etterbeek", free),
            ("Evere", free),
            ("Ganshoren", free),
            ("Jette", free),
            ("Koekelberg", free),
            ("Saint-Gilles", free),
            ("Saint-Josse-ten-Noode", free),
            ("Woluwe-Saint-Lambert", free),
        ],
        Group.PAID_FOR_RESIDENTS: [
            ("Auderghem", Decimal("5.00")),
            ("Ixelles", Decimal("5.00")),
            ("Watermael-Boitsfort", Decimal("26.00")),
            ("Woluwe-Saint-Pierre", Decimal("10.10")),
        ],
        Group.EVERYONE: [("Uccle", Decimal("10.00"))],
        Group.MIXED: [("Schaerbeek", None)],
    }


def test_the_grid_has_the_nineteen_communes_in_alphabetical_order():
    names = [cell.commune.name_fr for cell in leaflet(on=TODAY).grid]

    assert len(names) == 19
    assert names == sorted(names)


def test_schaerbeek_has_three_prices():
    [schaerbeek] = leaflet(on=TODAY).group(Group.MIXED)

    assert [(tariff.public, tariff.amount) for tariff in schaerbeek.tariffs] == [
        ("residents with an orange card", Decimal("0.00")),
        ("residents", Decimal("10.00")),
        ("non-residents", Decimal("25.00")),
    ]


def test_who_has_no_office_at_home_goes_to_uccle_or_to_schaerbeek():
    found = [(offer.office.code, offer.amount) for offer in leaflet(on=TODAY).elsewhere]

    assert found == [("uccle", Decimal("10.00")), ("schaerbeek", Decimal("25.00")), ("bosa", None)]


def test_the_leaflet_follows_the_tariffs_from_their_first_day():
    Tariff.objects.create(
        office=Office.objects.get(code="forest"),
        service="digital_key",
        residency="everyone",
        document="any",
        amount=Decimal("0.00"),
        valid_from=date(2027, 1, 1),
        source="telephone",
    )

    eve, new_year = leaflet(on=date(2026, 12, 31)), leaflet(on=date(2027, 1, 1))

    assert named(eve.group(Group.EVERYONE)) == [("Uccle", Decimal("10.00"))]
    assert named(new_year.group(Group.EVERYONE)) == [("Forest", Decimal("0.00")), ("Uccle", Decimal("10.00"))]


def test_two_rows_that_say_the_same_to_all_make_one_price_for_everyone():
    [jette] = Tariff.objects.filter(office__code="jette", service="digital_key")
    Tariff.objects.create(
        office=jette.office,
        service="digital_key",
        residency="non_resident",
        document="any",
        amount=jette.amount,
        valid_from=jette.valid_from,
        source="telephone",
    )

    assert named(leaflet(on=TODAY).group(Group.EVERYONE)) == [("Jette", Decimal("0.00")), ("Uccle", Decimal("10.00"))]


def test_the_leaflet_takes_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        assert [len(cells) for _group, cells in leaflet(on=TODAY).groups] == [4, 9, 4, 1, 1]
