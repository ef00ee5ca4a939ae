"""The appointments of an adviser in their own calendar program, by a secret address they can revoke."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.calendar_feed import calendar_of
from cases.models import Appointment, CalendarLink
from config.staff.policy import policy
from config.staff.requests import StaffRequest


@policy(public=True)
def calendar_file(request: HttpRequest, secret: str) -> HttpResponse:
    """The file behind a secret address: the last month and all that is to come. A revoked address is a missing one."""
    link = get_object_or_404(CalendarLink.objects.select_related("adviser"), secret=secret, revoked_at=None)
    if not link.adviser.has_perm("cases.view_case"):
        raise Http404
    now = timezone.now()
    appointments = (
        Appointment.objects.visible_to(link.adviser)
        .planned()
        .filter(adviser=link.adviser, starts_at__gte=now - timedelta(days=31))
        .select_related("case", "client", "office")
    )
    with override(link.adviser.language):
        body = calendar_of(appointments, at=now, host=request.get_host().partition(":")[0])
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")


@policy("cases.view_case", methods=("GET", "HEAD", "POST"))
def calendar_link(request: StaffRequest) -> HttpResponse:
    """One's own secret address: see it, change it, revoke it."""
    if request.method == "POST":
        if request.POST.get("gesture") == "revoke":
            CalendarLink.revoke(request.user, at=timezone.now())
            messages.success(request, _("The address no longer works."))
        else:
            CalendarLink.renew(request.user, at=timezone.now())
            messages.success(request, _("Here is the new address; an older one no longer works."))
        return redirect("cases:calendar")
    link = CalendarLink.objects.filter(adviser=request.user, revoked_at=None).first()
    address = request.build_absolute_uri(f"/calendar/{link.secret}.ics") if link else ""
    return render(request, "cases/calendar.html", {"address": address})
