"""One of everything that an address can name, in our team and in another; and every address of the URLconf, filled in.

A new address needs nothing here as long as what it names has a row in NAMED.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from allauth.usersessions.models import UserSession
from django.apps import apps

from cases import actions
from cases.imports.keeping import keep
from cases.models import Appointment, CalendarLink, Case, Client, SavedView, Visit
from cases.reports.report import TABLES
from cases.workflow import WORKFLOWS
from config.staff.models import Team, User
from config.staff.policy import Policy, addresses, policy_of
from config.tables import Read
from tests.factories import UserFactory, a_case, a_client, document, moved, noon, noted
from tests.factories import office as office_called
from tests.staff.doors import give_app, give_codes, give_key

START = date(2026, 3, 2)

# What stands in a gap of an address: (the word before it, the name of the gap) → what it names.
NAMED: dict[tuple[str, str], str] = {
    ("clients", "reference"): "client",
    ("merge", "other"): "other_client",
    ("cases", "reference"): "case",
    ("moves", "name"): "move",
    ("visits", "key"): "visit",
    ("appointments", "pk"): "appointment",
    ("views", "pk"): "view",
    ("import", "key"): "import",
    ("template.", "kind"): "template",
    ("reports", "table"): "table",
    ("calendar", "secret"): "secret",
    ("sessions", "session"): "session",
    ("keys", "pk"): "key",
    ("key", "uidb36"): "uid",
    ("key", "key"): "token",
}
# Where the case of everybody else is too far: (the last word of the address) → what it names instead.
EARLIER = {"triage": "fresh_case"}
# Of what the administration shows there is one only: it has no teams.
OF_THE_ADMINISTRATION = re.compile(
    r"^admin:(?P<app>[a-z]+)_(?P<model>[a-z]+)_(?:change|delete|history|simple_history)$"
)
NOBODY: Mapping[str, str] = {  # of the very shape of what there is
    "client": "U-2099-0001",
    "other_client": "U-2099-0002",
    "case": "CN-2099-0001",
    "fresh_case": "CN-2099-0002",
    "move": "register",
    "visit": "99999999-9999-4999-8999-999999999999",
    "appointment": "999999",
    "view": "999999",
    "import": "99999999-9999-4999-8999-999999999999",
    "template": "csv",
    "table": next(iter(TABLES)),
    "secret": "nobody-was-ever-given-this-secret-0123456789",
    "session": "999999",
    "key": "999999",
    "uid": "zzz",
    "token": "d9a3bq-00000000000000000000000000000000",
}
GAP = re.compile(r"<(?:\w+:)?(?P<ours>\w+)>|\(\?P<(?P<theirs>\w+)>(?P<shape>[^)]*)\)|\((?P<unnamed>[^?)][^)]*)\)")


class NotSaid(Exception):
    """An address has a gap of which nobody said what it names."""


@dataclass(frozen=True)
class Things:
    """What one adviser works on, by what an address calls it."""

    adviser: User
    client: Client
    case: Case
    visit: Visit
    called: Mapping[str, str]


def things_of(adviser: User) -> Things:
    """A client with a case on its way and one just opened, visits, notes, an appointment; the adviser's own keys."""
    assert adviser.team is not None
    client = a_client(
        team=adviser.team,
        phone="0470 12 34 56",
        email="someone@example.org",
        speaks="tamazight",
        residence_document=document("card-a"),
        document_expires_on=date(2027, 3, 2),
    )
    opened = a_case(by=adviser, on=START, client=client, assignee=adviser)
    case = noted(moved(opened, "choose_office", by=adviser), by=adviser, own_email="yes")
    case = moved(case, "register", by=adviser, on=START + timedelta(days=1))
    fresh = a_case(by=adviser, on=START, client=client, assignee=adviser)
    at = noon(START + timedelta(days=2))
    actions.write_note(case, "Comes with her brother.", by=adviser, at=at)
    actions.write_note(case, "To be spoken of with nobody.", by=adviser, at=at, sensitive=True)
    said = {"by": adviser, "team": adviser.team, "on": START, "at": noon(START), "minutes": 20}
    visit = actions.log_visit(
        key=uuid.uuid4(), client=client, case=case, topic="digital_key", note="Came without an appointment.", **said
    )
    actions.log_visit(key=uuid.uuid4(), client=None, topic="other", note="Somebody who was passing by.", **said)
    appointment = Appointment.objects.create(
        client=client,
        case=case,
        adviser=adviser,
        starts_at=datetime(2026, 12, 24, 9, tzinfo=UTC),
        office=office_called("uccle"),
        made_by=adviser,
        recorded_at=at,
    )
    give_app(adviser)
    give_codes(adviser)
    session = UserSession.objects.create(
        user=adviser, ip="192.0.2.7", user_agent="Firefox", session_key=f"{adviser.pk}" * 8
    )
    called = {
        "client": client.reference,
        "other_client": a_client(team=adviser.team, given_name="Moussa", family_name="Diallo").reference,
        "case": case.reference,
        "fresh_case": fresh.reference,
        "move": WORKFLOWS[case.procedure].leaving(case.step)[0].name,
        "visit": str(visit.key),
        "appointment": str(appointment.pk),
        "view": str(SavedView.objects.create(of="cases", name="Late ones", query="overdue=yes", by=adviser).pk),
        "import": str(
            keep(Read([["Nom"]], "", [], "utf-8"), source="Old list", team=adviser.team, by=adviser, at=at).key
        ),
        "template": "csv",
        "table": next(iter(TABLES)),
        "secret": CalendarLink.renew(adviser, at=at).secret,
        "session": str(session.pk),
        "key": str(give_key(adviser).pk),
        "uid": "1",
        "token": "d9a3bq-11111111111111111111111111111111",
    }
    return Things(adviser, client, case, visit, called)


