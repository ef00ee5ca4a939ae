"""A delay, and what it does to open cases: it is shown first, and saved once that was seen."""

from hashlib import sha256
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import ngettext

from cases.delay_changes import Redated, redated_by
from cases.models import Case
from communes.models import Delay
from config.staff.models import User

SHOWN = 20


class DelayForm(forms.ModelForm[Delay]):
    """`redated` are the open cases that get another deadline; `seen` proves that exactly these were shown."""

    by: ClassVar[User]
    redated: ClassVar[list[Redated]] = []

    seen = forms.CharField(required=False, max_length=64, label="", widget=forms.HiddenInput)

    class Meta:
        model = Delay
        fields = ("code", "amount", "unit", "valid_from", "source", "source_url", "verified_on", "note")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        said = {name: cleaned[name] for name in ("code", "amount", "unit", "valid_from")}
        redated = list(redated_by(Delay(pk=self.instance.pk, **said)))
        shown = mark_of(said, redated)
        if redated and cleaned["seen"] != shown:
            self.redated = redated  # type: ignore[misc]
            data = cast(QueryDict, self.data).copy()
            data[self.add_prefix("seen")] = shown
            self.data = data
            count = len(redated)
            raise ValidationError(
                ngettext(
                    "Nothing is saved yet: %(count)s open case gets another deadline. Save again to confirm.",
                    "Nothing is saved yet: %(count)s open cases get another deadline. Save again to confirm.",
                    count,
                ),
                params={"count": count},
            )
        return cleaned

    def first_rows(self) -> list[Redated]:
        """The first of them that this person may see, by reference and without a name."""
        first = [found.case.pk for found in self.redated]
        visible = set(Case.objects.visible_to(self.by).filter(pk__in=first[:SHOWN]).values_list("pk", flat=True))
        return [found for found in self.redated[:SHOWN] if found.case.pk in visible]


def mark_of(said: dict[str, Any], redated: list[Redated]) -> str:
    """What was shown, in one word: another value, another case or another day gives another word."""
    rows = [(found.case.reference, found.case.due_on, found.deadline.due_on) for found in redated]
    return sha256(repr((sorted(said.items()), rows)).encode()).hexdigest()
