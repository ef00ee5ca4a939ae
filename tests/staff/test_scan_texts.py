"""The nightly look at what is stored. `Value(…)` writes past the guards, as a hand in the database would."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Value

from config.staff.management.commands.scan_texts import kinds_in
from config.staff.models import Team
from tests.tables import history_open

pytestmark = pytest.mark.django_db

NUMBER = "85.07.30-033.28"
DOUBTFUL = "32470120092"


def scanned(*arguments: str) -> tuple[list[str], int]:
    """What the command prints, and the code that it ends with."""
    out = StringIO()
    try:
        call_command("scan_texts", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), error.returncode
    return out.getvalue().splitlines(), 0


def test_a_clean_office_has_nothing_to_report(reference_data):
    Team.objects.create(name="Molenbeek")

    assert scanned("--doubtful") == ([], 0)


def test_what_came_in_past_the_guards_is_reported_without_its_value():
    team = Team.objects.create(name="Molenbeek")
    Team.objects.update(name=Value(f"{NUMBER}, PIN : 4829"))

    assert scanned() == (
        [f"staff.Team name {team.pk}: code", f"staff.Team name {team.pk}: national_number"],
        1,
    )


def test_the_rows_of_the_history_are_read_too():
    team = Team.objects.create(name="Molenbeek")
    with history_open():
        team.history.update(name=Value("mdp Soleil2024!"))

    assert scanned() == ([f"staff.HistoricalTeam name {team.history.get().pk}: password"], 1)


def test_what_somebody_checked_is_told_on_demand_and_is_no_error():
    team = Team.objects.create(name=f"Desk {DOUBTFUL}")
    with history_open():
        team.history.all().delete()

    assert scanned() == ([], 0)
    assert scanned("--doubtful") == ([f"staff.Team name {team.pk}: national_number, doubtful"], 0)


def test_texts_inside_json_are_read_one_by_one():
    assert kinds_in({"due_on": "2026-03-12", "facts": [True, None, 12, {"note": "PIN : 4829"}]}, doubtful=False) == {
        "code"
    }
    assert kinds_in({"number": 85073003328}, doubtful=False) == {"national_number"}
    assert kinds_in("a\x07b", doubtful=False) == {"control"}
