"""Visits: the one short form, and the correction of what was written down."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import actions
from cases.forms.appointments import NextAppointmentForm
from cases.forms.visits import CorrectionForm, MoveChoice, VisitForm
from cases.households import living_with
from cases.models import Case, Client, Event, Visit
from cases.needs import Situation, unmet
from cases.replay import state_of
from cases.search import Found, find, reference_in
from cases.traces import shown
from cases.views.gestures import undo_address
from cases.workflow import WORKFLOWS, Transition
from config.staff.policy import policy
from config.staff.requests import StaffRequest

HITS = 6


@policy("cases.add_visit", methods=("GET", "HEAD", "POST"))
def new_visit(request: StaffRequest) -> HttpResponse:
    """Log a visit, with the moves it brings. The same form sent twice is one visit."""
    ask = request.POST.get("ask", "")
    today = timezone.localdate()
    case = Case.objects.visible_to(request.user).filter(reference=reference_in(request.GET.get("case", ""))).first()
    client = chosen_client(request, case)
    if request.method == "POST" and not ask:
        form = VisitForm(request.POST, by=request.user, on=today)
    else:
        typed = request.POST.dict() if ask else {"client": client.reference if client else "", "who": client or ""}
        form = VisitForm(initial=typed, by=request.user, on=today)
    mates = mates_of(request, client)
    along = [mate for mate in mates if mate.reference in request.POST.getlist("with")]
    moves = move_choices(request, client, along, data=request.POST)
    appointment = next_appointment(request, asking=bool(ask))
    status = 200
    valid = [each.is_valid() for each in (form, appointment, *moves) if each.is_bound]
    if form.is_bound and all(valid) and has_a_client(form, appointment):
        try:
            visit = log(request, form, moves, along, about=case, comes_back_at=appointment.starts_at())
        except actions.CaseMoved as refusal:
            form.add_error(None, str(refusal))
            moves, status = move_choices(request, client, along, data=with_versions_of_now(request, moves)), 409
        except actions.NotDone as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as missing:
            form.add_error(None, missing)
        else:
            back = request.POST.get("back") or request.GET.get("back") or ""
            messages.success(request, said_about(visit), extra_tags=undo_of(visit, back=back))
            return redirect("cases:today" if back == "today" else page_of(visit))
    if form.is_bound and status == 200:
        status = 422
    context = {
        "form": form, "moves": moves, "chosen": client, **people(request, client), "about": case, "mates": mates,
        "along": along, "appointment": appointment,
    }  # fmt: skip
    return render(request, page(request, ask), context, status=status)


def next_appointment(request: StaffRequest, *, asking: bool) -> NextAppointmentForm:
    """When they come back; what was typed of it stays while a client is still looked for."""
    now = timezone.now()
    if request.method == "POST" and not asking:
        return NextAppointmentForm(request.POST, at=now)
    typed = {name: request.POST.get(f"next-{name}", "") for name in NextAppointmentForm.base_fields}
    return NextAppointmentForm(at=now, initial=typed)


def has_a_client(form: VisitForm, appointment: NextAppointmentForm) -> bool:
    """An appointment is with somebody: an anonymous visit has none."""
    if appointment.starts_at() and not form.cleaned_data["client"]:
        appointment.add_error("day", _("An appointment needs a file: choose the person, or leave it empty."))
        return False
    return True


@policy("cases.add_visit", methods=("GET", "HEAD", "POST"))
def correct_visit(request: StaffRequest, key: UUID) -> HttpResponse:
    """Write a visit down again, rightly, with a reason; or give it the client it lacked."""
    visit = get_object_or_404(Visit.objects.visible_to(request.user).for_table(), key=key)
    shown(request, [], opened=visit.client_id)
    later = Visit.objects.visible_to(request.user).filter(corrects=visit).first()
    if later:
        messages.info(request, _("This visit was corrected already: here is the row that counts."))
        return redirect("cases:correct_visit", later.key)
    ask = request.POST.get("ask", "")
    client = chosen_client(request, None) if request.method == "POST" else visit.client
    if request.method == "POST" and not ask:
        form = CorrectionForm(request.POST, by=request.user, on=visit.happened_on)
    else:
        fields = ("channel", "minutes", "topic", "language", "result", "note", "happened_on")
        said = {name: getattr(visit, name) for name in fields}
        file = {"client": client.reference if client else "", "who": str(client or "")}
        form = CorrectionForm(
            initial={**said, **file, **(request.POST.dict() if ask else {})}, by=request.user, on=visit.happened_on
        )
    came = list(Client.objects.visible_to(request.user).filter(companies__visit=visit).order_by("companies__pk"))
    mates = mates_of(request, client, or_else=came)
    along = [mate for mate in mates if mate.reference in request.POST.getlist("with")] if request.POST else came
    if form.is_bound and form.is_valid():
        try:
            said = form.said(cases=[], moved=False)
            actions.correct_visit(
                visit,
                key=form.cleaned_data["key"],
                by=request.user,
                on=form.cleaned_data["happened_on"] or visit.happened_on,
                at=timezone.now(),
                correction=form.cleaned_data["correction"],
                companions=[
                    *along,
                    *Client.objects.filter(companies__visit=visit).exclude(pk__in=[c.pk for c in came]),
                ],
                **{**said, "case": visit.case if said["client"] == visit.client else None},
            )
        except actions.NotDone as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as missing:
            form.add_error(None, missing)
        else:
            messages.success(request, _("The visit is corrected."))
            return redirect(page_of(visit))
    context = {
        "form": form, "moves": [], "chosen": client, **people(request, client), "visit": visit, "mates": mates,
        "along": along,
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, page(request, ask), context | {"appointment": None}, status=status)


def log(
    request: StaffRequest,
    form: VisitForm,
    moves: list[MoveChoice],
    along: list[Client],
    *,
    about: Case | None,
    comes_back_at: datetime | None,
) -> Visit:
    """Raises what `log_visit` raises, and ValidationError for what the form could not fill in by itself."""
    wanted = [move for choice in moves if choice.is_bound and (move := choice.wanted())]
    cases = [move.case for move in wanted]
    if about and not cases and about.client == form.cleaned_data["client"]:
        cases = [about]
    team = request.user.team or form.cleaned_data["team"]
    return actions.log_visit(
        key=form.cleaned_data["key"],
        by=request.user,
        team=team,
        on=form.cleaned_data["happened_on"] or form.on,
        at=timezone.now(),
        moves=wanted,
        comes_back_at=comes_back_at,
        companions=along,
        **form.said(cases=cases, moved=bool(wanted)),
    )


def chosen_client(request: StaffRequest, case: Case | None) -> Client | None:
    """The file that the form or the address names, among those one may open; None for nobody."""
    if case and request.method != "POST":
        shown(request, [], opened=case.client_id)
        return case.client
    reference = reference_in((request.POST if request.method == "POST" else request.GET).get("client", ""))
    if request.POST.get("who") == "":
        return None
    client = Client.objects.visible_to(request.user).living().filter(reference=reference).first()
    shown(request, [], opened=client.pk if client else None)
    return client


def people(request: StaffRequest, client: Client | None) -> dict[str, Any]:
    """Whom the typed words may mean: nobody is looked for once the file is chosen and the words name it."""
    who = request.POST.get("who", "").strip()
    if not who or (client and who == client.name):
        return {"found": None}
    found: Found = find(who[:120], Client.objects.visible_to(request.user).living(), by=request.user, shown=HITS)
    shown(request, [hit.pk for hit in found.clients])
    return {"found": found}


def mates_of(request: StaffRequest, client: Client | None, *, or_else: Iterable[Client] = ()) -> list[Client]:
    """Whom the visit of a client may name beside them: who lives with them, and who was named before."""
    if client is None:
        return []
    mates = [member.client for member in living_with(client, seen_by=request.user)]
    mates += [other for other in or_else if other not in mates and other != client]
    shown(request, [mate.pk for mate in mates])
    return mates


def move_choices(
    request: StaffRequest, client: Client | None, along: list[Client], *, data: QueryDict
) -> list[MoveChoice]:
    """For each open case of the client, and of who came along, the moves that no rule stops today."""
    if client is None or not request.user.has_perm("cases.move_case"):
        return []
    visible = Case.objects.visible_to(request.user).open().filter(client__in=[client, *along])
    cases = list(visible.select_related("client__commune", "client__residence_document").order_by("pk"))
    cases.sort(key=lambda case: [client, *along].index(case.client))
    events: dict[int, list[Event]] = {case.pk: [] for case in cases}
    for event in Event.objects.filter(case__in=cases).order_by("case", "seq"):
        events[event.case_id].append(event)
    today = timezone.localdate()
    return [
        MoveChoice(
            data if f"{case.reference}-version" in data else None,
            case=case,
            offered=offered(case, events[case.pk], others=[other for other in cases if other.client == case.client]),
            on=today,
            asking="ask" in data,
        )
        for case in cases
    ]


def offered(case: Case, events: list[Event], *, others: list[Case]) -> list[Transition]:
    state = state_of(events)
    situation = Situation(
        facts=state.known,
        reason=case.reason,
        due_on=case.due_on,
        on=timezone.localdate(),
        other_open_steps=frozenset(other.step for other in others if other.pk != case.pk),
    )
    leaving = WORKFLOWS[case.procedure].leaving(case.step)
    return [move for move in leaving if all(rule.only_warns for rule in unmet(move, situation))]


def with_versions_of_now(request: StaffRequest, moves: list[MoveChoice]) -> QueryDict:
    """What was typed, on the cases as they are now: the next try is made on those."""
    data = request.POST.copy()
    for choice in moves:
        now = Case.objects.filter(pk=choice.case.pk).values_list("version", flat=True).get()
        data[f"{choice.case.reference}-version"] = str(now)
    return data


def undo_of(visit: Visit, *, back: str) -> str:
    """Where the one move that a visit brought is taken back; empty if it brought none, or several."""
    moved = list(visit.events.select_related("case"))
    return undo_address(moved[0].case.reference, moved[0].seq, back=back) if len(moved) == 1 else ""


def said_about(visit: Visit) -> str:
    moved = visit.events.count()
    if moved:
        return _("The visit is logged, and the case moved on.")
    return _("The visit is logged.")


def page_of(visit: Visit) -> str:
    return visit.client.get_absolute_url() if visit.client else reverse("cases:visits")


def page(request: StaffRequest, ask: str) -> str:
    """The template: the part that htmx asked for, or the whole page."""
    parts = {"who": "cases/visit_form.html#people", "moves": "cases/visit_form.html#moves"}
    return parts.get(ask, "cases/visit_form.html") if request.htmx else "cases/visit_form.html"
