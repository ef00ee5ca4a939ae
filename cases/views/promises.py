"""What is promised to a client, where and at which price, by when; and what counters asked instead."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import actions
from cases.forms.moves import KeepForm, OfficeForm, QuoteForm, RescheduleForm
from cases.needs import other_way
from cases.price_reports import price_reports as reported
from cases.views.gestures import BOTH, fetched, gesture, now_at
from cases.workflow import WORKFLOWS
from communes.models import Service
from config.staff.policy import policy
from config.staff.requests import StaffRequest


@policy("cases.move_case", methods=BOTH)
def office(request: StaffRequest, reference: str) -> HttpResponse:
    """Choose the office, or choose it again: tariff and price of that day become the promise."""
    case, now, today = fetched(request, reference), timezone.now(), timezone.localdate()
    before = case.tariff is not None and case.tariff.service == Service.E_CARD_URGENT
    urgent = request.GET.get("urgent", "yes" if before else "no") == "yes"
    offers = actions.offers_for_case(case, on=today, urgent=urgent)
    form = OfficeForm(request.POST or None, case=case, on=today, offers=offers)

    def act() -> None:
        actions.choose_office(
            form.seen(),
            form.cleaned_data["office"],
            by=request.user,
            on=form.cleaned_data["happened_on"],
            at=now,
            urgent=urgent,
        )

    return gesture(
        request,
        case,
        form,
        act,
        title=_("Choose the office"),
        button=_("Choose this office"),
        done=_("The office is chosen and its price is promised."),
        transition=WORKFLOWS[case.procedure].transition("choose_office"),
        offers=list(zip(form["office"], offers, strict=True)),
        no_offer=not offers,
        way_out=other_way(now_at(case).known),
        urgent=urgent,
    )


@policy("cases.move_case", methods=("POST",))
def quote_again(request: StaffRequest, reference: str) -> HttpResponse:
    """Promise the price of today at the same office; of the urgent procedure, if the address says so."""
    case, now = fetched(request, reference), timezone.now()
    urgent = True if request.GET.get("urgent") == "yes" else None
    form = QuoteForm(request.POST, case=case)
    return gesture(
        request,
        case,
        form,
        lambda: actions.quote_again(form.seen(), by=request.user, on=timezone.localdate(), at=now, urgent=urgent),
        title=_("Announce the price of today"),
        button=_("Announce the price of today"),
        done=_("The price of today is promised."),
    )


@policy("cases.move_case", methods=("POST",))
def keep_promise(request: StaffRequest, reference: str) -> HttpResponse:
    """Keep the price that was announced: the case is no longer flagged for this tariff."""
    case, now = fetched(request, reference), timezone.now()
    form = KeepForm(request.POST, case=case)
    return gesture(
        request,
        case,
        form,
        lambda: actions.keep_promise(form.seen(), by=request.user, on=timezone.localdate(), at=now),
        title=_("Keep the announced price"),
        button=_("Keep the announced price"),
        done=_("The announced price is kept."),
    )


@policy("cases.move_case", methods=BOTH)
def reschedule(request: StaffRequest, reference: str) -> HttpResponse:
    """Another last day than the one that was counted, agreed with the office or the client."""
    case, now = fetched(request, reference), timezone.now()
    form = RescheduleForm(request.POST or None, case=case)

    def act() -> None:
        actions.reschedule(
            form.seen(),
            form.cleaned_data["due_on"],
            by=request.user,
            on=timezone.localdate(),
            at=now,
            note=form.cleaned_data["note"],
        )

    return gesture(
        request,
        case,
        form,
        act,
        title=_("Another deadline was agreed"),
        button=_("Change the deadline"),
        done=_("The deadline is changed."),
        no_deadline=not case.due_kind,
    )


@policy("communes.change_tariff")
def price_reports(request: StaffRequest) -> HttpResponse:
    """The prices that counters asked instead of the announced ones: tariffs to verify. No case, no person."""
    return render(request, "cases/price_reports.html", {"reports": reported()})
