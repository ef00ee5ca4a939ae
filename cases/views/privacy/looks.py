"""Who looked: at one client, at more than usual; and which files left."""

from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from cases.erasure import files_of
from cases.forms.privacy import PeriodForm, RestrictForm
from cases.looks import AT_MOST, looks_at, namesakes, weeks
from cases.models import Client, Export
from cases.traces import shown
from config.staff.models import User
from config.staff.policy import policy
from config.staff.requests import StaffRequest

PAGE = 50
LATELY = timedelta(days=90)


@policy("cases.view_access")
def who_saw(request: StaffRequest, reference: str) -> HttpResponse:
    """Who saw one client, when and where, within some days; and what can be done with the file."""
    client = get_object_or_404(Client.objects.visible_to(request.user), reference=reference)
    shown(request, [], opened=client.pk)
    form = PeriodForm.asked(request.GET, on=timezone.localdate())
    found = []
    if form.is_valid():
        since = timezone.make_aware(datetime.combine(form.cleaned_data["since"], time.min))
        until = timezone.make_aware(datetime.combine(form.cleaned_data["until"], time.max))
        found = looks_at([file.pk for file in files_of(client)], since=since, until=until, at_most=AT_MOST)
    return render(
        request,
        "cases/privacy/who_saw.html",
        {
            "client": client,
            "form": form,
            "looks": found[:AT_MOST],
            "more": len(found) >= AT_MOST,
            "restrict": RestrictForm(client=client),
            "acts": client.privacy_acts.select_related("by"),
        },
        status=422 if form.errors else 200,
    )


@policy("cases.view_access")
def looks(request: StaffRequest) -> HttpResponse:
    """What is unusual: volumes, hours, and files that bear the name of a colleague."""
    now = timezone.now()
    staff = list(User.objects.filter(is_active=True).select_related("team"))
    clients = Client.objects.visible_to(request.user).living()
    found = namesakes(staff, clients, since=now - LATELY, until=now)
    shown(request, [each.client.pk for each in found])
    return render(
        request, "cases/privacy/looks.html", {"weeks": weeks(staff, until=now), "namesakes": found, "now": now}
    )


@policy("cases.view_access")
def exports(request: StaffRequest) -> HttpResponse:
    """Every file that left, the newest first."""
    rows = Export.objects.select_related("by", "departure").defer("departure__clients")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows.order_by("-pk")[: PAGE + 1])
    return render(
        request,
        "cases/privacy/exports.html",
        {"exports": page[:PAGE], "older": page[PAGE - 1].pk if len(page) > PAGE else None},
    )
