"""Bringing in an old list: which file, what its columns mean, and what was looked at before it is confirmed."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.imports.alike import Alike
from cases.imports.columns import COLUMNS, of_kind
from cases.imports.plans import NEW, Person
from cases.models import Import
from cases.models.imports import RowKind
from config.clean_text import CleanLine, masked, scan
from config.staff.models import Team, User
from config.tables import Read, UnreadableTableError, read_table
from config.uploads import LARGEST

MOST_LINES = 20_000
MOST_ASKED = 200  # people of whom the preview asks who they are; of the others the usual answer stands


class ListForm(forms.Form):
    """The file, and what the list is called: its numbers mean something within it only."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_(
            "CSV or XLSX, with the names of its columns in the first line. Of a workbook the first sheet is read."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    source = CleanLine(
        label=_("Name of the list"),
        max_length=80,
        help_text=_("The same name as the last time if it is the same list: its numbers and columns are known again."),
    )
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none())

    read: Read

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = cast("forms.ModelChoiceField[Team]", self.fields["team"])
        team.queryset = Team.objects.order_by("name")
        self.initial.setdefault("team", by.team_id)
        self.fields["source"].widget.attrs |= {"list": "lists", "autocomplete": "off"}

    def clean_file(self) -> "UploadedFile[bytes]":
        """Read the table in its workshop; a file that is none says why."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise ValidationError(
                gettext("The file is larger than %(most)s: import it in parts.") % {"most": filesizeformat(LARGEST)}
            )
        try:
            self.read = read_table(file.read(), most_lines=MOST_LINES)
        except UnreadableTableError as error:
            raise ValidationError(str(error)) from error
        if len(self.read.lines) < 2:
            raise ValidationError(
                gettext("There is nothing to import: the file needs a header and at least one line.")
            )
        return file


class ColumnsForm(forms.Form):
    """What each column of the list means: one of ours, or nothing. No two mean the same."""

    def __init__(self, *args: Any, headers: Sequence[str], chosen: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (kind.label, [(name, capfirst(str(COLUMNS[name].label))) for name in of_kind(COLUMNS, kind)])
            for kind in RowKind
        ]
        for place, (header, name) in enumerate(zip(headers, chosen, strict=True)):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=masked(header, scan(header))
                or gettext("Column %(number)d, without a name") % {"number": place + 1},
                choices=[("", _("Leave out")), *groups],
                required=False,
                initial=name,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first: dict[str, str] = {}
        for place, name in list(cleaned.items()):
            if name and name in first:
                other = self.fields[first[name]].label
                self.add_error(
                    place, gettext("«%(other)s» means this already: leave one of the two out.") % {"other": other}
                )
            elif name:
                first[name] = place
        if not self.errors and not first:
            raise ValidationError(gettext("Say of at least one column what it means."))
        return cleaned

    @property
    def chosen(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


class ConfirmForm(forms.Form):
    """Who the people are that resemble a file of ours, and that the doubtful cells were looked at."""

    seen = forms.CharField(max_length=24, widget=forms.HiddenInput)

    def __init__(self, *args: Any, hinted: Sequence[Person], doubts: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for person in hinted[:MOST_ASKED]:
            here = next((alike for alike in person.alike if person.here and alike.client.pk == person.here.pk), None)
            files = [(alike.client.reference, words(alike)) for alike in person.alike]
            self.fields[f"same-{person.line}"] = forms.ChoiceField(
                label=person.name,
                choices=[(NEW, _("Another person: open a file")), *files],
                initial=here.client.reference if here else NEW,
                widget=forms.RadioSelect,
            )
        if doubts:
            self.fields["doubts_checked"] = forms.BooleanField(
                label=_("I checked: it is no national number, no code and no password")
            )

    @property
    def decided(self) -> dict[int, str]:
        """The answer for the person of each line that was asked."""
        asked = (name for name in self.fields if name.startswith("same-"))
        return {int(name.removeprefix("same-")): self.cleaned_data[name] for name in asked}

    @property
    def people(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("same-")]


def words(alike: Alike) -> str:
    """A file of ours as a person recognises it, with what speaks for it."""
    client = alike.client
    why = [
        reason
        for reason, holds in (
            (gettext("same name"), alike.same_name),
            (gettext("same birth year"), alike.same_year),
            (gettext("same telephone or e-mail"), alike.same_contact),
        )
        if holds
    ]
    born = f", {client.birth_year}" if client.birth_year else ""
    return gettext("The same person: %(name)s, %(reference)s (%(why)s)") % {
        "name": f"{client.name}{born}",
        "reference": client.reference,
        "why": ", ".join(why),
    }


def names_of_lists() -> list[str]:
    """What lists were called before, for the field to suggest."""
    return list(dict.fromkeys(Import.objects.done().values_list("source", flat=True)[:50]))
