"""What one writes in a client's file."""

from typing import Any, ClassVar, cast

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from cases.forms.plain_fields import DayInput
from cases.models import Client
from communes.models import Commune, ResidenceDocument
from config.staff.models import Team, User


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Name, reference, telephone or e-mail"), max_length=120, required=False)


class AskedForm(forms.Form):
    """What «Where to go?» was asked about a person, as its address says it. What is not known is left out."""

    commune = forms.ModelChoiceField(Commune.objects.all(), to_field_name="slug", required=False)
    document = forms.ModelChoiceField(ResidenceDocument.objects.active(), to_field_name="code", required=False)

    def said(self) -> dict[str, Any]:
        """The fields of a file that are known from it."""
        said = self.cleaned_data if self.is_valid() else {}
        return {"commune": said.get("commune"), "residence_document": said.get("document")}


class ClientForm(forms.ModelForm[Client]):
    """The whole file on one page. `version` is the one that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    postal_code = forms.CharField(
        label=_("Postal code"),
        max_length=4,
        required=False,
        help_text=_("Only to suggest a commune: it is not kept."),
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "hx-post": reverse_lazy("cases:communes_of_postal_code"),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#communes",
            }
        ),
    )

    class Meta:
        model = Client
        fields: ClassVar = [
            "given_name", "family_name", "birth_year", "contact_language", "speaks", "interpreter", "commune",
            "residence_document", "document_expires_on", "identity_document", "identity_expires_on", "phone", "email",
            "leave_no_message", "ask_before_contact", "notice_given_on", "team",
        ]  # fmt: skip
        widgets: ClassVar = {
            "given_name": forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
            "family_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "birth_year": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}),
            "document_expires_on": DayInput(),
            "identity_expires_on": DayInput(),
            "notice_given_on": DayInput(),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        commune = cast("forms.ModelChoiceField[Commune]", self.fields["commune"])
        document = cast("forms.ModelChoiceField[ResidenceDocument]", self.fields["residence_document"])
        commune.queryset = Commune.objects.by_name()
        commune.empty_label = document.empty_label = _("Not known")
        document.queryset = ResidenceDocument.objects.active()
        if self.instance.residence_document_id:
            document.queryset |= ResidenceDocument.objects.filter(pk=self.instance.residence_document_id)
        self.initial["version"] = self.instance.version
        team = cast("forms.ModelChoiceField[Team]", self.fields["team"])
        if self.instance.pk is None:
            self.initial["team"] = by.team_id
        if not by.has_perm("cases.see_every_team"):
            team.queryset = Team.objects.filter(Q(pk=by.team_id) | Q(pk=self.instance.team_id))
        self.fields["contact_language"].initial = by.language

    def clean_phone(self) -> str:
        """As the whole world dials it: «0470 12 34 56» is «+32470123456»."""
        return normal_phone(self.cleaned_data["phone"])

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def said(self) -> dict[str, Any]:
        """What the file says, without what only the form needed."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or []}


def normal_phone(typed: str) -> str:
    """A number in the international form; one without a country is Belgian. Raises ValidationError."""
    if not typed:
        return ""
    try:
        number = phonenumbers.parse(typed, "BE")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValidationError(_("This is no telephone number: write it as 0470 12 34 56 or +33 6 12 34 56 78."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
