"""The made-up office of a Monday morning: every step, every kind of work, all of it told through the actions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from cases.demo import seeding
from cases.demo.notes import NOTES
from cases.demo.staff import HOST, STAFF
from cases.models import Appointment, Case, Client, Companion, Event, Member, Note, Visit
from cases.models.event import EventKind
from cases.replay import state_of
from cases.workflow import WORKFLOWS, DueKind, Party, moves
from cases.worklist import Whose, cases_of, sections
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.factories import PASSWORD

DAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]


def columns_of(case: Case) -> dict[str, Any]:
    """The columns of a case that its events decide, as they are stored."""
    return {name: getattr(case, name) for name in state_of(case.events.all()).columns()}


@pytest.fixture(scope="module")
def office(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The office of a Monday morning, made up once for all the tests of this module, then taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_communes", stdout=StringIO())
        seeding.seed(at=MORNING, password=PASSWORD)
        yield
        transaction.set_rollback(True)


def test_every_step_of_every_procedure_has_a_case() -> None:
    steps = set(Case.objects.values_list("procedure", "step"))

    assert steps == {(w.procedure, step) for w in WORKFLOWS.values() for step in w.steps}


def test_every_move_of_the_workflow_has_been_made() -> None:
    made = set(Event.objects.filter(kind=EventKind.MOVED).values_list("procedure", "transition"))

    assert made == {(procedure, transition.name) for procedure, transition, _source in moves()}


def test_replaying_the_events_of_any_case_gives_its_columns() -> None:
    wrong = [
        case.reference
        for case in Case.objects.prefetch_related("events")
        if columns_of(case) != state_of(case.events.all()).columns()
    ]

    assert wrong == []


def test_nothing_happens_in_the_future_nor_before_the_step_it_follows() -> None:
    events = Event.objects.order_by("case", "seq")
    late = [e.pk for e in events if e.happened_on > timezone.localtime(e.recorded_at).date()]
    backwards = [
        event.pk
        for before, event in pairwise(events)
        if before.case_id == event.case_id
        and (before.recorded_at > event.recorded_at or before.happened_on > event.happened_on)
    ]

    assert (late, backwards) == ([], [])
    assert Event.objects.filter(recorded_at__gt=MORNING).count() == 0
    assert Visit.objects.filter(recorded_at__gt=MORNING).count() == 0


def test_the_morning_list_has_work_of_every_kind() -> None:
    opened = Case.objects.open()
    overdue = set(opened.overdue(on=DAY).values_list("due_kind", flat=True))
    this_week = set(opened.filter(due_on__range=(DAY, date(2026, 11, 30))).values_list("due_kind", flat=True))
    windows = opened.filter(due_kind=DueKind.RENEWAL, due_opens_on__lte=DAY, due_on__gte=DAY)
    waiting = {party: opened.waiting_for(party).exists() for party in Party}

    assert overdue == {DueKind.ACTIVATION, DueKind.LETTER, DueKind.PICKUP, DueKind.RENEWAL}
    assert this_week == set(DueKind)
    assert windows.exists()
    assert waiting == dict.fromkeys(Party, True)


def test_the_adviser_of_the_demonstration_has_work_of_every_kind() -> None:
    adviser = User.objects.get(email=HOST)

    assert [s.group for s in sections(cases_of(Whose.MINE, adviser), on=DAY) if not s.count] == []


def test_there_are_corrections_codes_that_expired_and_cards_asked_for_again() -> None:
    assert Event.objects.filter(kind=EventKind.UNDONE).exists()
    assert Event.objects.filter(transition="register").values("case").distinct().count() < (
        Event.objects.filter(transition="register").count()
    )
    assert set(Case.objects.exclude(follows=None).values_list("follows__step", flat=True)) == {"destroyed"}


def test_people_are_expected_here_and_at_counters_in_the_days_to_come() -> None:
    planned = Appointment.objects.planned()

    assert planned.exclude(office=None).exists()
    assert planned.filter(office=None).exists()
    assert not planned.filter(starts_at__lte=MORNING).exists()
    assert Appointment.objects.exclude(cancelled_at=None).exists()


def test_visits_come_with_and_without_a_file_and_some_are_corrected() -> None:
    assert Visit.objects.filter(client=None).count() > 100
    assert Visit.objects.exclude(case=None).count() > 300
    assert Visit.objects.exclude(corrects=None).exists()


def test_every_name_and_every_note_would_pass_the_forms() -> None:
    for typed in (*Client.objects.all(), *Visit.objects.exclude(note=""), *Note.objects.all()):
        typed.clean_fields(exclude={field.name for field in typed._meta.fields if field.is_relation})

    assert [client.name for client in Client.objects.all() if client.search_key != client.key()] == []


def test_every_team_has_its_files_and_the_roles_see_what_is_theirs() -> None:
    adviser = User.objects.get(email="adviser@example.org")
    coordinator = User.objects.get(email="coordinator@example.org")

    assert set(Client.objects.values_list("team__name", flat=True)) == set(Team.objects.values_list("name", flat=True))
    assert 0 < Case.objects.visible_to(adviser).count() < Case.objects.count()
    assert Case.objects.visible_to(coordinator).count() == Case.objects.count()


def test_everybody_of_the_demonstration_can_log_in() -> None:
    can = {user.email: (user.role, user.check_password(PASSWORD)) for user in User.objects.filter(is_active=True)}

    assert can == {member.email: (member.role, True) for member in STAFF}


def test_every_role_has_an_account() -> None:
    assert {user.role for user in User.objects.all()} == set(Role)


def test_every_note_is_written_in_the_three_languages() -> None:
    assert {key: sorted(words) for key, words in NOTES.items()} == {key: ["en", "fr", "nl"] for key in NOTES}


def test_some_people_live_together_and_came_together() -> None:
    members = Member.objects.today().values_list("household", flat=True)
    companions = Companion.objects.select_related("visit__client", "client")

    assert len(set(members)) == 9
    assert len(members) > 18
    assert {companion.client.family_name == companion.visit.client.family_name for companion in companions} == {True}
    assert Member.objects.filter(client__cases__assignee__email=HOST).exists()
