"""The one writer: everything that changes a case happens here, once, whole, or not at all.

Each function is one transaction: a compare-and-swap on the case's version and step, then one `Event`. Whoever
acted on an older version gets `CaseMoved`, and nothing is written.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import deadlines
from cases.facts import DUE_ON, FACTS, HOME_AMOUNT, NOTABLE, OFFICE, QUOTED, TARIFF, BadFact, Json, Value, written
from cases.models import Case, Client, Event, Note, Series, Visit
from cases.models.event import EventKind
from cases.needs import Rule, Situation, unmet
from cases.replay import State, standing, state_of
from cases.workflow import WORKFLOWS, DueKind, Procedure, Reason, Transition
from communes.models import DelayCode, DocumentClass, Office, Service, Tariff, delay_in_force
from communes.models.tariffs import LINE
from communes.offers import Applicant, Offer, offers_for
from communes.working_days import Calendar, calendar_for
from config.staff.models import Team, User


class NotDone(Exception):
    """An action that was refused; its text is a sentence for the person, saying what to do."""


class CaseMoved(NotDone):
    """Somebody else changed the case since it was shown."""

    def __init__(self) -> None:
        super().__init__(_("A colleague changed this case in the meantime. Look at it as it is now, then try again."))


class NotInTheWorkflow(NotDone):
    """The table knows no such move from this step."""


class Blocked(NotDone):
    """A rule of the table stops the move; `rules` says which and what lifts them."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules
        super().__init__(" ".join(f"{rule.stops} {rule.lifted_by}" for rule in rules))


class BadDay(NotDone):
    """A day on which this cannot have happened."""


class MissingFact(NotDone):
    """A move was asked without a fact that it must record."""


class NoOfferToday(NotDone):
    """The office offers this person nothing on that day."""


class NothingToUndo(NotDone):
    """Only the opening is left."""


class AlreadyCorrected(NotDone):
    """A visit is corrected once; the correction can be corrected in its turn."""

    def __init__(self) -> None:
        super().__init__(_("A colleague corrected this visit in the meantime: look at the corrected one."))


class NothingToKeep(NotDone):
    """The announced price is still the price of its tariff."""


class NoDeadline(NotDone):
    """No deadline is running that could be changed."""


@dataclass(frozen=True)
class Move:
    """A move that a visit brings along: of which case, as which version was seen."""

    case: Case
    transition: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    office: Office | None = None
    """For the choice of an office, which copies its price of that day."""


