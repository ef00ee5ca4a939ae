from datetime import date

import pytest
from django.db import IntegrityError

from cases import files
from cases.models import Case, Client
from config.staff.models import Team
from tests.factories import TeamFactory, UserFactory, a_case, a_client, moved

DAY = date(2026, 3, 2)


@pytest.fixture
def team(db: None) -> Team:
    return TeamFactory()


def test_a_file_gets_the_next_reference_of_its_year(team: Team) -> None:
    days = [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)]

    opened = [files.open_client(team=team, on=day, family_name="Alice").reference for day in days]

    assert opened == ["U-2026-0001", "U-2026-0002", "U-2027-0001"]


def test_a_file_that_the_database_refuses_uses_no_reference(team: Team) -> None:
    with pytest.raises(IntegrityError):
        files.open_client(team=team, on=DAY, family_name="")

    assert files.open_client(team=team, on=DAY, family_name="Alice").reference == "U-2026-0001"


def test_a_change_counts_one_version(team: Team) -> None:
    alice = files.open_client(team=team, on=DAY, family_name="Alice")

    files.change_client(alice, family_name="Bob")
    files.change_client(alice, birth_year=1987)

    assert Client.objects.values_list("family_name", "birth_year", "version").get() == ("Bob", 1987, 3)
    assert alice.version == 3


def test_a_change_of_what_a_colleague_changed_is_refused_whole(team: Team) -> None:
    files.open_client(team=team, on=DAY, family_name="Alice")
    mine, theirs = Client.objects.get(), Client.objects.get()
    files.change_client(theirs, family_name="Bob")

    with pytest.raises(files.FileChanged):
        files.change_client(mine, family_name="Charlie", phone="+32470123456")

    assert Client.objects.values_list("family_name", "phone", "version").get() == ("Bob", "", 2)


def test_without_the_version_the_last_writer_would_win(team: Team) -> None:
    """The control of the test above."""
    files.open_client(team=team, on=DAY, family_name="Alice")
    mine, theirs = Client.objects.get(), Client.objects.get()
    files.change_client(theirs, family_name="Bob")

    mine.version = Client.objects.get().version
    files.change_client(mine, family_name="Charlie")

    assert Client.objects.get().family_name == "Charlie"


@pytest.mark.usefixtures("reference_data")
def test_a_file_that_goes_to_another_team_takes_its_open_cases_along_and_leaves_the_closed_ones(team: Team) -> None:
    here, there = UserFactory(team=team), UserFactory(team=TeamFactory())
    file = a_client(team=team)
    going_on = a_case(by=here, client=file)
    done = moved(a_case(by=here, client=file), "abandon", by=here, abandon_reason="gave_up")
    file.refresh_from_db()

    files.change_client(file, team=there.team)

    assert [set(Case.objects.visible_to(user)) for user in (here, there)] == [{done}, {going_on}]
