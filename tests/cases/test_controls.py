from datetime import date

import pytest
from django.utils import translation

from cases.directory import directory
from cases.filters import CaseFilter
from cases.forms.handing_over import HandOverForm, colleagues
from cases.models import Case
from cases.views.controls import controls, kept
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import TeamFactory, UserFactory

MONDAY = date(2026, 3, 2)


def written(**asked: str) -> str:
    return controls(CaseFilter(asked, Case.objects.all(), on=MONDAY), directory())


@pytest.mark.django_db
def test_the_controls_of_one_question_are_worked_out_once():
    kept.cache_clear()

    first, again, other = written(state="open"), written(state="open"), written(state="closed")

    assert again is first
    assert '<option value="open" selected>' in first
    assert '<option value="open" selected>' not in other
    assert '<option value="closed" selected>' in other


@pytest.mark.django_db
def test_the_controls_speak_the_language_of_the_page():
    found = set()
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            found.add(written())

    assert len(found) == 3


def test_a_colleague_who_changed_their_name_is_offered_under_the_new_one(amina: User):
    before = written()

    User.objects.filter(pk=amina.pk).update(name="Amina Renamed")

    assert "Amina Renamed" not in before
    assert "Amina Renamed" in written()


@pytest.mark.django_db
def test_what_is_wrong_with_a_question_is_said_and_not_kept():
    kept.cache_clear()

    page = written(opened_from="yesterday")

    assert "errorlist" in page
    assert kept.cache_info().currsize == 0


@pytest.mark.parametrize("role", [Role.ADVISER, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_the_list_offers_the_colleagues_who_may_be_chosen(amina: User, role: Role):
    UserFactory(name="Elsewhere", team=TeamFactory(name="Forest"), role=Role.ADVISER)
    UserFactory(name="Without a team", team=None, role=Role.COORDINATOR)
    UserFactory(name="Gone", team=amina.team, role=Role.ADVISER, is_active=False)
    by = UserFactory(team=amina.team, role=role)

    offered = list(HandOverForm(by=by, names=directory()).fields["to"].widget.choices)

    assert offered[1:] == list(colleagues(by).values_list("pk", "name"))
    assert offered == list(HandOverForm(by=by).fields["to"].choices)
