"""Amounts as people type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from communes.amounts import AmountField, parse_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("10,10", Decimal("10.10")),
        ("10.10", Decimal("10.10")),
        ("10,1", Decimal("10.10")),
        ("5", Decimal("5.00")),
        ("0", Decimal("0.00")),
        (" 5 € ", Decimal("5.00")),
        ("139,40 EUR", Decimal("139.40")),
        ("1 234,56", Decimal("1234.56")),
        ("1\u202f234,56", Decimal("1234.56")),
        ("", None),
        ("  ", None),
    ],
)
def test_an_amount_is_read_as_a_belgian_or_a_computer_writes_it(text, amount):
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-5", "negative"),
        ("− 5", "negative"),
        ("1.234,56", "ambiguous"),
        ("1,234.56", "ambiguous"),
        ("1.234", "ambiguous"),
        ("1,234", "ambiguous"),
        ("10,10,10", "ambiguous"),
        ("free", "ambiguous"),
        ("1e3", "ambiguous"),
        ("NaN", "ambiguous"),
        ("٥", "ambiguous"),
        ("5,1234", "decimals"),
    ],
)
def test_an_amount_that_could_mean_two_things_is_refused_with_a_sentence(text, code):
    with pytest.raises(ValidationError) as refused:
        parse_amount(text)

    assert refused.value.code == code


@given(amount=st.decimals("0.00", "9999.99", places=2), language=st.sampled_from(["fr", "nl", "en"]))
def test_what_a_page_shows_in_a_field_is_read_back_as_the_same_amount(amount, language):
    field = AmountField(max_digits=6, decimal_places=2)

    with translation.override(language):
        assert field.clean(field.prepare_value(amount)) == amount
