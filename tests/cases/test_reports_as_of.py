"""What a report as of a day keeps for ever, and what follows the files as they are now."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from cases import actions, erasure, merging
from cases.models import Client
from cases.models.privacy import ActReason
from cases.reports.periods import Period
from cases.reports.report import TABLES, report
from cases.reports.scope import Scope
from communes.models import Service, Tariff
from config.staff.closed_histories import door_open
from config.staff.roles import Role
from tests.factories import MONDAY, TeamFactory, UserFactory, a_case, a_client, commune, document, moved, noon, office

THEN = Scope(Period.year(2026), as_of=date(2026, 6, 30))
LATER = date(2026, 9, 1)


@pytest.fixture
def alice(reference_data):
    """Of an office whose tariffs were noted before the year began."""
    with door_open():
        Tariff.history.update(history_date=noon(date(2025, 12, 1)))
    return UserFactory(name="Alice", role=Role.COORDINATOR, team=TeamFactory(name="North"))


@pytest.fixture
def two(alice):
    """Two people of Ixelles with a case and a visit each, who chose Uccle."""
    people = [
        a_client(team=alice.team, lives_in="ixelles", birth_year=1990, contact_language="fr", given_name=name)
        for name in ("Ann", "Ben")
    ]
    for person in people:
        case = moved(a_case(by=alice, client=person), "choose_office", by=alice)
        actions.log_visit(
            key=uuid4(), by=alice, team=alice.team, on=MONDAY, at=noon(MONDAY), client=person, case=case,
            topic="other", minutes=60,
        )  # fmt: skip
    return people


def table(found, name):
    return found.tables[list(TABLES).index(name)]


def changed(before, after):
    """The tables that tell something else; and «in_short» when the headline does."""
    names = [name for name in TABLES if table(before, name) != table(after, name)]
    return [*(["in_short"] if before.headline != after.headline else []), *names]


def said(file, **now):
    Client.objects.filter(pk=file.pk).update(**now)


@pytest.mark.parametrize(
    ("now", "name"),
    [
        (lambda: {"commune": commune("uccle")}, "communes"),
        (lambda: {"residence_document": document("card-a")}, "documents"),
        (lambda: {"contact_language": "ar"}, "languages"),
        (lambda: {"birth_year": 1950}, "ages"),
    ],
)
def test_people_stand_in_the_row_of_what_their_file_says_now(two, now, name):
    before = report(THEN)

    said(two[0], **now())

    after = report(THEN)
    assert changed(before, after) == [name]
    assert table(after, name).total == table(before, name).total


def test_who_moved_to_a_commune_that_offers_nothing_counts_among_those_sent_away(two):
    before = report(THEN)

    said(two[0], commune=commune("forest"))

    assert changed(before, report(THEN)) == ["communes", "sent_away"]


def test_two_files_merged_since_are_one_person_and_their_cases_and_visits_stay_two(alice, two):
    before = report(THEN)

    merging.merge(*two, take=(), by=alice, at=noon(LATER))

    after = report(THEN)
    assert (before.headline.people, after.headline.people) == (2, 1)
    assert replace(after.headline, people=2) == before.headline
    for old, new in zip(before.tables, after.tables, strict=True):
        others = [n for n, column in enumerate(old.columns) if column.name != "people"]
        assert [[row.figures[n] for n in others] for row in new.lines] == [
            [row.figures[n] for n in others] for row in old.lines
        ]


def test_who_was_erased_since_counts_without_their_year_of_birth(alice, two):
    before = report(THEN)

    erasure.erase(two[0], reason=ActReason.ASKED, by=alice, at=noon(LATER))

    assert changed(before, report(THEN)) == ["ages"]


def test_the_cases_of_a_team_are_those_it_has_now_and_those_of_all_teams_are_the_same(alice, two):
    before, of_north = report(THEN), replace(THEN, team=alice.team)

    two[0].cases.update(team=TeamFactory(name="South"))

    assert changed(before, report(THEN)) == []
    assert report(of_north).headline.cases == before.headline.cases - 1


@pytest.mark.parametrize("what", ["entered", "changed", "deleted"])
def test_what_became_of_the_tariffs_since_changes_nothing(alice, two, what):
    of_ixelles = Tariff.objects.get(service=Service.DIGITAL_KEY, office=office("ixelles"))
    said(two[1], commune=commune("forest"))  # whose office offers nothing
    before, by_now = report(THEN), Scope(THEN.period)

    match what:
        case "entered":
            Tariff.objects.create(
                office=of_ixelles.office, service=Service.DIGITAL_KEY, residency="resident", offered=False,
                valid_from=date(2026, 2, 1), source="The commune, by telephone",
            )  # fmt: skip
        case "changed":
            of_ixelles.offered, of_ixelles.amount = False, None
            of_ixelles.save()
        case "deleted":
            Tariff.objects.get(service=Service.DIGITAL_KEY, office=office("forest")).delete()

    assert [row.label for row in table(before, "sent_away").rows] == ["Forest"]
    assert changed(before, report(THEN)) == []
    assert [row.label for row in table(report(by_now), "sent_away").rows] == (
        [] if what == "deleted" else ["Forest", "Ixelles"]
    )


def test_what_was_written_down_since_changes_nothing(alice, two):
    before, now = report(THEN), report(Scope(THEN.period))
    case = two[0].cases.get()

    actions.undo(case, by=alice, on=MONDAY, at=noon(LATER))
    a_case(by=alice, on=LATER)

    assert changed(before, report(THEN)) == []
    assert changed(now, report(Scope(THEN.period))) != []
