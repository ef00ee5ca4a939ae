"""Terms: the day they lead to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communes.terms import Term, Unit

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    ("registered", "last_day"),
    [
        (date(2026, 11, 23), date(2026, 12, 7)),
        (date(2026, 12, 11), date(2026, 12, 25)),  # Christmas: not extended
        (date(2028, 2, 15), date(2028, 2, 29)),
        (date(2026, 10, 16), date(2026, 10, 30)),  # over the change of the clocks
    ],
)
def test_a_digital_key_is_activated_within_fourteen_days(registered, last_day):
    assert Term(14, Unit.DAYS).after(registered) == last_day


@pytest.mark.parametrize(
    ("requested", "expected"),
    [(date(2026, 11, 23), date(2026, 12, 14)), (date(2027, 2, 8), date(2027, 3, 1))],
)
def test_the_letter_with_the_codes_is_expected_within_three_weeks(requested, expected):
    assert Term(3, Unit.WEEKS).after(requested) == expected


@pytest.mark.parametrize(
    ("ready", "destroyed_after"),
    [
        (date(2026, 11, 23), date(2027, 2, 23)),  # 90 days would be 21 February
        (date(2026, 8, 31), date(2026, 11, 30)),  # 31 becomes 30
        (date(2026, 11, 28), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
    ],
)
def test_a_card_is_kept_three_months_and_a_short_month_ends_them_on_its_last_day(ready, destroyed_after):
    assert Term(3, Unit.MONTHS).after(ready) == destroyed_after


@pytest.mark.parametrize(
    ("issued", "five_years_later"),
    [(date(2026, 11, 23), date(2031, 11, 23)), (date(2024, 2, 29), date(2029, 2, 28))],
)
def test_five_years_after_a_leap_day_is_the_28th_of_february(issued, five_years_later):
    assert Term(60, Unit.MONTHS).after(issued) == five_years_later


@pytest.mark.parametrize(
    ("taken", "last_usable"),
    [(date(2026, 5, 23), date(2026, 11, 22)), (date(2026, 8, 31), date(2027, 2, 27))],
)
def test_a_photo_of_exactly_six_months_is_too_old(taken, last_usable):
    assert Term(6, Unit.MONTHS).younger_until(taken) == last_usable


def test_a_card_found_again_can_be_unblocked_through_the_seventh_day():
    assert Term(7, Unit.DAYS).after(date(2026, 11, 23)) == date(2026, 11, 30)


def test_a_term_in_months_before_a_day_stops_at_the_end_of_a_short_month():
    assert Term(1, Unit.MONTHS).before(date(2027, 3, 31)) == date(2027, 2, 28)


@given(day=DAYS, amount=st.integers(1, 400), unit=st.sampled_from([Unit.DAYS, Unit.WEEKS]))
def test_days_and_weeks_there_and_back_lead_to_the_same_day(day, amount, unit):
    term = Term(amount, unit)

    assert term.before(term.after(day)) == day


@given(day=DAYS, amount=st.integers(1, 120))
def test_months_keep_the_day_of_the_month_or_stop_at_its_end(day, amount):
    reached = Term(amount, Unit.MONTHS).after(day)

    months = (reached.year - day.year) * 12 + reached.month - day.month
    the_day_after = reached.toordinal() + 1
    assert months == amount
    assert reached.day == day.day or (reached.day < day.day and date.fromordinal(the_day_after).day == 1)


@given(first=DAYS, second=DAYS, amount=st.integers(1, 120), unit=st.sampled_from(Unit))
def test_who_starts_later_never_ends_earlier(first, second, amount, unit):
    term = Term(amount, unit)

    assert (first <= second) <= (term.after(first) <= term.after(second))
