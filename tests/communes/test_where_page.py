"""The page that answers: where does this person go, what does it cost, what do they bring?"""

import re
from datetime import date
from html import unescape

import pytest
from django.utils import timezone

from communes.models import Delay, Office, Tariff
from config.staff.roles import Role
from tests.communes.pages import words

MONDAY = "2026-11-23"


def ask(client, **asked):
    response = client.get("/where/", {"on": MONDAY, **asked})
    assert response.status_code == 200
    return response.content.decode()


def offers(html):
    """The offers of a page from the top: price and office."""
    found = re.findall(r'<p class="price[^>]*>(.*?)<small>.*?<h3>(.*?)</h3>', html, flags=re.S)
    return [(unescape(office), words(price)) for price, office in found]


def test_a_resident_of_watermael_boitsfort_goes_to_uccle_and_saves_sixteen_euro(reader):
    page = ask(reader(), commune="Watermael-Boitsfort", document="orange")

    assert offers(page) == [
        ("Uccle", "10.00 €"),
        ("Schaerbeek", "25.00 €"),
        ("Watermael-Boitsfort", "26.00 €"),
        ("SPF BOSA", "price not known"),
    ]
    assert "Uccle cheapest · 16.00 € less than at home" in words(page)
    assert "Watermael-Boitsfort their commune" in words(page)


def test_the_same_question_in_dutch_words_gets_the_same_answer(reader):
    page = ask(reader(), commune="watermaal-bosvoorde", document="orange")

    assert offers(page)[0] == ("Uccle", "10.00 €")


def test_an_offer_says_whom_its_price_is_for_where_it_comes_from_and_that_nobody_verified_it(reader):
    page = words(ask(reader(), commune="schaerbeek", document="orange"))

    assert "free for residents with an orange card Schaerbeek their commune cheapest" in page
    assert "Dépliant « Le coût des clés numériques », mondiplôme (sans date) · not verified" in page


def test_a_verified_tariff_says_when(reader):
    Tariff.objects.filter(office__code="uccle", service="digital_key").update(verified_on=date(2026, 10, 5))

    page = words(ask(reader(), commune="uccle"))

    assert "verified on Monday 5 October 2026" in page


def test_the_page_says_what_to_bring_and_by_when_to_activate(reader):
    page = words(ask(reader(), commune="anderlecht"))

    assert (
        "To bring National identity card of an EU country, or passport "
        "An e-mail address of their own, that they can open on the spot "
        "They go in person: nobody can go for them 10.00 € at Uccle" in page
    )
    assert "14 days to activate, with the code (on paper) and the link (by e-mail). " in page
    assert "At the latest on Monday 7 December 2026 " in page


def test_communes_that_are_closed_to_the_person_stand_under_their_reason(reader):
    page = words(ask(reader(), commune="anderlecht"))

    assert "17 communes are not open to them" in page
    assert "Does not offer this. Anderlecht, Berchem-Sainte-Agathe, Forest, Molenbeek-Saint-Jean" in page


def test_a_postal_code_of_two_communes_lets_one_choose(reader):
    page = ask(reader(), commune="1050", document="protocol")

    assert "A postal code does not decide: choose the commune where the person is registered." in words(page)
    assert re.findall(r'<li><a href="\?(.*?)">(.*?)</a>', unescape(page)) == [
        ("on=2026-11-23&commune=bruxelles&document=protocol", "Bruxelles"),
        ("on=2026-11-23&commune=ixelles&document=protocol", "Ixelles"),
        ("on=2026-11-23&document=protocol&elsewhere=on", "Outside the Region, or no registered address"),
    ]


def test_an_unknown_commune_is_said_and_everything_is_left_to_choose_from(reader):
    page = ask(reader(), commune="Namur <b>")

    assert "No commune known here is called «Namur <b>». Choose below, or correct it." in words(
        page.replace("&lt;b&gt;", "‹b›")
    ).replace("‹b›", "<b>")
    assert page.count('<li><a href="?') == 20


def test_somebody_without_a_registered_address_has_an_answer_too(reader):
    page = ask(reader(), elsewhere="on", commune="ixelles")

    assert offers(page) == [("Uccle", "10.00 €"), ("Schaerbeek", "25.00 €"), ("SPF BOSA", "price not known")]


