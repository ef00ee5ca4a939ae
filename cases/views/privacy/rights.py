"""The rights of a person: their file in one click, restricted, erased."""

from datetime import datetime, time

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from cases import erasure, restriction, retention
from cases.forms.privacy import EraseForm, RestrictForm
from cases.models import Client
from cases.models.privacy import ActReason
from cases.person_file import ENCODER, Section, as_data, person_file
from cases.traces import shown
from config.staff.policy import policy
from config.staff.proofs import asked_for_proof
from config.staff.requests import StaffRequest


def fetched(request: StaffRequest, reference: str) -> Client:
    clients = Client.objects.visible_to(request.user).select_related("commune", "residence_document", "team")
    client = get_object_or_404(clients, reference=reference)
    shown(request, [], opened=client.pk)
    return client


def language_of(request: StaffRequest, client: Client) -> str:
    """The language that was asked for, else the person's, else the reader's."""
    asked = request.GET.get("lang", client.contact_language)
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE


def sections(request: StaffRequest, client: Client) -> list[Section]:
    now = timezone.now()
    shown(request, [file.pk for file in erasure.files_of(client)])
    named = request.GET.get("colleagues") == "named"
    day = retention.TRACES.before(timezone.localdate())
    since = timezone.make_aware(datetime.combine(day, time.min))
    return person_file(client, colleagues_named=named, since=since, until=now)


@policy("cases.view_access")
def person_file_page(request: StaffRequest, reference: str) -> HttpResponse:
    """Everything we hold on a person, to print and hand over, in their language: to who proved themselves just now."""
    client = fetched(request, reference)
    if way := asked_for_proof(request, at=timezone.now()):
        return way
    language = language_of(request, client)
    with translation.override(language):
        told = sections(request, client)
    return render(
        request,
        "cases/privacy/person_file.html",
        {
            "client": client,
            "sections": told,
            "language": language,
            "languages": [get_language_info(code) for code, _name in settings.LANGUAGES],
            "named": request.GET.get("colleagues") == "named",
            "today": timezone.localdate(),
        },
    )


@policy("cases.view_access")
def person_file_json(request: StaffRequest, reference: str) -> HttpResponse:
    """The same as data, to take elsewhere."""
    client = fetched(request, reference)
    if way := asked_for_proof(request, at=timezone.now()):
        return way
    with translation.override(language_of(request, client)):
        data = as_data(sections(request, client), reference=client.reference, at=timezone.now())
    return JsonResponse(
        data,
        encoder=ENCODER,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{client.reference}.json"'},
    )


@policy("cases.restrict_client", methods=("POST",))
def restrict(request: StaffRequest, reference: str) -> HttpResponse:
    """Close a file to all but the privacy officer and the coordinators, or open it again."""
    client = fetched(request, reference)
    form = RestrictForm(request.POST, client=client)
    if client.anonymised_on or not form.is_valid():
        messages.error(request, _("Nothing was changed: say why."))
    else:
        change = restriction.lift if client.restricted_on else restriction.restrict
        change(client, reason=ActReason(form.cleaned_data["reason"]), by=request.user, at=timezone.now())
        lifted = _("The file is open again.")
        closed = _("The file is restricted: only the privacy officer and the coordinators open it.")
        messages.success(request, lifted if client.restricted_on else closed)
    return redirect("cases:who_saw" if request.user.has_perm("cases.view_access") else "cases:client", reference)


@policy("cases.erase_client", methods=("GET", "HEAD", "POST"))
def erase(request: StaffRequest, reference: str) -> HttpResponse:
    """What will go and what stays; then, with a reason and the number typed again, forget the person."""
    client = fetched(request, reference)
    if client.anonymised_on:
        return redirect(client)
    now = timezone.now()
    if way := asked_for_proof(request, at=now):
        return way
    form = EraseForm(request.POST or None, client=client)
    if request.method == "POST" and form.is_valid():
        erasure.erase(client, reason=ActReason(form.cleaned_data["reason"]), by=request.user, at=now)
        messages.success(request, _("The person is erased. The file %(reference)s names nobody any more.") % {
            "reference": client.reference
        })  # fmt: skip
        return redirect("cases:privacy")
    reach = erasure.reach(client, at=now)
    return render(
        request,
        "cases/privacy/erase.html",
        {"client": client, "form": form, "reach": reach},
        status=422 if form.errors else 200,
    )
