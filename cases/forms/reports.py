"""What a report is asked by: plain words in its address, so that the address is the report."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.plain_fields import DayInput
from cases.reports.periods import Period
from cases.reports.scope import Scope, team_of
from communes.models import Office
from config.staff.models import Team, User

YEARS, QUARTERS, MONTHS = 6, 8, 24  # how many the choice offers; an address may ask for any
ISO = ["%Y-%m-%d"]

type Choices = list[tuple[str, str | list[tuple[str, str]]]]


class ReportForm(forms.Form):
    """`on` is today: this year is the period if none is asked for. Two days given win over it."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)  # the choices depend on the day
    first = forms.DateField(label=gettext_lazy("Or from"), required=False, input_formats=ISO, widget=DayInput)
    last = forms.DateField(label=gettext_lazy("Until"), required=False, input_formats=ISO, widget=DayInput)
    team = forms.ModelChoiceField(
        Team.objects.all(), label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("All teams")
    )
    office = forms.ModelChoiceField(
        Office.objects.all(),
        to_field_name="code",
        label=gettext_lazy("Office"),
        required=False,
        empty_label=gettext_lazy("All offices"),
    )
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        required=False,
        input_formats=ISO,
        widget=DayInput,
        help_text=gettext_lazy("Only what was written down by the end of that day."),
    )
    publish = forms.BooleanField(
        label=gettext_lazy("For publication"),
        required=False,
        help_text=gettext_lazy("Hides what could tell of fewer than five people."),
    )

    def __init__(self, data: Mapping[str, Any], *, by: User, on: date) -> None:
        days = data.get("first") or data.get("last")
        code = data.get("period") or ("" if days else Period.year_of(on).code)
        super().__init__({**data, "period": code})
        self.by, self.on = by, on
        self.fields["period"] = forms.ChoiceField(
            choices=periods(on=on, asked=code), label=_("Period"), required=not days
        )
        if not by.has_perm("cases.see_every_team"):
            del self.fields["team"]

    def clean_as_of(self) -> date | None:
        """As of today is all that is noted by now."""
        as_of: date | None = self.cleaned_data["as_of"]
        if as_of and as_of > self.on:
            raise forms.ValidationError(_("This day lies in the future: nothing is known of it yet."))
        return None if as_of == self.on else as_of

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        first, last = clean.get("first"), clean.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first one."))
        elif first and not last and "last" not in self.errors:
            self.add_error("last", _("Say until which day."))
        elif last and not first and "first" not in self.errors:
            self.add_error("first", _("Say from which day."))
        return clean

    @property
    def scope(self) -> Scope:
        """What a valid form asks for. Raises ValueError for somebody who may see no team at all."""
        asked = self.cleaned_data
        return Scope(
            period=Period(asked["first"], asked["last"]) if asked["first"] else Period.read(asked["period"]),
            team=team_of(self.by, asked.get("team")),
            office=asked["office"],
            as_of=asked["as_of"],
        )


def periods(*, on: date, asked: str) -> Choices:
    """The last years, quarters and months, the latest first, and whatever else an address asks for."""
    years = [Period.year(on.year - n) for n in range(YEARS)]
    quarters, months = [Period.quarter_of(on)], [Period.month_of(on)]
    while len(quarters) < QUARTERS:
        quarters.append(Period.quarter_of(quarters[-1].first - timedelta(days=1)))
    while len(months) < MONTHS:
        months.append(Period.month_of(months[-1].first - timedelta(days=1)))
    named = ((_("Years"), years), (_("Quarters"), quarters), (_("Months"), months))
    groups: Choices = [(name, [(each.code, each.name) for each in group]) for name, group in named]
    offered = {each.code for _name, group in named for each in group}
    other = [(asked, period.name)] if asked not in offered and (period := known(asked)) else []
    return [("", _("Between two days")), *other, *groups]


def known(code: str) -> Period | None:
    try:
        return Period.read(code)
    except ValueError:
        return None
