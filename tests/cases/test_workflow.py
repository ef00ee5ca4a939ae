import pytest

from cases.workflow import CLOSED_STEPS, OPEN_STEPS, WORKFLOWS, Step, Workflow, moves

EACH = pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)


@EACH
def test_every_step_can_be_reached_from_an_opening(workflow: Workflow) -> None:
    reached = set(workflow.opens.values())
    while new := {t.target for s in reached for t in workflow.leaving(s)} - reached:
        reached |= new

    assert reached == set(workflow.steps)


@EACH
def test_from_every_open_step_the_case_can_be_closed_well_and_badly(workflow: Workflow) -> None:
    for step in workflow.open_steps:
        targets = {t.target for t in workflow.leaving(step)}

        assert {Step.ABANDONED, Step.REFERRED} <= targets


@EACH
def test_nothing_leads_out_of_a_closed_step(workflow: Workflow) -> None:
    assert [t.name for step in workflow.closed_steps for t in workflow.leaving(step)] == []


@EACH
def test_the_way_it_should_go_is_a_way_there_is(workflow: Workflow) -> None:
    for here, there in zip(workflow.path, workflow.path[1:], strict=False):
        assert there in {t.target for t in workflow.leaving(here)}


@EACH
def test_a_move_has_one_name_in_its_procedure_and_asks_what_it_requires(workflow: Workflow) -> None:
    names = [t.name for t in workflow.transitions]

    assert len(names) == len(set(names))
    assert all(set(t.requires) <= set(t.asks) for t in workflow.transitions)


def test_an_open_step_belongs_to_one_procedure_only() -> None:
    open_steps = [step for w in WORKFLOWS.values() for step in w.open_steps]

    assert len(open_steps) == len(set(open_steps))
    assert set(OPEN_STEPS) | set(CLOSED_STEPS) == set(Step)


def test_the_closed_steps_are_those_of_the_design() -> None:
    closed = {name: {step.value for step in w.closed_steps} for name, w in WORKFLOWS.items()}

    assert closed == {
        "digital_key": {"activated", "not_needed", "abandoned", "referred"},
        "e_card": {"collected", "destroyed", "abandoned", "referred"},
        "card_codes": {"codes_active", "abandoned", "referred"},
    }


def test_the_table_names_each_move_once() -> None:
    listed = [(procedure, transition.name, source) for procedure, transition, source in moves()]

    assert len(listed) == len(set(listed))
