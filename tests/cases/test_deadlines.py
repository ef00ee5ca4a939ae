from datetime import UTC, date, datetime

import pytest

from cases import deadlines
from cases.deadlines import reminders
from communes.terms import Term, Unit
from communes.working_days import Calendar

FORTNIGHT = Term(14, Unit.DAYS)
THREE_WEEKS = Term(3, Unit.WEEKS)
THREE_MONTHS = Term(3, Unit.MONTHS)


@pytest.mark.parametrize(
    ("registered", "last_day"),
    [
        (date(2026, 11, 23), date(2026, 12, 7)),
        (date(2026, 12, 11), date(2026, 12, 25)),
        (date(2028, 2, 15), date(2028, 2, 29)),
        (date(2026, 10, 16), date(2026, 10, 30)),
    ],
)
def test_the_last_day_to_activate_is_never_moved_and_late_is_the_day_after(registered: date, last_day: date) -> None:
    deadline = deadlines.activation(registered, term=FORTNIGHT)

    assert deadline.due_on == last_day
    assert (deadline.overdue_from - last_day).days == 1


@pytest.mark.parametrize(
    ("requested", "expected", "chased"),
    [
        (date(2026, 11, 23), date(2026, 12, 14), date(2026, 12, 15)),
        (date(2027, 2, 8), date(2027, 3, 1), date(2027, 3, 2)),
        (date(2026, 11, 13), date(2026, 12, 4), date(2026, 12, 7)),
    ],
)
def test_a_letter_is_chased_from_the_next_working_day(requested: date, expected: date, chased: date) -> None:
    deadline = deadlines.letter(requested, term=THREE_WEEKS, calendar=Calendar())

    assert (deadline.due_on, deadline.overdue_from) == (expected, chased)


@pytest.mark.parametrize(
    ("ordered", "there"),
    [
        (datetime(2026, 11, 23, 13, 59, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 23, 14, 0, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 27, 13, 59, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 12, 24, 9, 0, tzinfo=UTC), date(2026, 12, 28)),
        (datetime(2026, 11, 10, 9, 0, tzinfo=UTC), date(2026, 11, 12)),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 1, 5)),
    ],
)
def test_an_urgent_card_is_there_the_next_working_day(ordered: datetime, there: date) -> None:
    assert deadlines.urgent(ordered, calendar=Calendar()).due_on == there


def test_an_urgent_card_waits_for_a_counter_that_is_closed() -> None:
    ordered = datetime(2026, 10, 30, 13, 0, tzinfo=UTC)

    assert deadlines.urgent(ordered, calendar=Calendar()).due_on == date(2026, 11, 2)
    assert deadlines.urgent(ordered, calendar=Calendar(frozenset({date(2026, 11, 2)}))).due_on == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("start", "last_day"),
    [
        (date(2026, 11, 23), date(2027, 2, 23)),
        (date(2026, 8, 31), date(2026, 11, 30)),
        (date(2026, 11, 28), date(2027, 2, 28)),
    ],
)
def test_a_card_is_kept_three_calendar_months(start: date, last_day: date) -> None:
    deadline = deadlines.pickup(card_ready_on=start, letter_on=None, requested_on=None, term=THREE_MONTHS)

    assert deadline.due_on == last_day


def test_a_pickup_counts_from_the_earliest_day_that_is_known_for_sure() -> None:
    ready, letter, asked = date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 2)

    counted = [
        deadlines.pickup(card_ready_on=ready, letter_on=letter, requested_on=asked, term=THREE_MONTHS),
        deadlines.pickup(card_ready_on=None, letter_on=letter, requested_on=asked, term=THREE_MONTHS),
        deadlines.pickup(card_ready_on=None, letter_on=None, requested_on=asked, term=THREE_MONTHS),
    ]

    assert [(d.since_fact, d.since) for d in counted] == [
        ("card_ready", ready),
        ("letter", letter),
        ("requested", asked),
    ]


def test_a_pickup_without_any_day_is_refused() -> None:
    with pytest.raises(ValueError, match="none of them has a day"):
        deadlines.pickup(card_ready_on=None, letter_on=None, requested_on=None, term=THREE_MONTHS)


def test_the_renewal_window_has_both_its_days() -> None:
    deadline = deadlines.renewal(date(2027, 1, 6), opens=Term(45, Unit.DAYS), closes=Term(30, Unit.DAYS))

    assert (deadline.opens_on, deadline.due_on) == (date(2026, 11, 22), date(2026, 12, 7))


def test_a_client_is_reminded_seven_and_twelve_days_after_the_registration() -> None:
    terms = {"activation_first_reminder": Term(7, Unit.DAYS), "activation_last_reminder": Term(12, Unit.DAYS)}

    days = reminders("activation", since=date(2026, 11, 23), due_on=date(2026, 12, 7), terms=terms)

    assert days == [date(2026, 11, 30), date(2026, 12, 5)]


def test_a_client_is_reminded_three_times_before_a_card_is_destroyed() -> None:
    terms = {
        "pickup_first_reminder": Term(30, Unit.DAYS),
        "pickup_second_reminder": Term(14, Unit.DAYS),
        "pickup_last_reminder": Term(7, Unit.DAYS),
    }

    days = reminders("pickup", since=date(2026, 8, 31), due_on=date(2026, 11, 30), terms=terms)

    assert days == [date(2026, 10, 31), date(2026, 11, 16), date(2026, 11, 23)]


def test_a_letter_is_chased_and_nobody_is_reminded_of_it() -> None:
    assert reminders("letter", since=date(2026, 3, 2), due_on=date(2026, 3, 23), terms={}) == []
