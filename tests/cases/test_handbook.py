"""The README says what the code does: its diagrams, who may what, the columns of the CSV, the environment."""

import re
from dataclasses import replace

import pytest
from django.conf import settings

from cases.diagram import diagram
from cases.handbook import PARTS, RIGHTS, written
from cases.workflow import DIGITAL_KEY, WORKFLOWS, Workflow
from config.staff.roles import PERMISSIONS

README = (settings.BASE_DIR / "README.md").read_text()


def test_the_readme_shows_the_workflow_the_rights_and_the_columns_as_they_are() -> None:
    assert written(README) == README, "Run «manage.py readme»."


def test_a_move_that_is_renamed_in_the_table_changes_the_diagram() -> None:
    first, *others = DIGITAL_KEY.transitions
    renamed = replace(DIGITAL_KEY, transitions=(replace(first, label="Pick the counter"), *others))

    assert diagram(renamed) != diagram(DIGITAL_KEY)
    assert "Pick the counter" in diagram(renamed)


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_every_step_every_reason_and_every_move_is_drawn(workflow: Workflow) -> None:
    drawn = diagram(workflow)
    names = [*(s.label for s in workflow.steps), *(r.label for r in workflow.opens)]

    assert [str(name) for name in names if str(name) not in drawn] == []
    assert [str(t.label) for t in workflow.transitions if str(t.label) not in drawn] == []


def test_the_diagram_of_the_digital_key_goes_from_the_first_request_to_the_key() -> None:
    assert diagram(DIGITAL_KEY).splitlines()[:5] == [
        "flowchart TD",
        '    to_orientation(["First request"]) --> orientation',
        '    orientation["<b>Orientation</b><br/>waits for us"]',
        '    to_register["<b>To register</b><br/>waits for the client<br/>↻ Choose the office"]',
        '    to_activate["<b>To activate</b><br/>waits for the client"]',
    ]


def test_a_readme_without_a_place_for_a_part_is_refused() -> None:
    with pytest.raises(ValueError, match="rights"):
        written(README.replace("<!-- part rights -->", ""))


def test_every_permission_stands_on_one_line_of_who_may_what() -> None:
    lines = sorted(permission for right in RIGHTS for permission in right.permissions)

    assert lines == sorted(set().union(*PERMISSIONS.values()))


def test_a_role_has_all_of_a_line_or_nothing_of_it() -> None:
    partly = [
        (role, right.words)
        for role, permissions in PERMISSIONS.items()
        for right in RIGHTS
        if right.permissions & permissions and not right.permissions <= permissions
    ]

    assert partly == []


def test_the_readme_names_every_variable_that_the_settings_read() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (settings.BASE_DIR / "config" / "settings.py").read_text()))
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", README, flags=re.MULTILINE))

    assert named == read


def test_every_file_that_the_readme_points_to_is_there() -> None:
    pointed_at = re.findall(r"\]\(([^)#]+)", README)

    assert pointed_at
    assert [path for path in pointed_at if not (settings.BASE_DIR / path).exists()] == []


def test_no_part_is_empty() -> None:
    assert all(part().strip() for part in PARTS.values())
