"""The pages of public facts: where to go and what it costs. Nothing about a person is asked, kept or logged."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from communes.errands import deadlines, what_to_bring
from communes.filters import TariffFilter
from communes.forms import LeafletForm, WhereForm
from communes.leaflet import Group, leaflet
from communes.leaflet_text import names, summary
from communes.models import Commune, Delay, DelayCode, DocumentClass, ResidenceDocument, Service, Tariff
from communes.offers import Applicant, where_to_go
from communes.price_list import price_list
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


@policy("communes.view_tariff")
def leaflet_page(request: HttpRequest) -> HttpResponse:
    """The leaflet «what a digital key costs», for paper, in a language of its own."""
    form = LeafletForm(request.GET.dict(), language=translation.get_language() or "fr", today=timezone.localdate())
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        language, on = form.cleaned_data["lang"], form.cleaned_data["on"]
        with translation.override(language):
            sheet = leaflet(on=on)
            context |= {
                "leaflet": sheet,
                "language": language,
                "summary": summary(sheet),
                "without_office": names(sheet.group(Group.NOTHING)),
                "activation": Delay.objects.terms(on=on).get(DelayCode.ACTIVATION),
                "sources": sorted({tariff.source for cell in sheet.grid for tariff in cell.tariffs}),
                "verified": all(tariff.verified_on for cell in sheet.grid for tariff in cell.tariffs),
            }
    return render(request, "communes/leaflet.html", context)


@policy("communes.view_tariff")
def tariffs(request: HttpRequest) -> HttpResponse:
    """The prices of a day, office by office, with those before them and those announced."""
    today = timezone.localdate()
    filters = TariffFilter(request.GET.dict(), queryset=Tariff.objects.for_table().line_by_line(), today=today)
    context: dict[str, Any] = {"form": filters.form, "today": today}
    if filters.is_valid():
        on = filters.form.cleaned_data["on"] or today
        terms = Delay.objects.terms(on=on)
        context |= {
            "on": on,
            "lines": price_list(filters.qs, on=on, review_after=terms.get(DelayCode.TARIFF_REVIEW)),
        }
    return render(request, "communes/tariffs.html", context)
