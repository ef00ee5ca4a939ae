"""The one kind of text a person can type into Sésame: clean, and without secrets."""

import unicodedata
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    CharField = models.CharField[str, str]
    TextField = models.TextField[str, str]
else:
    CharField, TextField = models.CharField, models.TextField


def refuse_unclean(text: str) -> None:
    """Raise ValidationError for text that the databases or the people of the files could not bear."""
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\r\t" for c in text):
        raise ValidationError(_("This text has an invisible control character: type it again."), code="control")


class CleanCharField(CharField):
    """One line of clean text."""

    default_validators = [refuse_unclean]


class CleanTextField(TextField):
    """Clean text of several lines."""

    default_validators = [refuse_unclean]
