"""Two files, one person: one goes up in the other, nothing is lost, and both numbers lead to it."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from cases import actions, appointments, erasure, files, merging, pairs
from cases.models import Appointment, Case, Client, Companion, Household, Member, Merge, TwoPeople, Visit
from cases.models.privacy import ActReason
from cases.search import find
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.cases.test_retention import everything_stored
from tests.cases.test_two_people import at_once
from tests.factories import MONDAY, TeamFactory, UserFactory, a_case, noon
from tests.tables import history_open

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def kept(team: Team) -> Client:
    return files.open_client(
        team=team, on=MONDAY, given_name="Yıldız", family_name="Özdemir", phone="+32470111111", birth_year=1987
    )


@pytest.fixture
def given_up(team: Team) -> Client:
    return files.open_client(
        team=team, on=date(2026, 3, 9), given_name="Yeldiz", family_name="Ozdemyr", phone="+32470222222",
        email="y@example.org", leave_no_message=True,
    )  # fmt: skip


def text(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def merged(
    kept: Client, given_up: Client, *, by: User, take: tuple[str, ...] = (), at: datetime | None = None
) -> Merge:
    return merging.merge(kept, given_up, take=take, by=by, at=at or noon(date(2026, 3, 10)))


def a_visit(by: User, client: Client, *companions: Client, on: date = MONDAY) -> Visit:
    assert by.team is not None
    visit = actions.log_visit(key=uuid4(), by=by, team=by.team, on=on, at=noon(on), client=client, topic="other")
    Companion.objects.bulk_create([Companion(visit=visit, client=companion) for companion in companions])
    return visit


# What a merge does


def test_every_field_is_either_what_a_file_says_or_the_offices_own() -> None:
    own = {"id", "reference", "search_key", "merged_into", "anonymised_on", "opened_on", "version"}
    own |= {"restricted_on", "forget_on"}

    assert {field.name for field in Client._meta.concrete_fields} == {*merging.SAYS, *own}


def test_cases_visits_and_appointments_pass_over_with_their_history(
    kept: Client, given_up: Client, amina: User
) -> None:
    case, visit = a_case(by=amina, client=given_up), a_visit(amina, given_up)
    expected = appointments.plan(
        given_up, adviser=amina, starts_at=noon(date(2026, 4, 1)), minutes=30, by=amina, at=noon(MONDAY)
    )

    trace = merged(kept, given_up, by=amina)

    assert [model.objects.get().client for model in (Case, Visit, Appointment)] == [kept] * 3
    assert Case.objects.get().version == case.version
    assert [event.kind for event in case.events.all()] == ["opened"]
    assert trace.moved == {"cases": [case.reference], "visits": [visit.pk], "appointments": [expected.pk]}


def test_what_was_chosen_stays_and_what_was_not_can_still_be_read(kept: Client, given_up: Client, amina: User) -> None:
    trace = merged(kept, given_up, by=amina, take=("phone", "email", "leave_no_message"))

    now, before = Client.objects.get(pk=kept.pk), Client.objects.get(pk=given_up.pk)
    assert (now.name, now.phone, now.email, now.leave_no_message, now.birth_year) == (
        "Yıldız Özdemir", "+32470222222", "y@example.org", True, 1987,
    )  # fmt: skip
    assert (before.name, before.phone, before.email, before.merged_into) == (
        "Yeldiz Ozdemyr",
        "+32470111111",
        "",
        kept,
    )
    assert (trace.differing, trace.taken) == (
        ["given_name", "family_name", "birth_year", "phone", "email", "leave_no_message"],
        ["phone", "email", "leave_no_message"],
    )
    [told] = merging.traces(now)
    assert told.lost == [("Given name", "Yeldiz"), ("Family name", "Ozdemyr"), ("Phone", "+32470111111")]


def test_both_files_can_be_told_as_they_were(kept: Client, given_up: Client, amina: User) -> None:
    was = [{name: merging.value(file, name) for name in merging.SAYS} for file in (kept, given_up)]

    trace = merged(kept, given_up, by=amina, take=("phone", "birth_year", "email"))

    now = [
        {name: merging.value(Client.objects.get(pk=file.pk), name) for name in merging.SAYS}
        for file in (kept, given_up)
    ]
    for name in trace.taken:
        now[0][name], now[1][name] = now[1][name], now[0][name]
    assert now == was


def test_it_is_suggested_to_take_what_the_file_lacks_and_every_warning(kept: Client, given_up: Client) -> None:
    assert merging.suggested(kept, given_up) == ["email", "leave_no_message"]
    assert merging.suggested(given_up, kept) == ["birth_year"]


@pytest.mark.parametrize(
    "typed", ["Yıldız Özdemir", "yeldiz ozdemyr", "0470 11 11 11", "0470 22 22 22", "y@example.org"]
)
def test_the_file_is_found_by_all_that_either_said(typed: str, kept: Client, given_up: Client, amina: User) -> None:
    merged(kept, given_up, by=amina, take=("phone",))

    assert find(typed, Client.objects.living()).clients == [kept]


def test_the_number_of_the_file_that_went_finds_the_one_that_stays(
    kept: Client, given_up: Client, amina: User
) -> None:
    merged(kept, given_up, by=amina)
    files.change_client(Client.objects.get(pk=kept.pk), family_name="Kaya")

    assert find(given_up.reference, Client.objects.living()).clients == [kept]


def test_a_file_that_was_merged_follows_when_its_file_is_merged_again(
    kept: Client, given_up: Client, team: Team, amina: User
) -> None:
    last = files.open_client(team=team, on=MONDAY, family_name="Ozdemir")
    merged(kept, given_up, by=amina)

    merged(last, Client.objects.get(pk=kept.pk), by=amina)

    assert set(Client.objects.filter(merged_into=last)) == {kept, given_up}
    assert find(given_up.reference, Client.objects.living()).clients == [last]
    assert [told.merge.given_up for told in merging.traces(last)] == [kept, given_up]


def test_who_was_told_apart_from_one_is_told_apart_from_the_other(
    kept: Client, given_up: Client, team: Team, amina: User
) -> None:
    both, one = (files.open_client(team=team, on=MONDAY, family_name="Özdemir") for _ in range(2))
    pairs.tell_apart(both, [kept, given_up], by=amina, at=noon(MONDAY))
    pairs.tell_apart(one, [given_up], by=amina, at=noon(MONDAY))

    merged(kept, given_up, by=amina)

    assert set(TwoPeople.objects.values_list("one", "other")) == {(kept.pk, both.pk), (kept.pk, one.pk)}


def test_nobody_comes_along_with_themselves(kept: Client, given_up: Client, team: Team, amina: User) -> None:
    bob = files.open_client(team=team, on=MONDAY, family_name="Bob")
    a_visit(amina, kept, given_up)
    a_visit(amina, given_up, kept, bob)
    a_visit(amina, bob, kept, given_up)
    a_visit(amina, bob, given_up)

    merged(kept, given_up, by=amina)

    assert list(Companion.objects.values_list("visit__client__family_name", "client__family_name")) == [
        ("Özdemir", "Bob"), ("Bob", "Özdemir"), ("Bob", "Özdemir"),
    ]  # fmt: skip


@pytest.mark.parametrize(("same", "left"), [(True, [None]), (False, [None])])
def test_the_file_sits_in_one_household_afterwards(
    same: bool, left: list[object], kept: Client, given_up: Client, amina: User
) -> None:
    home = Household.objects.create(noted_on=MONDAY)
    other = home if same else Household.objects.create(noted_on=MONDAY)
    for household, file in ((home, kept), (other, given_up)):
        Member.objects.create(household=household, client=file, joined_on=MONDAY, by=amina)

    merged(kept, given_up, by=amina)

    members = Member.objects.filter(client=kept).order_by("pk")
    assert list(members.values_list("household", "left_on")) == [(home.pk, None), (other.pk, date(2026, 3, 10))]


# What a merge refuses


def test_two_people_are_not_merged_until_it_is_taken_back(kept: Client, given_up: Client, amina: User) -> None:
    pairs.tell_apart(kept, [given_up], by=amina, at=noon(MONDAY))

    with pytest.raises(merging.ToldApart):
        merged(kept, given_up, by=amina)
    pairs.take_back(kept, given_up)

    assert merged(Client.objects.get(pk=kept.pk), Client.objects.get(pk=given_up.pk), by=amina).kept == kept


@pytest.mark.parametrize("whose", ["kept", "given_up"])
def test_a_file_that_a_colleague_changed_is_looked_at_again(
    whose: str, kept: Client, given_up: Client, amina: User
) -> None:
    a_case(by=amina, client=given_up)
    files.change_client(Client.objects.get(pk={"kept": kept, "given_up": given_up}[whose].pk), speaks="français")

    with pytest.raises(files.FileChanged):
        merged(kept, given_up, by=amina, take=("phone",))

    assert Case.objects.get().client == given_up
    assert (Merge.objects.count(), Client.objects.living().count()) == (0, 2)


def test_a_file_is_merged_once(kept: Client, given_up: Client, team: Team, amina: User) -> None:
    third = files.open_client(team=team, on=MONDAY, family_name="Özdemir")
    seen = Client.objects.get(pk=given_up.pk)
    merged(kept, given_up, by=amina)

    with pytest.raises(files.FileChanged):
        merged(third, seen, by=amina)


CHANGES = {
    "update": "UPDATE cases_merge SET at = '2020-01-01'",
    "delete": "DELETE FROM cases_merge",
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_trace_is_neither_changed_nor_deleted(change: str, kept: Client, given_up: Client, amina: User) -> None:
    merged(kept, given_up, by=amina)
    connection.check_constraints()

    with pytest.raises(DatabaseError, match="only inserted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHANGES[change])

    assert Merge.objects.get().at == noon(date(2026, 3, 10))


def test_control_with_the_triggers_off_the_trace_is_deleted(kept: Client, given_up: Client, amina: User) -> None:
    merged(kept, given_up, by=amina)
    connection.check_constraints()

    with history_open(), connection.cursor() as cursor:
        cursor.execute(CHANGES["delete"])
        connection.check_constraints()

    assert Merge.objects.count() == 0


# At the same moment


def test_what_was_begun_for_the_old_file_arrives_in_the_one_that_stays(
    kept: Client, given_up: Client, amina: User
) -> None:
    seen = Client.objects.get(pk=given_up.pk)
    merged(kept, given_up, by=amina)

    a_case(by=amina, client=seen)
    a_visit(amina, seen)
    a_visit(amina, files.open_client(team=seen.team, on=MONDAY, family_name="Bob"), seen)
    appointments.plan(seen, adviser=amina, starts_at=noon(MONDAY), minutes=30, by=amina, at=noon(MONDAY))

    assert not Client.objects.filter(merged_into=None).exclude(pk=kept.pk).filter(family_name="Ozdemyr").exists()
    rows = [*Case.objects.all(), *Visit.objects.all()[1:], *Companion.objects.all(), *Appointment.objects.all()]
    assert {row.client_id for row in rows} == {kept.pk}


def test_control_without_the_trigger_it_would_hang_on_the_file_that_went(
    kept: Client, given_up: Client, amina: User
) -> None:
    merged(kept, given_up, by=amina)
    connection.check_constraints()

    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON cases_visit"
        cursor.execute(f"DROP TRIGGER cases_visit_follows_the_merge{on}")
    a_visit(amina, Client.objects.get(pk=given_up.pk))

    assert Visit.objects.get().client == given_up


@pytest.mark.django_db(transaction=True)
@pytest.mark.sized
def test_of_visits_logged_during_a_merge_none_stays_behind(kept: Client, given_up: Client, amina: User) -> None:
    def act(number: int) -> str:
        if number == 3:
            merged(Client.objects.get(pk=kept.pk), Client.objects.get(pk=given_up.pk), by=amina)
            return "merged"
        with transaction.atomic():
            a_visit(amina, given_up)
        return "logged"

    assert sorted(at_once(8, act)) == ["logged"] * 7 + ["merged"]
    assert set(Visit.objects.values_list("client", flat=True)) == {kept.pk}
    assert Visit.objects.count() == 7


@pytest.mark.django_db(transaction=True)
@pytest.mark.sized
def test_of_many_who_merge_the_same_two_files_exactly_one_does(kept: Client, given_up: Client, amina: User) -> None:
    """Half of them the other way round."""
    seen = [[Client.objects.get(pk=file.pk) for file in (kept, given_up)][:: 1 if n % 2 else -1] for n in range(8)]

    def act(number: int) -> str:
        try:
            merged(*seen[number], by=amina)
        except files.FileChanged:
            return "told"
        return "merged"

    assert sorted(at_once(8, act)) == ["merged"] + ["told"] * 7
    assert (Merge.objects.count(), Client.objects.living().count()) == (1, 1)


# Forgetting


def test_forgetting_the_person_forgets_both_files_and_what_was_given_up(
    kept: Client, given_up: Client, team: Team, amina: User
) -> None:
    bob = files.open_client(team=team, on=MONDAY, family_name="Bob")
    pairs.tell_apart(bob, [kept], by=amina, at=noon(MONDAY))
    said = [value for file in (kept, given_up) for value in (file.given_name, file.family_name, file.phone) if value]
    merged(kept, given_up, by=amina, take=("phone",))
    assert [value for value in said if value not in everything_stored()] == []

    erasure.erase(Client.objects.get(pk=kept.pk), reason=ActReason.ASKED, by=amina, at=noon(date(2026, 4, 1)))

    assert [value for value in (*said, "y@example.org") if value in everything_stored()] == []
    assert list(Client.objects.exclude(anonymised_on=None).order_by("pk")) == [kept, given_up]
    assert (Merge.objects.count(), TwoPeople.objects.count()) == (1, 0)


# The pages


def form(kept: Client, given_up: Client, **more: str) -> dict[str, str]:
    chosen = dict.fromkeys(merging.differing(kept, given_up), "kept")
    return {
        "kept_version": str(kept.version),
        "given_up_version": str(given_up.version),
        "sure": "on",
        **chosen,
        **more,
    }


def address(kept: Client, given_up: Client) -> str:
    return f"/clients/{kept.reference}/merge/{given_up.reference}/"


def test_the_page_shows_both_files_side_by_side_and_what_moves(
    desk: Browser, kept: Client, given_up: Client, amina: User
) -> None:
    a_case(by=amina, client=given_up)
    a_case(by=amina, client=kept)
    a_visit(amina, given_up)

    answer = desk.get(address(kept, given_up))
    page = text(answer)

    assert [field.name for field in answer.context["form"].choices()] == [
        "given_name", "family_name", "birth_year", "phone", "email", "leave_no_message",
    ]  # fmt: skip
    chosen = {field.name for field in answer.context["form"].choices() if field.value() == "given_up"}
    assert chosen == {"email", "leave_no_message"}
    for words in ("Yeldiz", "Yıldız", "1 case with all its events", "1 visit", "twice open: Digital key"):
        assert words in page
    assert "the merge can be taken back from there" in page


def test_the_page_merges_and_the_file_tells_what_happened(
    desk: Browser, kept: Client, given_up: Client, amina: User
) -> None:
    a_case(by=amina, client=given_up)

    answer = desk.post(address(kept, given_up), form(kept, given_up, phone="given_up"), follow=True)
    page = text(answer)

    assert answer.redirect_chain == [(f"/clients/{kept.reference}/", 302)]
    assert Client.objects.get(pk=kept.pk).phone == "+32470222222"
    assert f'<b class="num">{given_up.reference}</b> went up in this file on' in page
    assert "(Amina Peeters)" in page
    assert "1 case moved" in page
    assert "<dt>Phone</dt><dd>+32470111111</dd>" in page


def test_the_old_address_leads_to_the_file_that_stays(
    desk: Browser, kept: Client, given_up: Client, amina: User
) -> None:
    merged(kept, given_up, by=amina)

    assert desk.get(given_up.get_absolute_url()).headers["Location"] == kept.get_absolute_url()
    assert desk.post("/clients/", {"q": given_up.reference}).headers["Location"] == kept.get_absolute_url()


def test_the_old_address_tells_nothing_to_another_team(
    client: Browser, kept: Client, given_up: Client, amina: User
) -> None:
    merged(kept, given_up, by=amina)
    client.force_login(UserFactory())

    assert client.get(given_up.get_absolute_url()).status_code == 404


def test_nothing_is_merged_without_having_looked(desk: Browser, kept: Client, given_up: Client) -> None:
    answer = desk.post(address(kept, given_up), form(kept, given_up) | {"sure": ""})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["sure"])
    assert Merge.objects.count() == 0


def test_what_was_chosen_stays_chosen_when_a_colleague_changed_a_file(
    desk: Browser, kept: Client, given_up: Client
) -> None:
    sent = form(kept, given_up, phone="given_up")
    files.change_client(Client.objects.get(pk=given_up.pk), speaks="français")

    answer = desk.post(address(kept, given_up), sent)

    assert answer.status_code == 409
    assert "A colleague changed this file" in text(answer)
    choices = {field.name: field.value() for field in answer.context["form"].choices()}
    assert (choices["phone"], choices["speaks"], choices["given_name"]) == ("given_up", "given_up", "kept")
    again = form(Client.objects.get(pk=kept.pk), Client.objects.get(pk=given_up.pk), **choices)
    assert desk.post(address(kept, given_up), again).status_code == 302


def test_two_people_show_who_said_so_and_no_button_to_merge(
    desk: Browser, kept: Client, given_up: Client, amina: User
) -> None:
    pairs.tell_apart(kept, [given_up], by=amina, at=timezone.now())

    page = text(desk.get(address(kept, given_up)))

    assert "Amina Peeters said on" in page
    assert "Merge the two files" not in page
    assert desk.post(address(kept, given_up), form(kept, given_up)).status_code == 409
    assert Merge.objects.count() == 0


def test_both_files_must_be_visible_and_two(desk: Browser, kept: Client, given_up: Client) -> None:
    theirs = files.open_client(team=TeamFactory(), on=MONDAY, family_name="Özdemir")

    for one, other in ((kept, theirs), (theirs, kept), (kept, kept)):
        assert desk.get(address(one, other)).status_code == 404
        assert desk.post(address(one, other), {"sure": "on"}).status_code == 404
    assert Merge.objects.count() == 0


def test_the_other_file_is_among_the_similar_ones_or_searched_for(desk: Browser, kept: Client, team: Team) -> None:
    similar = files.open_client(team=team, on=MONDAY, given_name="Yıldız", family_name="Özdemir")
    other = files.open_client(team=team, on=MONDAY, family_name="Kaya")

    offered = desk.get(f"/clients/{kept.reference}/merge/").context["hits"]
    found = desk.post(f"/clients/{kept.reference}/merge/", {"q": "kaya"}).context["hits"]

    assert (offered, found) == ([similar], [other])


@pytest.mark.parametrize(
    ("role", "status"), [(Role.COORDINATOR, 200), (Role.PRIVACY_OFFICER, 403), (Role.ADMINISTRATOR, 403)]
)
def test_only_who_changes_files_merges_them(
    role: Role, status: int, client: Browser, kept: Client, given_up: Client, team: Team
) -> None:
    client.force_login(UserFactory(role=role, team=team))

    assert client.get(address(kept, given_up)).status_code == status
