"""How money is written on every page."""

from decimal import Decimal

import pytest
from django.utils import translation

from config.wording import money, short_money


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fr", ["10,10\u00a0€", "1\u202f234,50\u00a0€", "5,00\u00a0€"]),
        ("nl", ["10,10\u00a0€", "1.234,50\u00a0€", "5,00\u00a0€"]),
        ("en", ["10.10\u00a0€", "1,234.50\u00a0€", "5.00\u00a0€"]),
    ],
)
def test_an_amount_is_written_as_the_language_writes_it_and_never_parted_from_its_euro(
    language: str, written: list[str]
) -> None:
    amounts = [Decimal("10.10"), Decimal("1234.50"), Decimal("5.00")]

    with translation.override(language):
        assert [money(amount) for amount in amounts] == written


def test_free_is_a_price_and_an_unknown_price_is_none() -> None:
    with translation.override("en"):
        assert [money(amount) for amount in (Decimal("0.00"), None)] == ["free", "price not known"]


def test_a_leaflet_leaves_out_cents_that_are_none() -> None:
    amounts = [Decimal("10.00"), Decimal("10.10"), Decimal("0.00"), None]

    with translation.override("en"):
        assert [short_money(amount) for amount in amounts] == ["10\u00a0€", "10.10\u00a0€", "free", "price not known"]
