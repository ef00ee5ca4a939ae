"""The forms of the case page. Each carries the version it showed, and the day on which something happened."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.actions import CaseMoved
from cases.facts import (
    ASSIGNEE,
    DUE_ON,
    FACTS,
    KEPT_TARIFF,
    NOTABLE,
    OFFICE,
    RECALLED,
    TRIAGE,
    Fact,
    Recall,
    Value,
    written,
)
from cases.forms.facts import DayInput, answers, field_of
from cases.models import Case, Event, Note
from cases.models.event import EventKind
from cases.workflow import Transition
from communes.models import Office
from communes.offers import Offer
from config.clean_text import AsksAboutDoubts
from config.staff.models import User
from config.wording import money


def words(*, label: Promise, required: bool = False) -> forms.Field:
    """The field for words beside an event."""
    field = Note._meta.get_field("text").formfield(
        required=required,
        label=label,
        help_text=_("Never a code, a PIN or a national number."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    return cast(forms.Field, field)


class SeenForm(AsksAboutDoubts, forms.Form):
    """A form on a case as it was shown. `seen` gives the case back at that version, for the compare-and-swap.

    `kind` and `transition_name` say which event it writes.
    """

    kind: EventKind
    transition_name = ""
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.initial.setdefault("version", case.version)

    def seen(self) -> Case:
        """Raises CaseMoved if the case is no longer at that version, whatever the gesture would have said."""
        if self.cleaned_data["version"] != self.case.version:
            raise CaseMoved
        return self.case

    def facts(self) -> dict[str, Value]:
        """The facts that were answered."""
        return {}

    def wrote(self, event: Event) -> bool:
        """Is this event what the form says, to the word? Then the form was sent twice."""
        said = self.cleaned_data
        facts = {name: written(FACTS[name], value) for name, value in self.facts().items()}
        note = event.notes.first()
        return bool(
            event.happened_on == said.get("happened_on", event.happened_on)
            and facts.items() <= event.facts.items()
            and said.get("note", "") == (note.text if note else "")
        )


class HappenedForm(SeenForm):
    """Something that happened on a day, today unless said otherwise."""

    happened_on = forms.DateField(label=_("Day it happened"), widget=DayInput())

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("happened_on", on)


class MoveForm(HappenedForm):
    """One move of the table: its day, the facts it records, and words beside it."""

    kind = EventKind.MOVED

    def __init__(self, *args: Any, transition: Transition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.transition, self.transition_name = transition, transition.name
        for fact in transition.asks:
            self.fields[fact.name] = field_of(fact, required=fact in transition.requires)
        self.fields["note"] = words(label=_("Note"))

    def facts(self) -> dict[str, Value]:
        return answers(self.cleaned_data, self.transition.asks)


class OfficeForm(HappenedForm):
    """The office, among those open to the client on the day, with its price of that day."""

    kind, transition_name = EventKind.MOVED, "choose_office"

    office = forms.ModelChoiceField(label=_("Office"), queryset=Office.objects.none(), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offers: list[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Office]", self.fields["office"])
        field.queryset = Office.objects.filter(pk__in=[offer.office.pk for offer in offers])
        field.choices = [(offer.office.pk, f"{offer.office.name}, {money(offer.amount)}") for offer in offers]
        here = self.case.office_id if any(offer.office.pk == self.case.office_id for offer in offers) else None
        self.initial.setdefault("office", here or (offers[0].office.pk if offers else None))

    def facts(self) -> dict[str, Value]:
        return {OFFICE.name: self.cleaned_data["office"].pk}


class RescheduleForm(SeenForm):
    """Another last day than the one that was counted, and why."""

    kind = EventKind.RESCHEDULED

    due_on = forms.DateField(label=_("New deadline"), widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"] = words(label=_("Why, and who agreed"), required=True)
        self.initial.setdefault("due_on", self.case.due_on)

    def facts(self) -> dict[str, Value]:
        return {DUE_ON.name: self.cleaned_data["due_on"]}


class QuoteForm(SeenForm):
    """Nothing to fill in: the price of today at the same office."""

    kind, transition_name = EventKind.MOVED, "choose_office"


class KeepForm(SeenForm):
    """Nothing to fill in: the announced price is kept."""

    kind = EventKind.NOTED

    def wrote(self, event: Event) -> bool:
        return KEPT_TARIFF.name in event.facts


class RecallForm(SeenForm):
    """What came of a recall, when no new card is requested with us."""

    kind = EventKind.NOTED

    answer = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[(each.value, each.label) for each in (Recall.TOLD, Recall.NOT_WANTED)],
        initial=Recall.TOLD.value,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"] = words(label=_("Note"))

    def facts(self) -> dict[str, Value]:
        return {RECALLED.name: self.cleaned_data["answer"]}


class UndoForm(SeenForm):
    kind = EventKind.UNDONE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"] = words(label=_("Why"))


class FactsForm(HappenedForm):
    """Facts noted alone: only those that were answered are written."""

    kind = EventKind.NOTED

    def __init__(self, *args: Any, asked: tuple[Fact, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for fact in asked:
            self.fields[fact.name] = field_of(fact)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not answers(cleaned, self.asked):
            raise forms.ValidationError(_("Nothing was filled in: there is nothing to note."))
        return cleaned

    def facts(self) -> dict[str, Value]:
        return answers(self.cleaned_data, self.asked)


class NoteForm(AsksAboutDoubts, forms.ModelForm[Note]):
    """Words beside a case."""

    class Meta:
        model = Note
        fields = ("text", "sensitive")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "text": _("Never a code, a PIN or a national number."),
            "sensitive": _("Your colleagues do not see it. It is part of the file that the person may ask for."),
        }


class AssignForm(SeenForm):
    kind = EventKind.ASSIGNED
    assignee = forms.ModelChoiceField(
        label=_("Followed by"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[User]", self.fields["assignee"])
        field.queryset = User.objects.filter(is_active=True, team=self.case.team_id)
        self.initial.setdefault("assignee", self.case.assignee_id)

    def facts(self) -> dict[str, Value]:
        colleague = self.cleaned_data["assignee"]
        return {ASSIGNEE.name: colleague.pk if colleague else None}


# What is worth noting at a step; the triage has its own form.
STEP_FACTS: dict[str, tuple[str, ...]] = {
    "orientation": ("moved_on",),
    "to_register": ("moved_on", "paid"),
    "to_activate": ("code_received", "link_received", "paid"),
    "to_report": ("docstop_on", "police_on"),
    "preparing": ("moved_on", "paid"),
    "codes_awaited": ("card_ready_on", "moved_on", "paid"),
    "urgent_ordered": ("card_ready_on", "paid"),
    "to_collect": ("moved_on", "paid"),
    "to_request": ("letter_kept", "moved_on"),
    "new_codes_awaited": ("moved_on", "paid"),
    "to_activate_codes": ("paid",),
}


def asked_at(step: str) -> tuple[Fact, ...]:
    """The facts that the page of a case offers to note at its step."""
    names = STEP_FACTS.get(step, ())
    return tuple(fact for fact in NOTABLE if fact.name in names)


def triage_of(case: Case) -> tuple[Fact, ...]:
    """The questions before any fee: for a digital key that has not been registered yet."""
    return TRIAGE if case.step in {"orientation", "to_register"} else ()
