"""Everything we hold on a person, for themselves: the same facts as data and on paper, in the active language.

Whatever column a model has is in it, unless it is named here with a reason: a new one cannot be forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.erasure import files_of
from cases.facts import ASSIGNEE, DUE_KIND, DUE_SINCE_FACT, FACTS, KEPT_TARIFF, OFFICE, TARIFF, Fact, read
from cases.looks import Look, looks_at
from cases.models import Appointment, Case, Client, Event, Note, PrivacyAct, Visit
from cases.story import told
from cases.workflow import DueKind
from communes.models import Office, Tariff
from config.staff.models import User
from config.wording import long_day, money

# Not about the person: keys, counters, and what is worked out from the rest.
LEFT_OUT: dict[type[Model], set[str]] = {
    Client: {"id", "search_key", "version"},
    Case: {"id", "client", "version", "tariff", "kept_tariff", "due_opens_on", "overdue_from"},
    Event: {"id", "case", "procedure", "seq", "visit", "undoes", "facts", "kind", "transition", "source", "target"},
    Note: {"id", "event"},
    Visit: {"id", "key", "client", "corrects"},
    Appointment: {"id", "client", "recorded_at", "made_by"},
    PrivacyAct: {"id", "client"},
}


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
class Section:
    """Things of one kind; each entry is what is known of one of them."""

    name: str
    title: str
    entries: list[list[Datum]]


def person_file(client: Client, *, colleagues_named: bool, since: datetime, until: datetime) -> list[Section]:
    """The sections of the file. Colleagues are told by role and team, unless their names are asked for."""
    files = files_of(client)
    cases = Case.objects.filter(client__in=files).select_related("office", "team", "assignee__team", "follows")
    events = Event.objects.filter(case__in=cases).select_related("case", "by__team").order_by("case", "seq")
    notes = Note.objects.filter(case__in=cases).select_related("case", "by__team").order_by("recorded_at", "pk")
    visits = Visit.objects.filter(client__in=files).select_related("case", "by__team", "team")
    expected = Appointment.objects.filter(client__in=files).select_related("case", "adviser__team", "office")
    acts = PrivacyAct.objects.filter(client__in=files).select_related("by__team").order_by("at", "pk")
    teller = Teller(colleagues_named)
    seen = looks_at([file.pk for file in files], since=since, until=until)
    return [
        Section("identity", _("Who you are"), teller.entries(files)),
        Section("cases", _("Your cases"), teller.entries(cases.order_by("opened_on", "pk"))),
        Section("events", _("What happened in your cases"), [teller.event(event) for event in events]),
        Section("notes", _("What we noted"), teller.entries(notes)),
        Section("visits", _("Your visits"), teller.entries(visits.order_by("happened_on", "pk"))),
        Section("appointments", _("Your appointments"), teller.entries(expected.order_by("starts_at", "pk"))),
        Section("decisions", _("What was decided about your file"), teller.entries(acts)),
        Section("looks", _("Who looked at your file"), [teller.look(look) for look in seen]),
    ]


@dataclass(frozen=True)
class Teller:
    """Tells rows; `colleagues_named`: with the names of the staff."""

    colleagues_named: bool

    def entries(self, rows: Iterable[Model]) -> list[list[Datum]]:
        return [self.entry(row) for row in rows]

    def entry(self, row: Model) -> list[Datum]:
        left_out = LEFT_OUT[type(row)]
        data = []
        for field in row._meta.concrete_fields:
            value = None if field.name in left_out else getattr(row, field.name)
            if value not in (None, "", False):
                words = getattr(row, f"get_{field.name}_display", lambda value=value: self.words(value))()
                data.append(Datum(field.name, capfirst(str(field.verbose_name)), self.plain(value), str(words)))
        return data

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


def as_data(sections: Iterable[Section], *, reference: str, at: datetime) -> dict[str, Any]:
    """The file as it goes into JSON: for every datum its label, its value, and the value in words."""
    return {
        "file": reference,
        "made_at": at.isoformat(),
        **{
            section.name: [
                {datum.name: {"label": datum.label, "value": datum.value, "words": datum.words} for datum in entry}
                for entry in section.entries
            ]
            for section in sections
        },
    }


ENCODER = DjangoJSONEncoder
