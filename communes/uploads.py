"""A tariff file between its preview and its confirmation: kept under a name that nobody can guess or choose."""

import re
import secrets
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from import_export.forms import ConfirmImportForm, ImportForm
from import_export.tmp_storages import BaseStorage

LARGEST = 1024 * 1024
NAME = re.compile(r"[0-9a-f]{32}")


class Upload(BaseStorage):  # type: ignore[misc]
    """The file on this machine's disk; gone once it is imported."""

    @property
    def path(self) -> Path:
        return Path(tempfile.gettempdir()) / f"sesame-import-{self.name}"

    def save(self, data: bytes) -> None:
        self.name = secrets.token_hex(16)
        self.path.write_bytes(data)

    def read(self) -> bytes:
        return self.path.read_bytes()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


class UploadForm(ImportForm):  # type: ignore[misc]
    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > LARGEST:
            raise ValidationError(
                _("The file is larger than %(most)s: import it in parts.") % {"most": filesizeformat(LARGEST)}
            )
        return file


class ConfirmForm(ConfirmImportForm):  # type: ignore[misc]
    format = forms.ChoiceField(choices=[("0", "CSV"), ("1", "XLSX")], widget=forms.HiddenInput)
    resource = forms.ChoiceField(choices=[("0", "")], required=False, widget=forms.HiddenInput)

    def clean_import_file_name(self) -> str:
        name: Any = self.cleaned_data["import_file_name"]
        if not NAME.fullmatch(name) or not Upload(name=name).path.exists():
            raise ValidationError(_("This preview is over: choose the file again."))
        return str(name)
