"""The whole table, move by move: what it knows is walked from an opening to an end, what it does not is refused.

By the actions, by the pages, and by the database itself.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from cases import actions
from cases.facts import Fact, Kind, Value
from cases.models import Case, Event
from cases.workflow import WORKFLOWS, Need, Procedure, Step, Transition, moves
from config.staff.models import User
from tests.factories import MONDAY, UserFactory, a_case, a_client, noon, noted, office

pytestmark = pytest.mark.usefixtures("reference_data")

following = import_module("cases.migrations.0006_steps_follow_the_table")
NAMES = sorted({transition.name for _procedure, transition, _source in moves()})


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters", language="en")


def way_to(procedure: Procedure, step: Step) -> tuple[str, list[Transition]]:
    """The shortest way from an opening to a step: the reason to open for, and the moves."""
    workflow = WORKFLOWS[procedure]
    ways = deque[tuple[str, Step, list[Transition]]](
        (reason.value, first, []) for reason, first in workflow.opens.items()
    )
    seen = set()
    while ways:
        reason, here, taken = ways.popleft()
        if here == step:
            return reason, taken
        if here not in seen:
            seen.add(here)
            ways.extend((reason, each.target, [*taken, each]) for each in workflow.leaving(here))
    raise LookupError(step)


def value_of(fact: Fact, *, on: date) -> Value:
    """Some right value of a fact that a move asks."""
    match fact.kind:
        case Kind.DAY:
            return on
        case Kind.MOMENT:
            return datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
        case Kind.AMOUNT:
            return Decimal("12.50")
        case Kind.YES_NO:
            return True
        case _:
            return fact.choices.values[0] if fact.choices else None


def ready(case: Case, *, by: User) -> Case:
    """Everything that a rule may ask is noted."""
    day = case.opened_on
    return noted(case, by=by, own_email="yes", docstop_on=day, police_on=day, letter_kept=True)


def take(case: Case, transition: Transition, *, by: User) -> None:
    """The move on a day on which it may be made, with all the facts that it asks."""
    if Need.OFFICE in transition.needs and not case.office_id:
        actions.choose_office(case, office("uccle"), by=by, on=case.in_touch_on, at=noon(case.in_touch_on))
    late = Need.DEADLINE_PASSED in transition.needs and case.due_on
    day = case.due_on + timedelta(days=1) if late and case.due_on else case.in_touch_on
    if transition.name == "choose_office":
        actions.choose_office(case, office("uccle"), by=by, on=day, at=noon(day))
    else:
        facts = {fact.name: value_of(fact, on=day) for fact in transition.asks}
        actions.move(case, transition.name, by=by, on=day, at=noon(day), facts=facts)


def at(procedure: Procedure, step: Step, *, by: User) -> Case:
    """A case that went to a step by the shortest way."""
    assert by.team is not None
    reason, taken = way_to(procedure, step)
    client = a_client(team=by.team, lives_in="uccle")
    case = ready(a_case(by=by, procedure=procedure, reason=reason, client=client), by=by)
    for transition in taken:
        take(case, transition, by=by)
    return case


# What the table knows


@pytest.mark.parametrize(
    ("procedure", "transition", "source"), list(moves()), ids=lambda part: getattr(part, "name", None) or str(part)
)
def test_every_move_is_walked_from_an_opening_to_a_closed_step(
    alice: User, procedure: Procedure, transition: Transition, source: Step
) -> None:
    case = at(procedure, source, by=alice)

    take(case, transition, by=alice)
    there = case.step
    if case.is_open:
        take(case, WORKFLOWS[procedure].transition("abandon"), by=alice)

    case.refresh_from_db()
    assert there == transition.target
    assert (case.is_open, case.due_on, case.closed_on is not None) == (False, None, True)
    assert case.events.filter(transition=transition.name, source=source, target=transition.target).exists()


def test_every_closed_step_is_the_end_of_some_way() -> None:
    ends = {(procedure, transition.target) for procedure, transition, _source in moves()}

    assert {(w.procedure, step) for w in WORKFLOWS.values() for step in w.closed_steps} <= ends


# What it does not know

EVERY_STEP = [(workflow.procedure, step) for workflow in WORKFLOWS.values() for step in workflow.steps]


def unknown_at(case: Case) -> list[str]:
    known = {transition.name for transition in WORKFLOWS[case.procedure].leaving(case.step)}
    return [name for name in NAMES if name not in known]


@pytest.mark.parametrize(("procedure", "step"), EVERY_STEP)
def test_the_actions_refuse_every_move_that_is_not_in_the_table(alice: User, procedure: Procedure, step: Step) -> None:
    case = at(procedure, step, by=alice)
    before = (case.version, case.step)

    for name in unknown_at(case):
        with pytest.raises(actions.NotInTheWorkflow):
            actions.move(case, name, by=alice, on=case.in_touch_on, at=noon(case.in_touch_on))

    case.refresh_from_db()
    assert (case.version, case.step) == before
    assert case.events.count() == case.version


@pytest.mark.parametrize(("procedure", "step"), EVERY_STEP)
def test_the_pages_offer_no_such_move_and_refuse_it(
    alice: User, client: Browser, procedure: Procedure, step: Step
) -> None:
    case = at(procedure, step, by=alice)
    client.force_login(alice)
    asked = {f.name: value_of(f, on=MONDAY) for _p, t, _s in moves() for f in t.asks if f.kind != Kind.KEY}
    said = {name: {True: "yes"}.get(value, value) for name, value in asked.items()}  # type: ignore[arg-type]
    said |= {"version": case.version, "happened_on": timezone.localdate().isoformat(), "office": office("uccle").pk}

    page = client.get(case.get_absolute_url()).content.decode()
    answers = {name: client.post(f"/cases/{case.reference}/moves/{name}/", said) for name in unknown_at(case)}
    chosen = client.post(f"/cases/{case.reference}/office/", said) if "choose_office" in answers else None

    own = {transition.name for transition in WORKFLOWS[procedure].transitions}
    assert [name for name in answers if f"/moves/{name}/" in page] == []
    assert {name: answer.status_code for name, answer in answers.items()} == {
        name: 302 if name == "choose_office" else 422 if name in own else 404 for name in answers
    }
    assert chosen is None or chosen.status_code == 422
    assert case.events.count() == case.version


def changes_of_a_step() -> set[str]:
    """As the database has them: forwards by a move, backwards by its correction."""
    pairs = {(procedure, source, t.target) for procedure, t, source in moves() if source != t.target}
    return {f"{p} {source} {target}" for p, s, t in pairs for source, target in ((s, t), (t, s))}


def test_the_database_holds_the_table_of_today() -> None:
    assert set(following.changes()) == changes_of_a_step()


def columns_at(step: Step) -> dict[str, object]:
    """What else the row must say at a step, so that only the step itself can be refused."""
    closed = all(step not in workflow.waits_for for workflow in WORKFLOWS.values())
    return (
        {"step": step.value, "closed_on": MONDAY if closed else None, "recall_on": None}
        | dict.fromkeys(("due_on", "overdue_from", "due_opens_on"))
        | {"due_kind": ""}
    )


def jumps(case: Case) -> Iterator[Step]:
    """The steps of its procedure to which nothing leads from where it stands, forwards or back."""
    for step in WORKFLOWS[case.procedure].steps:
        if step != case.step and f"{case.procedure} {case.step} {step.value}" not in changes_of_a_step():
            yield step


@pytest.mark.parametrize(("procedure", "step"), EVERY_STEP)
def test_the_database_refuses_a_step_to_which_nothing_leads(alice: User, procedure: Procedure, step: Step) -> None:
    case = at(procedure, step, by=alice)

    for there in jumps(case):
        with pytest.raises(IntegrityError, match="case_step_follows_the_table"), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**columns_at(there), version=case.version + 1)


def test_the_database_refuses_a_step_without_its_version_and_another_procedure(alice: User) -> None:
    case = a_case(by=alice)

    for columns in ({"step": "to_register"}, {"procedure": "e_card", "step": "preparing", "reason": "first"}):
        with pytest.raises(IntegrityError, match="case_step_follows_the_table"), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**columns)


def correction(case: Case, *, undoes: Event, target: str) -> Event:
    return Event(
        case=case, procedure=case.procedure, seq=case.version + 1, kind="undone", source=case.step, target=target,
        happened_on=MONDAY, recorded_at=noon(MONDAY), by=undoes.by, undoes=undoes, facts={},
    )  # fmt: skip


def test_the_database_refuses_a_correction_that_goes_elsewhere(alice: User) -> None:
    case, other = (at(Procedure.DIGITAL_KEY, Step.TO_ACTIVATE, by=alice) for _ in range(2))
    last, opening = case.events.latest("seq"), case.events.earliest("seq")
    wrong = [
        correction(case, undoes=last, target="orientation"),
        correction(case, undoes=opening, target="to_activate"),
        correction(case, undoes=other.events.latest("seq"), target="to_register"),
    ]

    for event in wrong:
        with pytest.raises(IntegrityError, match="correction_goes_back_where_it_came_from"), transaction.atomic():
            event.save(force_insert=True)

    correction(case, undoes=last, target="to_register").save(force_insert=True)
    assert case.events.count() == case.version + 1


@contextmanager
def without(name: str) -> Iterator[None]:
    def run(statements: list[str]) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    postgresql = connection.vendor == "postgresql"
    run((following.postgresql_back if postgresql else following.sqlite_back)(name))
    yield
    connection.check_constraints()
    run((following.postgresql if postgresql else following.sqlite)(name))


def test_control_without_the_triggers_the_step_jumps_and_the_correction_strays(alice: User) -> None:
    case = at(Procedure.DIGITAL_KEY, Step.TO_ACTIVATE, by=alice)
    stray = correction(case, undoes=case.events.latest("seq"), target="orientation")

    with without("case_step_follows_the_table"), without("correction_goes_back_where_it_came_from"):
        Case.objects.filter(pk=case.pk).update(**columns_at(Step.NOT_NEEDED))
        stray.save(force_insert=True)

    case.refresh_from_db()
    assert (case.step, case.events.latest("seq").target) == ("not_needed", "orientation")
