"""A merge that was wrong is taken back: both files stand as they stood, unless something was written since."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser

from cases import actions, appointments, files, merging, pairs, parting
from cases.models import Appointment, Case, Client, Companion, Household, Member, Merge, Parting, TwoPeople, Visit
from cases.search import find, similar_to
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.cases.test_two_people import at_once
from tests.factories import MONDAY, TeamFactory, UserFactory, a_case, moved, noon

pytestmark = pytest.mark.usefixtures("reference_data")

TUESDAY = date(2026, 3, 3)
LATER = date(2026, 3, 10)


def a_file(team: Team, name: str, **said: Any) -> Client:
    return files.open_client(team=team, on=MONDAY, given_name=name, family_name="Özdemir", **said)


@pytest.fixture
def kept(team: Team) -> Client:
    return a_file(team, "Yıldız", phone="+32470111111", birth_year=1987)


@pytest.fixture
def given_up(team: Team) -> Client:
    return a_file(team, "Yeldiz", phone="+32470222222", leave_no_message=True)


def fresh(client: Client) -> Client:
    return Client.objects.get(pk=client.pk)


def visited(client: Client, *companions: Client, by: User, on: date = MONDAY) -> Visit:
    assert by.team is not None
    return actions.log_visit(
        key=uuid4(), by=by, team=by.team, on=on, at=noon(on), client=client, topic="other", companions=companions
    )


def expected(client: Client, *, by: User) -> Appointment:
    return appointments.plan(client, adviser=by, starts_at=noon(LATER), minutes=30, by=by, at=noon(MONDAY))


def merged(kept: Client, given_up: Client, *, by: User, take: tuple[str, ...] = ()) -> Merge:
    return merging.merge(fresh(kept), fresh(given_up), take=take, by=by, at=noon(TUESDAY))


def parted(merge: Merge, *, by: User) -> Parting:
    return parting.part(Merge.objects.get(pk=merge.pk), by=by, at=noon(LATER))


def everything() -> dict[str, set[tuple[object, ...]]]:
    """All that files say and hold; not how often they were changed, nor the keys of who came along."""
    said = [name for name in merging.SAYS if name not in {"commune", "residence_document", "team"}]
    return {
        "files": set(Client.objects.values_list("pk", "merged_into", "search_key", "team", *said)),
        "cases": set(Case.objects.values_list("pk", "client", "version")),
        "visits": set(Visit.objects.values_list("pk", "client")),
        "appointments": set(Appointment.objects.values_list("pk", "client")),
        "companions": set(Companion.objects.values_list("visit", "client")),
        "members": set(Member.objects.values_list("pk", "household", "client", "left_on")),
        "pairs": set(TwoPeople.objects.values_list("one", "other", "by", "said_at")),
    }


@pytest.mark.parametrize("one_household", [True, False])
def test_both_files_stand_again_as_they_stood_with_all_that_hung_on_them(
    kept: Client, given_up: Client, team: Team, amina: User, *, one_household: bool
) -> None:
    bob, third, earlier = (a_file(team, name) for name in ("Bob", "Third", "Earlier"))
    merged(given_up, earlier, by=amina)
    for file in (kept, given_up):
        a_case(by=amina, client=file)
        expected(file, by=amina)
        visited(file, bob, by=amina)
    visited(bob, kept, given_up, by=amina)
    visited(kept, given_up, by=amina)
    visited(bob, given_up, by=amina)
    home = Household.objects.create(noted_on=MONDAY)
    homes = (home, home if one_household else Household.objects.create(noted_on=MONDAY))
    for household, file in zip(homes, (kept, given_up), strict=True):
        Member.objects.create(household=household, client=file, joined_on=MONDAY, by=amina)
    pairs.tell_apart(third, [given_up], by=amina, at=noon(MONDAY))
    pairs.tell_apart(bob, [kept, given_up], by=amina, at=noon(MONDAY))
    before = everything()

    parted(merged(kept, given_up, by=amina, take=("phone", "leave_no_message")), by=amina)

    after = everything()
    new = after["pairs"] - before["pairs"]
    assert after | {"pairs": after["pairs"] - new} == before
    assert {pair[:2] for pair in new} == {(kept.pk, given_up.pk)}


def test_each_is_found_by_its_own_words_again_and_neither_resembles_the_other(
    kept: Client, given_up: Client, amina: User
) -> None:
    parted(merged(kept, given_up, by=amina, take=("phone",)), by=amina)

    living = Client.objects.living()
    assert [find(words, living).clients for words in ("0470 11 11 11", "0470 22 22 22")] == [[kept], [given_up]]
    assert similar_to(fresh(kept), living) == []


def test_moves_made_since_go_where_their_case_goes(kept: Client, given_up: Client, amina: User) -> None:
    case = a_case(by=amina, client=given_up)
    merge = merged(kept, given_up, by=amina)
    moved(Case.objects.get(pk=case.pk), "abandon", by=amina, on=LATER, abandon_reason="gave_up")

    parted(merge, by=amina)

    case.refresh_from_db()
    assert (case.client, case.step, case.version) == (given_up, "abandoned", 2)


SINCE: dict[str, Callable[[Client, User], object]] = {
    "a case": lambda kept, amina: a_case(by=amina, client=fresh(kept), on=LATER),
    "a visit": lambda kept, amina: visited(fresh(kept), by=amina, on=LATER),
    "an appointment": lambda kept, amina: expected(fresh(kept), by=amina),
    "another telephone": lambda kept, amina: files.change_client(fresh(kept), phone="+32470333333"),
    "a visit beside somebody": lambda kept, amina: visited(a_file(kept.team, "Bob"), kept, by=amina, on=LATER),
    "a household": lambda kept, amina: Member.objects.create(
        household=Household.objects.create(noted_on=LATER), client=kept, joined_on=LATER, by=amina
    ),
    "another merge": lambda kept, amina: merged(kept, a_file(kept.team, "Third"), by=amina),
    "a merge into a third": lambda kept, amina: merged(a_file(kept.team, "Third"), kept, by=amina),
}


@pytest.mark.parametrize("what", SINCE)
def test_what_was_written_since_could_be_about_either_and_the_merge_stays(
    what: str, kept: Client, given_up: Client, amina: User
) -> None:
    merge = merged(kept, given_up, by=amina)
    SINCE[what](kept, amina)
    before = everything()

    with pytest.raises(parting.WrittenSince):
        parted(merge, by=amina)

    assert everything() == before
    assert Parting.objects.count() == 0


def test_the_last_merge_is_taken_back_first(kept: Client, given_up: Client, team: Team, amina: User) -> None:
    """Taken back, the second has written in the file too: two versions more than the first left."""
    first, second = (merged(kept, file, by=amina) for file in (given_up, a_file(team, "Third")))

    parted(second, by=amina)

    with pytest.raises(parting.WrittenSince):
        parted(first, by=amina)


def test_a_merge_is_taken_back_once_and_two_people_are_merged_again_only_when_that_was_wrong(
    kept: Client, given_up: Client, amina: User
) -> None:
    merge = merged(kept, given_up, by=amina)
    parted(merge, by=amina)

    with pytest.raises(parting.WrittenSince):
        parted(merge, by=amina)
    with pytest.raises(merging.ToldApart):
        merged(kept, given_up, by=amina)
    pairs.take_back(kept, given_up)
    again = merged(kept, given_up, by=amina)

    assert [trace.merge for trace in merging.traces(fresh(kept))] == [again]


@pytest.mark.django_db(transaction=True)
@pytest.mark.sized
def test_of_many_who_take_it_back_at_once_exactly_one_does(kept: Client, given_up: Client, amina: User) -> None:
    merge = merged(kept, given_up, by=amina)

    def act(_: int) -> str:
        try:
            parted(merge, by=amina)
        except parting.WrittenSince:
            return "told"
        return "parted"

    assert sorted(at_once(8, act)) == ["parted"] + ["told"] * 7
    assert Parting.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.sized
def test_of_visits_logged_meanwhile_all_are_before_or_after_it(kept: Client, given_up: Client, amina: User) -> None:
    """A visit that was first is seen, and the merge stays; one that comes after is a visit of the file it names."""
    merge = merged(kept, given_up, by=amina)

    def act(number: int) -> str:
        try:
            if number != 3:
                visited(kept, by=amina, on=LATER)
                return "logged"
            parted(merge, by=amina)
        except parting.WrittenSince:
            return "told"
        return "parted"

    answers = sorted(at_once(8, act))
    assert answers in (["logged"] * 7 + ["parted"], ["logged"] * 7 + ["told"])
    assert set(Visit.objects.values_list("client", flat=True)) == {kept.pk}


@pytest.mark.parametrize("change", ["UPDATE cases_parting SET at = '2020-01-01'", "DELETE FROM cases_parting"])
def test_that_it_was_taken_back_is_neither_changed_nor_deleted(
    change: str, kept: Client, given_up: Client, amina: User
) -> None:
    parted(merged(kept, given_up, by=amina), by=amina)
    connection.check_constraints()

    with pytest.raises(DatabaseError, match="only inserted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


# The page


def address(kept: Client, given_up: Client) -> str:
    return f"/clients/{kept.reference}/merge/{given_up.reference}/take-back/"


def test_the_file_offers_it_and_both_are_there_afterwards(
    desk: Browser, kept: Client, given_up: Client, amina: User
) -> None:
    merged(kept, given_up, by=amina)
    offered = desk.get(f"/clients/{kept.reference}/").content.decode()

    said = desk.post(address(kept, given_up), follow=True).content.decode()

    assert f'action="{address(kept, given_up)}"' in offered
    assert f"Two files again: {kept.reference} and {given_up.reference}, each as it was." in said
    assert "take-back/" in said  # said to be two people, which can be taken back too
    assert address(kept, given_up) not in said
    assert desk.get(f"/clients/{given_up.reference}/").status_code == 200


def test_a_file_that_was_changed_since_does_not_offer_it_and_refuses_in_a_sentence(
    desk: Browser, kept: Client, given_up: Client, amina: User
) -> None:
    merged(kept, given_up, by=amina)
    files.change_client(fresh(kept), phone="+32470333333")

    offered = desk.get(f"/clients/{kept.reference}/").content.decode()
    said = desk.post(address(kept, given_up), follow=True).content.decode()

    assert address(kept, given_up) not in offered
    assert "Something was written in the file after the merge: it can no longer be taken back." in said


def test_what_was_never_merged_or_belongs_to_another_team_is_not_found(
    desk: Browser, kept: Client, given_up: Client, amina: User
) -> None:
    other_team = TeamFactory(name="Ixelles")
    theirs, gone = a_file(other_team, "Ana"), a_file(other_team, "Anna")
    merged(theirs, gone, by=amina)

    assert [desk.post(address(*two)).status_code for two in ((kept, given_up), (theirs, gone))] == [404, 404]


@pytest.mark.parametrize(("role", "status"), [(Role.PRIVACY_OFFICER, 403), (Role.COORDINATOR, 302)])
def test_only_who_changes_files_takes_a_merge_back(
    role: Role, status: int, client: Browser, kept: Client, given_up: Client, team: Team, amina: User
) -> None:
    merged(kept, given_up, by=amina)
    client.force_login(UserFactory(role=role, team=team))

    assert client.post(address(kept, given_up)).status_code == status
