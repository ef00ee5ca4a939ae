"""What one chooses when two files become one."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import files, merging
from cases.models import Client

KEPT, GIVEN_UP = "kept", "given_up"


class OtherFileForm(forms.Form):
    """The reference of another file: of the same person, of another, of somebody at the same table."""

    other = forms.CharField(max_length=20)


class MergeForm(forms.Form):
    """For each field in which the two files differ, which value stays; and that one has looked."""

    kept_version = forms.CharField(widget=forms.HiddenInput)
    given_up_version = forms.CharField(widget=forms.HiddenInput)
    sure = forms.BooleanField(label=_("I have checked: both files are about one person."))

    def __init__(self, data: Mapping[str, Any] | None = None, *, kept: Client, given_up: Client) -> None:
        super().__init__(data)
        self.differing = merging.differing(kept, given_up)
        better = merging.suggested(kept, given_up)
        self.initial["kept_version"], self.initial["given_up_version"] = kept.version, given_up.version
        for name in self.differing:
            self.fields[name] = forms.ChoiceField(
                label=files.label(name),
                choices=[(KEPT, files.reads(kept, name)), (GIVEN_UP, files.reads(given_up, name))],
                initial=GIVEN_UP if name in better else KEPT,
                widget=forms.RadioSelect,
            )

    def saw_them_as_they_are(self) -> bool:
        """Were both files shown as they are now? Whoever saw another version chose among other values."""
        names = ("kept_version", "given_up_version")
        return all(self.data.get(name) == str(self.initial[name]) for name in names)

    def choices(self) -> list[forms.BoundField]:
        """The fields in which the files differ."""
        return [self[name] for name in self.differing]

    def take(self) -> list[str]:
        """The fields whose value comes from the file that is given up."""
        return [name for name in self.differing if self.cleaned_data[name] == GIVEN_UP]
