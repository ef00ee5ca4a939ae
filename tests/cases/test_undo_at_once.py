"""A misclick is taken back where it happened: the message of what was done has the gesture that undoes it."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from cases.models import Case
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import a_case, moved

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice(staff: dict[Role, User]) -> User:
    return staff[Role.ADVISER]


@pytest.fixture
def desk(alice: User, log_in: Callable[[User], Browser]) -> Browser:
    return log_in(alice)


@pytest.fixture
def promised(alice: User) -> Case:
    return moved(a_case(by=alice, assignee=alice, on=timezone.localdate()), "choose_office", by=alice)


def abandon(desk: Browser, case: Case, *, back: str = "") -> str:
    """Abandon by mistake; the page that one lands on."""
    said = {"version": case.version, "happened_on": timezone.localdate().isoformat(), "abandon_reason": "gave_up"}
    address = f"/cases/{case.reference}/moves/abandon/{back}"
    return str(desk.post(address, said, follow=True).content.decode())


def undo_in(page: str) -> str:
    """Where the button beside the message leads."""
    [address] = re.findall(r'action="(/cases/[^"]+/undo/[^"]*)"', page)
    return str(address).replace("&amp;", "&")


@pytest.mark.parametrize(("back", "lands_on"), [("", "the case"), ("?back=today", "Today")])
def test_a_misclick_is_taken_back_by_one_gesture_on_the_page_one_lands_on(
    desk: Browser, promised: Case, back: str, lands_on: str
) -> None:
    page = abandon(desk, promised, back=back)

    answer = desk.post(undo_in(page), {})

    promised.refresh_from_db()
    assert answer.headers["Location"] == ("/" if lands_on == "Today" else promised.get_absolute_url())
    assert promised.step == "to_register"
    assert [event.kind for event in promised.events.order_by("seq")] == ["opened", "moved", "moved", "undone"]


def test_it_takes_back_what_was_seen_and_nothing_that_a_colleague_did_since(
    desk: Browser, alice: User, promised: Case
) -> None:
    said = {"version": promised.version, "happened_on": timezone.localdate().isoformat(), "own_email": "yes"}
    page = str(desk.post(f"/cases/{promised.reference}/triage/", said, follow=True).content.decode())
    promised.refresh_from_db()
    moved(promised, "abandon", by=alice, abandon_reason="gave_up")

    answer = desk.post(undo_in(page), {})

    promised.refresh_from_db()
    assert (answer.status_code, promised.step) == (409, "abandoned")


def test_an_undo_has_no_undo_and_a_page_without_news_no_button(desk: Browser, promised: Case) -> None:
    undone = desk.post(undo_in(abandon(desk, promised)), {}, follow=True).content.decode()

    assert "/undo/?seen=" not in undone
    assert "/undo/?seen=" not in desk.get(promised.get_absolute_url()).content.decode()


def test_the_move_of_a_visit_is_taken_back_and_the_visit_stays(desk: Browser, promised: Case) -> None:
    form = {
        "key": str(uuid4()), "client": promised.client.reference, "who": promised.client.name, "topic": "other",
        f"{promised.reference}-version": promised.version, f"{promised.reference}-move": "abandon",
        f"{promised.reference}-abandon_reason": "gave_up",
    }  # fmt: skip
    page = str(desk.post("/visits/new/", form, follow=True).content.decode())

    desk.post(undo_in(page), {})

    promised.refresh_from_db()
    assert (promised.step, promised.client.visits.count()) == ("to_register", 1)


def test_the_address_alone_takes_nothing_back(desk: Browser, promised: Case) -> None:
    page = desk.get(f"/cases/{promised.reference}/undo/?seen={promised.version}")

    assert (page.status_code, promised.events.count()) == (200, 2)
