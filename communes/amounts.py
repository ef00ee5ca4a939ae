"""Amounts as people type them: «10,10», «10.10», «5», «5 €». What could be read in two ways is refused."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<cents>[0-9]+))?")
AROUND = re.compile(r"[\s€]|EUR", re.IGNORECASE)


def parse_amount(text: str) -> Decimal | None:
    """The amount of a text; None for an empty one. Raises ValidationError with a sentence that says what to type."""
    bare = AROUND.sub("", text)
    if not bare:
        return None
    if bare[0] in "-−–":
        raise ValidationError(_("An amount is never negative."), code="negative")
    plain = PLAIN.fullmatch(bare)
    if plain is None or len(plain["cents"] or "") == 3:
        raise ValidationError(
            _("«%(text)s» can be read in more than one way: write 1234,56 without any other point, comma or word."),
            code="ambiguous",
            params={"text": text},
        )
    if len(plain["cents"] or "") > 2:
        raise ValidationError(_("An amount has at most two decimals."), code="decimals")
    return Decimal(f"{plain['whole']}.{plain['cents'] or '00'}").quantize(Decimal("0.01"))


class AmountField(forms.DecimalField):
    """A form field for an amount in euro."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return parse_amount(value) if isinstance(value, str) else value

    def prepare_value(self, value: Any) -> Any:
        return number_format(value, decimal_pos=2) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}
