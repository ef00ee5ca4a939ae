"""What the events of a case leave: its step, its deadline, its promise. The columns of `Case` are just that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cases import facts
from cases.facts import FACTS, Value, read
from cases.models import Event
from cases.models.event import EventKind
from cases.workflow import CLOSED_STEPS

# The columns of `Case` that hold a fact as it was last noted; a deadline without a kind is an empty text.
FACT_OF = {
    "office_id": "office",
    "tariff_id": "tariff",
    "quoted_amount": "quoted",
    "home_amount": "home_amount",
    "kept_tariff_id": "kept_tariff",
    "paid_amount": "paid",
    "due_on": "due_on",
    "due_kind": "due_kind",
    "due_opens_on": "due_opens_on",
    "overdue_from": "overdue_from",
    "card_expires_on": "card_expires_on",
    "recall_on": "recall_on",
    "assignee_id": "assignee",
}


@dataclass(frozen=True)
class State:
    """A case after its events: the step, since when, and every fact as last noted."""

    step: str
    since: date
    known: Mapping[str, Value]

    def day(self, fact: facts.Fact) -> date | None:
        value = self.known.get(fact.name)
        return value if isinstance(value, date) else None

    def amount(self, fact: facts.Fact) -> Decimal | None:
        value = self.known.get(fact.name)
        return value if isinstance(value, Decimal) else None

    def columns(self) -> dict[str, Any]:
        """The columns of `Case` that its events decide."""
        return {
            "step": self.step,
            **{column: self.known.get(fact) for column, fact in FACT_OF.items()},
            "due_kind": self.known.get("due_kind") or "",
            "closed_on": self.since if self.step in CLOSED_STEPS else None,
        }


def standing(events: Iterable[Event]) -> list[Event]:
    """The events that count, in order: without the corrections and what they undo."""
    stack: list[Event] = []
    for event in sorted(events, key=lambda event: event.seq):
        if event.kind == EventKind.UNDONE:
            stack = [kept for kept in stack if kept.pk != event.undoes_id]
        else:
            stack.append(event)
    return stack


def state_of(events: Iterable[Event]) -> State:
    """Replay the events of one case. Raises ValueError for a case without any."""
    known: dict[str, Value] = {}
    step, since = "", None
    for event in standing(events):
        known |= {name: read(FACTS[name], value) for name, value in event.facts.items()}
        if event.target != step:
            step, since = event.target, event.happened_on
    if since is None:
        raise ValueError("A case without an event has no state.")
    return State(step=step, since=since, known=known)
