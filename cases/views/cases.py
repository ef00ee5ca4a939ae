"""The page of one case, and opening one."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import actions
from cases.checklists import checklist
from cases.forms.clients import SearchForm
from cases.forms.moves import NoteForm, asked_at, triage_of
from cases.forms.opening import OpeningForm
from cases.models import Client
from cases.needs import Rule, other_way, unmet
from cases.replay import state_of
from cases.search import find
from cases.story import clock, history, told, way
from cases.traces import shown
from cases.views.moves import BOTH, fetched
from cases.workflow import WORKFLOWS, Procedure, Transition
from communes.models import Office, Service
from config.staff.policy import policy
from config.staff.requests import StaffRequest


@dataclass(frozen=True)
class Gesture:
    """A move that the page offers: a button, or, blocked, why and what lifts it."""

    transition: Transition
    stopped_by: list[Rule]


@policy("cases.view_case")
def case_page(request: StaffRequest, reference: str) -> HttpResponse:
    """One case: where it stands, what is next and who is waited for, what happened, what was promised."""
    case, today = fetched(request, reference), timezone.localdate()
    events = list(case.events.for_timeline())
    state = state_of(events)
    visits = list(case.visits.visible_to(request.user).standing().select_related("by"))
    notes = list(case.notes.visible_to(request.user).select_related("by"))
    offices = Office.objects.in_bulk([event.facts["office"] for event in events if event.facts.get("office")])
    situation = actions.situation(case, state, {}, on=today)
    gestures = [
        Gesture(transition, [rule for rule in unmet(transition, situation) if not rule.only_warns])
        for transition in WORKFLOWS[case.procedure].leaving(case.step)
        if request.user.has_perm(transition.permission)
    ]
    saved = None
    if case.home_amount is not None and case.quoted_amount is not None:
        saved = max(case.home_amount - case.quoted_amount, 0)
    return render(
        request,
        "cases/case.html",
        {
            "case": case,
            "client": case.client,
            "today": today,
            "way": way(case, events, on=today),
            "clock": clock(case, state, on=today),
            "gestures": gestures,
            "checklist": checklist(case, state),
            "facts": [told(fact, state.known[fact.name]) for fact in asked_at(case.step) if fact.name in state.known],
            "asks_facts": bool(asked_at(case.step)),
            "triage": [told(fact, state.known[fact.name]) for fact in triage_of(case) if fact.name in state.known],
            "asks_triage": bool(triage_of(case)),
            "way_out": other_way(state.known) if case.step == "orientation" else None,
            "history": history(events, visits, notes, offices=offices),
            "saved": saved,
            "note_form": NoteForm(),
            "can_undo": len(events) > 1,
        },
    )


# «Where to go?» speaks of services, a case of procedures.
PROCEDURES: dict[str, Procedure] = {
    Service.DIGITAL_KEY: Procedure.DIGITAL_KEY,
    Service.E_CARD: Procedure.E_CARD,
    Service.E_CARD_URGENT: Procedure.E_CARD,
    Service.CARD_CODES: Procedure.CARD_CODES,
}


@policy("cases.add_case", methods=BOTH)
def new_case(request: StaffRequest) -> HttpResponse:
    """Open a case of the client that the address names. Without one, the client's file comes first."""
    if "client" not in request.GET:
        return for_whom(request)
    clients = Client.objects.visible_to(request.user).living().select_related("commune", "residence_document", "team")
    client = get_object_or_404(clients, reference=request.GET["client"])
    shown(request, [client.pk])
    today = timezone.localdate()
    initial = {name: request.GET[name] for name in ("procedure", "reason", "office") if name in request.GET}
    if procedure := PROCEDURES.get(request.GET.get("service", "")):
        initial["procedure"] = procedure
    form = OpeningForm(request.POST or None, client=client, on=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                case = actions.open_case(
                    client=client,
                    procedure=said["procedure"],
                    reason=said["reason"],
                    by=request.user,
                    on=said["opened_on"],
                    at=timezone.now(),
                    assignee=request.user,
                    card_expires_on=said["card_expires_on"],
                )
                if said["office"]:
                    actions.choose_office(
                        case, said["office"], by=request.user, on=said["opened_on"], at=timezone.now()
                    )
        except actions.NotDone as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The case %(reference)s is open.") % {"reference": case.reference})
            return redirect(case)
    page = {"form": form, "client": client}
    return render(request, "cases/new_case.html", page, status=422 if form.errors else 200)


def for_whom(request: StaffRequest) -> HttpResponse:
    """A case belongs to a client: find their file, or open one. What «Where to go?» said stays in the address."""
    form, found = SearchForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        found = find(
            form.cleaned_data["q"].strip(), Client.objects.visible_to(request.user).living().with_open_cases()
        )
        shown(request, [client.pk for client in found.clients])
    return render(request, "cases/for_whom.html", {"form": form, "found": found})