@dataclass(frozen=True)
class Office:
    """Everybody of our team, with what Alice works on; and what Bob works on in another team."""

    ours: Things
    theirs: Things


def an_office(alice: User) -> Office:
    bob = UserFactory(name="Bob", team=Team.objects.create(name="Molenbeek"), language="en")
    return Office(things_of(alice), things_of(bob))


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf, and the address that names these things."""

    name: str
    route: str
    rule: Policy
    path: str

    @property
    def names_an_object(self) -> bool:
        return bool(GAP.search(self.route)) and not self.name.startswith("admin:")

    def accepts(self, method: str) -> bool:
        return method in self.rule.methods


def filled(name: str, route: str, called: Mapping[str, str]) -> str:
    """The address with its gaps filled. Raises NotSaid with the sentence for whoever added it."""

    def named(gap: re.Match[str]) -> str:
        if name.startswith("admin:"):
            return of_the_administration(name, gap)
        before = re.split(r"[/-]", route[: gap.start()].rstrip("/-"))[-1] if not gap["theirs"] else "key"
        what = NAMED.get((before, gap["ours"] or gap["theirs"] or ""))
        if what is None:
            raise NotSaid(
                f"The address «{route}» ({name}) names something by «{gap[0]}». Say what in tests/trust/office.py, "
                f"NAMED[{before!r}, {gap['ours'] or gap['theirs']!r}], with one of each team in things_of() and one "
                "of nobody in NOBODY: then it is asked for as everything else is."
            )
        return called[EARLIER.get(route.rstrip("/").rpartition("/")[2], what)] if what == "case" else called[what]

    return "/" + re.sub(r"[\^$]", "", GAP.sub(named, route))


def of_the_administration(name: str, gap: re.Match[str]) -> str:
    """The first row of the model, or its first version; else something harmless that fits."""
    if model := OF_THE_ADMINISTRATION.match(name):
        kind = apps.get_model(model["app"], model["model"])
        row = kind._default_manager.order_by("pk").first()
        if row is None:
            return "999999"
        past = gap.string[: gap.start()].rstrip("/").endswith("history")
        return str(row.history.latest().pk if past else row.pk)
    return (gap["shape"] or "999999").partition("|")[0] if gap["theirs"] == "app_label" else "999999"


def every_address(called: Mapping[str, str]) -> Iterator[Address]:
    for route, name, pattern in addresses():
        rule = policy_of(name, pattern.callback)
        assert rule is not None, f"The address «{route}» ({name}) has no policy."
        yield Address(name or route, route, rule, filled(name or route, route, called))
