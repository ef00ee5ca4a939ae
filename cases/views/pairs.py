"""Two files that resemble each other: say that they are two people, or merge them into one."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import files, merging, pairs, parting
from cases.actions import NotDone
from cases.forms.clients import SearchForm
from cases.forms.merging import MergeForm, OtherFileForm
from cases.models import Case, Client, Member, Merge, TwoPeople
from cases.search import find, similar_to
from cases.traces import shown
from cases.workflow import Procedure
from config.staff.models import User
from config.staff.policy import policy
from config.staff.requests import StaffRequest


@policy("cases.change_client", methods=("POST",))
def tell_apart(request: StaffRequest, reference: str) -> HttpResponse:
    """These are two people: neither is offered as similar to the other any more."""
    client, other = pair(request, reference)
    pairs.tell_apart(client, [other], by=request.user, at=timezone.now())
    messages.success(request, _("Noted: %(reference)s is another person.") % {"reference": other.reference})
    return redirect(client)


@policy("cases.change_client", methods=("POST",))
def take_back(request: StaffRequest, reference: str) -> HttpResponse:
    """They may be one person after all."""
    client, other = pair(request, reference)
    pairs.take_back(client, other)
    messages.success(request, _("Taken back: the two files may be about one person again."))
    return redirect(client)


@policy("cases.change_client", methods=("GET", "HEAD", "POST"))
def choose_merge(request: StaffRequest, reference: str) -> HttpResponse:
    """Which other file is about the same person? The similar ones stand there; any other is searched for."""
    visible = Client.objects.visible_to(request.user).living()
    client = get_object_or_404(visible, reference=reference)
    form = SearchForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = [hit for hit in find(form.cleaned_data["q"].strip(), visible).clients if hit != client]
    hits = [likely.client for likely in similar_to(client, visible)] if found is None else found
    shown(request, [hit.pk for hit in hits], opened=client.pk)
    return render(
        request,
        "cases/choose_merge.html",
        {"client": client, "form": form, "hits": hits, "searched": found is not None},
    )


@policy("cases.change_client", methods=("GET", "HEAD", "POST"))
def merge(request: StaffRequest, reference: str, other: str) -> HttpResponse:
    """Both files side by side; which values stay, what moves, and what cannot be undone. Then they are one."""
    kept, given_up = both(request, reference, other)
    form = MergeForm(request.POST or None, kept=kept, given_up=given_up)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if not form.saw_them_as_they_are():
                raise files.FileChanged
            if form.is_valid():
                merging.merge(kept, given_up, take=form.take(), by=request.user, at=timezone.now())
                said = {"given_up": given_up.reference, "kept": kept.reference}
                messages.success(
                    request, _("One file: %(given_up)s went up in %(kept)s, and its number leads here.") % said
                )
                return redirect(kept)
        except NotDone as refusal:
            kept, given_up = both(request, reference, other)
            form, status = as_they_are_now(request, kept=kept, given_up=given_up), 409
            form.add_error(None, str(refusal))
    context = {"form": form, "kept": kept, "given_up": given_up, **beside(kept, given_up, by=request.user)}
    return render(request, "cases/merge.html", context, status=status)


@policy("cases.change_client", methods=("POST",))
def part(request: StaffRequest, reference: str, other: str) -> HttpResponse:
    """They were two people after all: the merge is taken back, while nothing was written in the file since."""
    visible = Client.objects.visible_to(request.user).living()
    kept = get_object_or_404(visible, reference=reference)
    merges = Merge.objects.standing().filter(kept=kept, given_up__merged_into=kept)
    wrong = get_object_or_404(merges.select_related("given_up"), given_up__reference=other)
    shown(request, [wrong.given_up_id], opened=kept.pk)
    try:
        parting.part(wrong, by=request.user, at=timezone.now())
    except NotDone as refusal:
        messages.error(request, str(refusal))
    else:
        said = {"kept": kept.reference, "given_up": wrong.given_up.reference}
        messages.success(request, _("Two files again: %(kept)s and %(given_up)s, each as it was.") % said)
    return redirect(kept)


def pair(request: StaffRequest, reference: str) -> tuple[Client, Client]:
    """The file of the address and the other one that the form names, both visible and two."""
    form = OtherFileForm(request.POST)
    if not form.is_valid():
        raise Http404
    return both(request, reference, form.cleaned_data["other"])


def both(request: StaffRequest, reference: str, other: str) -> tuple[Client, Client]:
    """Two different living files that somebody may open, or 404."""
    visible = Client.objects.visible_to(request.user).living()
    together = visible.select_related("commune", "residence_document", "team")
    client, second = (get_object_or_404(together, reference=each) for each in (reference, other))
    if client == second:
        raise Http404
    for each in (client, second):
        shown(request, [], opened=each.pk)
    return client, second


def as_they_are_now(request: StaffRequest, *, kept: Client, given_up: Client) -> MergeForm:
    """The form with all that was chosen, on the files as they are now: the next try is made on those."""
    data = request.POST.copy()
    data["kept_version"], data["given_up_version"] = str(kept.version), str(given_up.version)
    form = MergeForm(data, kept=kept, given_up=given_up)
    for name in form.differing:
        data.setdefault(name, str(form.fields[name].initial))
    return form


def beside(kept: Client, given_up: Client, *, by: User) -> dict[str, Any]:
    """What the page shows beside the choices: what is the same, what moves, and what deserves a second look.

    All that is in the file moves and is counted; of the cases only those are named that somebody may open.
    """
    differ = merging.differing(kept, given_up)
    cases = list(Case.objects.visible_to(by).filter(client__in=(kept, given_up)).order_by("-opened_on", "-pk"))
    running = Counter(case.procedure for case in cases if case.is_open)
    members = Member.objects.today().filter(client__in=(kept, given_up))
    return {
        "same": [
            (files.label(name), files.reads(kept, name))
            for name in merging.SAYS
            if name not in differ and merging.value(kept, name)
        ],
        "moves": merging.belongings(given_up),
        "holds": merging.belongings(kept),
        "cases": [case for case in cases if case.client_id == given_up.pk],
        "twice": [str(procedure.label) for procedure in Procedure if running[procedure] > 1],
        "households": len(set(members.values_list("household", flat=True))),
        "apart": TwoPeople.objects.between(kept, given_up).select_related("by").first(),
    }
