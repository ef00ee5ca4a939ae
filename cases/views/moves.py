"""What an adviser does with a case: move it on, note facts and words, correct, give it to a colleague."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases import actions
from cases.forms.moves import AssignForm, FactsForm, MoveForm, NoteForm, RecallForm, UndoForm, asked_at
from cases.forms.moves import triage_of as triage_questions
from cases.models import Case
from cases.needs import unmet
from cases.replay import standing
from cases.story import Named, history
from cases.views.gestures import BOTH, fetched, gesture, now_at
from cases.workflow import WORKFLOWS, Need
from cases.worklist import Task
from config.staff.policy import policy
from config.staff.requests import StaffRequest


@policy("cases.move_case", methods=BOTH)
def move(request: StaffRequest, reference: str, name: str) -> HttpResponse:
    """One move of the workflow."""
    case, now, today = fetched(request, reference), timezone.now(), timezone.localdate()
    try:
        transition = WORKFLOWS[case.procedure].transition(name)
    except KeyError:
        raise Http404 from None
    if name == "choose_office":
        return redirect("cases:office", case.reference)
    form = MoveForm(request.POST or None, case=case, on=today, transition=transition)

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

    situation = actions.situation(case, now_at(case), {}, on=today)
    return gesture(
        request,
        case,
        form,
        act,
        title=str(transition.label),
        button=str(transition.label).rstrip("…"),
        done=str(transition.past),
        transition=transition,
        rules=(rules := unmet(transition, situation) if case.step in transition.sources else []),
        ordinary_quote=any(rule.need == Need.URGENT_QUOTE for rule in rules),
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
    """Correct the last event. The correction stays in the history, like what it corrects.

    The button beside the message of what was just done says in its address what was seen.
    """
    case, now = fetched(request, reference), timezone.now()
    said = request.POST | {"version": request.GET["seen"]} if "seen" in request.GET else request.POST
    form = UndoForm(said if request.method == "POST" else None, case=case)

    def act() -> None:
        actions.undo(form.seen(), by=request.user, on=timezone.localdate(), at=now, note=form.cleaned_data["note"])

    events = standing(case.events.for_timeline())
    return gesture(
        request,
        case,
        form,
        act,
        title=_("Correct the last step"),
        button=_("Take it back"),
        done=_("Corrected: the case stands again where it stood before."),
        taken_back=history(events[-1:], [], [], named=Named.of(events)) if len(events) > 1 else [],
    )


@policy("cases.move_case", methods=BOTH)
def recall(request: StaffRequest, reference: str) -> HttpResponse:
    """What came of the recall before a card expires: it is then asked for no more."""
    case, now = fetched(request, reference), timezone.now()
    form = RecallForm(request.POST or None, case=case)

    def act() -> None:
        said = form.cleaned_data
        actions.settle_recall(
            form.seen(), said["answer"], by=request.user, on=timezone.localdate(), at=now, note=said["note"]
        )

    return gesture(
        request,
        case,
        form,
        act,
        title=_("Recall before the card expires"),
        button=pgettext("button", "Note"),
        done=_("Noted: the recall is done."),
        renewal=Task(case, timezone.localdate()).renewal_url if case.recall_on else None,
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
