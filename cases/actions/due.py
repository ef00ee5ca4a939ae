"""The deadline that a move leaves, and another one that was agreed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

from django.utils.translation import gettext as _

from cases import deadlines
from cases.actions.record import changing, record
from cases.actions.refusals import BadDay, MissingFact, NoDeadline
from cases.deadlines import Deadline
from cases.facts import Value
from cases.models import Case, Event
from cases.models.event import EventKind
from cases.replay import State
from cases.workflow import DueKind, Transition
from communes.models import DelayCode, delay_in_force
from communes.working_days import calendar_for
from config.staff.models import User


def reschedule(case: Case, due_on: date, *, by: User, on: date, at: datetime, note: str) -> Event:
    """Another last day than the one that was counted, with the reason in words beside it."""
    if not note.strip():
        raise MissingFact(_("Say why the deadline changes."))
    if due_on < on:
        raise BadDay(_("This day has passed: a deadline lies ahead."))
    with changing(case) as history:
        if not case.due_kind:
            raise NoDeadline(_("No deadline is running at this step."))
        agreed = deadlines.rescheduled(
            DueKind(case.due_kind), due_on, on=on, opens_on=case.due_opens_on, calendar=calendar_for(case.office)
        )
        return record(
            case,
            history,
            kind=EventKind.RESCHEDULED,
            target=case.step,
            facts=agreed.facts(),
            by=by,
            on=on,
            at=at,
            note=note,
        )


def count_anew(case: Case, deadline: Deadline, *, by: User, on: date, at: datetime) -> Event:
    """The same deadline by another length, because the delay it was counted with has changed. Or CaseMoved."""
    with changing(case) as history:
        return record(
            case,
            history,
            kind=EventKind.RESCHEDULED,
            target=case.step,
            facts=deadline.facts(),
            by=by,
            on=on,
            at=at,
        )


def deadline_after(
    case: Case, transition: Transition, state: State, given: Mapping[str, Value], *, on: date
) -> Mapping[str, Value]:
    """The deadline facts that a move leaves: the one it starts, none, or, on the same step, the running one."""
    known = {**state.known, **given}
    match transition.starts:
        case None:
            return {} if transition.target == case.step else deadlines.NO_DEADLINE
        case DueKind.ACTIVATION:
            return deadlines.activation(on, term=delay_in_force(DelayCode.ACTIVATION, on=on)).facts()
        case DueKind.LETTER:
            chased = transition.name == "chase"
            term = deadlines.CHASE_AGAIN if chased else delay_in_force(DelayCode.CODES_LETTER, on=on)
            since = "chased" if chased else "requested"
            return deadlines.letter(on, term=term, calendar=calendar_for(case.office), since_fact=since).facts()
        case DueKind.URGENT:
            return deadlines.urgent(cast(datetime, known["ordered_at"]), calendar=calendar_for(case.office)).facts()
        case DueKind.PICKUP:
            ready = known.get("card_ready_on") or (on if transition.name == "card_arrives" else None)
            return deadlines.pickup(
                card_ready_on=ready if isinstance(ready, date) else None,
                letter_on=on if transition.name == "receive_letter" else None,
                requested_on=None,
                term=delay_in_force(DelayCode.CARD_KEPT, on=on),
            ).facts()
        case DueKind.RENEWAL:
            raise NotImplementedError("A renewal starts with its case, not with a move.")
