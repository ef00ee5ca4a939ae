"""Form fields for clean text, and the question put to the writer when a text is doubtful.

Search boxes are not for these: what is searched is not stored, and a search for a number must simply find nothing.
Let them be a plain `forms.CharField`, sent by POST or kept out of the logs.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.clean_text.findings import Kind, masked, scan
from config.clean_text.refusals import refuse_secrets, refuse_secrets_and_doubts, refuse_unbearable
from config.clean_text.tidying import tidy, tidy_line

LONGEST_LINE = 200
LONGEST_TEXT = 4000
MOST_SHOWN_AGAIN = 10 * LONGEST_TEXT  # of an endless text a refused form shows only the beginning


class CleanLine(forms.CharField):
    """One line of clean text. `allow_doubtful` lets a doubtful text pass: see `AsksAboutDoubts`."""

    tidied = staticmethod(tidy_line)

    def __init__(self, *, max_length: int | None = LONGEST_LINE, allow_doubtful: bool = False, **options: Any) -> None:
        self.allow_doubtful = allow_doubtful
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return self.tidied(text) or self.empty_value if text else text

    def run_validators(self, value: Any) -> None:
        """Secrets are looked for in texts that pass all else: an endless one is refused unread."""
        super().run_validators(value)
        if value and value not in self.empty_values:
            refuse_unbearable(value)
            (refuse_secrets if self.allow_doubtful else refuse_secrets_and_doubts)(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What a refused form shows again: the text as typed, with a mask where the secret stood."""
        value = super().bound_data(data, initial)
        if not isinstance(value, str):
            return value
        value = value[:MOST_SHOWN_AGAIN]
        return masked(value, [finding for finding in scan(value) if not finding.doubtful])


class CleanText(CleanLine):
    """Clean text of several lines."""

    widget = forms.Textarea
    tidied = staticmethod(tidy)

    def __init__(self, *, max_length: int | None = LONGEST_TEXT, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)


class CleanEmail(CleanLine, forms.EmailField):
    """An e-mail address that holds no number of a person either."""


class CleanURL(CleanLine, forms.URLField):
    """An address on the web that opens nobody's account."""


class AsksAboutDoubts(forms.BaseForm):
    """For a form that stores: a doubtful text is refused once, with a box to tick that says it was checked.

    After validation `overridden` names the fields that passed by that box, with what was doubted: the view records
    it as an event, without the value.
    """

    BOX = "doubts_checked"

    def full_clean(self) -> None:
        self.fields.pop(self.BOX, None)
        ticked = self.is_bound and bool(self.data.get(self.add_prefix(self.BOX)))
        for field in self.fields.values():
            if isinstance(field, CleanLine):
                field.allow_doubtful = ticked
        super().full_clean()
        if self.is_bound and (ticked or any(self.has_error(name, "doubtful") for name in self.fields)):
            self.fields[self.BOX] = forms.BooleanField(
                label=_("I checked: it is no national number, no code and no password"), required=False
            )

    @property
    def overridden(self) -> list[tuple[str, Kind]]:
        """Each field and kind that would have been refused without the tick; empty without it."""
        cleaned = getattr(self, "cleaned_data", {})
        return [
            (name, kind)
            for name, field in self.fields.items()
            if isinstance(field, CleanLine) and field.allow_doubtful and isinstance(cleaned.get(name), str)
            for kind in sorted({finding.kind for finding in scan(cleaned[name]) if finding.doubtful})
        ]
