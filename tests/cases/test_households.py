"""Several people at one table, several people at one visit; people, cases and visits stay three numbers."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from cases import actions, erasure, files, households, retention
from cases.models import Case, Client, Companion, Household, Member, Visit
from cases.models.privacy import ActReason
from cases.search import similar_to
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.cases.test_two_people import at_once
from tests.factories import MONDAY, TeamFactory, UserFactory, a_case, noon

TUESDAY = date(2026, 3, 3)


def person(name: str, team: Team) -> Client:
    return files.open_client(team=team, on=MONDAY, given_name=name, family_name="Özdemir", contact_language="tr")


@pytest.fixture
def alice(team: Team) -> Client:
    return person("Alice", team)


@pytest.fixture
def bob(team: Team) -> Client:
    return person("Bob", team)


@pytest.fixture
def charlie(team: Team) -> Client:
    return person("Charlie", team)


def text(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def with_whom(client: Client, *, seen_by: User) -> list[str]:
    return [mate.client.given_name for mate in households.housemates(client, seen_by=seen_by)]


# Who lives with whom


def test_whoever_joins_one_lives_with_all(alice: Client, bob: Client, charlie: Client, amina: User) -> None:
    households.join(alice, bob, by=amina, on=MONDAY)
    households.join(charlie, bob, by=amina, on=MONDAY)

    assert with_whom(alice, seen_by=amina) == ["Bob", "Charlie"]
    assert with_whom(charlie, seen_by=amina) == ["Alice", "Bob"]
    assert (Household.objects.count(), Member.objects.count()) == (1, 3)


def test_said_twice_it_stays_as_it_was(alice: Client, bob: Client, amina: User) -> None:
    for pair in ((alice, bob), (bob, alice), (alice, bob)):
        households.join(*pair, by=amina, on=MONDAY)

    assert (Household.objects.count(), Member.objects.count()) == (1, 2)


def test_who_lives_in_another_household_leaves_it_first(
    alice: Client, bob: Client, charlie: Client, team: Team, amina: User
) -> None:
    households.join(alice, bob, by=amina, on=MONDAY)
    households.join(charlie, person("Dora", team), by=amina, on=MONDAY)

    with pytest.raises(households.Elsewhere, match=f"{charlie.reference} is noted in another household"):
        households.join(alice, charlie, by=amina, on=MONDAY)
    households.leave(charlie, on=TUESDAY)
    households.join(alice, charlie, by=amina, on=TUESDAY)

    assert with_whom(alice, seen_by=amina) == ["Bob", "Charlie"]


def test_who_lives_together_shares_a_telephone_and_is_no_double(alice: Client, bob: Client, amina: User) -> None:
    for file in (alice, bob):
        files.change_client(file, phone="+32470123456")
    before = similar_to(alice, Client.objects.all())

    households.join(alice, bob, by=amina, on=MONDAY)

    assert [found.client for found in before] == [bob]
    assert similar_to(alice, Client.objects.all()) == []


def test_who_left_is_remembered_with_the_day(alice: Client, bob: Client, charlie: Client, amina: User) -> None:
    households.join(alice, bob, by=amina, on=MONDAY)
    households.join(alice, charlie, by=amina, on=MONDAY)

    households.leave(bob, on=TUESDAY)

    assert (with_whom(alice, seen_by=amina), with_whom(bob, seen_by=amina)) == (["Charlie"], [])
    assert list(Member.objects.filter(client=bob).values_list("joined_on", "left_on")) == [(MONDAY, TUESDAY)]


def test_whoever_stays_alone_is_no_household(alice: Client, bob: Client, amina: User) -> None:
    households.join(alice, bob, by=amina, on=MONDAY)

    households.leave(bob, on=TUESDAY)

    assert list(Member.objects.values_list("left_on", flat=True)) == [TUESDAY, TUESDAY]


def test_the_database_takes_nobody_in_two_households(alice: Client, amina: User) -> None:
    for _ in range(2):
        Household.objects.create(noted_on=MONDAY)
    one, other = Household.objects.order_by("pk")
    Member.objects.create(household=one, client=alice, joined_on=MONDAY, by=amina)

    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(household=other, client=alice, joined_on=MONDAY, by=amina)


def test_only_those_are_shown_whose_file_one_may_open(alice: Client, bob: Client, amina: User) -> None:
    charlie = person("Charlie", TeamFactory())
    households.join(alice, bob, by=amina, on=MONDAY)
    households.join(alice, charlie, by=amina, on=MONDAY)

    assert with_whom(alice, seen_by=amina) == ["Bob"]
    assert with_whom(alice, seen_by=UserFactory(role=Role.COORDINATOR)) == ["Bob", "Charlie"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.sized
def test_of_many_who_note_a_household_at_once_it_is_one(alice: Client, bob: Client, amina: User) -> None:
    def act(number: int) -> str:
        try:
            households.join(*((alice, bob) if number % 2 else (bob, alice)), by=amina, on=MONDAY)
        except households.JoinedMeanwhile:
            return "told"
        return "noted"

    assert set(at_once(8, act)) <= {"noted", "told"}
    assert (Household.objects.count(), Member.objects.count()) == (1, 2)


# One visit, several people

KEY = UUID("5f0e0d1c-0000-4000-8000-000000000001")


def a_visit(by: User, client: Client, *companions: Client, on: date = MONDAY, key: UUID | None = None) -> Visit:
    assert by.team is not None
    return actions.log_visit(
        key=key or uuid4(), by=by, team=by.team, on=on, at=noon(on), client=client, companions=companions,
        topic="other",
    )  # fmt: skip


def test_a_visit_of_three_people_is_one_visit(alice: Client, bob: Client, charlie: Client, amina: User) -> None:
    visit = a_visit(amina, alice, bob, charlie)

    assert (Visit.objects.count(), Case.objects.count(), Client.objects.count()) == (1, 0, 3)
    for person_, others in ((alice, [bob, charlie]), (bob, [alice, charlie]), (charlie, [alice, bob])):
        [presence] = households.visits_of(person_, seen_by=amina, at_most=10)
        assert (presence.visit, presence.people) == (visit, others)


def test_the_same_form_again_brings_nobody_twice(alice: Client, bob: Client, amina: User) -> None:
    for _ in range(2):
        a_visit(amina, alice, bob, key=KEY)

    assert (Visit.objects.count(), Companion.objects.count()) == (1, 1)


def test_nobody_comes_along_with_themselves(alice: Client, amina: User) -> None:
    a_visit(amina, alice, alice)

    assert Companion.objects.count() == 0


def test_a_corrected_visit_keeps_who_was_there(alice: Client, bob: Client, charlie: Client, amina: User) -> None:
    wrong = a_visit(amina, alice, bob, charlie)

    right = actions.correct_visit(
        wrong, key=uuid4(), by=amina, on=MONDAY, at=noon(MONDAY), correction="Shorter", minutes=5
    )
    again = actions.correct_visit(
        right, key=uuid4(), by=amina, on=MONDAY, at=noon(MONDAY), correction="Without Bob", companions=[charlie]
    )

    assert [companion.client for companion in right.companions.order_by("pk")] == [bob, charlie]
    assert [companion.client for companion in again.companions.all()] == [charlie]
    assert [presence.visit for presence in households.visits_of(bob, seen_by=amina, at_most=10)] == []


def test_the_newest_visits_come_first_whoever_they_belong_to(alice: Client, bob: Client, amina: User) -> None:
    visits = [a_visit(amina, alice, on=MONDAY), a_visit(amina, bob, alice, on=TUESDAY), a_visit(amina, alice)]

    told = [presence.visit for presence in households.visits_of(alice, seen_by=amina, at_most=2)]

    assert told == [visits[1], visits[2]]


def test_everybody_who_was_there_was_in_touch(
    alice: Client, bob: Client, charlie: Client, amina: User, reference_data: None
) -> None:
    for client in (alice, bob, charlie):
        a_case(by=amina, client=client)

    a_visit(amina, alice, bob, on=TUESDAY)

    assert list(Case.objects.order_by("pk").values_list("in_touch_on", flat=True)) == [TUESDAY, TUESDAY, MONDAY]


# Forgetting


def test_who_is_forgotten_leaves_no_tie_and_no_word_about_them(
    alice: Client, bob: Client, charlie: Client, amina: User
) -> None:
    households.join(alice, bob, by=amina, on=MONDAY)
    households.join(alice, charlie, by=amina, on=MONDAY)
    visit = a_visit(amina, alice, bob)
    Visit.objects.update(note="Her brother waits outside")

    erasure.erase(bob, reason=ActReason.ASKED, by=amina, at=noon(TUESDAY))

    assert with_whom(alice, seen_by=amina) == ["Charlie"]
    assert Member.objects.filter(client=bob).count() == 0
    assert Visit.objects.get(pk=visit.pk).note == ""
    assert Companion.objects.count() == 1


def test_who_came_along_is_kept_as_long_as_who_came(alice: Client, bob: Client, amina: User) -> None:
    a_visit(amina, alice, bob, on=date(2026, 5, 1))

    assert list(retention.to_forget(on=date(2026, 6, 2))) == []
    assert list(retention.to_forget(on=date(2026, 8, 1))) == [alice, bob]


# The pages


def test_a_gesture_joins_and_another_leaves(desk: Browser, alice: Client, bob: Client, reference_data: None) -> None:
    found = desk.post(f"/clients/{alice.reference}/household/", {"q": "bob"})
    desk.post(f"/clients/{alice.reference}/household/", {"other": bob.reference})
    page = text(desk.get(alice.get_absolute_url()))
    desk.post(f"/clients/{alice.reference}/household/leave/", {"other": bob.reference})
    after = text(desk.get(alice.get_absolute_url()))

    assert found.context["hits"] == [bob]
    assert f'<a href="/clients/{bob.reference}/">Bob Özdemir</a>' in page
    assert "Bob Özdemir</a>" not in after


def test_each_shows_the_open_cases_of_the_others(
    desk: Browser, alice: Client, bob: Client, amina: User, reference_data: None
) -> None:
    case = a_case(by=amina, client=bob)
    households.join(alice, bob, by=amina, on=MONDAY)

    assert f'href="/cases/{case.reference}/"' in text(desk.get(alice.get_absolute_url()))


def test_a_household_that_a_colleague_changed_is_said_in_a_sentence(
    desk: Browser, alice: Client, bob: Client, charlie: Client, team: Team, amina: User
) -> None:
    households.join(alice, bob, by=amina, on=MONDAY)
    households.join(charlie, person("Dora", team), by=amina, on=MONDAY)

    answer = desk.post(f"/clients/{alice.reference}/household/", {"other": charlie.reference})

    assert answer.status_code == 409
    assert f"{charlie.reference} is noted in another household" in text(answer)


def test_nobody_of_another_team_is_joined_or_sent_away(desk: Browser, alice: Client, bob: Client, amina: User) -> None:
    theirs = person("Charlie", TeamFactory())
    households.join(alice, bob, by=amina, on=MONDAY)
    households.join(alice, theirs, by=amina, on=MONDAY)

    for address in (f"/clients/{alice.reference}/household/", f"/clients/{alice.reference}/household/leave/"):
        for other in (theirs.reference, "U-2026-9999"):
            assert desk.post(address, {"other": other}).status_code == 404
    assert Member.objects.today().count() == 3


# The form of a visit


def said(client: Client, **more: object) -> dict[str, object]:
    return {"key": KEY, "client": client.reference, "topic": "other", **more}


@pytest.fixture
def home(alice: Client, bob: Client, charlie: Client, amina: User) -> None:
    households.join(alice, bob, by=amina, on=MONDAY)
    households.join(alice, charlie, by=amina, on=MONDAY)


def test_the_form_offers_who_lives_with_the_client(
    desk: Browser, alice: Client, bob: Client, charlie: Client, home: None
) -> None:
    page = desk.get(f"/visits/new/?client={alice.reference}")

    assert page.context["mates"] == [bob, charlie]
    assert f'type="checkbox" name="with" id="with-{bob.reference}" value="{bob.reference}"' in text(page)


def test_the_form_says_nothing_of_households_for_who_lives_alone(desk: Browser, alice: Client) -> None:
    assert "Who else was there?" not in text(desk.get(f"/visits/new/?client={alice.reference}"))


def test_several_people_at_one_visit_are_logged_once(
    desk: Browser, alice: Client, bob: Client, charlie: Client, home: None
) -> None:
    for _ in range(2):
        desk.post("/visits/new/", said(alice, **{"with": [bob.reference, charlie.reference]}))

    assert Visit.objects.get().client == alice
    assert [companion.client for companion in Companion.objects.all()] == [bob, charlie]


def test_who_does_not_live_with_them_cannot_be_named(
    desk: Browser, alice: Client, team: Team, amina: User, home: None
) -> None:
    stranger, theirs = person("Dora", team), person("Eve", TeamFactory())
    households.join(alice, theirs, by=amina, on=MONDAY)

    desk.post("/visits/new/", said(alice, **{"with": [stranger.reference, theirs.reference, "U-2026-9999"]}))

    assert (Visit.objects.count(), Companion.objects.count()) == (1, 0)


def test_one_visit_moves_the_cases_of_several_people(
    desk: Browser, alice: Client, bob: Client, amina: User, home: None, reference_data: None
) -> None:
    cases = [a_case(by=amina, client=alice), a_case(by=amina, client=bob)]
    moves = {
        f"{case.reference}-{name}": value
        for case in cases
        for name, value in {"version": case.version, "move": "abandon", "abandon_reason": "gave_up"}.items()
    }

    desk.post("/visits/new/", said(alice, **{"with": bob.reference}, **moves))

    visit = Visit.objects.get()
    assert set(Case.objects.values_list("step", flat=True)) == {"abandoned"}
    assert [event.visit for case in cases for event in case.events.filter(kind="moved")] == [visit, visit]
    assert (Visit.objects.count(), Companion.objects.count()) == (1, 1)


def test_the_case_of_somebody_who_was_not_there_does_not_move(
    desk: Browser, alice: Client, bob: Client, amina: User, home: None, reference_data: None
) -> None:
    """The control of the test above: the tick is what lets it move."""
    case = a_case(by=amina, client=bob)
    move = {"version": case.version, "move": "abandon", "abandon_reason": "gave_up"}

    desk.post("/visits/new/", said(alice, **{f"{case.reference}-{name}": value for name, value in move.items()}))

    case.refresh_from_db()
    assert (case.step, Visit.objects.count()) == ("orientation", 1)


def test_a_tick_brings_the_cases_of_that_person_and_keeps_what_was_chosen(
    desk: Browser, alice: Client, bob: Client, amina: User, home: None, reference_data: None
) -> None:
    mine, theirs = a_case(by=amina, client=alice), a_case(by=amina, client=bob)
    chosen = {f"{mine.reference}-version": mine.version, f"{mine.reference}-move": "abandon"}

    part = desk.post(
        "/visits/new/", said(alice, ask="moves", **{"with": bob.reference}, **chosen), headers={"HX-Request": "true"}
    )

    assert [choice.case for choice in part.context["moves"]] == [mine, theirs]
    assert part.context["moves"][0].transition.name == "abandon"
    assert f'id="with-{bob.reference}" value="{bob.reference}" checked' in text(part)


def test_a_move_of_another_person_is_told_in_the_visits_of_both(
    desk: Browser, alice: Client, bob: Client, amina: User, home: None
) -> None:
    desk.post("/visits/new/", said(alice, **{"with": bob.reference}))

    assert "with Bob Özdemir" in text(desk.get(alice.get_absolute_url()))
    assert "with Alice Özdemir" in text(desk.get(bob.get_absolute_url()))


def test_a_correction_keeps_or_drops_who_came_along(
    desk: Browser, alice: Client, bob: Client, charlie: Client, amina: User, home: None
) -> None:
    wrong = a_visit(amina, alice, bob)

    page = desk.get(f"/visits/{wrong.key}/")
    desk.post(f"/visits/{wrong.key}/", said(alice, correction="It was Charlie", **{"with": charlie.reference}))

    assert (page.context["mates"], page.context["along"]) == ([bob, charlie], [bob])
    right = Visit.objects.standing().get()
    assert [companion.client for companion in right.companions.all()] == [charlie]
