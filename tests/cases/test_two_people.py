"""Two people, one case; one person, two clicks. Real connections, on both engines."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from cases import actions
from cases.models import Case, Event, Visit
from config.staff.models import User
from tests.conftest import FULL_SIZE
from tests.factories import MONDAY, UserFactory, a_case, noon

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters")


def at_once(people: int, act: Callable[[int], str]) -> list[str]:
    """What each of several people gets who act at the same moment, each on a connection of their own."""
    barrier = Barrier(people)

    def one(number: int) -> str:
        barrier.wait(timeout=30)
        try:
            return act(number)
        except actions.CaseMoved:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))


WRITERS, ROUNDS = (32, 50) if FULL_SIZE else (8, 3)


def abandon(case: Case, by: User) -> str:
    actions.move(case, "abandon", by=by, on=MONDAY, at=noon(MONDAY), facts={"abandon_reason": "gave_up"})
    return "moved"


@pytest.mark.sized
def test_of_many_who_move_one_case_at_once_exactly_one_does(alice: User) -> None:
    for _ in range(ROUNDS):
        case = a_case(by=alice)
        seen = [Case.objects.get(pk=case.pk) for _ in range(WRITERS)]

        got = at_once(WRITERS, lambda i, seen=seen: abandon(seen[i], alice))

        assert sorted(got) == ["moved"] + ["told"] * (WRITERS - 1)
        assert [e.seq for e in Event.objects.filter(case=case)] == [1, 2]


@pytest.mark.sized
def test_control_without_the_compare_and_swap_more_than_one_writes_the_step(alice: User) -> None:
    case = a_case(by=alice)
    seen = [Case.objects.get(pk=case.pk) for _ in range(WRITERS)]

    def blindly(i: int) -> str:
        seen[i].step, seen[i].closed_on, seen[i].version = "abandoned", MONDAY, 2
        seen[i].save()
        return "moved"

    assert at_once(WRITERS, blindly).count("moved") > 1


@pytest.mark.sized
def test_one_visit_form_sent_many_times_at_once_is_one_visit(alice: User) -> None:
    assert alice.team is not None
    key, team = uuid4(), alice.team

    def send(_: int) -> str:
        actions.log_visit(key=key, by=alice, team=team, on=MONDAY, at=noon(MONDAY), topic="other")
        return "logged"

    assert at_once(20, send) == ["logged"] * 20
    assert Visit.objects.count() == 1


@pytest.mark.sized
def test_control_without_the_key_each_click_is_a_visit(alice: User) -> None:
    assert alice.team is not None
    team = alice.team

    def send(_: int) -> str:
        actions.log_visit(key=uuid4(), by=alice, team=team, on=MONDAY, at=noon(MONDAY), topic="other")
        return "logged"

    at_once(20, send)

    assert Visit.objects.count() == 20


def test_references_given_at_once_are_all_different(alice: User) -> None:
    references = at_once(8, lambda _: a_case(by=alice).reference)

    assert sorted(references) == [f"CN-2026-{n:04d}" for n in range(1, 9)]


# The same races through the pages


@pytest.mark.sized
def test_whoever_is_too_late_gets_the_conflict_page_with_all_they_typed(alice: User) -> None:
    for _ in range(ROUNDS):
        case = a_case(by=alice, on=timezone.localdate())
        browsers = [Browser() for _ in range(WRITERS)]
        for browser in browsers:
            browser.force_login(alice)

        def send(i: int, *, case: Case = case, browsers: list[Browser] = browsers) -> str:
            typed = {
                "version": 1, "happened_on": case.opened_on.isoformat(), "abandon_reason": "gave_up",
                "note": f"Word for word {i}.",
            }  # fmt: skip
            answer = browsers[i].post(f"/cases/{case.reference}/moves/abandon/", typed)
            kept = f"Word for word {i}." in answer.content.decode()
            return f"{answer.status_code} {'kept' if kept else 'gone'}"

        assert sorted(at_once(WRITERS, send)) == ["302 gone"] + ["409 kept"] * (WRITERS - 1)
        assert [e.seq for e in Event.objects.filter(case=case)] == [1, 2]


@pytest.mark.sized
def test_one_visit_form_posted_many_times_at_once_is_one_row(alice: User) -> None:
    browsers = [Browser() for _ in range(20)]
    for browser in browsers:
        browser.force_login(alice)
    key = str(uuid4())

    def send(i: int) -> str:
        form = {"key": key, "topic": "other", "minutes": "15", "channel": "counter", "note": "Came by."}
        return str(browsers[i].post("/visits/new/", form).status_code)

    assert at_once(20, send) == ["302"] * 20
    assert Visit.objects.count() == 1
