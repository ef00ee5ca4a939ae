"""The leaflet on paper: what it says is computed, and is what the printed one says."""

import re
from datetime import date

import pytest

from communes.leaflet import leaflet
from communes.leaflet_text import summary
from communes.models import Delay, Office, Tariff
from config.staff.roles import Role
from tests.communes.pages import words

MONDAY = date(2026, 11, 23)


def read(client, **asked):
    response = client.get("/where/leaflet/", {"on": MONDAY.isoformat(), **asked})
    assert response.status_code == 200
    return response.content.decode()


def grid(page):
    """Commune by commune, what stands under its name."""
    return [
        (words(name), [words(price) for price in re.findall(r"<p.*?</p>", prices, flags=re.S)])
        for name, prices in re.findall(r"<h4>(.*?)</h4>(.*?)</li>", page, flags=re.S)
    ]


def plain(sentences):
    return [(heading, words(sentence)) for heading, sentence in sentences]


def tariff(office, **values):
    return Tariff.objects.create(
        **{
            "office": Office.objects.get(code=office),
            "service": "digital_key",
            "residency": "resident",
            "valid_from": date(2026, 6, 1),
            "source": "telephone",
            **values,
        }
    )


def test_the_summary_says_what_the_printed_leaflet_says(reference_data):
    assert dict(plain(summary(leaflet(on=MONDAY)))) == {
        "Does not offer it": (
            "4 communes do not issue it: Anderlecht, Berchem-Sainte-Agathe, Forest, and Molenbeek-Saint-Jean. "
            "People who live there have to go to Uccle (10 €) or Schaerbeek (25 €)."
        ),
        "Free, for residents only": (
            "9 communes issue it free of charge to the people who live there: Bruxelles, Etterbeek, Evere, Ganshoren, "
            "Jette, Koekelberg, Saint-Gilles, Saint-Josse-ten-Noode, and Woluwe-Saint-Lambert."
        ),
        "At a price, for residents only": (
            "4 communes issue it only to the people who live there, at a price between 5 € and 26 €: Auderghem (5 €), "
            "Ixelles (5 €), Watermael-Boitsfort (26 €), and Woluwe-Saint-Pierre (10.10 €)."
        ),
        "At one price, for everyone": (
            "1 commune issues it to everyone, whether they live there or not: Uccle (10 €)."
        ),
        "The price depends on the person": (
            "1 commune has several prices: Schaerbeek (free for residents with an orange card, 10 € for residents, "
            "25 € for non-residents)."
        ),
    }


def test_a_single_price_has_no_lowest_and_no_highest(reference_data):
    for office in ("watermael-boitsfort", "woluwe-saint-pierre"):
        tariff(office, amount=5)

    assert plain(summary(leaflet(on=MONDAY)))[2][1] == (
        "4 communes issue it only to the people who live there, at a price: Auderghem (5 €), Ixelles (5 €), "
        "Watermael-Boitsfort (5 €), and Woluwe-Saint-Pierre (5 €)."
    )


def test_when_nobody_takes_people_from_elsewhere_the_leaflet_sends_them_nowhere(reference_data):
    tariff("uccle", residency="everyone", offered=False)
    tariff("schaerbeek", residency="non_resident", offered=False)

    assert plain(summary(leaflet(on=MONDAY)))[0][1] == (
        "5 communes do not issue it: Anderlecht, Berchem-Sainte-Agathe, Forest, Molenbeek-Saint-Jean, and Uccle."
    )


def test_the_grid_has_a_price_and_a_public_for_every_commune(reader):
    assert grid(read(reader())) == [
        ("Anderlecht", ["Does not issue digital keys"]),
        ("Auderghem", ["5 € for residents"]),
        ("Berchem-Sainte-Agathe", ["Does not issue digital keys"]),
        ("Bruxelles", ["free for residents"]),
        ("Etterbeek", ["free for residents"]),
        ("Evere", ["free for residents"]),
        ("Forest", ["Does not issue digital keys"]),
        ("Ganshoren", ["free for residents"]),
        ("Ixelles", ["5 € for residents"]),
        ("Jette", ["free for residents"]),
        ("Koekelberg", ["free for residents"]),
        ("Molenbeek-Saint-Jean", ["Does not issue digital keys"]),
        ("Saint-Gilles", ["free for residents"]),
        ("Saint-Josse-ten-Noode", ["free for residents"]),
        ("Schaerbeek", ["free for residents with an orange card", "10 € for residents", "25 € for non-residents"]),
        ("Uccle", ["10 € for everyone"]),
        ("Watermael-Boitsfort", ["26 € for residents"]),
        ("Woluwe-Saint-Lambert", ["free for residents"]),
        ("Woluwe-Saint-Pierre", ["10.10 € for residents"]),
    ]


def test_the_leaflet_names_its_sources_and_says_that_they_are_not_verified(reader):
    page = words(read(reader()))

    assert "Sources: Dépliant « Le coût des clés numériques », mondiplôme (sans date)." in page
    assert "Not all prices have been verified since: ask the commune." in page


def test_once_everything_is_verified_the_warning_goes(reader):
    Tariff.objects.update(verified_on=date(2026, 11, 20))

    assert "Not all prices have been verified" not in words(read(reader()))


def test_the_leaflet_of_january_has_the_prices_of_january(reader):
    tariff("uccle", residency="everyone", amount="12.50", valid_from=date(2027, 1, 1))
    client = reader()

    prices = [dict(grid(read(client, on=day)))["Uccle"] for day in ("2026-12-31", "2027-01-01")]

    assert prices == [["10 € for everyone"], ["12.50 € for everyone"]]


@pytest.mark.parametrize(
    ("language", "first", "day"),
    [
        ("fr", "Anderlecht", "lundi 23 novembre 2026"),
        ("nl", "Anderlecht", "maandag 23 november 2026"),
        ("en", "Anderlecht", "Monday 23 November 2026"),
    ],
)
def test_the_leaflet_speaks_another_language_than_the_page_around_it(reader, language, first, day):
    page = read(reader(language="en"), lang=language)

    assert '<html lang="en"' in page
    assert f'<article class="leaflet sheet" lang="{language}">' in page
    assert grid(page)[0][0] == first
    assert day in words(page)


def test_in_dutch_the_communes_stand_in_dutch_alphabetical_order(reader):
    names = [name for name, _prices in grid(read(reader(), lang="nl"))]

    assert names == sorted(names)
    assert (names[2], names[3], names[-1]) == ("Elsene", "Etterbeek", "Watermaal-Bosvoorde")


def test_the_leaflet_is_first_in_the_language_of_the_reader(reader):
    page = read(reader(language="nl"))

    assert '<article class="leaflet sheet" lang="nl">' in page


def test_without_the_delay_the_leaflet_says_nothing_about_it(reader):
    Delay.objects.filter(code="activation").delete()

    assert "to activate the key" not in words(read(reader()))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"lang": "de"}, "Select a valid choice. de is not one of the available choices."),
        ({"lang": "f\x00r"}, "Select a valid choice."),
        ({"on": "tomorrow"}, "Enter a valid date."),
        ({"on": "9999-12-31"}, "This day lies after the year 2099: check the year."),
    ],
)
def test_a_wrong_value_in_the_address_is_named_and_no_leaflet_is_shown(reader, asked, said):
    page = read(reader(), **asked)

    assert said in words(page)
    assert "<article" not in page


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_print_the_leaflet(reader, role):
    assert len(grid(read(reader(role)))) == 19


def test_the_leaflet_takes_the_same_few_queries_every_day(reader, django_assert_num_queries):
    client = reader()

    with django_assert_num_queries(5):
        read(client)
