"""Where can this person go, and what does it cost there."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db import models

from communes.models import Commune, DocumentClass, Office, Service, Tariff
from communes.offers import Applicant, offers_for, where_to_go

TODAY = date(2026, 11, 23)
GOLDEN_FILE = Path(__file__).with_name("golden_tariffs.csv")
GOLDEN = list(csv.DictReader(GOLDEN_FILE.read_text(encoding="utf-8").splitlines()))
OUTSIDE = "(outside the Region / no registered address)"

pytestmark = pytest.mark.usefixtures("reference_data")


def person(commune, document="other"):
    return Applicant(Commune.objects.filter(name_fr=commune).first(), DocumentClass(document))


def tariff(office, residency, document, amount, *, offered=True, valid_from=date(2026, 6, 1), service="digital_key"):
    return Tariff.objects.create(
        office=Office.objects.get(code=office),
        service=service,
        residency=residency,
        document=document,
        offered=offered,
        amount=amount,
        valid_from=valid_from,
        source="telephone",
    )


def prices(applicant, service=Service.DIGITAL_KEY, on=TODAY):
    """The offers as [(office, price)]; the federal office, which is open to all at a price not known, is left out."""
    return [
        (offer.office.commune.name_fr, offer.amount)
        for offer in offers_for(applicant, service, on=on)
        if offer.office.commune
    ]


def listed(found):
    return "; ".join(f"{name} {amount}" for name, amount in found)


def cheapest(commune, document):
    name, amount = prices(person(commune, document))[0]
    return f"{name} {amount}"


def test_the_sixty_lines_of_the_golden_table():
    computed = [{**line, "offices": listed(prices(person(line["residence"], line["document"])))} for line in GOLDEN]

    assert len(GOLDEN) == 60
    assert computed == GOLDEN


def test_the_cheapest_office_and_price_of_the_sixty_lines():
    answers = [where_to_go(person(g["residence"], g["document"]), Service.DIGITAL_KEY, on=TODAY) for g in GOLDEN]

    found = [(answer.cheapest.office.commune.name_fr, str(answer.cheapest.amount)) for answer in answers]

    assert found == [(line["cheapest"], line["price"]) for line in GOLDEN]


@pytest.mark.parametrize(
    ("document", "communes_by_price"),
    [
        ("orange", {Decimal("0.00"): 10, Decimal("5.00"): 2, Decimal("10.00"): 7}),
        ("protocol", {Decimal("0.00"): 9, Decimal("5.00"): 2, Decimal("10.00"): 8}),
        ("other", {Decimal("0.00"): 9, Decimal("5.00"): 2, Decimal("10.00"): 8}),
    ],
)
def test_how_many_of_the_19_communes_pay_how_much_at_best(document, communes_by_price):
    applicants = [Applicant(commune, DocumentClass(document)) for commune in Commune.objects.in_region()]

    assert Counter(prices(applicant)[0][1] for applicant in applicants) == communes_by_price


def test_the_federal_office_comes_last_because_its_price_is_not_known():
    last = offers_for(person(OUTSIDE), Service.DIGITAL_KEY, on=TODAY)[-1]

    assert (last.office.code, last.amount, last.is_home) == ("bosa", None, False)


def test_an_e_card_is_asked_for_at_home_at_a_price_not_known():
    assert prices(person("Jette"), Service.E_CARD) == [("Jette", None)]


@pytest.mark.parametrize(("service", "amount"), [("e_card", Decimal("28.10")), ("e_card_urgent", Decimal("139.40"))])
def test_the_e_card_prices_of_ecaussinnes_are_shown_to_its_residents_alone(service, amount):
    everybody = [person(commune.name_fr) for commune in Commune.objects.all()] + [person(OUTSIDE)]

    priced = [
        (one.commune.name_fr, found) for one in everybody for found in prices(one, service) if found[1] is not None
    ]

    assert priced == [("Écaussinnes", ("Écaussinnes", amount))]


def test_a_price_of_the_first_of_january_changes_on_that_day_and_not_before():
    tariff("uccle", "everyone", "any", Decimal("12.00"), valid_from=date(2027, 1, 1))

    assert prices(person("Forest"), on=date(2026, 12, 31))[0] == ("Uccle", Decimal("10.00"))
    assert prices(person("Forest"), on=date(2027, 1, 1))[0] == ("Uccle", Decimal("12.00"))


def test_before_the_first_tariff_nothing_is_offered():
    assert offers_for(person("Jette"), Service.DIGITAL_KEY, on=date(2025, 12, 31)) == []


def test_a_withdrawn_service_disappears_from_that_day_and_says_since_when():
    tariff("uccle", "everyone", "any", None, offered=False, valid_from=date(2027, 3, 1))

    before = where_to_go(person("Forest"), Service.DIGITAL_KEY, on=date(2027, 2, 28))
    after = where_to_go(person("Forest"), Service.DIGITAL_KEY, on=date(2027, 3, 1))

    reasons = {closed.commune.slug: (closed.why, closed.since) for closed in after.closed}
    assert [offer.office.code for offer in before.offers] == ["uccle", "schaerbeek", "bosa"]
    assert [offer.office.code for offer in after.offers] == ["schaerbeek", "bosa"]
    assert reasons["uccle"] == ("withdrawn", date(2027, 3, 1))


def test_the_most_specific_tariff_wins_even_when_it_is_dearer():
    tariff("uccle", "everyone", "orange", Decimal("15.00"))
    tariff("uccle", "resident", "any", Decimal("30.00"))
    tariff("uccle", "resident", "protocol", Decimal("40.00"))

    at_home = {document: dict(prices(person("Uccle", document)))["Uccle"] for document in DocumentClass.values}

    assert at_home == {"orange": Decimal("30.00"), "protocol": Decimal("40.00"), "other": Decimal("30.00")}
    assert dict(prices(person("Jette", "orange")))["Uccle"] == Decimal("15.00")


def test_a_tariff_that_is_not_offered_closes_the_office_to_its_people_alone():
    tariff("uccle", "everyone", "protocol", None, offered=False)

    assert prices(person("Forest", "protocol")) == [("Schaerbeek", Decimal("25.00"))]
    assert prices(person("Forest", "orange")) == [("Uccle", Decimal("10.00")), ("Schaerbeek", Decimal("25.00"))]


def test_an_office_no_longer_in_use_is_offered_to_nobody():
    Office.objects.filter(code="uccle").update(active=False)

    found = where_to_go(person("Uccle"), Service.DIGITAL_KEY, on=TODAY)

    assert [offer.office.code for offer in found.offers] == ["schaerbeek", "bosa"]
    assert found.closed[-4].sentence == "No office in use."


READINGS = [
    # residence, document, and the cheapest office when: residency comes first; the card decides whatever the address;
    # 10 euro is for protocol cards alone
    ("Anderlecht", "orange", "Uccle 10.00", "Schaerbeek 0.00", "Uccle 10.00"),
    ("Anderlecht", "protocol", "Uccle 10.00", "Schaerbeek 10.00", "Uccle 10.00"),
    ("Auderghem", "orange", "Auderghem 5.00", "Schaerbeek 0.00", "Auderghem 5.00"),
    ("Berchem-Sainte-Agathe", "orange", "Uccle 10.00", "Schaerbeek 0.00", "Uccle 10.00"),
    ("Berchem-Sainte-Agathe", "protocol", "Uccle 10.00", "Schaerbeek 10.00", "Uccle 10.00"),
    ("Forest", "orange", "Uccle 10.00", "Schaerbeek 0.00", "Uccle 10.00"),
    ("Forest", "protocol", "Uccle 10.00", "Schaerbeek 10.00", "Uccle 10.00"),
    ("Ixelles", "orange", "Ixelles 5.00", "Schaerbeek 0.00", "Ixelles 5.00"),
    ("Molenbeek-Saint-Jean", "orange", "Uccle 10.00", "Schaerbeek 0.00", "Uccle 10.00"),
    ("Molenbeek-Saint-Jean", "protocol", "Uccle 10.00", "Schaerbeek 10.00", "Uccle 10.00"),
    ("Schaerbeek", "other", "Schaerbeek 10.00", "Schaerbeek 10.00", "Uccle 10.00"),
    ("Uccle", "orange", "Uccle 10.00", "Schaerbeek 0.00", "Uccle 10.00"),
    ("Watermael-Boitsfort", "orange", "Uccle 10.00", "Schaerbeek 0.00", "Uccle 10.00"),
    ("Watermael-Boitsfort", "protocol", "Uccle 10.00", "Schaerbeek 10.00", "Uccle 10.00"),
    ("Woluwe-Saint-Pierre", "orange", "Uccle 10.00", "Schaerbeek 0.00", "Uccle 10.00"),
    ("Woluwe-Saint-Pierre", "protocol", "Uccle 10.00", "Schaerbeek 10.00", "Uccle 10.00"),
    (OUTSIDE, "orange", "Uccle 10.00", "Schaerbeek 0.00", "Uccle 10.00"),
    (OUTSIDE, "protocol", "Uccle 10.00", "Schaerbeek 10.00", "Uccle 10.00"),
]


def test_the_reading_of_schaerbeek_that_comes_with_sesame_is_residency_first():
    assert [cheapest(*line[:2]) for line in READINGS] == [line[2] for line in READINGS]


def test_two_rows_make_the_card_decide_at_schaerbeek_whatever_the_address():
    tariff("schaerbeek", "non_resident", "orange", Decimal("0.00"))
    tariff("schaerbeek", "non_resident", "protocol", Decimal("10.00"))

    assert [cheapest(*line[:2]) for line in READINGS] == [line[3] for line in READINGS]
    assert prices(person("Anderlecht", "protocol")) == [
        ("Schaerbeek", Decimal("10.00")),
        ("Uccle", Decimal("10.00")),
    ]


def test_two_rows_keep_ten_euro_at_schaerbeek_for_protocol_cards_alone():
    tariff("schaerbeek", "resident", "protocol", Decimal("10.00"))
    tariff("schaerbeek", "resident", "any", None, offered=False)

    assert [cheapest(*line[:2]) for line in READINGS] == [line[4] for line in READINGS]


def test_sixteen_communes_are_not_open_to_a_resident_of_watermael_and_say_why():
    found = where_to_go(person("Watermael-Boitsfort"), Service.DIGITAL_KEY, on=TODAY)

    reasons = {closed.commune.name_fr: closed.sentence for closed in found.closed}
    nothing, residents = "Does not offer this.", "Only for residents of this commune."
    assert reasons == {
        "Anderlecht": nothing,
        "Auderghem": residents,
        "Berchem-Sainte-Agathe": nothing,
        "Bruxelles": residents,
        "Etterbeek": residents,
        "Evere": residents,
        "Forest": nothing,
        "Ganshoren": residents,
        "Ixelles": residents,
        "Jette": residents,
        "Koekelberg": residents,
        "Molenbeek-Saint-Jean": nothing,
        "Saint-Gilles": residents,
        "Saint-Josse-ten-Noode": residents,
        "Woluwe-Saint-Lambert": residents,
        "Woluwe-Saint-Pierre": residents,
    }


def test_a_commune_nobody_entered_anything_about_says_so():
    found = where_to_go(person("Écaussinnes"), Service.DIGITAL_KEY, on=TODAY)

    assert [c.why for c in found.closed if c.commune.slug == "ecaussinnes"] == ["not_known"]


def test_an_office_for_other_documents_or_for_people_from_elsewhere_says_so():
    Tariff.objects.filter(office__code="uccle").update(residency="everyone", document="orange")
    Tariff.objects.filter(office__code="jette").update(residency="non_resident")

    found = {c.commune.slug: c.why for c in where_to_go(person("Jette"), Service.DIGITAL_KEY, on=TODAY).closed}

    assert (found["uccle"], found["jette"]) == ("other_documents", "non_residents_only")


@pytest.mark.parametrize(
    ("commune", "home", "saving"),
    [
        ("Watermael-Boitsfort", Decimal("26.00"), Decimal("16.00")),
        ("Woluwe-Saint-Pierre", Decimal("10.10"), Decimal("0.10")),
        ("Schaerbeek", Decimal("10.00"), None),
        ("Jette", Decimal("0.00"), None),
    ],
)
def test_what_the_cheapest_office_saves_against_the_one_at_home(commune, home, saving):
    found = where_to_go(person(commune), Service.DIGITAL_KEY, on=TODAY)

    assert (found.home.amount, found.saving) == (home, saving)


def test_an_offer_says_which_tariff_decided():
    schaerbeek = person("Schaerbeek", "orange")

    assert [offer.rule for offer in offers_for(schaerbeek, Service.DIGITAL_KEY, on=TODAY)] == [
        "Price for residents with an orange card",
        "Price for everyone",
        "Price for everyone",
    ]


def test_the_offers_take_one_query_and_the_whole_answer_two(django_assert_num_queries):
    applicant = person("Jette")

    with django_assert_num_queries(1):
        offers = offers_for(applicant, Service.DIGITAL_KEY, on=TODAY)
        shown = [(o.office.name, o.office.commune and o.office.commune.name, o.rule) for o in offers]
    with django_assert_num_queries(2):
        found = where_to_go(applicant, Service.DIGITAL_KEY, on=TODAY)
        reasons = [(closed.commune.name, closed.sentence) for closed in found.closed]
    assert (len(shown), len(reasons)) == (4, 16)


def test_a_page_that_reaches_for_more_than_an_offer_holds_fails_at_once():
    [tariff] = Tariff.objects.for_table().filter(office__code="uccle", service=Service.DIGITAL_KEY)
    [unfetched] = Tariff.objects.fetch_mode(models.FETCH_RAISE).filter(pk=tariff.pk)

    assert tariff.office.commune.slug == "uccle"
    with pytest.raises(FieldFetchBlocked):
        unfetched.office  # noqa: B018
