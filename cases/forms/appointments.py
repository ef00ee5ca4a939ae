"""What one writes to plan an appointment."""

from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.forms.facts import DayInput
from cases.models import Appointment, Case, Client
from communes.models import Office
from config.staff.models import User


def moment_ahead(day: date, hour: time, *, at: datetime) -> datetime:
    """That hour of that day in Brussels. Raises ValidationError when it has passed."""
    starts_at = timezone.make_aware(datetime.combine(day, hour))
    if starts_at < at:
        raise ValidationError(_("This moment has passed: an appointment is planned ahead."))
    return starts_at


class NextAppointmentForm(forms.Form):
    """When the client of a visit comes back, here and to the same adviser; both fields empty for no appointment."""

    prefix = "next"
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput())
    time = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, hour = cleaned.get("day"), cleaned.get("time")
        if day and hour:
            cleaned["starts_at"] = moment_ahead(day, hour, at=self.at)
        elif not self.errors and (day or hour):
            self.add_error("time" if day else "day", _("An appointment has a day and a time."))
        return cleaned

    def starts_at(self) -> datetime | None:
        """None when no appointment was made."""
        return self.cleaned_data.get("starts_at") if self.is_bound else None


class AppointmentForm(forms.ModelForm[Appointment]):
    """Day and time as two fields, in Brussels time; the case is one of the client's open ones, or none."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    class Meta:
        model = Appointment
        fields = ("case", "adviser", "minutes", "office")

    field_order = ("day", "time", "minutes", "adviser", "case", "office")

    def __init__(self, *args: Any, client: Client, by: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        for name, queryset in (
            ("case", Case.objects.visible_to(by).open().filter(client=client)),
            ("adviser", User.objects.filter(is_active=True, team=client.team_id)),
            ("office", Office.objects.active()),
        ):
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = queryset
        self.fields["adviser"].initial = by

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, hour = cleaned.get("day"), cleaned.get("time")
        if isinstance(day, date) and isinstance(hour, time):
            cleaned["starts_at"] = moment_ahead(day, hour, at=self.at)
        return cleaned

    def planned(self) -> dict[str, Any]:
        """What `appointments.plan` takes."""
        return {name: self.cleaned_data[name] for name in ("case", "adviser", "starts_at", "minutes", "office")}
