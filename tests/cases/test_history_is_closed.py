"""The database itself refuses a history that the workflow does not know, and one that is changed afterwards."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from cases.models import Case, Event
from cases.workflow import WORKFLOWS, Step, moves
from config.staff.models import User
from tests.factories import MONDAY, UserFactory, a_case, moved, noon
from tests.tables import history_open

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters")


@pytest.fixture
def case(alice: User) -> Case:
    return moved(a_case(by=alice), "choose_office", by=alice)


def event_of(case: Case, *, by: User, **fields: object) -> Event:
    return Event(
        **{
            "case": case, "procedure": case.procedure, "seq": 99, "kind": "moved", "happened_on": MONDAY,
            "recorded_at": noon(MONDAY), "by": by, **fields,
        }
    )  # fmt: skip


CHANGES = {
    "update": "UPDATE cases_event SET happened_on = '2020-01-01'",
    "delete": "DELETE FROM cases_event",
    "truncate": "TRUNCATE cases_event CASCADE",
    "replace": (
        "INSERT OR REPLACE INTO cases_event (id, case_id, procedure, seq, kind, transition, source, target,"
        " happened_on, recorded_at, by_id, facts) SELECT id, case_id, procedure, seq, kind, transition, source,"
        " target, '2020-01-01', recorded_at, by_id, facts FROM cases_event WHERE seq = 2"
    ),
}


def possible(change: str) -> bool:
    return change not in ({"truncate"} if connection.vendor == "sqlite" else {"replace"})


@pytest.mark.parametrize("change", CHANGES)
def test_no_event_is_changed_deleted_emptied_or_replaced(case: Case, change: str) -> None:
    if not possible(change):
        pytest.skip(f"{connection.vendor} has no {change}")

    connection.check_constraints()
    with pytest.raises(DatabaseError, match="only inserted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHANGES[change])

    assert list(Event.objects.values_list("happened_on", flat=True)) == [MONDAY, MONDAY]


@pytest.mark.parametrize("change", CHANGES)
def test_control_the_same_statements_work_while_the_triggers_are_off(case: Case, change: str) -> None:
    if not possible(change):
        pytest.skip(f"{connection.vendor} has no {change}")
    connection.check_constraints()

    with history_open(), connection.cursor() as cursor:
        cursor.execute(CHANGES[change])
        connection.check_constraints()

    assert list(Event.objects.values_list("happened_on", flat=True)) != [MONDAY, MONDAY]


def test_every_move_of_the_table_is_one_that_the_database_takes(alice: User) -> None:
    cases = {name: a_case(by=alice, procedure=name, reason=next(iter(w.opens))) for name, w in WORKFLOWS.items()}

    for number, (procedure, transition, source) in enumerate(moves(), start=100):
        event_of(
            cases[procedure], by=alice, seq=number, transition=transition.name, source=source, target=transition.target
        ).save()

    assert Event.objects.filter(kind="moved").count() == len(list(moves()))


def test_a_move_that_is_not_in_the_table_is_refused_by_the_database(alice: User) -> None:
    case = a_case(by=alice)
    known = {(t.name, s, t.target) for p, t, s in moves() if p == case.procedure}
    names = {t.name for t in WORKFLOWS[case.procedure].transitions}
    unknown = [(n, s, t) for n in names for s in Step for t in Step if (n, s, t) not in known]

    for name, source, target in unknown[::7]:
        with pytest.raises(IntegrityError), transaction.atomic():
            event_of(case, by=alice, transition=name, source=source, target=target).save()

    assert case.events.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "noted", "source": "orientation", "target": "to_register"},
        {"kind": "opened", "target": "to_activate", "seq": 1},
        {"kind": "undone", "source": "to_register", "target": "orientation"},
        {"kind": "moved", "transition": "collect", "source": "to_collect", "target": "collected"},
        {"kind": "noted", "source": "preparing", "target": "preparing"},
        {"kind": "invented", "source": "orientation", "target": "orientation"},
    ],
    ids=lambda fields: f"{fields['kind']} {fields.get('source', '')} to {fields['target']}",
)
def test_an_event_that_cannot_be_is_refused_by_the_database(
    case: Case, alice: User, fields: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        event_of(case, by=alice, **fields).save()


@pytest.mark.parametrize(
    "columns",
    [
        {"step": "to_collect"},
        {"step": "activated"},
        {"closed_on": date(2026, 3, 3)},
        {"due_on": date(2026, 3, 3)},
        {"due_on": date(2026, 3, 3), "overdue_from": date(2026, 3, 3), "due_kind": "activation"},
        {"quoted_amount": -1},
        {"tariff": None},
        {"reason": "loss"},
        {"version": 0},
    ],
    ids=str,
)
def test_a_case_that_cannot_be_is_refused_by_the_database(case: Case, columns: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**columns)
