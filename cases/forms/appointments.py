"""What one writes to plan an appointment."""

from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Appointment, Case, Client
from communes.models import Office
from config.staff.models import User


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
            cleaned["starts_at"] = timezone.make_aware(datetime.combine(day, hour))
            if cleaned["starts_at"] < self.at:
                raise ValidationError(_("This moment has passed: an appointment is planned ahead."))
        return cleaned

    def planned(self) -> dict[str, Any]:
        """What `appointments.plan` takes."""
        return {name: self.cleaned_data[name] for name in ("case", "adviser", "starts_at", "minutes", "office")}
