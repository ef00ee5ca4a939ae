"""Which of an office's tariffs decides: checked against the four steps as the office says them."""

from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from communes.models import Commune, DocumentClass, Office, Residency, Tariff, TariffDocument
from communes.offers import Applicant, deciding_row, offers_among

HOME = Commune(pk=1, nis="21009", slug="ixelles", name_fr="Ixelles", name_nl="Elsene")
AWAY = Commune(pk=2, nis="21010", slug="jette", name_fr="Jette", name_nl="Jette")
OFFICE = Office(pk=1, code="ixelles", commune=HOME, name_fr="Ixelles", name_nl="Elsene")

LINES = list(product(Residency, TariffDocument))
AMOUNTS = st.none() | st.decimals("0.00", "99.99", places=2)
ROWS = st.dictionaries(st.sampled_from(LINES), st.tuples(st.booleans(), AMOUNTS)).map(
    lambda lines: [
        Tariff(
            office=OFFICE,
            service="digital_key",
            residency=residency,
            document=document,
            offered=offered,
            amount=amount if offered else None,
        )
        for (residency, document), (offered, amount) in lines.items()
    ]
)
APPLICANTS = st.builds(Applicant, st.sampled_from([HOME, AWAY, None]), st.sampled_from(DocumentClass))


@given(rows=ROWS, applicant=APPLICANTS)
def test_residency_is_looked_at_first_and_then_the_document(rows, applicant):
    own = "resident" if applicant.commune == HOME else "non_resident"
    steps = [
        (own, applicant.document_class),
        (own, "any"),
        ("everyone", applicant.document_class),
        ("everyone", "any"),
    ]
    by_line = {(row.residency, row.document): row for row in rows}

    expected = next((by_line[step] for step in steps if step in by_line), None)

    assert deciding_row(rows, applicant) is expected


@given(rows=ROWS, applicant=APPLICANTS, data=st.data())
def test_the_order_in_which_tariffs_were_entered_changes_nothing(rows, applicant, data):
    shuffled = data.draw(st.permutations(rows))

    assert deciding_row(shuffled, applicant) is deciding_row(rows, applicant)


@given(rows=ROWS, applicant=APPLICANTS)
def test_an_office_is_open_to_a_person_only_by_a_tariff_that_is_offered(rows, applicant):
    row = deciding_row(rows, applicant)

    offered = [(row.amount, row)] if row is not None and row.offered else []
    assert [(offer.amount, offer.tariff) for offer in offers_among(rows, applicant)] == offered


def test_free_comes_before_a_price_and_a_price_before_one_not_known():
    offices = [Office(pk=pk, code=f"o{pk}", name_fr=f"Office {pk}", name_nl="") for pk in (1, 2, 3)]
    amounts = [None, Decimal("0.00"), Decimal("0.01")]
    rows = [
        Tariff(office=office, service="digital_key", residency="everyone", document="any", amount=amount)
        for office, amount in zip(offices, amounts, strict=True)
    ]

    found = offers_among(rows, Applicant(None, DocumentClass.OTHER))

    assert [offer.amount for offer in found] == [Decimal("0.00"), Decimal("0.01"), None]
