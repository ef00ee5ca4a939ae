"""Model fields for every text that a person can type or import.

Three doors, one rule. The form field asks and explains; `full_clean` refuses with the same words; and whatever
reaches the database by `save`, `bulk_create`, `update`, an import or a command passes `get_db_prep_save`, which tidies
the text and refuses secrets once more. Look-ups do not pass it: a search for a number finds nothing, and raises no
error.

Only certain findings are refused at the last door: a doubtful text that somebody has checked must be stored again with
its row, restored from a backup, and copied into its history. SQL expressions (`update(note=Concat(…))`) and migrations
pass it by; `scan_texts` looks at what is stored.

Migrations know these fields as Django's own, so that they import nothing of ours.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from config.clean_text.form_fields import LONGEST_LINE, LONGEST_TEXT, CleanEmail, CleanLine, CleanText, CleanURL
from config.clean_text.refusals import refuse_over_long, refuse_secrets, refuse_to_store, refuse_unbearable
from config.clean_text.tidying import tidy, tidy_line

if TYPE_CHECKING:
    CharField = models.CharField[str, str]
    TextField = models.TextField[str, str]
    EmailField = models.EmailField[str, str]
    URLField = models.URLField[str, str]
    Field = models.Field[str, str]
else:
    CharField, TextField, Field = models.CharField, models.TextField, object
    EmailField, URLField = models.EmailField, models.URLField


class CleanField(Field):
    """What the clean model fields have in common."""

    longest = LONGEST_LINE
    tidied = staticmethod(tidy_line)
    django_path = "django.db.models.CharField"
    form_class: type[forms.CharField] = CleanLine

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": self.longest, **options})

    def deconstruct(self) -> Any:
        name, _, args, options = super().deconstruct()
        return name, self.django_path, args, options

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return super().clean(self.tidied(value) if isinstance(value, str) else value, model_instance)

    def run_validators(self, value: Any) -> None:
        """Secrets are looked for in texts that pass all else: an endless one is refused unread."""
        if isinstance(value, str):
            refuse_over_long(value, limit=self.max_length)
        super().run_validators(value)
        if isinstance(value, str):
            refuse_unbearable(value)
            refuse_secrets(value)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if value and isinstance(value, str):
            value = self.tidied(value)
            try:
                refuse_to_store(value, limit=self.max_length)
            except ValidationError as refused:
                raise ValidationError({self.name: refused}) from None
        return super().get_db_prep_save(value, connection)

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": self.form_class, **options})


class CleanCharField(CleanField, CharField):
    """One line of clean text."""


class CleanTextField(CleanField, TextField):
    """Clean text of several lines."""

    longest = LONGEST_TEXT
    tidied = staticmethod(tidy)
    django_path = "django.db.models.TextField"
    form_class = CleanText


class CleanEmailField(CleanField, EmailField):
    """An e-mail address; it holds no number of a person either."""

    longest = 254
    django_path = "django.db.models.EmailField"
    form_class = CleanEmail


class CleanURLField(CleanField, URLField):
    """An address on the web that opens nobody's account."""

    django_path = "django.db.models.URLField"
    form_class = CleanURL


def fits(field: str, limit: int = LONGEST_TEXT) -> models.CheckConstraint:
    """The constraint that keeps a text as short on SQLite as PostgreSQL keeps a varchar, whoever writes it."""
    return models.CheckConstraint(
        condition=LessThanOrEqual(Length(field), limit), name=f"%(app_label)s_%(class)s_{field}_fits"
    )
