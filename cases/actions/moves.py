"""Moving a case on, noting facts and words beside it, and taking the last event back."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.due import deadline_after
from cases.actions.recalls import recall_after
from cases.actions.record import changing, check_day, note_doubts, record
from cases.actions.refusals import Blocked, MissingFact, NothingToUndo, NotInTheWorkflow
from cases.facts import (
    ABANDON_REASON,
    DUE_ON,
    HOME_AMOUNT,
    NOTABLE,
    OFFICE,
    QUOTED,
    TARIFF,
    AbandonReason,
    BadFact,
    Value,
)
from cases.models import Case, Event, Note, Visit
from cases.models.event import EventKind
from cases.needs import Situation, unmet
from cases.replay import State, standing, state_of
from cases.workflow import WORKFLOWS, Transition
from communes.models import Service
from config.staff.models import User


def move(
    case: Case,
    name: str,
    *,
    by: User,
    on: date,
    at: datetime,
    facts: Mapping[str, Value] | None = None,
    visit: Visit | None = None,
    note: str = "",
    sensitive: bool = False,
) -> Event:
    """Move a case on. `case` is as the person saw it; `on` is the day it happened, `at` the instant it is noted.

    Raises NotInTheWorkflow, Blocked, MissingFact, BadDay, or CaseMoved.
    """
    transition = _transition(case, name)
    if not by.has_perm(transition.permission):
        raise NotInTheWorkflow(_("Your role does not allow this move."))
    given: dict[str, Value] = {key: value for key, value in (facts or {}).items() if value is not None}
    return _moved(case, transition, given, by=by, on=on, at=at, visit=visit, note=note, sensitive=sensitive)


def abandon_to_forget(case: Case, *, by: User, on: date, at: datetime) -> Event:
    """Close a case whose client is being erased: whoever may erase them need not be who may move their case."""
    given: dict[str, Value] = {ABANDON_REASON.name: AbandonReason.OTHER.value}
    return _moved(case, _transition(case, "abandon"), given, by=by, on=on, at=at)


def _moved(
    case: Case,
    transition: Transition,
    given: dict[str, Value],
    *,
    by: User,
    on: date,
    at: datetime,
    visit: Visit | None = None,
    note: str = "",
    sensitive: bool = False,
) -> Event:
    _check_facts(transition, given)
    with changing(case) as history:
        state = state_of(history)
        check_day(on, at=at, not_before=state.since)
        stopping = [rule for rule in unmet(transition, situation(case, state, given, on=on)) if not rule.only_warns]
        if stopping:
            raise Blocked(stopping)
        given |= dict.fromkeys(fact.name for fact in transition.forgets)
        given |= deadline_after(case, transition, state, given, on=on)
        given |= recall_after(given, on=on)
        return record(
            case,
            history,
            kind=EventKind.MOVED,
            transition=transition.name,
            target=transition.target,
            facts=given,
            by=by,
            on=on,
            at=at,
            visit=visit,
            note=note,
            sensitive=sensitive,
        )


def note_facts(
    case: Case, *, by: User, on: date, at: datetime, facts: Mapping[str, Value], visit: Visit | None = None
) -> Event:
    """Note facts that change no step: a code received, DocStop called, paid at the counter, a triage answer."""
    allowed = {fact.name for fact in NOTABLE}
    unknown = sorted(set(facts) - allowed)
    if unknown:
        raise BadFact(f"Not facts that can be noted alone: {', '.join(unknown)}")
    with changing(case) as history:
        check_day(on, at=at, not_before=case.opened_on)
        if not case.is_open:
            raise NotInTheWorkflow(_("This case is closed: correct its last step first."))
        return record(
            case, history, kind=EventKind.NOTED, target=case.step, facts=facts, by=by, on=on, at=at, visit=visit
        )


def undo(case: Case, *, by: User, on: date, at: datetime, note: str = "") -> Event:
    """Correct the last event: the case stands again where it stood before. The correction is an event too."""
    with changing(case) as history:
        counting = standing(history)
        if len(counting) < 2:
            raise NothingToUndo(_("There is nothing to correct: the case has only been opened."))
        if counting[-1].kind == EventKind.TAKEN_OVER:
            raise NothingToUndo(_("There is nothing to correct: the case came from an old list as it stands."))
        target = state_of(counting[:-1]).step
        return record(
            case,
            history,
            kind=EventKind.UNDONE,
            target=target,
            facts={},
            by=by,
            on=on,
            at=at,
            undoes=counting[-1],
            note=note,
        )


def write_note(case: Case, text: str, *, by: User, at: datetime, sensitive: bool = False) -> Note:
    """Words beside a case: no step, and no event unless a doubtful text was kept. Then CaseMoved may be raised."""
    with transaction.atomic():
        note_doubts(case, text, by=by, on=timezone.localdate(at), at=at)
        return Note.objects.create(case=case, text=text, by=by, recorded_at=at, sensitive=sensitive)


def situation(case: Case, state: State, given: Mapping[str, Value], *, on: date) -> Situation:
    """What the moves of a case are judged by, with the facts that a move would bring."""
    others = Case.objects.open().filter(client_id=case.client_id).exclude(pk=case.pk)
    return Situation(
        facts={**state.known, **given},
        reason=case.reason,
        due_on=state.day(DUE_ON),
        on=on,
        other_open_steps=frozenset(others.values_list("step", flat=True)),
        ordinary_quote=case.tariff is not None and case.tariff.service == Service.E_CARD,
    )


def _transition(case: Case, name: str) -> Transition:
    try:
        transition = WORKFLOWS[case.procedure].transition(name)
    except KeyError:
        raise NotInTheWorkflow(_("This procedure knows no such move.")) from None
    if case.step not in transition.sources:
        raise NotInTheWorkflow(
            _("«%(move)s» is not possible at the step «%(step)s».")
            % {"move": transition.label, "step": case.get_step_display()}
        )
    return transition


def _check_facts(transition: Transition, given: Mapping[str, Value]) -> None:
    promised = {TARIFF.name, QUOTED.name, HOME_AMOUNT.name} if OFFICE in transition.asks else set()
    unknown = set(given) - {fact.name for fact in transition.asks} - promised
    if unknown:
        raise BadFact(f"«{transition.name}» does not record {', '.join(sorted(unknown))}")
    missing = [fact for fact in transition.requires if fact.name not in given]
    if missing:
        raise MissingFact(_("Fill in: %(facts)s.") % {"facts": ", ".join(str(fact.label) for fact in missing)})
