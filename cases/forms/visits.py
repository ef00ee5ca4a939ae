"""The one short form of a visit. What stays empty is filled in from the client, the case, or our habits."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import actions
from cases.actions import Move
from cases.facts import OFFICE
from cases.forms.facts import answers, field_of
from cases.forms.plain_fields import DayInput
from cases.models import Case, Client, Visit
from cases.models.client import Language
from cases.models.visit import Channel, Result, Topic
from cases.workflow import Transition
from communes.models import Office
from config.clean_text import AsksAboutDoubts, CleanLine
from config.staff.models import Team, User
from config.wording import money

MINUTES = 15


class VisitForm(AsksAboutDoubts, forms.ModelForm[Visit]):
    """A visit. `client` is the reference of a file, empty for an anonymous one; `who` was typed to find it."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    who = forms.CharField(label=_("Client"), max_length=120, required=False)
    client = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    class Meta:
        model = Visit
        fields: ClassVar = ["channel", "minutes", "topic", "language", "result", "note", "happened_on", "team"]
        widgets: ClassVar = {
            "minutes": forms.NumberInput(attrs={"min": 0, "max": 600}),
            "note": forms.Textarea(attrs={"rows": 3}),
            "happened_on": DayInput(),
        }

    def __init__(self, *args: Any, by: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.on = by, on
        for name in ("channel", "minutes", "topic", "result", "happened_on", "team"):
            self.fields[name].required = False
        for name, value in {"key": uuid.uuid4(), "happened_on": on, "minutes": MINUTES}.items():
            self.initial.setdefault(name, value)
        self.fields["topic"].widget.choices = [("", _("as the case")), *Topic.choices]
        self.fields["result"].widget.choices = [
            ("", _("informed, or a step done")),
            *Result.choices,
        ]
        self.initial.setdefault("result", "")
        self.fields["language"].widget.choices = [("", _("the client’s own")), *Language.choices]
        self.fields["note"].help_text = _("Never a code, a PIN or a national number.")
        teams = cast("forms.ModelChoiceField[Team]", self.fields["team"])
        if by.team_id:
            del self.fields["team"]
        else:
            teams.required = True

    def clean_client(self) -> Client | None:
        """The file, among those one may open; None for an anonymous visit."""
        reference = self.cleaned_data["client"]
        emptied = "who" in self.data and not self.cleaned_data.get("who")
        if not reference or emptied:
            return None
        client = Client.objects.visible_to(self.by).living().filter(reference=reference).first()
        if client is None:
            raise ValidationError(_("This file is not there any more: search again."))
        return client

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("who") and not cleaned.get("client") and not self.has_error("client"):
            self.add_error("who", _("Choose a person below, or empty this field for an anonymous visit."))
        return cleaned

    def said(self, *, cases: list[Case], moved: bool) -> dict[str, Any]:
        """What `log_visit` takes: with what was left empty filled in. Raises ValidationError without a topic."""
        cleaned = self.cleaned_data
        topic = cleaned["topic"] or next((case.procedure for case in cases), "")
        if not topic:
            raise ValidationError({"topic": _("What was it about?")})
        client = cleaned["client"]
        return {
            "client": client,
            "case": cases[0] if len(cases) == 1 and cases[0].client == client else None,
            "channel": cleaned["channel"] or Channel.COUNTER,
            "minutes": MINUTES if cleaned["minutes"] is None else cleaned["minutes"],
            "topic": topic,
            "language": cleaned["language"] or (client.contact_language if client else ""),
            "result": cleaned["result"] or (Result.STEP_DONE if moved else Result.INFORMED),
            "note": cleaned["note"],
        }


class MoveChoice(forms.Form):
    """A move that the visit brings, of one of the client's open cases, or none; with the facts that the move asks."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    move = forms.ChoiceField(required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        case: Case,
        offered: Iterable[Transition],
        on: date,
        asking: bool = False,
    ) -> None:
        """`asking`: the move was only just chosen, and what it asks is not filled in yet: nothing is wrong with it."""
        typed = {name.removeprefix(f"{case.reference}-"): value for name, value in (data or {}).items()}
        super().__init__(None if asking else data, prefix=case.reference, initial=typed)
        self.case = case
        offered = list(offered)
        self.initial["version"] = case.version
        move = cast(forms.ChoiceField, self.fields["move"])
        move.choices = [("", _("stays where it is")), *((transition.name, transition.label) for transition in offered)]
        # Another choice asks at once for the facts of that move.
        move.widget.attrs |= {
            "hx-post": reverse("cases:new_visit"),
            "hx-target": "#moves",
            "hx-vals": '{"ask": "moves"}',
        }
        move.label = f"{case.get_procedure_display()}, {case.get_step_display()}"
        chosen = typed.get("move")
        self.transition = next((transition for transition in offered if transition.name == chosen), None)
        for fact in self.transition.asks if self.transition else ():
            self.fields[fact.name] = (
                office_field(case, on=on)
                if fact is OFFICE
                else field_of(fact, required=self.transition is not None and fact in self.transition.requires)
            )

    def asked(self) -> list[forms.BoundField]:
        """The fields of the facts that the chosen move records."""
        return [self[name] for name in self.fields if name not in {"version", "move"}]

    def wanted(self) -> Move | None:
        """The chosen move on the case as it was shown; None when the case stays where it is."""
        if self.transition is None:
            return None
        self.case.version = self.cleaned_data["version"]
        facts = answers(self.cleaned_data, [fact for fact in self.transition.asks if fact is not OFFICE])
        return Move(self.case, self.transition.name, facts, office=self.cleaned_data.get(OFFICE.name))


def office_field(case: Case, *, on: date) -> "forms.ModelChoiceField[Office]":
    """The offices open to the client of a case on a day, with their price."""
    offers = actions.offers_for_case(case, on=on)
    offices = Office.objects.filter(pk__in=[offer.office.pk for offer in offers])
    field = forms.ModelChoiceField(offices, label=str(OFFICE.label))
    field.choices = [
        ("", "—"),
        *((offer.office.pk, f"{offer.office.name}, {money(offer.amount)}") for offer in offers),
    ]
    return field


class CorrectionForm(VisitForm):
    """A visit corrected: the same form, filled with what it says, and why."""

    correction = CleanLine(label=_("Why is it corrected?"), max_length=200)
