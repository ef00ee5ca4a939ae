"""What the events leave is what the case says: after any walk, and after a writer that was killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import actions
from cases.facts import FACTS, Answer, Fact, Kind, Value
from cases.models import Case, Event
from cases.replay import state_of
from cases.workflow import WORKFLOWS
from config.staff.models import User
from tests.conftest import FULL_SIZE
from tests.factories import MONDAY, UserFactory, a_case, a_client, noon

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters")


def value_of(fact: Fact, *, on: date, case: Case) -> Value:
    """Some right value of a fact: what a person would note that day."""
    match fact.kind:
        case Kind.DAY:
            return on
        case Kind.MOMENT:
            return datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
        case Kind.AMOUNT:
            return Decimal("12.50")
        case Kind.YES_NO:
            return True
        case Kind.KEY:
            return case.office_id
        case Kind.CODE:
            return (fact.choices or Answer).values[0]


def walk(case: Case, choices: list[int], *, by: User) -> None:
    """Thirty gestures of somebody who clicks on anything: moves, facts, corrections; refusals write nothing."""
    day = case.opened_on
    for choice in choices:
        day += timedelta(days=choice % 23)
        at = noon(day)
        gestures = [*WORKFLOWS[case.procedure].leaving(case.step), *NOTES, "undo"]
        gesture = gestures[choice % len(gestures)]
        before = case.version
        try:
            if gesture == "undo":
                actions.undo(case, by=by, on=day, at=at)
            elif isinstance(gesture, Fact):
                actions.note_facts(
                    case, by=by, on=day, at=at, facts={gesture.name: value_of(gesture, on=day, case=case)}
                )
            elif gesture.name == "choose_office":
                offers = actions.offers_for_case(case, on=day)
                actions.choose_office(case, offers[choice % len(offers)].office, by=by, on=day, at=at)
            else:
                facts = {fact.name: value_of(fact, on=day, case=case) for fact in gesture.asks}
                actions.move(case, gesture.name, by=by, on=day, at=at, facts=facts)
        except actions.NotDone:
            assert case.version == before


NOTES = [FACTS[name] for name in ("own_email", "docstop_on", "police_on", "letter_kept", "paid", "card_ready_on")]


def broken_cases() -> Iterator[str]:
    """Every case that is not what its events leave, or has a gap in them, or none."""
    for case in Case.objects.all():
        events = list(case.events.order_by("seq"))
        if [event.seq for event in events] != list(range(1, case.version + 1)):
            yield f"{case}: version {case.version}, events {[event.seq for event in events]}"
        elif (left := state_of(events).columns()) != (now := {name: getattr(case, name) for name in left}):
            yield f"{case}: {now} instead of {left}"


@pytest.mark.sized
@pytest.mark.parametrize(
    ("procedure", "reason"), [("digital_key", "first"), ("e_card", "loss"), ("card_codes", "codes_lost")]
)
def test_after_any_walk_a_case_is_what_its_events_leave(alice: User, procedure: str, reason: str) -> None:
    assert alice.team is not None
    client = a_client(team=alice.team, lives_in="ixelles")

    @settings(
        max_examples=500 if FULL_SIZE else 15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.lists(st.integers(0, 10**6), min_size=30, max_size=30))
    def any_walk(choices: list[int]) -> None:
        case = a_case(by=alice, procedure=procedure, reason=reason, client=client)
        walk(case, choices, by=alice)

        case.refresh_from_db()
        events = list(case.events.order_by("seq"))
        left = state_of(events).columns()
        assert {name: getattr(case, name) for name in left} == left
        assert [event.seq for event in events] == list(range(1, case.version + 1))

    any_walk()


def killed_writers(kills: int, *variant: str) -> None:
    connection.close()
    database = connection.settings_dict
    url = (
        f"sqlite:///{database['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    subprocess.run(
        [sys.executable, "-m", "tests.cases.killed_writer", str(kills), *variant],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=django_settings.BASE_DIR,
        check=True,
        timeout=900,
    )


@pytest.mark.sized
@pytest.mark.django_db(transaction=True)
def test_a_writer_killed_anywhere_leaves_every_case_whole(alice: User) -> None:
    killed_writers(120 if FULL_SIZE else 60)

    assert list(broken_cases()) == []
    assert Event.objects.filter(visit__isnull=True, transition="register").count() == 0
    assert Case.objects.count() > 0


@pytest.mark.sized
@pytest.mark.django_db(transaction=True)
def test_control_without_a_transaction_a_killed_writer_leaves_broken_cases(alice: User) -> None:
    killed_writers(60, "without-atomic")

    assert list(broken_cases()) != []


def test_a_case_without_an_event_has_no_state() -> None:
    with pytest.raises(ValueError, match="without an event"):
        state_of([])


def test_opening_alone_gives_the_columns_of_a_new_case(alice: User) -> None:
    case = a_case(by=alice, on=MONDAY)

    assert list(broken_cases()) == []
    assert case.version == 1
