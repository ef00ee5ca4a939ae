"""A row of the list of visits is its template: the mould and what is filled in say what the template would."""

from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from cases import actions
from cases.directory import directory
from cases.models import Client, Visit
from cases.models.visit import VisitQuerySet
from cases.views.moulds import mould
from cases.views.visit_rows import HOLES, TEMPLATE, Shape, days_of
from config.staff.models import User
from tests.factories import MONDAY, a_client, noon

ATTACK = "<script>alert('{reference}')</script> & __client__ {0} {{ 1 }}"
SHAPES = [Shape(*flags) for flags in product((True, False), repeat=6)]


def logged(by: User, number: int, *, ago: int = 0, **more: object) -> Visit:
    assert by.team is not None
    day = MONDAY - timedelta(days=ago)
    return actions.log_visit(
        key=UUID(int=number), by=by, team=by.team, on=day, at=noon(MONDAY), **{"topic": "other", "minutes": 10, **more}
    )


def newest_first() -> VisitQuerySet:
    return Visit.objects.standing().for_list().order_by("-happened_on", "-pk")


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_a_filled_mould_is_the_template_with_the_same_values(language: str) -> None:
    values = {hole: f"{hole} of this row" for hole in HOLES} | {
        "reference": "U-2026-0042", "key": "11111111-1111-4111-8111-111111111111",
    }  # fmt: skip

    with translation.override(language):
        moulds = [mould(TEMPLATE, shape, HOLES, language=language).format(**values) for shape in SHAPES]
        rendered = [render_to_string(TEMPLATE, {"shape": shape, "row": values}) for shape in SHAPES]

    assert moulds == rendered
    assert len(set(moulds)) == len(SHAPES)


def test_what_people_are_called_and_say_is_text_in_every_hole(amina: User) -> None:
    assert amina.team is not None
    visit = logged(amina, 1, client=a_client(team=amina.team, lives_in=""), note=ATTACK)
    logged(amina, 2, client=visit.client, note=ATTACK, corrects=visit, correction=ATTACK)
    Client.objects.update(given_name="", family_name=ATTACK)
    User.objects.filter(pk=amina.pk).update(name=ATTACK)

    with translation.override("en"):
        ((day, rows),) = ((day.on, day.rows) for day in days_of(newest_first(), directory(), correctable=True))

    escaped = "&lt;script&gt;alert(&#x27;{reference}&#x27;)&lt;/script&gt; &amp; __client__ {0} {{ 1 }}"
    assert day == MONDAY
    assert rows.count(escaped) == 4  # the name twice, the note, why it was corrected
    assert "<script>" not in rows


def test_visits_stand_under_their_day_in_the_order_of_the_list(amina: User) -> None:
    for number, ago in enumerate((0, 3, 0, 1), start=1):
        logged(amina, number, ago=ago, minutes=10 + number)

    with translation.override("en"):
        days = days_of(newest_first(), directory(), correctable=False)

    minutes = [[n for n in range(11, 15) if f"{n} min" in day.rows] for day in days]
    assert [(MONDAY - day.on).days for day in days] == [0, 1, 3]
    assert minutes == [[11, 13], [14], [12]]
    assert ["entered on" in day.rows for day in days] == [False, True, True]


def test_a_long_note_is_cut(amina: User) -> None:
    logged(amina, 1, note="x" * 500)

    with translation.override("en"):
        (day,) = days_of(newest_first(), directory(), correctable=False)

    assert f">{'x' * 159}…<" in day.rows


@pytest.mark.django_db
def test_no_visit_has_no_day() -> None:
    assert days_of([], directory(), correctable=True) == []
