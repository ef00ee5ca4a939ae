"""A row of the list of cases is its template: the mould and what is filled in say what the template would."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from cases.directory import directory
from cases.models import Case, Client
from cases.views.case_rows import HOLES, TEMPLATE, Shape, case_rows
from cases.views.moulds import mould
from cases.workflow import Procedure, Step
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import MONDAY, a_case, a_client, moved

ATTACK = "<script>alert('{reference}')</script> & __client__ {0} {{ 1 }}"
OPEN = Shape(Procedure.DIGITAL_KEY, Step.TO_ACTIVATE, True, "late", True, True, True)
SHAPES = [
    *(
        replace(OPEN, ticked=ticked, due=due, office=office, price_changed=changed, assignee=assignee)
        for ticked, due, office, changed, assignee in product(
            (True, False), ("late", ""), (True, False), (True, False), (True, False)
        )
    ),
    replace(OPEN, step=Step.ACTIVATED, due=""),
]


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_a_filled_mould_is_the_template_with_the_same_values(language: str) -> None:
    values = {hole: f"{hole} of this row" for hole in HOLES} | {"reference": "CN-2026-0042"}

    with translation.override(language):
        moulds = [mould(TEMPLATE, shape, HOLES, language=language).format(**values) for shape in SHAPES]
        rendered = [render_to_string(TEMPLATE, {"shape": shape, "row": values}) for shape in SHAPES]

    assert moulds == rendered


def test_every_shape_has_its_own_mould() -> None:
    shapes = [shape for shape in SHAPES if shape.office or not shape.price_changed]

    with translation.override("en"):
        moulds = {mould(TEMPLATE, shape, HOLES, language="en") for shape in shapes}

    assert len(moulds) == len(shapes)


@pytest.mark.usefixtures("reference_data")
def test_what_people_are_called_is_text_in_every_hole(staff: dict[Role, User]) -> None:
    alice = staff[Role.ADVISER]
    assert alice.team is not None
    case = moved(a_case(by=alice, client=a_client(team=alice.team), assignee=alice), "choose_office", by=alice)
    Client.objects.update(given_name="", family_name=ATTACK)
    User.objects.filter(pk=alice.pk).update(name=ATTACK)
    assert case.office is not None
    type(case.office).objects.update(name_fr=ATTACK)

    with translation.override("en"):
        rows = case_rows(
            Case.objects.for_list().order_by("pk"), directory(), on=date(2026, 3, 2), price_changed=set(), ticked=True
        )

    escaped = "&lt;script&gt;alert(&#x27;{reference}&#x27;)&lt;/script&gt; &amp; __client__ {0} {{ 1 }}"
    assert rows.count(escaped) == 3
    assert "<script>" not in rows


@pytest.mark.usefixtures("reference_data")
def test_a_list_without_cases_has_no_rows() -> None:
    assert case_rows([], directory(), on=MONDAY, price_changed=set(), ticked=True) == ""
