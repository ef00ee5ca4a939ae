"""What a person brings to the counter, and what the day there sets going."""

from datetime import date

from communes.errands import Deadline, deadlines, what_to_bring
from communes.models import DelayCode, Service
from communes.terms import Term, Unit
from communes.working_days import Calendar

TERMS = {
    DelayCode.ACTIVATION: Term(14, Unit.DAYS),
    DelayCode.CODES_LETTER: Term(3, Unit.WEEKS),
    DelayCode.CARD_KEPT: Term(3, Unit.MONTHS),
    DelayCode.PHOTO_AGE: Term(6, Unit.MONTHS),
}


def begun(service, day, terms=TERMS, calendar=Calendar()):  # noqa: B008 - a frozen value
    return deadlines(service, on=day, terms=terms, calendar=calendar)


def test_a_key_registered_on_23_november_is_activated_by_7_december():
    assert begun(Service.DIGITAL_KEY, date(2026, 11, 23)) == [
        Deadline(
            "14 days to activate, with the code (on paper) and the link (by e-mail)",
            "At the latest on Monday 7 December 2026",
            "After that day they have to register again, and pay again.",
        )
    ]


def test_the_activation_does_not_wait_for_christmas_to_pass():
    assert [deadline.when for deadline in begun(Service.DIGITAL_KEY, date(2026, 12, 11))] == [
        "At the latest on Friday 25 December 2026"
    ]


def test_the_letter_with_the_codes_is_chased_from_the_next_working_day():
    assert begun(Service.CARD_CODES, date(2026, 11, 23)) == [
        Deadline(
            "3 weeks until the letter with the PIN and PUK codes is there",
            "Expected by Monday 14 December 2026",
            "Not there? Ask the commune from Tuesday 15 December 2026.",
        )
    ]


def test_an_urgent_card_ordered_before_christmas_is_there_after_it():
    assert [deadline.when for deadline in begun(Service.E_CARD_URGENT, date(2026, 12, 24))] == [
        "From Monday 28 December 2026, 14:00",
        "",
    ]


def test_a_closing_day_moves_the_urgent_card():
    all_souls = Calendar(frozenset({date(2026, 11, 2)}))

    assert begun(Service.E_CARD_URGENT, date(2026, 10, 30), calendar=all_souls)[0].when == (
        "From Tuesday 3 November 2026, 14:00"
    )


def test_a_delay_that_nobody_entered_is_left_out():
    assert [begun(service, date(2026, 11, 23), terms={}) for service in (Service.DIGITAL_KEY, Service.E_CARD)] == [
        [],
        [],
    ]


def test_a_photo_is_as_young_as_the_delay_in_force_says():
    assert what_to_bring(Service.E_CARD, terms=TERMS)[1] == (
        "A photo that follows the ICAO standard, less than 6 months old"
    )
