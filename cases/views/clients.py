"""Clients: opening and changing a file. What is typed travels in the body of a POST."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import actions, files, pairs
from cases.forms.clients import AskedForm, ClientForm
from cases.models import Case, Client
from cases.search import similar_to
from cases.traces import shown
from communes.models import Commune
from config.staff.policy import policy
from config.staff.requests import StaffRequest


@policy("cases.add_client", methods=("GET", "HEAD", "POST"))
def new_client(request: StaffRequest) -> HttpResponse:
    """Open a file. Similar ones are shown once before it is saved; they never stop it.

    What «Where to go?» was asked stands in the address, stays in the form, and leads on to the case. Whoever opens a
    file beside similar ones says of those that were shown that they are other people.
    """
    form = ClientForm(request.POST or None, by=request.user, initial=AskedForm(request.GET).said())
    similar = []
    if request.method == "POST" and form.is_valid():
        similar = similar_to(form.instance, Client.objects.visible_to(request.user))
        seen = [found.client for found in similar if found.client.reference in request.POST.getlist("seen")]
        if not similar or "sure" in request.POST:
            now = timezone.now()
            with transaction.atomic():
                opened = files.open_client(on=timezone.localdate(now), **form.said())
                pairs.tell_apart(opened, seen, by=request.user, at=now)
            messages.success(request, _("The file %(reference)s is open.") % {"reference": opened.reference})
            if "service" in request.GET:
                errand = {name: request.GET[name] for name in ("service", "office") if name in request.GET}
                return redirect(reverse("cases:new_case", query=errand | {"client": opened.reference}))
            return redirect(opened)
    shown(request, [found.client.pk for found in similar])
    return render(request, "cases/client_form.html", {"form": form, "similar": similar, "client": None})


@policy("cases.change_client", methods=("GET", "HEAD", "POST"))
def edit_client(request: StaffRequest, reference: str) -> HttpResponse:
    """Change a file, as it was shown. When a colleague was faster, what one typed stays in the form."""
    file = get_object_or_404(Client.objects.visible_to(request.user).living(), reference=reference)
    shown(request, [], opened=file.pk)
    now = file.version
    form = ClientForm(request.POST or None, instance=file, by=request.user)
    status, other = 200, []
    if request.method == "POST" and form.is_valid():
        file.version = form.cleaned_data["version"]
        try:
            files.change_client(file, **form.said())
        except files.FileChanged as changed:
            form.add_error(None, str(changed))
            form.data = request.POST.copy()
            form.data["version"] = str(now)
            other = differences(form, Client.objects.for_table().get(pk=file.pk))
            status = 409
        else:
            messages.success(request, _("The file is saved."))
            warn_of_promises(request, file)
            return redirect(file)
    return render(
        request, "cases/client_form.html", {"form": form, "client": file, "differences": other}, status=status
    )


def warn_of_promises(request: StaffRequest, file: Client) -> None:
    """Whoever moved, or holds another document, may have to go elsewhere, at another price."""
    promised = Case.objects.visible_to(request.user).open().filter(client=file).exclude(tariff=None)
    cases = promised.select_related("client__commune", "client__residence_document", "tariff").order_by("pk")
    changed = [case.reference for case in cases if actions.another_line(case, on=timezone.localdate())]
    if changed:
        words = _("By what the file says now, the office is to be chosen again: %(references)s.")
        messages.warning(request, words % {"references": ", ".join(changed)})


@policy("cases.add_client", methods=("POST",))
def similar_clients(request: StaffRequest) -> HttpResponse:
    """The files that resemble the one being typed, for the margin of the form."""
    form = ClientForm(request.POST, by=request.user)
    form.is_valid()
    typed = Client(
        **{name: form.cleaned_data.get(name) or "" for name in ("given_name", "family_name", "phone", "email")}
    )
    typed.birth_year = form.cleaned_data.get("birth_year")
    similar = similar_to(typed, Client.objects.visible_to(request.user))
    shown(request, [found.client.pk for found in similar])
    return render(request, "cases/client_form.html#similar", {"similar": similar, "client": None})


@policy("cases.view_client", methods=("POST",))
def communes_of_postal_code(request: StaffRequest) -> HttpResponse:
    """The communes that use the postal code being typed: a suggestion, because 1050 is two communes."""
    code = request.POST.get("postal_code", "").strip()
    suggested = Commune.objects.with_postal_code(code).by_name() if code.isdecimal() else []
    return render(request, "cases/client_form.html#communes", {"suggested": suggested})


def differences(form: ClientForm, saved: Client) -> list[tuple[str, str]]:
    """What the file says now where it differs from what was typed: the label of the field and the value."""
    said = form.said()
    return [
        (str(form.fields[name].label), files.reads(saved, name))
        for name, value in said.items()
        if getattr(saved, name) != value
    ]
