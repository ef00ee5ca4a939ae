"""What an adviser does with a case: move it on, choose the office, note facts and words, correct, hand over.

Every gesture has a page of its own, so that it works without JavaScript and keeps what was typed when it is refused.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases import actions
from cases.forms.moves import AssignForm, FactsForm, MoveForm, NoteForm, OfficeForm, SeenForm, asked_at
from cases.forms.moves import triage_of as triage_questions
from cases.models import Case
from cases.needs import other_way, unmet
from cases.replay import State, state_of
from cases.story import clock
from cases.traces import shown
from cases.workflow import WORKFLOWS
from config.staff.policy import policy
from config.staff.requests import StaffRequest

BOTH = ("GET", "HEAD", "POST")


def fetched(request: StaffRequest, reference: str) -> Case:
    """The case that somebody may open, or 404 as for one that does not exist."""
    cases = Case.objects.visible_to(request.user).select_related("client__commune", "client__residence_document")
    case = get_object_or_404(cases.select_related("office", "assignee", "team"), reference=reference)
    shown(request, [case.client_id])
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
    **context: Any,
) -> HttpResponse:
    """Show the form of a gesture, or do it. A refusal gives the form back with all that was typed.

    Somebody else was faster: 409, with the case as it is now; the next try is made on that.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act()
            except actions.CaseMoved as refusal:
                case = fetched(request, case.reference)
                form.data = {**request.POST.dict(), "version": case.version}
                form.add_error(None, str(refusal))
                status = 409
            except actions.NotDone as refusal:
                case.refresh_from_db()
                form.add_error(None, str(refusal))
            else:
                messages.success(request, done)
                return redirect("cases:today" if request.GET.get("back") == "today" else case)
    today = timezone.localdate()
    page = {
        "case": case, "form": form, "title": title, "button": button, "today": today,
        "clock": clock(case, now_at(case), on=today), **context,
    }  # fmt: skip
    return render(request, "cases/gesture.html", page, status=status)


@policy("cases.move_case", methods=BOTH)
def move(request: StaffRequest, reference: str, name: str) -> HttpResponse:
    """One move of the workflow."""
    case, now = fetched(request, reference), timezone.now()
    try:
        transition = WORKFLOWS[case.procedure].transition(name)
    except KeyError:
        raise Http404 from None
    if name == "choose_office":
        return redirect("cases:office", case.reference)
    form = MoveForm(request.POST or None, case=case, on=timezone.localdate(), transition=transition)

    def act() -> None:
        actions.move(
            form.seen(),
            name,
            by=request.user,
            on=form.cleaned_data["happened_on"],
            at=now,
            facts=form.facts(),
            note=form.cleaned_data["note"],
        )

    situation = actions.situation(case, now_at(case), {}, on=timezone.localdate())
    return gesture(
        request,
        case,
        form,
        act,
        title=str(transition.label),
        button=str(transition.label).rstrip("…"),
        done=str(transition.past),
        rules=unmet(transition, situation) if case.step in transition.sources else [],
    )


@policy("cases.move_case", methods=BOTH)
def office(request: StaffRequest, reference: str) -> HttpResponse:
    """Choose the office, or choose it again: tariff and price of that day become the promise."""
    case, now, today = fetched(request, reference), timezone.now(), timezone.localdate()
    urgent = request.GET.get("urgent") == "yes"
    offers = actions.offers_for_case(case, on=today, urgent=urgent)
    form = OfficeForm(request.POST or None, case=case, on=today, offers=offers)

    def act() -> None:
        actions.choose_office(
            form.seen(),
            form.cleaned_data["office"],
            by=request.user,
            on=form.cleaned_data["happened_on"],
            at=now,
            urgent=urgent,
        )

    return gesture(
        request,
        case,
        form,
        act,
        title=_("Choose the office"),
        button=_("Choose this office"),
        done=_("The office is chosen and its price is promised."),
        no_offer=not offers,
        way_out=other_way(now_at(case).known),
        urgent=urgent,
    )


@policy("cases.move_case", methods=BOTH)
def facts(request: StaffRequest, reference: str) -> HttpResponse:
    """Note what does not change the step: a code received, DocStop called, paid at the counter."""
    case = fetched(request, reference)
    return noting(request, case, asked=asked_at(case.step), title=_("Note what is known"))


@policy("cases.move_case", methods=BOTH)
def triage(request: StaffRequest, reference: str) -> HttpResponse:
    """The questions before any fee: is there a way in without an office?"""
    case = fetched(request, reference)
    return noting(request, case, asked=triage_questions(case), title=_("Is an office needed at all?"))


def noting(request: StaffRequest, case: Case, *, asked: tuple[Any, ...], title: str) -> HttpResponse:
    if not asked:
        raise Http404
    now, known = timezone.now(), now_at(case).known
    initial = {fact.name: known.get(fact.name) for fact in asked if isinstance(known.get(fact.name), str)}
    form = FactsForm(request.POST or None, case=case, on=timezone.localdate(), asked=asked, initial=initial)

    def act() -> None:
        day = form.cleaned_data["happened_on"]
        actions.note_facts(form.seen(), by=request.user, on=day, at=now, facts=form.facts())

    return gesture(request, case, form, act, title=title, button=pgettext("button", "Note"), done=_("Noted."))


@policy("cases.move_case", methods=BOTH)
def undo(request: StaffRequest, reference: str) -> HttpResponse:
    """Correct the last event. The correction stays in the history, like what it corrects."""
    case, now = fetched(request, reference), timezone.now()
    form = SeenForm(request.POST or None, case=case)

    def act() -> None:
        actions.undo(form.seen(), by=request.user, on=timezone.localdate(), at=now)

    return gesture(
        request,
        case,
        form,
        act,
        title=_("Correct the last step"),
        button=_("Take it back"),
        done=_("Corrected: the case stands again where it stood before."),
    )


@policy("cases.assign_case", methods=BOTH)
def assign(request: StaffRequest, reference: str) -> HttpResponse:
    """Give the case to a colleague of its team, or to nobody."""
    case, now = fetched(request, reference), timezone.now()
    form = AssignForm(request.POST or None, case=case)

    def act() -> None:
        colleague = form.cleaned_data["assignee"]
        actions.assign(form.seen(), colleague, by=request.user, on=timezone.localdate(), at=now)

    return gesture(
        request, case, form, act, title=_("Who follows this case?"), button=_("Hand over"), done=_("Handed over.")
    )


@policy("cases.move_case", methods=BOTH)
def note(request: StaffRequest, reference: str) -> HttpResponse:
    """Words beside the case."""
    case = fetched(request, reference)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.write_note(case, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The note is kept."))
        return redirect(case)
    page = {"case": case, "form": form, "title": _("Write a note"), "button": _("Keep the note")}
    return render(request, "cases/gesture.html", page, status=422 if form.errors else 200)
