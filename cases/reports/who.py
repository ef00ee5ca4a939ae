"""Whom the office helped, in which cases and visits: three counts, by everything that funders ask about.

A case counts when something happened in it: a step, a fact noted, a visit. A person counts when one of their cases
does, or when they came: without a case, or beside somebody else, in whose case they then stand. An anonymous visit
counts as a visit, and as nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.client import Language
from cases.models.visit import Channel, Result, Topic
from cases.reports.counts import Key, Tally, counts
from cases.reports.scope import Scope
from cases.reports.tables import Chart, Column, Figure, Row, Table, Unit, most_first
from cases.workflow import Procedure
from communes.models import Commune, DocumentClass, Office

THREE = (
    Column("people", gettext_lazy("People")),
    Column("cases", gettext_lazy("Cases")),
    Column("visits", gettext_lazy("Visits")),
)
OF_VISITS = (
    Column("visits", gettext_lazy("Visits")),
    Column("minutes", gettext_lazy("Minutes"), Unit.MINUTES),
)
NOT_KNOWN = gettext_lazy("Not known")
NO_COMMUNE = gettext_lazy("Elsewhere, or no registered address")
AGES: tuple[tuple[str | Promise, range], ...] = (
    (gettext_lazy("under 18"), range(18)),
    ("18–25", range(18, 26)),
    ("26–35", range(26, 36)),
    ("36–50", range(36, 51)),
    ("51–65", range(51, 66)),
    (gettext_lazy("over 65"), range(66, 201)),
)
NO_FILE = gettext_lazy("Visits without a file")
NO_CASE = gettext_lazy("Visits without a case")
NO_OFFICE = gettext_lazy("No office chosen")


@dataclass(frozen=True)
class Who:
    """The counts of one scope. Each of the three looks at the database is taken when a table first asks for it."""

    scope: Scope

    @cached_property
    def by(self) -> Mapping[str, Mapping[Key, Tally]]:
        return counts(self.scope)

    @property
    def whole(self) -> Tally:
        return self.by["whole"].get("", Tally())

    @property
    def total(self) -> Row:
        return Row(_("Total"), three(self.whole))

    @property
    def nobody(self) -> list[Row]:
        """The anonymous visits, so that the visits of a table add up to their total."""
        return [Row(str(NO_FILE), (0, 0, self.whole.anonymous))] if self.whole.anonymous else []

    def months(self) -> Table:
        months = list(self.scope.period.each_month())
        one_year = months[0].year == months[-1].year
        rows = [Row(date_format(day, "F Y"), three(self.by["month"].get(f"{day:%Y%m}", Tally()))) for day in months]
        return Table(
            name="months",
            title=_("Month by month"),
            rule=_("Somebody who came in two months counts in both, and once in the total."),
            heading=_("Month"),
            columns=THREE,
            rows=rows,
            total=self.total,
            chart=Chart.COLUMNS,
            drawn=("people", "cases", "visits"),
            points=[date_format(day, "SHORT_MONTH_FORMAT" if one_year else "m/Y") for day in months],
        )

    def procedures(self) -> Table:
        rows = chosen(self.by["procedure"], Procedure)
        rows += rest(self.by["procedure"], NO_CASE, all_visits=True)
        return self.table("procedures", _("By procedure"), _("Procedure"), rows, rule=_(
            "Somebody with cases of two procedures counts in both, and once in the total."
        ))  # fmt: skip

    def communes(self) -> Table:
        names = {str(commune.pk): commune.name for commune in Commune.objects.order_by("pk")}
        rows = named(self.by["commune"], names) + rest(self.by["commune"], NO_COMMUNE)
        return self.table(
            "communes", _("By commune of residence"), _("Commune of residence"), rows + self.nobody, ranked=True
        )

    def offices(self) -> Table:
        names = {str(office.pk): office.name for office in Office.objects.order_by("pk")}
        rows = named(self.by["office"], names) + rest(self.by["office"], NO_OFFICE, all_visits=True)
        return self.table("offices", _("By office where people were sent"), _("Office"), rows, ranked=True, rule=_(
            "The office last chosen for a case. Somebody sent to two offices counts at both, and once in the total."
        ))  # fmt: skip

    def documents(self) -> Table:
        rows = chosen(self.by["document"], DocumentClass) + rest(self.by["document"], NOT_KNOWN)
        return self.table("documents", _("By residence document"), _("Residence document"), rows + self.nobody)

    def ages(self) -> Table:
        year = self.scope.period.last.year
        aged = [(max(year - int(born), 0), tally) for born, tally in self.by["born"].items() if born is not None]
        rows = [
            Row(str(label), three(sum((tally for age, tally in aged if age in ages), Tally()))) for label, ages in AGES
        ]
        rows += rest(self.by["born"], NOT_KNOWN)
        return self.table("ages", _("By age"), _("Age"), rows + self.nobody, rule=_(
            "Counted from the year of birth, in the year in which the period ends. It goes when a person is erased."
        ))  # fmt: skip

    def languages(self) -> Table:
        names = {str(code): str(label) for code, label in Language.choices}
        rows = named(self.by["language"], names) + rest(self.by["language"], NOT_KNOWN)
        return self.table(
            "languages", _("By contact language"), _("Contact language"), rows + self.nobody, ranked=True
        )

    def table(
        self, name: str, title: str, heading: str, rows: list[Row], *, rule: str = "", ranked: bool = False
    ) -> Table:
        return Table(
            name=name, title=title, rule=rule, heading=heading, columns=THREE, rows=rows, total=self.total,
            chart=Chart.BARS, drawn=("people",), ranked=ranked,
        )  # fmt: skip

    def channels(self) -> Table:
        return self.of_visits("channel", "channels", _("Visits by channel"), _("Channel"), Channel)

    def topics(self) -> Table:
        return self.of_visits("topic", "topics", _("Visits by topic"), _("Topic"), Topic)

    def results(self) -> Table:
        return self.of_visits("result", "results", _("Visits by result"), _("Result"), Result)

    def of_visits(self, way: str, name: str, title: str, heading: str, choices: type[TextChoices]) -> Table:
        found = self.by[way]
        return Table(
            name=name,
            title=title,
            rule=_("Anonymous visits count too; a corrected visit counts as corrected."),
            heading=heading,
            columns=OF_VISITS,
            rows=[Row(str(each.label), of_visit(found.get(each.value, Tally()))) for each in choices],
            total=Row(_("Total"), of_visit(self.whole)),
            chart=Chart.BARS,
            drawn=("visits",),
        )


def three(tally: Tally) -> tuple[Figure, ...]:
    return tally.people, tally.cases, tally.visits


def of_visit(tally: Tally) -> tuple[Figure, ...]:
    return tally.visits, tally.minutes


def chosen(found: Mapping[Key, Tally], choices: type[TextChoices]) -> list[Row]:
    """One row for each choice, in their own order, those of nobody too."""
    return [Row(str(choice.label), three(found.get(choice.value, Tally()))) for choice in choices]


def rest(found: Mapping[Key, Tally], label: Promise | str, *, all_visits: bool = False) -> list[Row]:
    """The row of what has no key, if there is any; anonymous visits stand elsewhere, or among `all_visits`."""
    left = found.get(None, Tally())
    figures = three(left if all_visits else left.of_somebody)
    return [Row(str(label), figures)] if any(figures) else []


def named(found: Mapping[Key, Tally], names: Mapping[str, str]) -> list[Row]:
    """One row for each name that was met, the longest first."""
    return most_first(Row(names[key], three(tally)) for key, tally in found.items() if key is not None)
