"""Working days, the urgent procedure and the renewal window."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communes.models import Closure, Office
from communes.renewal import RenewalWindow
from communes.terms import Term, Unit
from communes.urgent import BRUSSELS, available_from, time_left
from communes.working_days import Calendar, calendar_for, legal_holidays

EVERYDAY = Calendar()
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 12, 31))


def brussels(*parts):
    return datetime(*parts, tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("year", "movable"),
    [
        (2026, [(4, 6), (5, 14), (5, 25)]),
        (2027, [(3, 29), (5, 6), (5, 17)]),
        (2028, [(4, 17), (5, 25), (6, 5)]),
        (2029, [(4, 2), (5, 10), (5, 21)]),
    ],
)
def test_a_year_has_exactly_the_ten_legal_holidays(year, movable):
    fixed = [(1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)]

    assert list(legal_holidays(year)) == sorted(date(year, month, day) for month, day in fixed + movable)


def test_the_ten_holidays_stay_ten_for_the_years_to_come():
    assert {year: len(legal_holidays(year)) for year in range(2026, 2101)} == dict.fromkeys(range(2026, 2101), 10)


@pytest.mark.parametrize(
    ("expected", "chase_from"),
    [(date(2026, 12, 14), date(2026, 12, 15)), (date(2027, 3, 1), date(2027, 3, 2))],
)
def test_a_letter_is_chased_on_the_working_day_after_it_was_expected(expected, chase_from):
    assert EVERYDAY.next_working(expected) == chase_from


@pytest.mark.parametrize(
    ("deadline", "last_counter_day"),
    [
        (date(2027, 2, 23), date(2027, 2, 23)),
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2027, 2, 28), date(2027, 2, 26)),  # a Sunday: the Friday before
    ],
)
def test_the_last_counter_day_is_the_working_day_on_or_before_the_deadline(deadline, last_counter_day):
    assert EVERYDAY.on_or_before(deadline) == last_counter_day


@given(day=DAYS, closures=st.frozensets(DAYS, max_size=20))
def test_the_next_working_day_is_worked_and_none_before_it_is(day, closures):
    calendar = Calendar(closures)

    found = calendar.next_working(day)

    between = [day + timedelta(days=n) for n in range(1, (found - day).days)]
    assert calendar.is_working(found)
    assert [skipped for skipped in between if calendar.is_working(skipped)] == []


@pytest.mark.parametrize(
    ("ordered", "available"),
    [
        (brussels(2026, 11, 23, 14, 59), brussels(2026, 11, 24, 14)),
        (brussels(2026, 11, 27, 14, 59), brussels(2026, 11, 30, 14)),
        (brussels(2026, 12, 24, 10, 0), brussels(2026, 12, 28, 14)),
        (brussels(2026, 11, 10, 10, 0), brussels(2026, 11, 12, 14)),
        (brussels(2026, 10, 30, 14, 0), brussels(2026, 11, 2, 14)),
        (brussels(2026, 11, 23, 14, 59, 59, 999999), brussels(2026, 11, 24, 14)),
        (brussels(2026, 11, 23, 15, 0), brussels(2026, 11, 25, 14)),
        (brussels(2026, 11, 28, 10, 0), brussels(2026, 12, 1, 14)),  # a Saturday counts as the Monday
        (datetime(2026, 11, 23, 13, 59, tzinfo=UTC), brussels(2026, 11, 24, 14)),
        (datetime(2026, 11, 23, 14, 0, tzinfo=UTC), brussels(2026, 11, 25, 14)),  # 15:00 in Brussels
        (datetime(2026, 7, 1, 13, 0, tzinfo=UTC), brussels(2026, 7, 3, 14)),  # 15:00 in Brussels, summer time
    ],
)
def test_an_urgent_card_ordered_before_15_is_there_the_next_working_day_at_14(ordered, available):
    assert available_from(at=ordered, calendar=EVERYDAY) == available


def test_a_closing_day_moves_the_urgent_card_by_a_day():
    all_souls = Calendar(frozenset({date(2026, 11, 2)}))

    assert available_from(at=brussels(2026, 10, 30, 14, 0), calendar=all_souls) == brussels(2026, 11, 3, 14)


def test_an_order_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        available_from(at=datetime(2026, 11, 23, 14, 59), calendar=EVERYDAY)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (brussels(2026, 11, 23, 14, 35), timedelta(minutes=25)),
        (brussels(2026, 11, 23, 15, 0), None),
        (brussels(2026, 11, 28, 10, 0), None),
    ],
)
def test_the_counter_says_how_long_one_can_still_order_for_tomorrow(at, left):
    assert time_left(at=at, calendar=EVERYDAY) == left


@pytest.mark.django_db
def test_an_office_is_closed_on_its_own_days_and_on_those_of_all():
    jette = Office.objects.create(code="one", name_fr="Un", name_nl="Een")
    uccle = Office.objects.create(code="two", name_fr="Deux", name_nl="Twee")
    Closure.objects.create(office=jette, day=date(2026, 11, 2), reason="All Souls")
    Closure.objects.create(office=uccle, day=date(2026, 11, 3), reason="Moving")
    Closure.objects.create(day=date(2026, 12, 24), reason="Christmas Eve")

    assert calendar_for(jette) == Calendar(frozenset({date(2026, 11, 2), date(2026, 12, 24)}))
    assert calendar_for(None) == Calendar(frozenset({date(2026, 12, 24)}))


def window(expires_on):
    return RenewalWindow.of(expires_on, opens=Term(45, Unit.DAYS), closes=Term(30, Unit.DAYS))


@pytest.mark.parametrize(
    ("expires_on", "opens", "closes", "counter_days"),
    [
        (date(2027, 3, 31), date(2027, 2, 14), date(2027, 3, 1), (date(2027, 2, 15), date(2027, 3, 1))),
        (date(2027, 1, 15), date(2026, 12, 1), date(2026, 12, 16), (date(2026, 12, 1), date(2026, 12, 16))),
        (date(2027, 1, 6), date(2026, 11, 22), date(2026, 12, 7), (date(2026, 11, 23), date(2026, 12, 7))),
    ],
)
def test_a_card_is_renewed_from_the_45th_to_the_30th_day_before_it_expires(expires_on, opens, closes, counter_days):
    found = window(expires_on)

    assert (found.opens, found.closes) == (opens, closes)
    assert found.counter_days(EVERYDAY) == counter_days


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 11, 21), "too_early"),
        (date(2026, 11, 22), "in_window"),
        (date(2026, 12, 7), "in_window"),
        (date(2026, 12, 8), "late"),
        (date(2027, 1, 6), "late"),
        (date(2027, 1, 7), "expired"),
    ],
)
def test_both_edges_of_the_renewal_window_are_inside(on, state):
    assert window(date(2027, 1, 6)).state(on=on) == state


@given(expires_on=DAYS)
def test_the_renewal_window_lasts_sixteen_days(expires_on):
    found = window(expires_on)

    assert (found.closes - found.opens).days + 1 == 16
