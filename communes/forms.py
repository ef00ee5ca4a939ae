"""What is asked before the offices are shown: where a person lives, with which document, for what, on which day."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communes.models import Commune, ResidenceDocument, Service
from communes.names import Meaning, meaning_of, postal_codes

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class DayField(forms.DateField):
    """A day that tariffs and deadlines can be counted with, in the browser's own date field."""

    default_validators = [
        MinValueValidator(FIRST_DAY, gettext_lazy("This day lies before the year 2000: check the year.")),
        MaxValueValidator(LAST_DAY, gettext_lazy("This day lies after the year 2099: check the year.")),
    ]

    def __init__(self, *, label: Any = None, required: bool = True, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, "label": label, "required": required, **kwargs})


def services() -> list[tuple[str, str]]:
    return [(service.value, str(capfirst(service.label))) for service in Service]


class WhereForm(forms.Form):
    """A question about a person who is not named. Without a commune, and not `elsewhere`, nothing is asked yet."""

    commune = forms.CharField(label=gettext_lazy("Commune of residence"), max_length=80, required=False)
    elsewhere = forms.BooleanField(label=gettext_lazy("Outside the Region, or no registered address"), required=False)
    document = forms.Field()  # its choices come with the form: see __init__
    service = forms.ChoiceField(label=gettext_lazy("What for"), choices=services)
    on = DayField(label=gettext_lazy("Day"))

    def __init__(
        self,
        asked: dict[str, Any],
        *,
        communes: list[Commune],
        documents: list[ResidenceDocument],
        today: date,
    ) -> None:
        """`asked` may be incomplete: the first document, a digital key and today are what is asked most."""
        by_code = {document.code: document for document in documents}
        usual = {
            "document": next(iter(by_code), None),
            "service": Service.DIGITAL_KEY.value,
            "on": today.isoformat(),
        }
        super().__init__({**usual, **{name: value for name, value in asked.items() if value}})
        self.communes = communes
        self.meaning = Meaning(None)
        self.fields["commune"].widget.attrs |= {"list": "communes", "autocomplete": "off"}
        self.fields["document"] = forms.TypedChoiceField(
            label=gettext_lazy("Residence document"),
            choices=[(code, document.label) for code, document in by_code.items()],
            coerce=by_code.get,
        )

    @property
    def asks_nothing(self) -> bool:
        return not self.data.get("commune", "").strip() and not self.data.get("elsewhere")

    def clean(self) -> dict[str, Any]:
        """`commune` becomes a Commune, or None for somebody who lives elsewhere."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        words = cleaned.get("commune", "")
        if cleaned.get("elsewhere"):
            cleaned["commune"] = None
            self.data = {**self.data, "commune": ""}
        elif words:
            self.meaning = meaning_of(words, self.communes)
            cleaned["commune"] = self.meaning.commune
            if self.meaning.commune:
                self.data = {**self.data, "commune": self.meaning.commune.name}
            else:
                self.add_error("commune", self.doubt(words))
        return cleaned

    def doubt(self, words: str) -> str:
        """Why these words do not decide on a commune."""
        if not self.meaning.perhaps:
            return _("No commune known here is called «%(words)s». Choose below, or correct it.") % {"words": words}
        if any(words.strip() in postal_codes(commune) for commune in self.meaning.perhaps):
            return _("A postal code does not decide: choose the commune where the person is registered.")
        return _("«%(words)s» can be more than one commune, or is written otherwise: choose one.") % {"words": words}


class LeafletForm(forms.Form):
    """In which language, and with the prices of which day: the reader's own and today unless asked otherwise."""

    lang = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("fr", "Français"), ("nl", "Nederlands"), ("en", "English")]
    )
    on = DayField(label=gettext_lazy("Prices on"))

    def __init__(self, asked: dict[str, Any], *, language: str, today: date) -> None:
        super().__init__({"lang": language, "on": today.isoformat(), **asked})