def test_when_no_office_is_open_the_page_says_so_and_why(reader):
    page = words(ask(reader(), elsewhere="on", service="e_card"))

    assert "No office is open to this person" in page
    assert "Only for residents of this commune. Anderlecht, Auderghem," in page
    assert "To bring" not in page


def test_a_card_with_a_chip_needs_no_office(reader):
    page = words(ask(reader(), commune="ixelles", document="card-a"))

    assert "If the chip and its PIN code work, no office is needed" in page


def test_blanks_are_no_commune(reader):
    assert ask(reader(), commune="   ").count('<li><a href="?') == 20


def test_before_anything_is_asked_the_nineteen_communes_are_one_click_away(reader):
    page = reader().get("/where/").content.decode()

    assert page.count('<li><a href="?commune=') == 19
    assert f'value="{timezone.localdate().isoformat()}"' in page


def test_a_price_of_january_counts_from_the_first_of_january(reader):
    Tariff.objects.create(
        office=Office.objects.get(code="uccle"),
        service="digital_key",
        residency="everyone",
        amount="12.50",
        valid_from=date(2027, 1, 1),
        source="telephone",
    )
    client = reader()

    eve, new_year = (ask(client, commune="forest", on=day) for day in ("2026-12-31", "2027-01-01"))

    assert (offers(eve)[0], offers(new_year)[0]) == (("Uccle", "10.00 €"), ("Uccle", "12.50 €"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"on": "31/02/2026"}, "Day: Enter a valid date."),
        ({"on": "9999-12-31"}, "Day: This day lies after the year 2099: check the year."),
        ({"on": "0001-01-01"}, "Day: This day lies before the year 2000: check the year."),
        ({"service": "passport"}, "What for: Select a valid choice. passport is not one of the available choices."),
        ({"document": "library-card"}, "Residence document: Select a valid choice."),
        ({"commune": "Ix\x00elles"}, "Null characters are not allowed."),
        ({"document": "ora\x00nge"}, "Residence document: "),
        ({"commune": "x" * 81}, "Ensure this value has at most 80 characters (it has 81)."),
    ],
)
def test_a_wrong_value_in_the_address_is_named_and_nothing_breaks(reader, asked, said):
    page = ask(reader(), **{"commune": "ixelles", **asked})

    assert said in words(page)
    assert offers(page) == []


def test_a_day_may_be_typed_as_people_write_it(reader):
    page = ask(reader(), commune="forest", on="7/12/2026")

    assert "Monday 7 December 2026" in words(page)


def test_without_any_delay_in_the_tables_the_page_leaves_the_deadline_out(reader):
    Delay.objects.all().delete()

    page = words(ask(reader(), commune="forest"))

    assert "What begins then" not in page


def test_htmx_gets_the_answer_alone_and_a_sentence_for_those_who_listen(reader):
    response = reader().get("/where/", {"commune": "forest", "on": MONDAY}, headers={"HX-Request": "true"})

    page = response.content.decode()
    assert page.lstrip().startswith('<div class="stack" id="answer">')
    assert 'id="summary" hx-swap-oob="true">3 offices open to this person<' in page
    assert "<html" not in page
    assert "HX-Request" in response.headers["Vary"]


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_speaks_the_language_of_the_reader(reader, language):
    page = ask(reader(language=language), commune="ixelles")

    assert f'<html lang="{language}" dir="ltr">' in page
    assert ("Elsene" if language == "nl" else "Ixelles") == offers(page)[0][0]


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_look_up_where_to_go(reader, role):
    assert offers(ask(reader(role), commune="forest"))[0] == ("Uccle", "10.00 €")


def test_somebody_who_is_not_logged_in_is_asked_to(client):
    response = client.get("/where/", {"commune": "forest"})

    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/accounts/login/?next=/where/%3Fcommune%3Dforest",
    )


def test_the_answer_takes_the_same_few_queries_whatever_it_lists(reader, django_assert_num_queries):
    client = reader()

    with django_assert_num_queries(9):
        ask(client, commune="forest")
    with django_assert_num_queries(9):
        ask(client, commune="woluwe-saint-pierre", service="e_card")