def open_case(
    *,
    client: Client,
    procedure: str,
    reason: str,
    by: User,
    on: date,
    at: datetime,
    team: Team | None = None,
    assignee: User | None = None,
    card_expires_on: date | None = None,
    follows: Case | None = None,
) -> Case:
    """Open a case at the first step that its reason asks for. A renewal starts its window if the expiry is known."""
    workflow = WORKFLOWS[procedure]
    if reason not in workflow.opens:
        raise NotInTheWorkflow(_("This procedure is not opened for that reason."))
    _check_day(on, at=at, not_before=None)
    known: dict[str, Value] = {"assignee": assignee.pk if assignee else None}
    if card_expires_on:
        known["card_expires_on"] = card_expires_on
        if reason == Reason.RENEWAL:
            opens, closes = (delay_in_force(c, on=on) for c in (DelayCode.RENEWAL_OPENS, DelayCode.RENEWAL_CLOSES))
            known |= deadlines.renewal(card_expires_on, opens=opens, closes=closes).facts()
    step = workflow.opens[Reason(reason)]
    with transaction.atomic():
        case = Case(
            reference=Series.next_reference(workflow.letters, year=on.year),
            client=client,
            procedure=procedure,
            reason=reason,
            opened_on=on,
            team=team or client.team,
            follows=follows,
            **State(step=step, since=on, known=known).columns(),
        )
        case.save(force_insert=True)
        Event.objects.create(
            case=case,
            procedure=procedure,
            seq=1,
            kind=EventKind.OPENED,
            target=step,
            happened_on=on,
            recorded_at=at,
            by=by,
            facts=_written(known),
        )
    return case


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
    _check_facts(transition, given)
    with changing(case) as history:
        state = state_of(history)
        _check_day(on, at=at, not_before=state.since)
        stopping = [rule for rule in unmet(transition, situation(case, state, given, on=on)) if not rule.only_warns]
        if stopping:
            raise Blocked(stopping)
        given |= _deadline_after(case, transition, state, given, on=on)
        return _record(
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


def choose_office(
    case: Case, office: Office, *, by: User, on: date, at: datetime, urgent: bool = False, visit: Visit | None = None
) -> Event:
    """Choose where the client goes: tariff and price of that day are copied, and are the promise from then on.

    Raises NoOfferToday when the office offers this person nothing on that day, or what `move` raises.
    """
    offers = offers_for_case(case, on=on, urgent=urgent)
    chosen = next((offer for offer in offers if offer.office.pk == office.pk), None)
    if chosen is None:
        raise NoOfferToday(
            _("%(office)s does not offer this to this person on that day. Choose another office.")
            % {"office": office.name}
        )
    home = next((offer.amount for offer in offers if offer.is_home), None)
    return move(
        case,
        "choose_office",
        by=by,
        on=on,
        at=at,
        visit=visit,
        facts={"office": office.pk, "tariff": chosen.tariff.pk, "quoted": chosen.amount, "home_amount": home},
    )


def quote_again(case: Case, *, by: User, on: date, at: datetime) -> Event:
    """Choose the same office again: its tariff and price of that day become the promise. Raises as choose_office."""
    if case.office is None:
        raise MissingFact(_("No office is chosen yet: there is no price to renew."))
    urgent = case.tariff is not None and case.tariff.service == Service.E_CARD_URGENT
    return choose_office(case, case.office, by=by, on=on, at=at, urgent=urgent)


def keep_promise(case: Case, *, by: User, on: date, at: datetime) -> Event:
    """Keep the price that was announced, though the tariff changed: the case is no longer flagged for that tariff."""
    with changing(case) as history:
        newer = price_now(case, on=on)
        if newer is None:
            raise NothingToKeep(_("The announced price is still the price of today: there is nothing to decide."))
        return _record(
            case,
            history,
            kind=EventKind.NOTED,
            target=case.step,
            facts={"kept_tariff": newer.pk},
            by=by,
            on=on,
            at=at,
        )


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
            DueKind(case.due_kind), due_on, on=on, opens_on=case.due_opens_on, calendar=_calendar(case)
        )
        return _record(
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


def note_facts(
    case: Case, *, by: User, on: date, at: datetime, facts: Mapping[str, Value], visit: Visit | None = None
) -> Event:
    """Note facts that change no step: a code received, DocStop called, paid at the counter, a triage answer."""
    allowed = {fact.name for fact in NOTABLE}
    unknown = sorted(set(facts) - allowed)
    if unknown:
        raise BadFact(f"Not facts that can be noted alone: {', '.join(unknown)}")
    with changing(case) as history:
        _check_day(on, at=at, not_before=case.opened_on)
        if not case.is_open:
            raise NotInTheWorkflow(_("This case is closed: correct its last step first."))
        return _record(
            case, history, kind=EventKind.NOTED, target=case.step, facts=facts, by=by, on=on, at=at, visit=visit
        )


def assign(case: Case, assignee: User | None, *, by: User, on: date, at: datetime) -> Event:
    """Give a case to a colleague, or to nobody."""
    with changing(case) as history:
        return _record(
            case,
            history,
            kind=EventKind.ASSIGNED,
            target=case.step,
            facts={"assignee": assignee.pk if assignee else None},
            by=by,
            on=on,
            at=at,
        )


def hand_over(cases: Iterable[Case], assignee: User | None, *, by: User, on: date, at: datetime) -> list[Case]:
    """Give several cases to a colleague; gives back those that somebody changed meanwhile, which are left alone."""
    left = []
    with transaction.atomic():
        for case in cases:
            if case.assignee_id != (assignee.pk if assignee else None):
                try:
                    assign(case, assignee, by=by, on=on, at=at)
                except CaseMoved:
                    left.append(case)
    return left


def undo(case: Case, *, by: User, on: date, at: datetime, note: str = "") -> Event:
    """Correct the last event: the case stands again where it stood before. The correction is an event too."""
    with changing(case) as history:
        counting = standing(history)
        if len(counting) < 2:
            raise NothingToUndo(_("There is nothing to correct: the case has only been opened."))
        target = state_of(counting[:-1]).step
        return _record(
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
    """Words beside a case: no event, no step."""
    return Note.objects.create(case=case, text=text, by=by, recorded_at=at, sensitive=sensitive)


def log_visit(
    *,
    key: UUID,
    by: User,
    team: Team,
    on: date,
    at: datetime,
    client: Client | None = None,
    case: Case | None = None,
    moves: Iterable[Move] = (),
    **said: Any,
) -> Visit:
    """Log a visit and the moves it brings, all or none. The same `key` again gives the visit already logged.

    `said` holds channel, minutes, topic, language, result and note. Raises what `move` raises.
    """
    _check_day(on, at=at, not_before=None)
    with transaction.atomic():
        visit, created = Visit.objects.get_or_create(
            key=key,
            defaults={
                "client": client, "case": case, "happened_on": on, "by": by, "team": team, "recorded_at": at, **said,
            },
        )  # fmt: skip
        for wanted in moves if created else ():
            if wanted.office:
                choose_office(wanted.case, wanted.office, by=by, on=on, at=at, visit=visit)
            else:
                move(wanted.case, wanted.transition, by=by, on=on, at=at, facts=wanted.facts, visit=visit)
    return visit


def correct_visit(visit: Visit, *, key: UUID, by: User, on: date, at: datetime, correction: str, **said: Any) -> Visit:
    """Replace a visit by a new row that says why; the old one stays as it was, and no longer counts.

    `said` holds what changes; all else is taken over. The same `key` again gives the correction already made.
    Raises AlreadyCorrected, or BadDay.
    """
    _check_day(on, at=at, not_before=None)
    kept = {name: getattr(visit, name) for name in VISIT_SAYS}
    try:
        corrected, _created = Visit.objects.get_or_create(
            key=key,
            defaults={
                **kept, **said, "team": visit.team, "happened_on": on, "by": by, "recorded_at": at,
                "corrects": visit, "correction": correction,
            },
        )  # fmt: skip
    except IntegrityError:
        if Visit.objects.filter(corrects=visit).exists():
            raise AlreadyCorrected from None
        raise
    return corrected


def attach_visit(visit: Visit, client: Client, *, key: UUID, by: User, at: datetime) -> Visit:
    """Give a visit logged without a file the client it was. Raises what `correct_visit` raises."""
    why = _("The visit had no file yet.")
    return correct_visit(visit, key=key, by=by, on=visit.happened_on, at=at, correction=why, client=client)


# What the functions above are made of

VISIT_SAYS = ("client", "case", "channel", "minutes", "topic", "language", "result", "note")


def offers_for_case(case: Case, *, on: date, urgent: bool = False) -> list[Offer]:
    """What the offices offer the client of a case on a day, by the commune and document in their file."""
    return offers_to(case.client, case.procedure, on=on, urgent=urgent)


def offers_to(client: Client, procedure: str, *, on: date, urgent: bool = False) -> list[Offer]:
    """What the offices offer a client for a procedure on a day; `urgent` asks for the urgent e-card."""
    service = {
        Procedure.DIGITAL_KEY: Service.DIGITAL_KEY,
        Procedure.E_CARD: Service.E_CARD_URGENT if urgent else Service.E_CARD,
        Procedure.CARD_CODES: Service.CARD_CODES,
    }[Procedure(procedure)]
    return offers_for(applicant(client), service, on=on)


def applicant(client: Client) -> Applicant:
    """What the communes need to know of a client: where they live and the class of their document."""
    document = client.residence_document
    return Applicant(
        commune=client.commune,
        document_class=DocumentClass(document.tariff_class) if document else DocumentClass.OTHER,
    )


def price_now(case: Case, *, on: date) -> Tariff | None:
    """The tariff that stands where the promised one stood, if the case's price is in question; else None."""
    found = Case.objects.filter(pk=case.pk).price_changed(on=on).exists()
    if not found or case.tariff is None:
        return None
    line = {name: getattr(case.tariff, name) for name in LINE}
    return Tariff.objects.in_force(on=on).get(**line)


def situation(case: Case, state: State, given: Mapping[str, Value], *, on: date) -> Situation:
    """What the moves of a case are judged by, with the facts that a move would bring."""
    others = Case.objects.open().filter(client_id=case.client_id).exclude(pk=case.pk)
    return Situation(
        facts={**state.known, **given},
        reason=case.reason,
        due_on=state.day(DUE_ON),
        on=on,
        other_open_steps=frozenset(others.values_list("step", flat=True)),
    )


@contextmanager
def changing(case: Case) -> Iterator[list[Event]]:
    """One transaction around a change of a case; gives the case's events so far."""
    with transaction.atomic():
        yield list(Event.objects.filter(case=case).order_by("seq"))


def _record(
    case: Case,
    history: list[Event],
    *,
    kind: EventKind,
    target: str,
    facts: Mapping[str, Value],
    by: User,
    on: date,
    at: datetime,
    transition: str = "",
    visit: Visit | None = None,
    undoes: Event | None = None,
    note: str = "",
    sensitive: bool = False,
) -> Event:
    event = Event(
        case=case,
        procedure=case.procedure,
        seq=case.version + 1,
        kind=kind,
        transition=transition,
        source=case.step,
        target=target,
        happened_on=on,
        recorded_at=at,
        by=by,
        visit=visit,
        facts=_written(facts),
        undoes=undoes,
    )
    columns = state_of([*history, event]).columns()
    swapped = Case.objects.filter(pk=case.pk, version=case.version, step=case.step).update(
        **columns, version=case.version + 1
    )
    if not swapped:
        raise CaseMoved
    event.save(force_insert=True)
    if note:
        Note.objects.create(case=case, event=event, text=note, by=by, recorded_at=at, sensitive=sensitive)
    for name, value in columns.items():
        setattr(case, name, value)
    case.version += 1
    return event


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


def _check_day(on: date, *, at: datetime, not_before: date | None) -> None:
    if on > timezone.localtime(at).date():
        raise BadDay(_("This day lies in the future: note a visit or a step on the day it happened."))
    if not_before and on < not_before:
        raise BadDay(
            _("This day lies before the last step, of %(day)s. Correct that step first.")
            % {"day": not_before.strftime("%d/%m/%Y")}
        )


def _deadline_after(
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
            return deadlines.letter(on, term=term, calendar=_calendar(case), since_fact=since).facts()
        case DueKind.URGENT:
            return deadlines.urgent(cast(datetime, known["ordered_at"]), calendar=_calendar(case)).facts()
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


def _calendar(case: Case) -> Calendar:
    return calendar_for(case.office)


def _written(known: Mapping[str, Value]) -> dict[str, Json]:
    return {name: written(FACTS[name], value) for name, value in known.items()}
