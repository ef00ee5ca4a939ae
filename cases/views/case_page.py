"""The page of one case: where it stands, what is next and whose move it is, what happened, what was promised."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cases import actions
from cases.checklists import checklist
from cases.clock import clock
from cases.forms.moves import FactsForm, NoteForm, asked_at, triage_of
from cases.models import Appointment, Case
from cases.needs import Rule, Situation, unmet
from cases.notices import NEXT, notices
from cases.replay import State, state_of
from cases.story import Named, history, paid_on, told, way
from cases.views.gestures import fetched
from cases.workflow import WORKFLOWS, Need, Procedure, Reason, Step, Transition
from cases.worklist import Task
from communes.models import Delay, Service, Tariff
from communes.working_days import calendar_for
from config.staff.models import User
from config.staff.policy import policy
from config.staff.requests import StaffRequest

# What a closed case leads to, as the client of the same file comes back: the procedure and its reason.
AFTERWARDS: Mapping[str, tuple[Procedure, Reason]] = {
    Step.DESTROYED: (Procedure.E_CARD, Reason.NOT_COLLECTED),
    Step.COLLECTED: (Procedure.E_CARD, Reason.RENEWAL),
}


@dataclass(frozen=True)
class Gesture:
    """A move that the page offers: a button, or, blocked, why and what lifts it.

    `main` is the one that the step asks for. `earlier`: it may have been done on a day on which nothing stopped it,
    and is noted with that day.
    """

    transition: Transition
    stopped_by: list[Rule]
    main: bool

    @property
    def earlier(self) -> bool:
        return {rule.need for rule in self.stopped_by} == {Need.IN_TIME}


@dataclass(frozen=True)
class Price:
    """What was announced, paid and saved; `now` is the tariff that overtook the promise, None if it stands.

    `ordinary`: an urgent card is ordered on the price of an ordinary one.
    """

    paid_on: date | None
    saved: Decimal | None
    now: Tariff | None
    paid_otherwise: bool
    ordinary: bool


@policy("cases.view_case")
def case_page(request: StaffRequest, reference: str) -> HttpResponse:
    """One case, as it stands today."""
    case, today = fetched(request, reference), timezone.localdate()
    events = list(case.events.for_timeline())
    state = state_of(events)
    visits = list(case.visits.visible_to(request.user).standing().select_related("by"))
    notes = list(case.notes.visible_to(request.user).select_related("by"))
    terms, calendar = Delay.objects.terms(on=today), calendar_for(case.office)
    gestures = gestures_of(case, actions.situation(case, state, {}, on=today), by=request.user, on=today)
    possible = [gesture for gesture in gestures if not gesture.stopped_by]
    asked, lines = asked_at(case.step) if case.is_open else (), checklist(case, state)
    untold = [fact for fact in asked if fact.name not in {item.fact for item, _done in lines}]
    return render(
        request,
        "cases/case.html",
        {
            "case": case,
            "client": case.client,
            "today": today,
            "way": way(case, events, on=today),
            "next": NEXT.get(Step(case.step)),
            "notices": notices(case, state, events, on=today, at=timezone.now(), calendar=calendar, terms=terms),
            "clock": clock(
                case,
                state,
                on=today,
                terms=terms,
                calendar=calendar,
            ),
            "gestures": possible,
            "blocked": [gesture for gesture in gestures if gesture.stopped_by],
            "checklist": lines,
            "facts": [told(fact, state.known[fact.name]) for fact in untold if is_known(state, fact.name)],
            "facts_first": not any(gesture.main for gesture in possible),
            "facts_form": FactsForm(case=case, on=today, asked=asked) if asked else None,
            "triage": [told(fact, state.known[fact.name]) for fact in triage_of(case) if is_known(state, fact.name)],
            "asks_triage": bool(triage_of(case)),
            "price": price_of(case, on=today, paid=paid_on(events)),
            "history": history(events, visits, notes, named=Named.of(events)),
            "others": others(case, request.user),
            "appointments": expected(case, request.user, on=today),
            "afterwards": AFTERWARDS.get(case.step),
            "note_form": NoteForm(),
            "can_undo": len(events) > 1,
        },
    )


def gestures_of(case: Case, situation: Situation, *, by: User, on: date) -> list[Gesture]:
    """The moves that leave the case's step and that somebody may do, with what stops them; the main one first."""
    main = Task(case, on).gesture if case.is_open else None
    gestures = [
        Gesture(
            transition,
            stopped_by=[rule for rule in unmet(transition, situation) if not rule.only_warns],
            main=transition == main,
        )
        for transition in WORKFLOWS[case.procedure].leaving(case.step)
        if by.has_perm(transition.permission)
    ]
    return sorted(gestures, key=lambda gesture: not gesture.main)


def is_known(state: State, name: str) -> bool:
    return state.known.get(name) is not None


def price_of(case: Case, *, on: date, paid: date | None) -> Price:
    otherwise = case.paid_amount is not None and case.tariff is not None and case.paid_amount != case.quoted_amount
    saved = None
    service = case.tariff.service if case.tariff else ""
    if case.home_amount is not None and case.quoted_amount is not None and case.home_amount > case.quoted_amount:
        saved = case.home_amount - case.quoted_amount
    return Price(
        paid_on=paid,
        saved=saved,
        now=actions.price_now(case, on=on),
        paid_otherwise=otherwise,
        ordinary=service == Service.E_CARD and case.step == Step.URGENT_ORDERED,
    )


def others(case: Case, user: User) -> list[Case]:
    """The other open cases of the same client."""
    of_the_client = Case.objects.visible_to(user).open().filter(client=case.client_id).exclude(pk=case.pk)
    return list(of_the_client.order_by("-opened_on", "-pk"))


def expected(case: Case, user: User, *, on: date) -> list[Appointment]:
    """When the client is next expected, here or at an office."""
    planned = Appointment.objects.visible_to(user).planned().from_day(on).filter(client=case.client_id)
    return list(planned.select_related("adviser", "office").order_by("starts_at", "pk")[:3])
