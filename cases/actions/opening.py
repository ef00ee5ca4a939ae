"""Opening a case."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases import deadlines
from cases.actions.recalls import settle_recalls_of
from cases.actions.record import check_day, in_json
from cases.actions.refusals import NotInTheWorkflow
from cases.facts import Value
from cases.models import Case, Client, Event, Series
from cases.models.event import EventKind
from cases.replay import State
from cases.workflow import WORKFLOWS, Procedure, Reason
from communes.models import DelayCode, delay_in_force
from communes.terms import Term
from config.staff.models import Team, User


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
    check_day(on, at=at, not_before=None)
    known = known_at_opening(
        reason=reason,
        assignee=assignee.pk if assignee else None,
        card_expires_on=card_expires_on,
        term=lambda code: delay_in_force(code, on=on),
    )
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
            in_touch_on=on,
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
            facts=in_json(known),
        )
        if procedure == Procedure.E_CARD:
            settle_recalls_of(client, by=by, on=on, at=at)
    return case


def known_at_opening(
    *, reason: str, assignee: int | None, card_expires_on: date | None, term: Callable[[str], Term]
) -> dict[str, Value]:
    """The facts of an opening: who follows the case, and the renewal window if the expiry is known."""
    known: dict[str, Value] = {"assignee": assignee}
    if card_expires_on:
        known["card_expires_on"] = card_expires_on
        if reason == Reason.RENEWAL:
            opens, closes = term(DelayCode.RENEWAL_OPENS), term(DelayCode.RENEWAL_CLOSES)
            known |= deadlines.renewal(card_expires_on, opens=opens, closes=closes).facts()
    return known
