"""How money, days and labels are written on every page."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import date_format

from config.wording import dated, day, long_day, lowfirst, money, near_day, short_money


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


def test_a_day_far_away_is_written_with_its_year() -> None:
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 2)]

    with translation.override("fr"):
        written = [near_day(each, on=date(2026, 7, 2)) for each in days]

    assert written == ["31 déc. 2025", "1ᵉʳ jan.", "31 déc.", "2 jan. 2027"]


@pytest.mark.parametrize(
    ("language", "short", "whole", "long"),
    [
        (
            "fr",
            ["1ᵉʳ déc.", "25 nov."],
            ["1ᵉʳ décembre 2026", "25 novembre 2026"],
            ["mardi 1ᵉʳ décembre 2026", "mercredi 25 novembre 2026"],
        ),
        (
            "nl",
            ["1 dec", "25 nov"],
            ["1 december 2026", "25 november 2026"],
            ["dinsdag 1 december 2026", "woensdag 25 november 2026"],
        ),
        (
            "en",
            ["1 Dec", "25 Nov"],
            ["1 December 2026", "25 November 2026"],
            ["Tuesday 1 December 2026", "Wednesday 25 November 2026"],
        ),
    ],
)
def test_a_day_is_written_as_the_language_says_it(
    language: str, short: list[str], whole: list[str], long: list[str]
) -> None:
    days = [date(2026, 12, 1), date(2026, 11, 25)]

    with translation.override(language):
        assert [day(each) for each in days] == short
        assert [dated(each) for each in days] == whole
        assert [long_day(each) for each in days] == long


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_a_moment_is_written_with_the_hours_of_a_belgian_clock(language: str) -> None:
    with translation.override(language):
        assert date_format(datetime(2026, 11, 25, 14, 59, tzinfo=UTC), "SHORT_DATETIME_FORMAT") == "25/11/2026 14:59"


def test_a_label_inside_a_sentence_begins_small_but_an_abbreviation_stays() -> None:
    labels = ["À activer", "PIN et PUK", "Courrier PIN/PUK attendu", "itsme", ""]

    assert [lowfirst(label) for label in labels] == [
        "à activer",
        "PIN et PUK",
        "courrier PIN/PUK attendu",
        "itsme",
        "",
    ]


@pytest.mark.parametrize("written", [day, long_day, dated])
def test_an_hour_before_midnight_in_utc_it_is_tomorrow_in_brussels(written):
    at = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)

    with translation.override("en"):
        assert Template(f"{{{{ at|{written.__name__} }}}}").render(Context({"at": at})) == written(date(2026, 11, 28))
