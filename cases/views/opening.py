"""Opening a case: for whom, what for, and where, at which price."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import actions
from cases.forms.clients import SearchForm
from cases.forms.opening import OpeningForm
from cases.models import Case, Client
from cases.search import find, reference_in
from cases.traces import shown
from cases.views.gestures import BOTH
from cases.workflow import Procedure, Reason
from communes.models import Service
from config.staff.policy import policy
from config.staff.requests import StaffRequest

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
    client = get_object_or_404(clients, reference=reference_in(request.GET["client"]))
    shown(request, [], opened=client.pk)
    now, today, procedure = timezone.now(), timezone.localdate(), procedure_asked(request)
    offers = actions.offers_to(client, procedure, on=today)
    before = followed(request, client)
    initial: dict[str, object] = {name: request.GET[name] for name in ("reason", "office") if name in request.GET}
    if before and before.card_expires_on and initial.get("reason") == Reason.RENEWAL:
        initial["card_expires_on"] = before.card_expires_on
    form = OpeningForm(request.POST or None, procedure=procedure, offers=offers, on=today, initial=initial)
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
                    at=now,
                    assignee=request.user,
                    card_expires_on=said.get("card_expires_on"),
                    follows=before,
                )
                if said["office"]:
                    actions.choose_office(case, said["office"], by=request.user, on=said["opened_on"], at=now)
        except actions.NotDone as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The case %(reference)s is open.") % {"reference": case.reference})
            return redirect(case)
    running = Case.objects.visible_to(request.user).open().filter(client=client, procedure=procedure)
    page = {
        "form": form,
        "client": client,
        "offers": offers,
        "office": form["office"].value() or "",
        "not_open": not any(offer.office.code == request.GET.get("office", "") for offer in offers)
        and "office" in request.GET,
        "procedure": procedure,
        "procedures": list(Procedure),
        "running": list(running.order_by("pk")),
    }
    return render(request, "cases/new_case.html", page, status=422 if form.errors else 200)


def procedure_asked(request: StaffRequest) -> Procedure:
    """What the form or the address says; a digital key, which most people come for, without a word."""
    asked = request.POST.get("procedure") or request.GET.get("procedure") or ""
    if asked in Procedure.values:
        return Procedure(asked)
    return PROCEDURES.get(request.GET.get("service", ""), Procedure.DIGITAL_KEY)


def followed(request: StaffRequest, client: Client) -> Case | None:
    """The closed case that this one continues, if the address names one of the same client."""
    cases = Case.objects.visible_to(request.user).filter(client=client)
    return cases.filter(reference=reference_in(request.GET.get("follows", ""))).first()


def for_whom(request: StaffRequest) -> HttpResponse:
    """A case belongs to a client: find their file, or open one. What «Where to go?» said stays in the address."""
    form, found = SearchForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        found = find(form.cleaned_data["q"].strip(), Client.objects.visible_to(request.user).living(), by=request.user)
        shown(request, [client.pk for client in found.clients])
    return render(request, "cases/for_whom.html", {"form": form, "found": found})
