"""Form fields for facts: every form that notes facts is made from the table, and writes what the table knows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.facts import Fact, Kind, Value
from communes.amounts import AmountField


class DayInput(forms.DateInput):
    """The browser's own date field, which sends ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


YES_NO = [("", _("Not noted")), ("yes", _("Yes")), ("no", _("No"))]


def is_yes(answer: str) -> bool:
    return answer == "yes"


def field_of(fact: Fact, *, required: bool = False) -> forms.Field:
    """The field that asks for one fact."""
    label = str(fact.label)
    match fact.kind:
        case Kind.DAY:
            return forms.DateField(label=label, required=required, widget=DayInput())
        case Kind.MOMENT:
            widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            return forms.DateTimeField(label=label, required=required, widget=widget)
        case Kind.AMOUNT:
            return AmountField(label=label, required=required, min_value=0, max_digits=7, decimal_places=2)
        case Kind.YES_NO:
            return forms.TypedChoiceField(
                label=label,
                required=required,
                choices=YES_NO,
                coerce=is_yes,
                empty_value=None,
            )
        case Kind.CODE if fact.choices:
            return forms.ChoiceField(label=label, required=required, choices=[("", "—"), *fact.choices.choices])
        case _:
            raise TypeError(f"«{fact.name}» is not asked by a form")


def answers(cleaned: Mapping[str, Any], asked: Iterable[Fact]) -> dict[str, Value]:
    """What was answered of the facts that were asked; an empty answer is none."""
    return {fact.name: cleaned[fact.name] for fact in asked if cleaned.get(fact.name) not in (None, "")}
