"""The price list: what is in force on a day, what was before, what is announced."""

import re
from datetime import date

import pytest

from communes.models import Office, Tariff
from communes.price_list import price_list
from communes.terms import Term, Unit
from config.staff.roles import Role
from tests.communes.pages import words

MONDAY = date(2026, 11, 23)
UNVERIFIED = " 01/01/2026 not verified Dépliant « Le coût des clés numériques », mondiplôme (sans date)"
HALF_A_YEAR = Term(6, Unit.MONTHS)


def tariff(office="uccle", **values):
    return Tariff.objects.create(
        **{
            "office": Office.objects.get(code=office),
            "service": "digital_key",
            "residency": "everyone",
            "valid_from": date(2025, 1, 1),
            "source": "telephone",
            **values,
        }
    )


def listed(*, on=MONDAY, **only):
    rows = Tariff.objects.filter(service="digital_key", **only).for_table().line_by_line()
    return price_list(rows, on=on, review_after=HALF_A_YEAR)


def read(client, **asked):
    response = client.get("/tariffs/", {"on": MONDAY.isoformat(), **asked})
    assert response.status_code == 200
    return response.content.decode()


def rows(page):
    return [words(row) for row in re.findall(r"<tr>\s*<th scope=.row.>(.*?)</tr>", page, flags=re.S)]


def test_a_line_holds_the_price_in_force_those_before_and_those_announced(reference_data):
    first, second = tariff(amount=8), tariff(amount=9, valid_from=date(2025, 6, 1))
    coming = tariff(amount="12.50", valid_from=date(2027, 1, 1))

    [uccle] = listed(office__code="uccle")

    assert uccle.current == Tariff.objects.get(
        office__code="uccle", valid_from=date(2026, 1, 1), service="digital_key"
    )
    assert (uccle.past, uccle.announced) == ((second, first), (coming,))


def test_a_line_that_has_not_begun_has_no_price_in_force(reference_data):
    coming = tariff("forest", residency="resident", amount=5, valid_from=date(2027, 1, 1))

    [everyone, residents] = listed(office__code="forest")

    assert (everyone.current.offered, residents.current, residents.shown) == (False, None, coming)


@pytest.mark.parametrize(
    ("verified_on", "review"),
    [(None, True), (date(2026, 5, 22), True), (date(2026, 5, 23), False), (date(2026, 11, 23), False)],
)
def test_a_tariff_is_verified_again_after_half_a_year(reference_data, verified_on, review):
    Tariff.objects.update(verified_on=verified_on)

    assert [line.review for line in listed(office__code="uccle")] == [review]


def test_the_page_lists_the_digital_keys_of_every_office_first(reader):
    page = read(reader())

    assert len(rows(page)) == 22
    assert [row.removesuffix(UNVERIFIED) for row in rows(page)[-5:]] == [
        "Uccle digital key everyone 10.00 €",
        "Ville de Bruxelles digital key residents free",
        "Watermael-Boitsfort digital key residents 26.00 €",
        "Woluwe-Saint-Lambert digital key residents free",
        "Woluwe-Saint-Pierre digital key residents 10.10 €",
    ]


def test_a_row_tells_its_history_and_what_is_announced(reader):
    tariff(amount=8, source="page of the commune")
    tariff(amount="12.50", valid_from=date(2027, 1, 1))
    Tariff.objects.filter(valid_from=date(2026, 1, 1)).update(verified_on=date(2026, 11, 2))

    [row] = rows(read(reader(), commune="uccle"))

    assert row == (
        "Uccle digital key everyone 10.00 € 01/01/2026 from 01/01/2027: 12.50 € "
        "1 before · 8.00 € from 01/01/2025 · page of the commune "
        "verified on 02/11/2026 Dépliant « Le coût des clés numériques », mondiplôme (sans date)"
    )


def test_one_commune_and_everything_it_does(reader):
    page = read(reader(), commune="ecaussinnes", service="")

    assert [row.split(" 01/01/2026")[0] for row in rows(page)] == [
        "Écaussinnes new PIN and PUK codes residents price not known",
        "Écaussinnes e-card residents 28.10 €",
        "Écaussinnes e-card, urgent procedure residents 139.40 €",
    ]


def test_where_nobody_entered_a_tariff_the_page_says_so(reader):
    page = words(read(reader(), commune="ecaussinnes", service="digital_key"))

    assert "No tariff Nobody has entered one for this choice yet." in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"commune": "namur"}, "Select a valid choice."),
        ({"commune": "uc\x00cle"}, "Null characters are not allowed."),
        ({"service": "passport"}, "Select a valid choice. passport is not one of the available choices."),
        ({"on": "31/02/2026"}, "Enter a valid date."),
    ],
)
def test_a_wrong_value_in_the_address_never_widens_the_list(reader, asked, said):
    page = read(reader(), **asked)

    assert said in words(page)
    assert rows(page) == []


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_the_tariffs(reader, role):
    assert len(rows(read(reader(role)))) == 22


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_speaks_the_language_of_the_reader(reader, language):
    page = read(reader(language=language), commune="ixelles")

    assert f'<html lang="{language}" dir="ltr">' in page
    assert rows(page)[0].startswith("Elsene" if language == "nl" else "Ixelles")


def test_one_line_or_all_of_them_take_the_same_queries(reader, django_assert_num_queries):
    client = reader()

    with django_assert_num_queries(6):
        assert len(rows(read(client, commune="uccle"))) == 1
    with django_assert_num_queries(5):
        assert len(rows(read(client, service=""))) == 82


@pytest.mark.parametrize(("role", "links"), [(Role.TARIFF_EDITOR, 22), (Role.ADMINISTRATOR, 22), (Role.ADVISER, 0)])
def test_who_may_change_a_tariff_finds_the_way_from_its_row(reader, role, links):
    page = read(reader(role))

    assert len(re.findall(r'href="/admin/communes/tariff/\d+/change/"', page)) == links
    assert ("Enter a tariff" in words(page)) is (links > 0)
