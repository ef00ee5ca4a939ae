"""Plan and cancel an appointment with a client."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import appointments
from cases.forms.appointments import AppointmentForm
from cases.models import Appointment, Client
from cases.traces import shown
from config.staff.policy import policy
from config.staff.requests import StaffRequest


@policy("cases.change_case", methods=("GET", "HEAD", "POST"))
def new_appointment(request: StaffRequest, reference: str) -> HttpResponse:
    """Plan an appointment with one client."""
    client = get_object_or_404(Client.objects.visible_to(request.user).living(), reference=reference)
    shown(request, [], opened=client.pk)
    now = timezone.now()
    form = AppointmentForm(request.POST or None, client=client, by=request.user, at=now)
    if request.method == "POST" and form.is_valid():
        appointments.plan(client, by=request.user, at=now, **form.planned())
        messages.success(request, _("The appointment is planned."))
        return redirect(client)
    return render(
        request, "cases/new_appointment.html", {"form": form, "client": client}, status=422 if form.errors else 200
    )


@policy("cases.change_case", methods=("POST",))
def cancel_appointment(request: StaffRequest, pk: int) -> HttpResponse:
    """Cancel an appointment, from the client's file."""
    appointment = get_object_or_404(Appointment.objects.visible_to(request.user).select_related("client"), pk=pk)
    shown(request, [], opened=appointment.client_id)
    appointments.cancel(appointment, at=timezone.now())
    messages.success(request, _("The appointment is cancelled."))
    return redirect(appointment.client)
