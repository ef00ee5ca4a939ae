"""A doubtful text that a person checked is kept; that it was is an event of the case, without a word of the text."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from cases.models import Case, Event, Note, Visit
from config.clean_text import scan
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import a_case

pytestmark = pytest.mark.usefixtures("reference_data")

DOUBTFUL = "GSM 32470120092"  # a number without its plus, which fits a BIS number


@pytest.fixture
def desk(staff: dict[Role, User], log_in: Callable[[User], Browser]) -> Browser:
    return log_in(staff[Role.ADVISER])


@pytest.fixture
def case(staff: dict[Role, User]) -> Case:
    return a_case(by=staff[Role.ADVISER], on=timezone.localdate())


def doubts() -> list[tuple[str, dict[str, object]]]:
    return list(Event.objects.filter(facts__has_key="doubt_checked").values_list("kind", "facts"))


def test_the_text_of_these_tests_is_doubtful() -> None:
    assert [finding.doubtful for finding in scan(DOUBTFUL)] == [True]


def test_a_note_is_refused_once_then_kept_with_an_event(desk: Browser, case: Case) -> None:
    address = f"/cases/{case.reference}/notes/"

    refused = desk.post(address, {"text": DOUBTFUL})
    kept = desk.post(address, {"text": DOUBTFUL, "doubts_checked": "on"})

    assert (refused.status_code, kept.status_code) == (422, 302)
    assert "doubts_checked" in refused.content.decode()
    assert Note.objects.get().text == DOUBTFUL
    assert doubts() == [("noted", {"doubt_checked": "national_number"})]
    assert "32470120092" not in str(list(Event.objects.values_list("facts", flat=True)))


def test_the_words_beside_a_move_mark_the_event_of_the_move(desk: Browser, case: Case) -> None:
    said = {
        "version": 1, "happened_on": timezone.localdate().isoformat(), "abandon_reason": "gave_up", "note": DOUBTFUL,
        "doubts_checked": "on",
    }  # fmt: skip

    desk.post(f"/cases/{case.reference}/moves/abandon/", said)

    facts = {"abandon_reason": "gave_up", "doubt_checked": "national_number"}
    [(kind, written)] = doubts()
    assert (kind, {name: written[name] for name in facts}) == ("moved", facts)


def test_the_words_of_a_visit_about_a_case_leave_an_event_too(desk: Browser, case: Case) -> None:
    said = {
        "key": str(uuid4()), "client": case.client.reference, "who": case.client.name, "topic": "other",
        "note": DOUBTFUL, "doubts_checked": "on",
    }  # fmt: skip

    desk.post(f"/visits/new/?case={case.reference}", said)

    assert doubts() == [("noted", {"doubt_checked": "national_number"})]
    assert Event.objects.latest("pk").visit is not None


def test_a_visit_without_a_case_says_itself_that_its_words_were_checked(desk: Browser) -> None:
    said = {"key": str(uuid4()), "minutes": 15, "topic": "other", "channel": "counter", "result": "informed"}
    doubtful = said | {"note": DOUBTFUL, "doubts_checked": "on"}
    today = {"happened_on": timezone.localdate().isoformat()}

    desk.post("/visits/new/", said)
    plain = Visit.objects.get()
    desk.post(f"/visits/{plain.key}/", today | doubtful | {"key": str(uuid4()), "correction": "A word more"})
    desk.post("/visits/new/", doubtful | {"key": str(uuid4())})

    assert list(Visit.objects.order_by("pk").values_list("doubt_checked", flat=True)) == [
        "",
        "national_number",
        "national_number",
    ]
    assert desk.get("/visits/?sort=newest").content.decode().lower().count("text checked by hand") == 2


def test_plain_words_leave_no_event(desk: Browser, case: Case) -> None:
    desk.post(f"/cases/{case.reference}/notes/", {"text": "Comes back on Monday.", "doubts_checked": "on"})

    assert (Note.objects.count(), case.events.count()) == (1, 1)
