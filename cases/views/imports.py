"""Bringing in an old list, in three steps: choose the file, say what its columns mean, look, confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions import NotDone
from cases.forms.imports import MOST_ASKED, ColumnsForm, ConfirmForm, ListForm, names_of_lists
from cases.imports.columns import guessed
from cases.imports.keeping import chosen_columns, keep, kept, remember, remembered
from cases.imports.planning import plan
from cases.imports.plans import Plan
from cases.imports.template import csv_template, xlsx_template
from cases.imports.writing import carry_out
from cases.models import Client, Import
from cases.traces import shown
from config.clean_text import masked, scan
from config.staff.policy import policy
from config.staff.requests import StaffRequest
from config.staff.sealing import SealedWithAnotherKey
from config.tables import Read

BOTH = ("GET", "HEAD", "POST")
PAST = 20
MOST_PROBLEMS = 200
SAMPLES = 2
TEMPLATES = {
    "csv": (csv_template, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_template, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@dataclass(frozen=True)
class Sample:
    """A column of the list on the page: its field and what stands in its first filled cells, secrets blotted out."""

    field: object
    cells: list[str]


@policy("cases.import_client", methods=BOTH)
def import_list(request: StaffRequest) -> HttpResponse:
    """Choose a file. The list that waits, and those that were brought in, stand below."""
    now = timezone.now()
    form = ListForm(request.POST or None, request.FILES or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        batch = keep(form.read, source=said["source"], team=said["team"], by=request.user, at=now)
        return redirect("cases:import_columns", batch.key)
    waiting = Import.objects.of(request.user).waiting(at=now).first()
    past = Import.objects.done()[:PAST]
    context = {"form": form, "waiting": waiting, "past": past, "lists": names_of_lists()}
    return render(request, "cases/import.html", context, status=422 if form.errors else 200)


@policy("cases.import_client")
def import_template(request: StaffRequest, kind: str) -> HttpResponse:
    """An empty list with our own columns, as CSV or XLSX."""
    if kind not in TEMPLATES:
        raise Http404
    content, content_type = TEMPLATES[kind]
    name = f"sesame-{_('list')}.{kind}"
    return HttpResponse(
        content(), content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@policy("cases.import_client", methods=BOTH)
def import_columns(request: StaffRequest, key: UUID) -> HttpResponse:
    """Say what each column means; guessed from its header, and as it was chosen the last time."""
    batch, read = waiting_list(request, key)
    headers = wide(read)
    chosen = chosen_columns(batch) or guessed(headers, remembered(headers, source=batch.source))
    form = ColumnsForm(request.POST or None, headers=headers, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        remember(batch, headers, form.chosen)
        return redirect("cases:import_preview", batch.key)
    samples = [Sample(field, cells_of(read.lines, place)) for place, field in enumerate(form)]
    context = {"form": form, "batch": batch, "read": read, "samples": samples, "lines": len(read.lines) - 1}
    return render(request, "cases/import_columns.html", context, status=422 if form.errors else 200)


@policy("cases.import_client", methods=BOTH)
def import_preview(request: StaffRequest, key: UUID) -> HttpResponse:
    """What the list would make. Confirmed, it is made as it was shown, or not at all."""
    batch, read = waiting_list(request, key)
    if not batch.columns:
        return redirect("cases:import_columns", batch.key)
    status, now = 200, timezone.now()
    planned = planned_for(request, batch, read)
    form = ConfirmForm(
        request.POST or None, initial={"seen": planned.seen}, hinted=planned.hinted, doubts=len(planned.doubts)
    )
    if request.method == "POST":
        status = 422
        if form.data.get("seen") != planned.seen:
            status = 409
            form = ConfirmForm(initial={"seen": planned.seen}, hinted=planned.hinted, doubts=len(planned.doubts))
            messages.error(request, _("The files changed since this preview: look at it as it is now, then confirm."))
        elif form.is_valid():
            if form.decided:
                planned = planned_for(request, batch, read, decided=form.decided)
            try:
                carry_out(planned, batch, by=request.user, at=now)
            except NotDone as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The list is in: nothing of it is left to do here."))
                return redirect("cases:import")
    shown(request, [alike.client.pk for person in planned.hinted[:MOST_ASKED] for alike in person.alike])
    context = {
        "batch": batch,
        "form": form,
        "plan": planned,
        "problems": planned.problems[:MOST_PROBLEMS],
        "doubts": planned.doubts[:MOST_PROBLEMS],
        "not_asked": max(0, len(planned.hinted) - MOST_ASKED),
    }
    return render(request, "cases/import_preview.html", context, status=status)


@policy("cases.import_client", methods=("POST",))
def cancel_import(request: StaffRequest, key: UUID) -> HttpResponse:
    """Throw the file away."""
    Import.objects.of(request.user).filter(key=key, done_at=None).delete()
    messages.success(request, _("The file is deleted; nothing was added."))
    return redirect("cases:import")


def waiting_list(request: StaffRequest, key: UUID) -> tuple[Import, Read]:
    """One's own list, while it waits; else 404."""
    batch = get_object_or_404(Import.objects.of(request.user).waiting(at=timezone.now()), key=key)
    try:
        return batch, kept(batch)
    except SealedWithAnotherKey:
        raise Http404 from None


def planned_for(request: StaffRequest, batch: Import, read: Read, *, decided: dict[int, str] | None = None) -> Plan:
    return plan(
        read.lines,
        chosen_columns(batch),
        source=batch.source,
        among=Client.objects.visible_to(request.user),
        at=timezone.now(),
        decided=decided,
    )


def wide(read: Read) -> list[str]:
    """The headers, one a column: also for a column that has cells and no name."""
    width = max(map(len, read.lines))
    return [*read.lines[0], *[""] * (width - len(read.lines[0]))]


def cells_of(lines: Sequence[Sequence[str]], place: int) -> list[str]:
    filled = (line[place] for line in lines[1:] if place < len(line) and line[place].strip())
    # Blotted out before it is cut short: half a number is no number for the guard.
    return [masked(cell, scan(cell))[:60] for cell, _n in zip(filled, range(SAMPLES), strict=False)]
