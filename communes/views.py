"""The pages of public facts: where to go and what it costs. Nothing about a person is asked, kept or logged."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from communes.errands import deadlines, what_to_bring
from communes.forms import WhereForm
from communes.models import Commune, Delay, DocumentClass, ResidenceDocument, Service
from communes.offers import Applicant, where_to_go
from communes.working_days import calendar_for
from config.staff.policy import policy


@policy("communes.view_tariff")
def where(request: HttpRequest) -> HttpResponse:
    """The open offices for a commune, a document, a service and a day; htmx gets the answer alone."""
    communes = list(Commune.objects.by_name().prefetch_related("postal_codes"))
    today = timezone.localdate()
    documents = list(ResidenceDocument.objects.active())
    form = WhereForm(request.GET.dict(), communes=communes, documents=documents, today=today)
    context: dict[str, Any] = {"form": form, "communes": communes, "today": today}
    if form.is_valid() and not form.asks_nothing:
        context |= answer(**form.cleaned_data)
    page = "communes/where.html#answer" if request.htmx else "communes/where.html"  # type: ignore[attr-defined]
    response = render(request, page, context)
    patch_vary_headers(response, ("HX-Request",))
    return response


def answer(
    *, commune: Commune | None, document: ResidenceDocument, service: str, on: date, **_: Any
) -> dict[str, Any]:
    """What the page shows for a question; no commune is somebody who lives outside the Region, or nowhere."""
    asked_for = Service(service)
    terms = Delay.objects.terms(on=on)
    return {
        "asked": {"commune": commune, "document": document, "service": asked_for, "on": on},
        "orientation": where_to_go(Applicant(commune, DocumentClass(document.tariff_class)), asked_for, on=on),
        "bring": what_to_bring(asked_for, terms=terms),
        "deadlines": deadlines(asked_for, on=on, terms=terms, calendar=calendar_for(None)),
        "no_key_needed": document.has_chip and asked_for == Service.DIGITAL_KEY,
    }
