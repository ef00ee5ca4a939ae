"""What one says to open a case."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.facts import DayInput
from cases.workflow import WORKFLOWS, Procedure, Reason
from communes.models import Office
from communes.offers import Offer


class OpeningForm(forms.Form):
    """One procedure: its reason, the expiry of the card for a renewal, and the office, which may come later."""

    procedure = forms.ChoiceField(choices=Procedure.choices, widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), widget=forms.RadioSelect)
    card_expires_on = forms.DateField(
        label=gettext_lazy("Expiry date printed on the card"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("For a renewal: it opens the window in which the client must go."),
    )
    office = forms.ModelChoiceField(
        label=gettext_lazy("Office"), queryset=Office.objects.none(), required=False, to_field_name="code"
    )
    opened_on = forms.DateField(label=gettext_lazy("Opened on"), widget=DayInput())

    def __init__(self, *args: Any, procedure: Procedure, offers: list[Offer], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = cast(forms.ChoiceField, self.fields["reason"])
        possible = [Reason(each) for each in WORKFLOWS[procedure].opens]
        reason.choices = [(each.value, each.label) for each in possible]
        reason.error_messages["invalid_choice"] = _("Possible here: %(reasons)s.") % {
            "reasons": ", ".join(str(each.label) for each in possible)
        }
        office = cast("forms.ModelChoiceField[Office]", self.fields["office"])
        office.queryset = Office.objects.filter(pk__in=[offer.office.pk for offer in offers])
        office.error_messages["invalid_choice"] = _(
            "This office does not offer this to this person on that day. Choose another office."
        )
        if procedure != Procedure.E_CARD:
            del self.fields["card_expires_on"]
        self.initial.update(procedure=procedure.value, opened_on=on)
        if self.initial.get("reason") not in possible:
            self.initial["reason"] = possible[0].value
