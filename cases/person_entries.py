"""How a row reads in the file of a person: each of its columns with its label, its value, and the value in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.facts import ASSIGNEE, DUE_KIND, DUE_SINCE_FACT, FACTS, KEPT_TARIFF, OFFICE, TARIFF, Fact, read
from cases.looks import Look
from cases.models import (
    Access,
    Appointment,
    Case,
    Client,
    Companion,
    Event,
    ImportedRow,
    Member,
    Merge,
    Note,
    Parting,
    PrivacyAct,
    TwoPeople,
    Visit,
)
from cases.story import told
from cases.workflow import DueKind
from communes.models import Office, Tariff
from config.staff.models import User
from config.wording import long_day, money

# Of the models that are told, what is not about the person: keys, counters, what is worked out from the rest; and
# who else it is about.
LEFT_OUT: dict[type[Model], set[str]] = {
    Client: {"id", "search_key", "version"},
    Case: {"id", "client", "version", "tariff", "kept_tariff", "due_opens_on", "overdue_from"},
    Event: {"id", "case", "procedure", "seq", "visit", "undoes", "facts", "kind", "transition", "source", "target"},
    Note: {"id", "event"},
    Visit: {"id", "key", "client", "corrects"},
    Companion: {"id", "client", "visit"},  # of the visit, what COMPANY names: its words are in another's file
    Appointment: {"id", "client", "recorded_at", "made_by"},
    Member: {"id", "client", "household"},
    TwoPeople: {"id", "one", "other"},
    Merge: {"id", "differing", "taken", "moved", "ties"},  # the file that was given up is told as it was
    Parting: {"id", "merge"},
    ImportedRow: {"id", "batch", "key", "client", "case", "visit"},
    PrivacyAct: {"id", "client"},
    Access: {"id", "clients", "count", "opened"},
}
COMPANY = ("happened_on", "channel", "minutes", "topic", "team", "by", "recorded_at")

# A fact that is the key of a row, in words: what the row is called.
ROWS: dict[str, type[Model]] = {
    OFFICE.name: Office,
    TARIFF.name: Tariff,
    KEPT_TARIFF.name: Tariff,
    ASSIGNEE.name: User,
}


@dataclass(frozen=True)
class Datum:
    """One thing we know: its name, its label, the value as data and in words."""

    name: str
    label: str
    value: Any
    words: str


@dataclass(frozen=True)
class Teller:
    """Tells rows; `colleagues_named`: with the names of the staff."""

    colleagues_named: bool

    def entries(self, rows: Iterable[Model]) -> list[list[Datum]]:
        return [self.entry(row) for row in rows]

    def entry(self, row: Model) -> list[Datum]:
        left_out = LEFT_OUT[type(row)]
        return self.some(row, [field.name for field in row._meta.concrete_fields if field.name not in left_out])

    def some(self, row: Model, names: Iterable[str]) -> list[Datum]:
        """What these fields say. Nothing, and a tick that was not set, are not told; a price of 0 is."""
        data = []
        for name in names:
            value = getattr(row, name)
            if value is None or value == "" or value is False:
                continue
            label = str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            words = getattr(row, f"get_{name}_display", lambda value=value: self.words(value))()
            data.append(Datum(name, capfirst(label), self.plain(value), str(words)))
        return data

    def merge(self, merge: Merge, files: Iterable[Client]) -> list[Datum]:
        """By the numbers of the files; one that was taken back is another person's."""
        own = {file.pk for file in files}
        both = (
            ("kept", _("The file that stayed"), merge.kept),
            ("given_up", _("The file that was given up"), merge.given_up),
        )
        numbers = [Datum(name, label, file.reference, file.reference) for name, label, file in both if file.pk in own]
        return [*numbers, *self.some(merge, ("at", "by"))]

    def line(self, line: ImportedRow) -> list[Datum]:
        """What came, from which list, when it was brought in and by whom; its number, or the day of the visit."""
        kind = line.get_kind_display()
        data = [Datum("kind", _("What"), line.kind, kind)]
        match line.client or line.case or line.visit:
            case Client() | Case() as made:
                data.append(Datum("reference", _("Reference"), made.reference, made.reference))
            case Visit() as visit:
                data += self.some(visit, ("happened_on",))
        return [*data, *self.some(line.batch, ("source", "done_at", "by"))]

    def event(self, event: Event) -> list[Datum]:
        what = event.get_kind_display()
        data = [
            Datum("case", _("Case"), event.case.reference, event.case.reference),
            Datum("what", _("What"), event.transition or event.kind, what),
            Datum("step", _("Step"), event.target, event.get_target_display()),
            *self.entry(event),
        ]
        known = {name: read(FACTS[name], value) for name, value in event.facts.items() if name in FACTS}
        if known:
            words = "; ".join(
                told(FACTS[name], self.named(FACTS[name], value))
                for name, value in known.items()
                if value is not None and name != DUE_SINCE_FACT.name  # a code of ours; the day itself is told
            )
            data.append(Datum("facts", _("Facts"), event.facts, words))
        return data

    def named(self, fact: Fact, value: Any) -> Any:
        """What a key or a code of ours stands for."""
        if fact.name in ROWS:
            row = ROWS[fact.name]._default_manager.filter(pk=value).first()
            return self.words(row) if row else value
        return DueKind(value).label if fact == DUE_KIND else value

    def look(self, look: Look) -> list[Datum]:
        who = self.words(look.by) if look.by else _("A command on the server")
        data = [
            Datum("at", _("When"), look.at, self.words(look.at)),
            Datum("by", _("Who"), who, who),
            Datum("page", _("Where"), look.place, look.place),
        ]
        if look.export:
            data.append(Datum("purpose", _("Purpose"), look.export.export.purpose, look.export.export.purpose))
        return data

    def words(self, value: Any) -> str:
        match value:
            case bool():
                return _("yes") if value else _("no")
            case datetime():
                return date_format(timezone.localtime(value), "DATETIME_FORMAT")
            case date():
                return str(long_day(value))
            case Decimal():
                return str(money(value))
            case User():
                role = value.get_role_display()
                function = f"{role}, {value.team.name}" if value.team else role
                return f"{value.name} ({function})" if self.colleagues_named else function
            case _:
                return str(value)

    def plain(self, value: Any) -> Any:
        """The value as data: of another row, what it is called."""
        return self.words(value) if isinstance(value, Model) else value
