"""The first page of the privacy officer, and what the nights will forget."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cases import retention
from cases.models import Client, Export, MonthlyCount, PrivacyAct
from cases.traces import shown
from config.staff.policy import policy
from config.staff.requests import StaffRequest

LATELY = 20
SHOWN = 200


@policy("cases.view_access")
def privacy(request: StaffRequest) -> HttpResponse:
    """What was decided, who is closed off, who will be forgotten; the way to everything else."""
    restricted = list(Client.objects.visible_to(request.user).restricted().order_by("restricted_on", "pk")[:SHOWN])
    acts = list(PrivacyAct.objects.select_related("client", "by")[:LATELY])
    shown(request, [client.pk for client in restricted] + [act.client_id for act in acts])
    return render(
        request,
        "cases/privacy/overview.html",
        {
            "restricted": restricted,
            "acts": acts,
            "soon": Client.objects.exclude(forget_on=None).count(),
            "exports": Export.objects.count(),
            "periods": retention,
        },
    )


@policy("cases.view_access")
def forgetting(request: StaffRequest) -> HttpResponse:
    """What the nightly command will do: whom it warns of, whom it forgets, which traces it lets go."""
    today = timezone.localdate()
    day = retention.WARNING.after(today)
    files = list(retention.to_forget(on=day).for_table()[: SHOWN + 1])
    shown(request, [client.pk for client in files[:SHOWN]])
    return render(
        request,
        "cases/privacy/retention.html",
        {
            "today": today,
            "files": [(client, client.forget_on or day) for client in files[:SHOWN]],
            "more": len(files) > SHOWN,
            "periods": retention,
            "traces": retention.old_traces(on=today).count(),
            "counts": MonthlyCount.objects.publishable().select_related("commune").order_by("-month", "pk")[:60],
        },
    )
