from datetime import date
from functools import partial
from types import SimpleNamespace

import pytest

from cases.filters import CaseFilter, ClientFilter, whose
from cases.models import Case, Client
from config.staff.models import Team
from tests.factories import TeamFactory, UserFactory, a_case, a_client, document

TODAY = date(2026, 11, 16)


@pytest.fixture
def three_cases():
    """A key to orient, opened last; a key whose code dies today; a card collected."""
    team = Team.objects.create(name="Ixelles")
    alice = Client.objects.create(
        reference="P-2026-0001", family_name="Alice", search_key="alice", team=team, opened_on=date(2026, 1, 5)
    )
    common = {"client": alice, "team": team}
    Case.objects.create(
        reference="CN-2026-0002", procedure="digital_key", reason="first", step="orientation",
        opened_on=date(2026, 11, 9), in_touch_on=date(2026, 11, 9), **common,
    )  # fmt: skip
    Case.objects.create(
        reference="CN-2026-0001", procedure="digital_key", reason="first", step="to_activate",
        opened_on=date(2026, 10, 28), in_touch_on=date(2026, 11, 1), due_on=date(2026, 11, 15), due_kind="activation",
        overdue_from=date(2026, 11, 16), **common,
    )  # fmt: skip
    Case.objects.create(
        reference="CE-2026-0001", procedure="e_card", reason="first", step="collected",
        opened_on=date(2026, 3, 2), in_touch_on=date(2026, 4, 20), closed_on=date(2026, 4, 20), **common,
    )  # fmt: skip


def references(**data):
    filters = CaseFilter(data, Case.objects.all(), on=TODAY)
    found = [case.reference for case in filters.qs]
    assert {case.reference for case in filters.in_any_order} == set(found)  # who counts them counts the same ones
    assert filters.in_any_order.count() == len(found)
    return found


@pytest.mark.django_db
@pytest.mark.usefixtures("three_cases")
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, ["CN-2026-0002", "CN-2026-0001", "CE-2026-0001"]),
        ({"procedure": "e_card"}, ["CE-2026-0001"]),
        ({"state": "open"}, ["CN-2026-0002", "CN-2026-0001"]),
        ({"state": "closed"}, ["CE-2026-0001"]),
        ({"step": "orientation"}, ["CN-2026-0002"]),
        ({"waiting_for": "client"}, ["CN-2026-0001"]),
        ({"overdue": "yes"}, ["CN-2026-0001"]),
        ({"overdue": "no"}, ["CN-2026-0002", "CE-2026-0001"]),
        ({"opened_from": "2026-10-28"}, ["CN-2026-0002", "CN-2026-0001"]),
        ({"opened_to": "2026-10-28", "opened_from": "2026-10-28"}, ["CN-2026-0001"]),
    ],
)
def test_each_filter_keeps_the_cases_it_names(data, expected):
    assert references(**data) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        {"state": "closed", "overdue": "yes"},
        {"state": "closed", "waiting_for": "us"},
        {"state": "open", "step": "collected"},
        {"procedure": "card_codes", "step": "orientation"},
        {"procedure": "e_card", "step": "collected", "price": "changed"},
    ],
)
def test_filters_that_contradict_each_other_ask_nothing_of_the_database(data, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert references(**data) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("three_cases")
@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"procedure": "passport"}, "procedure"),
        ({"overdue": "true"}, "overdue"),
        ({"office": "nowhere"}, "office"),
        ({"office": "\x00"}, "office"),
        ({"team": "9" * 40}, "team"),
        ({"assignee": "alice"}, "assignee"),
        ({"opened_from": "31/12/2026"}, "opened_from"),
        ({"opened_from": "2026-02-02", "opened_to": "2026-02-01"}, "opened_to"),
    ],
)
def test_a_value_that_is_no_choice_shows_nothing_and_says_why(data, field):
    filters = CaseFilter(data, Case.objects.all(), on=TODAY)

    assert list(filters.qs) == []
    assert list(filters.errors) == [field]


@pytest.mark.parametrize(("few", "some"), [(2_000, 50_000), (0, 50_000), (0, 0)])
@pytest.mark.usefixtures("reference_data")
def test_few_clients_some_and_many_are_asked_about_in_three_ways_with_one_answer(few, some, monkeypatch):
    monkeypatch.setattr(whose, "FEW", few)
    monkeypatch.setattr(whose, "SOME", some)
    alice = UserFactory(team=TeamFactory())
    bob = a_client(team=alice.team, lives_in="uccle", residence_document=document("orange"))
    of_bob = [a_case(by=alice, client=bob).reference]
    a_case(by=alice, client=a_client(team=alice.team, lives_in="ixelles"))

    assert references(commune="uccle") == references(document="orange") == of_bob
    assert references(commune="uccle", document="orange") == of_bob
    assert references(commune="uccle", document="protocol") == references(commune="ixelles", document="orange") == []


@pytest.mark.usefixtures("reference_data")
@pytest.mark.parametrize("of", [Case, Client])
def test_of_another_team_one_finds_what_one_follows_and_nothing_else(of):
    alice, bob = UserFactory(team=TeamFactory(name="North")), UserFactory(team=TeamFactory(name="South"))
    a_case(by=bob)
    followed = a_case(by=bob, assignee=alice)
    filters = partial(CaseFilter, on=TODAY) if of is Case else ClientFilter
    asked = {"team": str(bob.team_id)}

    for who, expected in ((alice, [followed if of is Case else followed.client]), (bob, of.objects.all())):
        found = filters(asked, of.objects.visible_to(who), request=SimpleNamespace(user=who)).qs
        assert {row.reference for row in found} == {row.reference for row in expected}
