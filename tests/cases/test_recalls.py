"""A card that was collected is renewed in time: the client who agreed to it is recalled, once."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from cases import actions, erasure, retention
from cases.models import Case
from cases.models.privacy import ActReason
from cases.worklist import Group, Whose, cases_of, groups, sections
from communes.models import Delay
from config.staff.models import User
from tests.factories import MONDAY, UserFactory, a_case, a_client, moved, noon

pytestmark = pytest.mark.usefixtures("reference_data")

EXPIRES = date(2031, 3, 31)
OPENS = date(2031, 2, 14)  # 45 days earlier


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters", language="en")


def collected(by: User, *, agreed: bool = True, expires: date = EXPIRES) -> Case:
    """A card collected in March 2026."""
    assert by.team is not None
    client = a_client(team=by.team, lives_in="uccle")
    case = moved(a_case(by=by, procedure="e_card", client=client), "choose_office", "request", "receive_letter", by=by)
    return moved(case, "collect", by=by, on=date(2026, 3, 9), card_expires_on=expires, recall_agreed=agreed)


def to_recall(user: User, *, on: date) -> list[Case]:
    [recalls] = [s for s in sections(cases_of(Whose.MINE, user), on=on) if s.group == Group.RECALLS]
    return [task.case for task in recalls.tasks]


@pytest.mark.parametrize(
    ("day", "there"),
    [
        (date(2031, 2, 13), False),
        (date(2031, 2, 14), True),
        (date(2031, 3, 31), True),
        (date(2031, 4, 1), False),
    ],
)
def test_a_collected_card_comes_up_from_the_day_its_renewal_opens_until_it_expires(
    day: date, *, there: bool, alice: User
) -> None:
    case = collected(alice)

    assert to_recall(alice, on=day) == ([case] if there else [])


def test_who_did_not_agree_is_not_recalled(alice: User) -> None:
    case = collected(alice, agreed=False)

    assert (case.recall_on, to_recall(alice, on=OPENS)) == (None, [])


@pytest.mark.parametrize("answer", ["told", "not_wanted"])
def test_a_settled_recall_is_asked_for_no_more_and_says_what_came_of_it(answer: str, alice: User) -> None:
    case = collected(alice)

    event = actions.settle_recall(case, answer, by=alice, on=OPENS, at=noon(OPENS))

    assert to_recall(alice, on=OPENS) == []
    assert (event.kind, event.facts, case.step) == ("noted", {"recalled": answer, "recall_on": None}, "collected")


def test_the_request_of_a_new_card_settles_the_recall(alice: User) -> None:
    case = collected(alice)

    a_case(by=alice, procedure="e_card", reason="renewal", client=case.client, on=OPENS, card_expires_on=EXPIRES)

    case.refresh_from_db()
    assert case.recall_on is None
    assert case.events.latest("seq").facts == {"recalled": "renewed", "recall_on": None}


def test_a_digital_key_of_the_same_client_settles_nothing(alice: User) -> None:
    case = collected(alice)

    a_case(by=alice, client=case.client, on=OPENS)

    assert to_recall(alice, on=OPENS) == [case]


def test_a_corrected_collection_takes_its_recall_back_and_a_corrected_answer_asks_again(alice: User) -> None:
    case = collected(alice)
    actions.settle_recall(case, "not_wanted", by=alice, on=OPENS, at=noon(OPENS))

    actions.undo(case, by=alice, on=OPENS, at=noon(OPENS))
    asked_again = case.recall_on
    actions.undo(case, by=alice, on=OPENS, at=noon(OPENS))

    assert (asked_again, case.recall_on, case.step) == (OPENS, None, "to_collect")


def test_a_recall_is_settled_once(alice: User) -> None:
    case = collected(alice)
    actions.settle_recall(case, "told", by=alice, on=OPENS, at=noon(OPENS))

    with pytest.raises(actions.NothingToRecall):
        actions.settle_recall(case, "told", by=alice, on=OPENS, at=noon(OPENS))


def test_a_forgotten_person_is_recalled_no_more(alice: User) -> None:
    case = collected(alice)

    erasure.erase(case.client, reason=ActReason.ASKED, by=alice, at=noon(date(2027, 3, 9)))

    assert to_recall(alice, on=OPENS) == []


def test_the_file_is_kept_for_the_recall_and_no_longer(alice: User) -> None:
    case, refused = collected(alice), collected(alice, agreed=False)

    assert list(retention.to_forget(on=date(2031, 3, 31))) == [refused.client]
    assert list(retention.to_forget(on=date(2031, 4, 1))) == [case.client, refused.client]


def test_the_database_refuses_a_recall_of_an_open_case(alice: User) -> None:
    case = a_case(by=alice, procedure="e_card")

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(recall_on=OPENS)


def test_the_recalls_are_one_range_of_an_index(alice: User) -> None:
    plan = groups(Case.objects.all(), on=MONDAY, terms=Delay.objects.terms(on=MONDAY))[Group.RECALLS].explain()

    assert connection.vendor == "postgresql" or "case_recall (recall_on>? AND recall_on<?)" in plan


# The page


def test_today_offers_to_note_the_recall_or_to_open_the_renewal(alice: User, client: Browser) -> None:
    today = timezone.localdate()
    case = collected(alice, expires=today.replace(day=1))
    Case.objects.update(recall_on=today, card_expires_on=today)
    client.force_login(alice)

    page = client.get("/").content.decode()

    assert "To recall before the card expires" in page
    assert f'href="/cases/{case.reference}/recall/?back=today"' in page
    renewal = f"/cases/new/?client={case.client.reference}&procedure=e_card&reason=renewal&follows={case.reference}"
    assert renewal.replace("&", "&amp;") in page
    assert client.get(renewal).context["form"]["card_expires_on"].value() == today


def test_the_answer_is_noted_from_today(alice: User, client: Browser) -> None:
    case = collected(alice)
    client.force_login(alice)
    address, said = f"/cases/{case.reference}/recall/?back=today", {"version": case.version, "answer": "told"}

    answers = [client.post(address, said), client.post(address, said)]

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(302, "/"), (302, "/")]
    assert case.events.filter(facts__has_key="recalled").count() == 1
    assert "Recall: The client knows" in client.get(case.get_absolute_url()).content.decode()


def test_the_page_of_the_case_says_when_it_will_come_up(alice: User, client: Browser) -> None:
    case = collected(alice)
    client.force_login(alice)

    assert "it comes up on Friday 14 February 2031" in client.get(case.get_absolute_url()).content.decode()
