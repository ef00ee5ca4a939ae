"""A tariff file between its preview and its confirmation: kept for an hour, under a name that nobody can guess."""

import re
import secrets
from typing import Any

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.tmp_storages import BaseStorage

LARGEST = 1024 * 1024
SECONDS = 60 * 60
NAME = re.compile(r"[0-9a-f]{32}")


class Upload(BaseStorage):  # type: ignore[misc]
    """The file in the cache that all workers share; gone once it is imported, or after an hour."""

    @property
    def key(self) -> str:
        return f"tariff-upload-{self.name}"

    def save(self, data: bytes) -> None:
        self.name = secrets.token_hex(16)
        cache.set(self.key, data, SECONDS)

    def read(self) -> bytes | None:
        """The file, or None once its hour is over."""
        kept: bytes | None = cache.get(self.key)
        return kept

    def remove(self) -> None:
        cache.delete(self.key)


CSV, XLSX = "0", "1"  # the places of TariffAdmin.formats


class UploadForm(ImportForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = self.fields["format"]
        said.required, said.choices = False, [("", gettext_lazy("as its name says")), *said.choices[1:]]

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > LARGEST:
            raise ValidationError(
                _("The file is larger than %(most)s: import it in parts.") % {"most": filesizeformat(LARGEST)}
            )
        return file

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("format") and (file := said.get("import_file")):
            said["format"] = XLSX if file.name.lower().endswith(".xlsx") else CSV
        return said


class DownloadForm(ExportForm):  # type: ignore[misc]
    """An export is a CSV unless one asks for something else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = self.fields["format"].choices[1:]


class ConfirmForm(ConfirmImportForm):  # type: ignore[misc]
    format = forms.ChoiceField(choices=[(CSV, "CSV"), (XLSX, "XLSX")], widget=forms.HiddenInput)
    resource = forms.ChoiceField(choices=[("0", "")], required=False, widget=forms.HiddenInput)

    def clean_import_file_name(self) -> str:
        name: Any = self.cleaned_data["import_file_name"]
        if not NAME.fullmatch(name) or Upload(name=name).read() is None:
            raise ValidationError(_("This preview is over: choose the file again."))
        return str(name)
