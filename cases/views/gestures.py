"""The shape of every gesture on a case: a form of its own, done once, given back whole when it is refused.

It works without JavaScript, and Today opens the same form within its row.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.clock import clock
from cases.forms.moves import SeenForm
from cases.models import Case
from cases.models.event import EventKind
from cases.replay import State, state_of
from cases.story import Entry, Named, history
from cases.traces import shown
from cases.workflow import Transition
from communes.models import Delay
from communes.working_days import calendar_for
from config.staff.requests import StaffRequest

BOTH = ("GET", "HEAD", "POST")


def fetched(request: StaffRequest, reference: str) -> Case:
    """The case that somebody may open, or 404 as for one that does not exist."""
    cases = Case.objects.visible_to(request.user).select_related("client__commune", "client__residence_document")
    case = get_object_or_404(cases.select_related("office", "assignee", "team", "tariff"), reference=reference)
    shown(request, [], opened=case.client_id)
    return case


def now_at(case: Case) -> State:
    return state_of(case.events.order_by("seq"))


def gesture(
    request: StaffRequest,
    case: Case,
    form: SeenForm,
    act: Callable[[], object],
    *,
    title: str,
    button: str,
    done: str,
    transition: Transition | None = None,
    **context: Any,
) -> HttpResponse:
    """Show the form of a gesture, or do it. A refusal gives the form back with all that was typed.

    Somebody else was faster: 409, with the case as it is now and what was done meanwhile; the next try is made on
    that. The same form sent twice by the same person is done once.
    """
    status, meanwhile = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            seen = form.cleaned_data["version"]
            try:
                act()
            except actions.CaseMoved as refusal:
                case = fetched(request, case.reference)
                if sent_twice(case, form, by=request.user.pk, seen=seen):
                    return back(request, case)
                form.data = request.POST.copy()
                form.data["version"] = str(case.version)
                form.add_error(None, str(refusal))
                status, meanwhile = 409, since(case, seen=seen)
            except actions.NotDone as refusal:
                case = fetched(request, case.reference)
                form.add_error(None, str(refusal))
            else:
                messages.success(request, done, extra_tags=undo_at_once(request, form, seen=seen))
                return back(request, case)
    today = timezone.localdate()
    page = {
        "case": case,
        "form": form,
        "title": title,
        "button": button,
        "today": today,
        "clock": clock(
            case, now_at(case), on=today, terms=Delay.objects.terms(on=today), calendar=calendar_for(case.office)
        ),
        "meanwhile": meanwhile,
        "impossible": transition is not None and case.step not in transition.sources,
        **context,
    }
    return render(request, "cases/gesture.html", page, status=status)


def back(request: StaffRequest, case: Case) -> HttpResponse:
    """Where the gesture was begun: Today, the urgent order, or the page of the case."""
    match request.GET.get("back"):
        case "today":
            return redirect("cases:today")
        case "order":
            return redirect("cases:move", case.reference, "order_urgently")
        case _:
            return redirect(case)


def undo_at_once(request: StaffRequest, form: SeenForm, *, seen: int) -> str:
    """The address that takes back what was just done, beside its message; empty where nothing can be."""
    if form.kind == EventKind.UNDONE or form.case.version == seen:
        return ""
    return undo_address(form.case.reference, form.case.version, back=request.GET.get("back", ""))


def undo_address(reference: str, version: int, *, back: str) -> str:
    """One gesture, for whoever misclicked: it takes back the event that left that version, and no other."""
    query = {"seen": str(version)} | ({"back": back} if back == "today" else {})
    return reverse("cases:undo", args=[reference], query=query)


def sent_twice(case: Case, form: SeenForm, *, by: int, seen: int) -> bool:
    """Is the next event after the version that was seen this very form, sent by the same person?"""
    event = case.events.filter(seq=seen + 1, by=by, kind=form.kind, transition=form.transition_name).first()
    return event is not None and form.wrote(event)


def since(case: Case, *, seen: int) -> list[Entry]:
    """What was done after the version that somebody saw, the newest first."""
    events = list(case.events.for_timeline())
    entries = history(events, [], [], named=Named.of(events))
    return entries[: max(len(events) - seen, 0)]
