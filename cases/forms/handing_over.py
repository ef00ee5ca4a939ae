"""Whom cases are handed over to: a colleague who works on cases."""

import re
from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.directory import Directory, followers
from cases.forms.plain_fields import PlainSelect
from config.staff.models import User

SEEN = re.compile(r"(?P<reference>[A-Z]{2}-\d{4}-\d{4,7}):(?P<version>\d{1,6})")


def colleagues(by: User) -> QuerySet[User]:
    """Who may follow a case, among those that a member of staff works with."""
    active = followers().order_by("name")
    return active if by.has_perm("cases.see_every_team") else active.filter(team=by.team_id)


class SeenCasesField(forms.MultipleChoiceField):
    """Ticked cases with the version that the list showed: «CN-2026-0142:7» each; gives {reference: version}."""

    def valid_value(self, value: str) -> bool:
        return SEEN.fullmatch(value) is not None

    def clean(self, value: Any) -> dict[str, int]:
        ticked = (SEEN.fullmatch(each) for each in super().clean(value))
        return {each["reference"]: int(each["version"]) for each in ticked if each}


class NamesAlone(ModelChoiceIterator[User]):
    """The choices by their names: no member of staff is read whole for a line of a list."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield ("", self.field.empty_label)
        yield from self.queryset.values_list("pk", "name")


class ColleagueField(forms.ModelChoiceField[User]):
    iterator = NamesAlone
    widget = PlainSelect


class HandOverForm(forms.Form):
    # Its refusals wait in a cookie until the list shows them: they do not quote what came.
    case = SeenCasesField(
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Tick the cases that go to a colleague."))
    )
    to = ColleagueField(
        label=_("Give the ticked cases to"),
        queryset=User.objects.none(),
        error_messages={"required": _("Choose the colleague who takes the cases over.")},
    )

    def __init__(self, *args: Any, by: User, names: Directory | None = None, **kwargs: Any) -> None:
        """`names`: where the colleagues stand already, for a page that only offers them."""
        super().__init__(*args, **kwargs)
        to = cast("forms.ModelChoiceField[User]", self.fields["to"])
        to.queryset = colleagues(by)
        if names is not None:
            everyone, team = by.has_perm("cases.see_every_team"), str(by.team_id or "")
            offered = ((pk, name) for pk, (of, name) in names.followers.items() if everyone or of == team)
            to.widget.choices = [("", to.empty_label), *offered]


class ColleagueWithCases(forms.ModelChoiceField[User]):
    """A colleague with the number of open cases they follow."""

    def label_from_instance(self, user: User) -> str:
        cases: int = user.open_cases  # type: ignore[attr-defined]
        words = ngettext("%(name)s, %(count)s open case", "%(name)s, %(count)s open cases", cases)
        return words % {"name": user.name, "count": cases}


class LeaveForm(forms.Form):
    leaving = ColleagueWithCases(label=_("Who goes on leave"), queryset=User.objects.none())
    to = ColleagueWithCases(label=_("Who takes over"), queryset=User.objects.none())

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counted = colleagues(by).annotate(open_cases=Count("cases", filter=Q(cases__closed_on=None)))
        for name in ("leaving", "to"):
            cast(ColleagueWithCases, self.fields[name]).queryset = counted

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("leaving") and cleaned.get("leaving") == cleaned.get("to"):
            self.add_error("to", ValidationError(_("Choose another colleague than the one who leaves.")))
        return cleaned
