"""These are two people: said once, kept in mind, taken back."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from cases import files, pairs
from cases.models import Client, TwoPeople
from cases.search import similar_to
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.factories import MONDAY, ClientFactory, TeamFactory, UserFactory, noon


def text(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def alike(team: Team, many: int = 2) -> list[Client]:
    return [files.open_client(team=team, on=MONDAY, given_name="Yıldız", family_name="Özdemir") for _ in range(many)]


def resembling(client: Client) -> list[Client]:
    return [found.client for found in similar_to(client, Client.objects.all())]


def test_two_files_said_to_be_two_people_resemble_each_other_no_more(team: Team, amina: User) -> None:
    one, other, third = alike(team, 3)

    pairs.tell_apart(other, [one], by=amina, at=noon(MONDAY))

    assert (resembling(one), resembling(other), resembling(third)) == ([third], [third], [one, other])


def test_control_nobody_said_anything_and_they_are_offered(team: Team) -> None:
    one, other = alike(team)

    assert (resembling(one), resembling(other)) == ([other], [one])


def test_it_is_said_once_and_the_first_word_stands(team: Team, amina: User) -> None:
    one, other = alike(team)
    pairs.tell_apart(one, [other], by=amina, at=noon(MONDAY))

    pairs.tell_apart(other, [one], by=UserFactory(), at=noon(MONDAY))

    assert list(TwoPeople.objects.values_list("one", "other", "by")) == [(one.pk, other.pk, amina.pk)]


def test_taken_back_they_are_offered_again(team: Team, amina: User) -> None:
    one, other = alike(team)
    pairs.tell_apart(one, [other], by=amina, at=noon(MONDAY))

    pairs.take_back(other, one)

    assert (resembling(one), resembling(other)) == ([other], [one])


def test_the_database_takes_a_pair_once_and_the_older_file_first(team: Team, amina: User) -> None:
    one, other = alike(team)
    pairs.tell_apart(one, [other], by=amina, at=noon(MONDAY))

    for first, second in ((one, other), (other, one), (one, one)):
        with pytest.raises(IntegrityError), transaction.atomic():
            TwoPeople.objects.create(one=first, other=second, by=amina, said_at=noon(MONDAY))


# The pages


def said(team: Team, **more: object) -> dict[str, object]:
    return {"given_name": "Yildiz", "family_name": "Ozdemir", "contact_language": "tr", "team": team.pk, **more}


def test_who_opens_a_file_beside_a_similar_one_says_that_they_are_two_people(
    desk: Browser, team: Team, amina: User
) -> None:
    [known] = alike(team, 1)

    hint = desk.post("/clients/new/", said(team))
    desk.post("/clients/new/", said(team, sure="1", seen=[known.reference]))

    assert f'name="seen" value="{known.reference}"' in text(hint)
    assert list(TwoPeople.objects.values_list("one", "other__given_name", "by")) == [(known.pk, "Yildiz", amina.pk)]


def test_only_what_was_shown_is_told_apart(desk: Browser, team: Team) -> None:
    known, appeared = alike(team)

    desk.post("/clients/new/", said(team, sure="1", seen=[known.reference]))

    assert list(TwoPeople.objects.values_list("one", flat=True)) == [known.pk]
    assert resembling(appeared)[0] == known


def test_the_hint_brings_the_button_that_says_another_person(desk: Browser, team: Team) -> None:
    alike(team, 1)

    similar = text(desk.post("/clients/new/similar/", said(team)))
    none = text(desk.post("/clients/new/similar/", said(team, family_name="Vandenberghe", given_name="Jan")))

    assert "Another person: open the file" in similar
    assert "Another person" not in none
    assert "Open the file" in none


def test_a_file_shows_its_similar_ones_and_who_was_told_apart(desk: Browser, team: Team) -> None:
    one, other = alike(team)

    before = text(desk.get(one.get_absolute_url()))
    desk.post(f"/clients/{one.reference}/two-people/", {"other": other.reference})
    after = text(desk.get(one.get_absolute_url()))
    desk.post(f"/clients/{one.reference}/two-people/take-back/", {"other": other.reference})
    again = text(desk.get(one.get_absolute_url()))

    assert ("1 similar file" in before, "Another person:" in before) == (True, False)
    assert ("1 similar file" in after, "Another person:" in after, "by Amina Peeters" in after) == (False, True, True)
    assert ("1 similar file" in again, "Another person:" in again) == (True, False)


@pytest.mark.parametrize("gesture", ["", "take-back/"])
def test_a_file_of_another_team_cannot_be_named(gesture: str, desk: Browser, team: Team) -> None:
    [mine], [theirs] = alike(team, 1), alike(TeamFactory(), 1)

    answers = [
        desk.post(f"/clients/{mine.reference}/two-people/{gesture}", {"other": other}).status_code
        for other in (theirs.reference, "U-2026-9999", mine.reference, "", "x" * 50)
    ]

    assert answers == [404] * 5
    assert TwoPeople.objects.count() == 0


def test_who_only_reads_sees_what_was_said_and_no_gesture(client: Browser, team: Team, amina: User) -> None:
    one, other = alike(team)
    pairs.tell_apart(one, [other], by=amina, at=noon(MONDAY))
    client.force_login(UserFactory(role=Role.PRIVACY_OFFICER, team=team, language="en"))

    page = text(client.get(one.get_absolute_url()))

    assert "Another person:" in page
    assert "Take it back" not in page
    assert client.post(f"/clients/{one.reference}/two-people/", {"other": other.reference}).status_code == 403


@pytest.mark.parametrize("many", [1, 3, 300])
def test_the_hint_takes_the_same_queries_for_one_similar_file_and_for_many(
    many: int, desk: Browser, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ClientFactory.create_batch(many, team=team)

    with django_assert_num_queries(15):
        desk.post("/clients/new/similar/", said(team, postal_code="1080"))
