"""A name for the list as it stands, and for whom."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import SavedView


class SavedViewForm(forms.ModelForm[SavedView]):
    share = forms.BooleanField(label=_("For my team too"), required=False)
    start = forms.BooleanField(label=_("Begin with it"), required=False)

    class Meta:
        model = SavedView
        fields: ClassVar = ["name"]
        widgets: ClassVar = {"name": forms.TextInput(attrs={"autocomplete": "off"})}

    def __init__(self, data: Mapping[str, Any] | None = None, *, in_a_team: bool) -> None:
        super().__init__(data, auto_id="view_%s")
        if not in_a_team:
            del self.fields["share"]
