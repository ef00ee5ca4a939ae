"""The deadline of a case in words, and the warnings at the head of its page."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from cases import actions
from cases.clock import Clock, at_stake, clock
from cases.models import Case
from cases.notices import Notice, notices
from cases.replay import state_of
from communes.models import Delay, ResidenceDocument
from communes.working_days import calendar_for
from config.staff.models import User
from tests.factories import UserFactory, a_case, a_client, commune, moved, noon, noted, office

pytestmark = pytest.mark.usefixtures("reference_data")
MONDAY = date(2026, 11, 23)


@pytest.fixture
def alice() -> User:
    return UserFactory()


@pytest.fixture
def registered(alice: User) -> Case:
    """Registered at Uccle, for 10.00, on Monday 23 November."""
    case = noted(moved(a_case(by=alice, on=MONDAY), "choose_office", by=alice), by=alice, own_email="yes")
    return moved(case, "register", by=alice)


def read(case: Case, *, on: date) -> Clock:
    told = clock(
        case,
        state_of(case.events.order_by("seq")),
        on=on,
        terms=Delay.objects.terms(on=on),
        calendar=calendar_for(case.office),
    )
    assert told is not None
    return told


def test_a_deadline_says_how_long_until_when_why_and_what_is_at_stake(registered: Case) -> None:
    told = read(registered, on=date(2026, 11, 26))

    assert (told.left, told.until, told.reason, told.at_stake) == (
        "11 days left",
        "at the latest on Monday 7 December 2026",
        "registered on 23 Nov + 14 days",
        "After that day the client registers again, and pays 10.00\u00a0€ again.",
    )
    assert (told.days, told.of, told.tone, told.remind) == (3, 14, "", "")


@pytest.mark.parametrize(
    ("on", "left", "tone"),
    [
        (date(2026, 12, 4), "3 days left", "due"),
        (date(2026, 12, 7), "Today is the last day", "due"),
        (date(2026, 12, 8), "1 day too late", "late"),
    ],
)
def test_a_deadline_comes_closer(registered: Case, on: date, left: str, tone: str) -> None:
    told = read(registered, on=on)

    assert (told.left, told.tone) == (left, tone)


@pytest.mark.parametrize(
    ("on", "in_touch_on", "asked"),
    [
        (date(2026, 11, 29), None, ""),
        (date(2026, 11, 30), None, "Nobody has been in touch since 23 Nov: remind the client."),
        (date(2026, 11, 30), date(2026, 11, 30), ""),
        (date(2026, 12, 5), date(2026, 11, 30), "Nobody has been in touch since 30 Nov: remind the client."),
        (date(2026, 12, 8), None, ""),
    ],
)
def test_a_reminder_asks_until_somebody_has_been_in_touch(
    alice: User, registered: Case, on: date, in_touch_on: date | None, asked: str
) -> None:
    if in_touch_on:
        noted(registered, by=alice, on=in_touch_on, link_received=True)

    assert read(registered, on=on).remind == asked


def test_a_card_is_collected_while_the_counter_is_open(alice: User) -> None:
    assert alice.team is not None
    of_uccle = a_client(team=alice.team, lives_in="uccle")
    case = moved(
        a_case(by=alice, procedure="e_card", on=date(2026, 8, 28), client=of_uccle), "choose_office", by=alice
    )
    moved(case, "request", "receive_letter", by=alice, on=date(2026, 8, 28))

    told = read(case, on=MONDAY)

    assert told.until == "at the latest on Sunday 29 November 2026"
    assert told.more == "The counter is open for the last time on Friday 27 November 2026."


def test_a_letter_is_asked_after_from_the_next_working_day(alice: User) -> None:
    friday = date(2026, 11, 6)
    case = moved(a_case(by=alice, procedure="card_codes", reason="codes_lost", on=friday), "request_codes", by=alice)

    told = read(case, on=MONDAY)

    assert (told.left, told.more) == ("4 days left", "We ask after it from Monday 30 November 2026 on.")


@pytest.mark.parametrize(
    ("on", "left"),
    [
        (date(2026, 11, 21), "Opens in 1 day"),
        (date(2026, 11, 22), "Open for 16 more days"),
        (date(2026, 12, 7), "Open for 1 more day"),
        (date(2026, 12, 8), "The window has closed, the card still holds until 6 Jan"),
        (date(2027, 1, 7), "The card expired on 6 Jan"),
    ],
)
def test_a_renewal_window_is_too_early_open_late_or_expired(alice: User, on: date, left: str) -> None:
    case = a_case(
        by=alice, procedure="e_card", reason="renewal", on=date(2026, 11, 2), card_expires_on=date(2027, 1, 6)
    )

    assert read(case, on=on).left == left


def test_without_a_deadline_there_is_no_clock(alice: User) -> None:
    case = a_case(by=alice)

    told = clock(case, state_of(case.events.all()), on=MONDAY, terms={}, calendar=calendar_for(None))

    assert told is None


# Warnings


def warned(case: Case, *, at: datetime | None = None) -> list[Notice]:
    events = list(case.events.order_by("seq"))
    return notices(
        case,
        state_of(events),
        events,
        on=MONDAY,
        at=at or noon(MONDAY),
        calendar=calendar_for(case.office),
        terms=Delay.objects.terms(on=MONDAY),
    )


@pytest.mark.parametrize(
    ("at", "notice"),
    [
        (
            datetime(2026, 11, 23, 9, tzinfo=UTC),
            Notice(
                "info",
                "Ordered urgently before 15:00, the card is there on Tuesday 24 November 2026 from 14:00, "
                "at the earliest.",
            ),
        ),
        (
            datetime(2026, 11, 23, 13, 35, tzinfo=UTC),
            Notice(
                "warning",
                "25 minutes left: ordered urgently before 15:00, the card is there on Tuesday 24 November 2026 "
                "from 14:00.",
            ),
        ),
        (
            datetime(2026, 11, 23, 14, tzinfo=UTC),
            Notice(
                "info",
                "Ordered urgently now, the card is there on Wednesday 25 November 2026 from 14:00, at the earliest.",
            ),
        ),
    ],
)
def test_the_last_hour_for_an_urgent_order_is_counted_down(alice: User, at: datetime, notice: Notice) -> None:
    assert warned(a_case(by=alice, procedure="e_card", on=MONDAY), at=at) == [notice]


def test_docstop_comes_first_until_it_was_called(alice: User) -> None:
    case = a_case(by=alice, procedure="e_card", reason="theft", on=MONDAY)
    before = [notice.level for notice in warned(case)]

    noted(case, by=alice, docstop_on=MONDAY)

    assert (before, warned(case)) == (["error"], [])


def test_whoever_moved_chooses_the_office_again(alice: User) -> None:
    case = noted(moved(a_case(by=alice, on=MONDAY), "choose_office", by=alice), by=alice, moved_on=MONDAY)
    before = [notice.words for notice in warned(case)]

    moved(case, "choose_office", by=alice)

    assert before == [
        "The client moved on Monday 23 November 2026: choose the office again, and ask where letters may have gone."
    ]
    assert warned(case) == []


def test_whoever_moved_while_a_letter_or_a_card_is_under_way_asks_at_the_former_commune(alice: User) -> None:
    assert alice.team is not None
    case = a_case(by=alice, procedure="e_card", on=MONDAY, client=a_client(team=alice.team, lives_in="uccle"))
    noted(moved(case, "choose_office", "request", by=alice), by=alice, moved_on=MONDAY)

    assert [notice.words for notice in warned(case)] == [
        "The client moved on Monday 23 November 2026: the card or the letter may be at the former commune, ask there."
    ]


def test_the_price_of_residents_is_not_for_somebody_who_lives_elsewhere_by_now(alice: User) -> None:
    assert alice.team is not None
    person = a_client(team=alice.team, lives_in="jette")
    case = a_case(by=alice, on=MONDAY, client=person)
    actions.choose_office(case, office("jette"), by=alice, on=MONDAY, at=noon(MONDAY))
    before = warned(case)

    person.commune = commune("uccle")

    words = "The announced price of Jette is no longer the one for this client: choose the office again."
    assert (before, [notice.words for notice in warned(case)]) == ([], [words])


@pytest.mark.parametrize(("document_code", "warnings"), [("orange", 1), ("protocol", 0)])
def test_another_document_may_change_the_price(alice: User, document_code: str, warnings: int) -> None:
    """At Schaerbeek an orange card is free for residents, any other document 10.00 (facts X1)."""
    assert alice.team is not None
    person = a_client(team=alice.team, lives_in="schaerbeek")
    case = a_case(by=alice, on=MONDAY, client=person)
    actions.choose_office(case, office("schaerbeek"), by=alice, on=MONDAY, at=noon(MONDAY))

    person.residence_document = ResidenceDocument.objects.filter(tariff_class=document_code).first()

    assert len(warned(case)) == warnings


def test_an_office_open_to_everybody_is_the_same_wherever_one_lives(alice: User) -> None:
    assert alice.team is not None
    person = a_client(team=alice.team, lives_in="jette")
    case = moved(a_case(by=alice, on=MONDAY, client=person), "choose_office", by=alice)

    person.commune = commune("ixelles")

    assert warned(case) == []


def test_a_letter_lost_while_the_card_waits_is_told_with_the_day_of_the_new_one(alice: User) -> None:
    assert alice.team is not None
    person = a_client(team=alice.team, lives_in="uccle")
    case = a_case(by=alice, procedure="e_card", on=date(2026, 11, 2), client=person)
    moved(case, "choose_office", "request", "receive_letter", "replace_codes", by=alice)

    assert case.due_on == date(2027, 2, 4)  # the card of 4 November is kept no longer
    words = "New codes were ordered on Thursday 5 November 2026: the letter is expected by Thursday 26 November 2026. "
    assert [notice.words for notice in warned(case)] == [words + "The card is not kept longer."]


@pytest.mark.parametrize(("days", "level"), [(-1, ["warning"]), (0, ["info"]), (30, ["info"]), (31, [])])
def test_a_residence_document_that_expires_is_seen_in_time(alice: User, days: int, level: list[str]) -> None:
    assert alice.team is not None
    person = a_client(team=alice.team, document_expires_on=MONDAY + timedelta(days=days))

    assert [notice.level for notice in warned(a_case(by=alice, on=MONDAY, client=person))] == level


def test_a_closed_case_warns_of_nothing(alice: User) -> None:
    case = noted(a_case(by=alice, on=MONDAY), by=alice, itsme="yes")
    before = [notice.words for notice in warned(case)]

    moved(case, "not_needed", by=alice, other_way="itsme")

    assert (before, warned(case)) == (["The triage found a free way without an office: itsme."], [])


def test_a_free_key_puts_only_the_registration_at_stake(alice: User) -> None:
    assert alice.team is not None
    person = a_client(team=alice.team, lives_in="jette")
    case = a_case(by=alice, on=MONDAY, client=person)
    case.due_kind, case.quoted_amount = "activation", Decimal(0)

    assert at_stake(case) == "After that day the client registers again."
