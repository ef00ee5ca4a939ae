"""Everything we hold on a person, for themselves: the same facts as data and on paper, in the active language.

Whatever a model of the cases holds is in it, or is declared: a column in LEFT_OUT, a whole model in NOT_TOLD. So
neither can be forgotten. Of other people it says nothing: not with whom somebody lives, whom they came along with, or
for whom they were taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from cases.erasure import files_of
from cases.looks import looks_at
from cases.models import (
    Access,
    Appointment,
    CalendarLink,
    Case,
    Client,
    Companion,
    Departure,
    Erasure,
    Event,
    Export,
    Household,
    Import,
    ImportedRow,
    Member,
    Merge,
    MonthlyCount,
    Note,
    Parting,
    PrivacyAct,
    SavedView,
    Series,
    StartView,
    TwoPeople,
    Visit,
)
from cases.person_entries import COMPANY, Datum, Teller

# The models of which no row is in the file, and why.
NOT_TOLD: dict[type[Model], str] = {
    Household: "Its members are told; of itself it is a number.",
    Import: "It is told with the lines that came from it; one that waits is sealed, and no file yet.",
    Export: "It is told among the looks, by what left of it.",
    Departure: "It is told among the looks.",
    Erasure: "It holds the number of a file that names nobody any more.",
    MonthlyCount: "It counts, and names nobody.",
    Series: "It counts, and names nobody.",
    CalendarLink: "It is an adviser's own address.",
    SavedView: "It is a colleague's own list; no filter names a person.",
    StartView: "It is a colleague's own list.",
}


@dataclass(frozen=True)
class Section:
    """Things of one kind, rows of one model; each entry is what is known of one of them."""

    of: type[Model]
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
    along = Companion.objects.filter(client__in=files).select_related("visit__by__team", "visit__team")
    expected = Appointment.objects.filter(client__in=files).select_related("case", "adviser__team", "office")
    homes = Member.objects.filter(client__in=files).select_related("by__team").order_by("joined_on", "pk")
    apart = TwoPeople.objects.filter(Q(one__in=files) | Q(other__in=files)).select_related("by__team").order_by("pk")
    merges = Merge.objects.filter(Q(kept__in=files) | Q(given_up__in=files)).order_by("pk")
    partings = Parting.objects.filter(merge__in=merges).select_related("by__team").order_by("pk")
    lines = ImportedRow.objects.filter(
        Q(client__in=files) | Q(case__client__in=files) | Q(visit__client__in=files)
    ).select_related("batch__by__team", "client", "case", "visit")
    acts = PrivacyAct.objects.filter(client__in=files).select_related("by__team").order_by("at", "pk")
    seen = looks_at([file.pk for file in files], since=since, until=until, at_most=None)
    teller = Teller(colleagues_named)
    return [
        Section(Client, "identity", _("Who you are"), teller.entries(files)),
        Section(Case, "cases", _("Your cases"), teller.entries(cases.order_by("opened_on", "pk"))),
        Section(Event, "events", _("What happened in your cases"), [teller.event(event) for event in events]),
        Section(Note, "notes", _("What we noted"), teller.entries(notes)),
        Section(Visit, "visits", _("Your visits"), teller.entries(visits.order_by("happened_on", "pk"))),
        Section(
            Companion,
            "company",
            _("Visits of others to which you came along"),
            [teller.some(there.visit, COMPANY) for there in along.order_by("visit__happened_on", "pk")],
        ),
        Section(
            Appointment, "appointments", _("Your appointments"), teller.entries(expected.order_by("starts_at", "pk"))
        ),
        Section(Member, "household", _("When you lived in a household that we know"), teller.entries(homes)),
        Section(TwoPeople, "told_apart", _("When we noted that another file is not about you"), teller.entries(apart)),
        Section(
            Merge,
            "merges",
            _("When two files were taken for yours and became one"),
            [teller.merge(merge, files) for merge in merges.select_related("by__team", "kept", "given_up")],
        ),
        Section(Parting, "partings", _("When that was wrong and taken back"), teller.entries(partings)),
        Section(
            ImportedRow,
            "origin",
            _("What came from an old list"),
            [teller.line(line) for line in lines.order_by("batch__done_at", "pk")],
        ),
        Section(PrivacyAct, "decisions", _("What was decided about your file"), teller.entries(acts)),
        Section(Access, "looks", _("Who looked at your file"), [teller.look(look) for look in seen]),
    ]


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
