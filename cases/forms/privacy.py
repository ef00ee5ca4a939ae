"""The forms of the privacy officer: why a file is restricted or erased, and the days of a question."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.models import Client
from cases.models.privacy import ActReason

LATELY = timedelta(days=90)
RESTRICTS = (ActReason.ASKED, ActReason.CONTESTED, ActReason.UNLAWFUL, ActReason.CLAIM)
LIFTS = (ActReason.ASKED, ActReason.SETTLED)
ERASES = (ActReason.ASKED, ActReason.UNLAWFUL)


def reasons(which: tuple[ActReason, ...]) -> list[tuple[str, Any]]:
    return [(reason.value, reason.label) for reason in which]


class RestrictForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why"))

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reasons(LIFTS if client.restricted_on else RESTRICTS)  # type: ignore[attr-defined]


class EraseForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why"), choices=reasons(ERASES))
    reference = forms.CharField(
        label=_("The number of the file, typed again"), max_length=20, help_text=_("It cannot be undone.")
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = client
        self.fields["reference"].widget.attrs["autocomplete"] = "off"

    def clean_reference(self) -> str:
        typed: str = self.cleaned_data["reference"]
        if typed.strip().upper() != self.client.reference:
            raise ValidationError(_("That is not the number of this file."))
        return typed


class PeriodForm(forms.Form):
    """From which day to which; the last three months unless said otherwise."""

    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))

    @classmethod
    def asked(cls, data: Any, *, on: date) -> "PeriodForm":
        said = {"since": (on - LATELY).isoformat(), "until": on.isoformat()}
        return cls(said | {name: data[name] for name in said if data.get(name)})
