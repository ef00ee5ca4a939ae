"""A case that waits for the client, without a deadline, is not forgotten: after two weeks without news we ask."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from cases import actions, appointments
from cases.models import Case
from cases.worklist import Group, Whose, cases_of, groups, sections
from communes.models import Delay
from config.staff.models import User
from tests.factories import MONDAY, UserFactory, a_case, moved, noon, noted

pytestmark = pytest.mark.usefixtures("reference_data")

QUIET = date(2026, 3, 16)  # two weeks later


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters", language="en")


@pytest.fixture
def promised(alice: User) -> Case:
    """To register: the office is chosen, and no deadline runs."""
    return moved(a_case(by=alice, assignee=alice), "choose_office", by=alice)


def quiet(user: User, *, on: date) -> list[Case]:
    [silent] = [s for s in sections(cases_of(Whose.MINE, user), on=on) if s.group == Group.QUIET]
    return [task.case for task in silent.tasks]


def seen(case: Case, *, by: User, on: date) -> None:
    assert by.team is not None
    actions.log_visit(key=uuid4(), by=by, team=by.team, on=on, at=noon(on), client=case.client, topic="other")


def test_a_case_to_register_comes_up_after_two_weeks_without_news(alice: User, promised: Case) -> None:
    assert quiet(alice, on=QUIET - timedelta(days=1)) == []
    assert quiet(alice, on=QUIET) == [promised]


def test_a_visit_of_the_client_is_news_of_all_their_cases(alice: User, promised: Case) -> None:
    seen(promised, by=alice, on=date(2026, 3, 10))

    assert quiet(alice, on=date(2026, 3, 23)) == []
    assert quiet(alice, on=date(2026, 3, 24)) == [promised]


def test_a_visit_written_down_later_does_not_take_news_back(alice: User, promised: Case) -> None:
    seen(promised, by=alice, on=date(2026, 3, 10))
    seen(promised, by=alice, on=date(2026, 3, 5))

    promised.refresh_from_db()
    assert promised.in_touch_on == date(2026, 3, 10)


def test_a_visit_given_its_client_later_is_news_too(alice: User, promised: Case) -> None:
    assert alice.team is not None
    day = date(2026, 3, 10)
    visit = actions.log_visit(key=uuid4(), by=alice, team=alice.team, on=day, at=noon(day), topic="other")

    actions.attach_visit(visit, promised.client, key=uuid4(), by=alice, at=noon(QUIET))

    promised.refresh_from_db()
    assert promised.in_touch_on == day


def test_a_fact_noted_is_news_and_a_hand_over_is_none(alice: User, promised: Case) -> None:
    noted(promised, by=alice, on=date(2026, 3, 10), own_email="yes")
    actions.assign(promised, None, by=alice, on=date(2026, 3, 20), at=noon(date(2026, 3, 20)))

    assert quiet(alice, on=date(2026, 3, 24)) == [promised]


def test_a_client_who_is_expected_is_not_asked(alice: User, promised: Case) -> None:
    day = date(2026, 3, 20)
    appointment = appointments.plan(
        promised.client, adviser=alice, starts_at=noon(day), minutes=30, by=alice, at=noon(MONDAY)
    )
    expected = quiet(alice, on=day)

    appointments.cancel(appointment, at=noon(day))

    assert (expected, quiet(alice, on=day)) == ([], [promised])


def test_a_case_with_a_deadline_is_never_quiet(alice: User, promised: Case) -> None:
    noted(promised, by=alice, own_email="yes")
    moved(promised, "register", by=alice)

    assert quiet(alice, on=date(2027, 3, 2)) == []


def test_the_delay_of_the_day_decides(alice: User, promised: Case) -> None:
    Delay.objects.create(code="chase_client", amount=3, unit="days", valid_from=date(2026, 3, 4), source="Test")

    assert quiet(alice, on=date(2026, 3, 5)) == [promised]


def test_without_the_delay_nobody_is_asked(alice: User, promised: Case) -> None:
    Delay.objects.filter(code="chase_client").delete()

    assert quiet(alice, on=date(2027, 3, 5)) == []


def test_the_quiet_cases_are_one_range_of_an_index(alice: User) -> None:
    plan = groups(Case.objects.all(), on=MONDAY, terms=Delay.objects.terms(on=MONDAY))[Group.QUIET].explain()

    assert connection.vendor == "postgresql" or "case_quiet (step=? AND in_touch_on<?)" in plan


def test_the_row_offers_to_log_the_contact_and_then_leaves_the_page(
    alice: User, client: Browser, promised: Case
) -> None:
    today = timezone.localdate()
    Case.objects.update(opened_on=today - timedelta(days=20), in_touch_on=today - timedelta(days=20))
    client.force_login(alice)

    page = client.get("/").content.decode()
    seen(promised, by=alice, on=today)

    assert "no news for 20 days" in page
    assert f'href="/visits/new/?back=today&amp;case={promised.reference}"' in page
    assert "no news for" not in client.get("/").content.decode()
