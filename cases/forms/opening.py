"""What one says to open a case."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.forms.facts import DayInput
from cases.models import Client
from cases.workflow import WORKFLOWS, Procedure, Reason
from communes.models import Office


class OpeningForm(forms.Form):
    """The procedure and its reason; a renewal wants the expiry printed on the card; the office may come later."""

    procedure = forms.ChoiceField(label=_("Procedure"), choices=Procedure.choices)
    reason = forms.ChoiceField(label=_("Reason"), choices=Reason.choices)
    opened_on = forms.DateField(label=_("Opened on"), widget=DayInput())
    card_expires_on = forms.DateField(
        label=_("Expiry date printed on the card"),
        required=False,
        widget=DayInput(),
        help_text=_("For a renewal: it opens the window in which the client must go."),
    )
    office = forms.ModelChoiceField(
        label=_("Office"),
        queryset=Office.objects.active(),
        required=False,
        to_field_name="code",
        empty_label=_("Chosen later"),
        help_text=_("Its price of that day is then promised to the client."),
    )

    def __init__(self, *args: Any, client: Client, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = client
        self.initial.setdefault("opened_on", on)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        procedure, reason = cleaned.get("procedure"), cleaned.get("reason")
        if procedure and reason and reason not in WORKFLOWS[procedure].opens:
            possible = ", ".join(str(each.label) for each in WORKFLOWS[procedure].opens)
            self.add_error("reason", ValidationError(_("Possible here: %(reasons)s."), params={"reasons": possible}))
        return cleaned
