"""Who lives with whom: a gesture to join, a gesture to leave."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import households
from cases.actions import NotDone
from cases.forms.clients import SearchForm
from cases.forms.merging import OtherFileForm
from cases.models import Client
from cases.search import find
from cases.traces import shown
from config.staff.policy import policy
from config.staff.requests import StaffRequest


@policy("cases.change_client", methods=("GET", "HEAD", "POST"))
def household(request: StaffRequest, reference: str) -> HttpResponse:
    """Who lives with this person? Found by a search, joined by a gesture."""
    visible = Client.objects.visible_to(request.user).living()
    client = get_object_or_404(visible, reference=reference)
    known = households.living_with(client, seen_by=request.user)
    shown(request, [mate.client_id for mate in known], opened=client.pk)
    chosen = OtherFileForm(request.POST)
    form, hits, status = SearchForm(None if "other" in request.POST else request.POST or None), None, 200
    if request.method == "POST" and chosen.is_valid():
        other = get_object_or_404(visible.exclude(pk=client.pk), reference=chosen.cleaned_data["other"])
        try:
            households.join(client, other, by=request.user, on=timezone.localdate())
        except NotDone as refusal:
            messages.error(request, str(refusal))
            status = 409
        else:
            said = {"reference": client.reference, "other": other.reference}
            messages.success(request, _("Noted: %(reference)s and %(other)s live together.") % said)
            return redirect(client)
    elif request.method == "POST" and form.is_valid():
        there = {client.pk, *(mate.client_id for mate in known)}
        hits = [hit for hit in find(form.cleaned_data["q"].strip(), visible).clients if hit.pk not in there]
        shown(request, [hit.pk for hit in hits])
    context = {"client": client, "housemates": known, "form": form, "hits": hits}
    return render(request, "cases/household.html", context, status=status)


@policy("cases.change_client", methods=("POST",))
def leave_household(request: StaffRequest, reference: str) -> HttpResponse:
    """The person named in the form, this one or one of theirs, lives there no more."""
    visible = Client.objects.visible_to(request.user).living()
    client = get_object_or_404(visible, reference=reference)
    form = OtherFileForm(request.POST)
    table = {client.reference: client}
    table |= {mate.client.reference: mate.client for mate in households.living_with(client, seen_by=request.user)}
    if not form.is_valid() or form.cleaned_data["other"] not in table:
        raise Http404
    leaving = table[form.cleaned_data["other"]]
    shown(request, [leaving.pk], opened=client.pk)
    households.leave(leaving, on=timezone.localdate())
    messages.success(request, _("Noted: %(reference)s left the household.") % {"reference": leaving.reference})
    return redirect(client)
