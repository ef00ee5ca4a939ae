"""The workflow as a picture: Mermaid text, drawn from the table and from nothing else."""

from collections import defaultdict
from collections.abc import Iterator

from cases.workflow import Party, Step, Transition, Workflow


def diagram(workflow: Workflow) -> str:
    """A flow chart of one procedure. What stays on its step is written in the step; what every step can do, once."""
    return "\n".join(("flowchart TD", *(f"    {line}" for line in lines(workflow))))


def lines(workflow: Workflow) -> Iterator[str]:
    for target, reasons in openings(workflow).items():
        yield f'to_{target}(["{" · ".join(reasons)}"]) --> {target}'
    for step, party in workflow.waits_for.items():
        yield f'{step}["{box(step, party, workflow)}"]'
    for step in workflow.closed_steps:
        yield f'{step}(["{step.label}"])'
    for (source, target), words in arrows(workflow).items():
        yield f'{source} -->|"{"<br/>or ".join(words)}"| {target}'
    yield 'any["any open step"]'
    for transition in workflow.transitions:
        if is_shared(transition, workflow):
            yield f'any -.->|"{said(transition)}"| {transition.target}'


def openings(workflow: Workflow) -> dict[Step, list[str]]:
    """The reasons that lead to each first step."""
    found: dict[Step, list[str]] = defaultdict(list)
    for reason, step in workflow.opens.items():
        found[step].append(str(reason.label))
    return found


def box(step: Step, party: Party, workflow: Workflow) -> str:
    staying = [t for t in workflow.transitions if step in t.sources and t.target == step]
    return "<br/>".join([f"<b>{step.label}</b>", f"waits for {party.label}", *(f"↻ {t.label}" for t in staying)])


def arrows(workflow: Workflow) -> dict[tuple[Step, Step], list[str]]:
    """What leads from each step to another; moves between the same two share an arrow."""
    found: dict[tuple[Step, Step], list[str]] = defaultdict(list)
    for transition in workflow.transitions:
        if not is_shared(transition, workflow):
            for source in transition.sources:
                if source != transition.target:
                    found[source, transition.target].append(said(transition))
    return found


def is_shared(transition: Transition, workflow: Workflow) -> bool:
    """Can every open step do this?"""
    return set(transition.sources) == set(workflow.open_steps)


def said(transition: Transition) -> str:
    """The move, with the deadline that it starts."""
    starts = f"<br/><i>starts: {transition.starts.label}</i>" if transition.starts else ""
    return f"{transition.label}{starts}"
