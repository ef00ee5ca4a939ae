"""An office of any size, made in seconds: clients, cases with their whole histories, visits, corrections.

Each history is a walk through the workflow table, with the deadlines and promises that the actions would note;
a case is what its events leave. Beyond HISTORIES cases the same histories happen to other clients too, in turns, so
that the cases of a page differ as they do in a small office.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import batched
from random import Random
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from cases import deadlines
from cases.facts import FACTS, Value, written
from cases.models import Case, Client, Event, Visit
from cases.models.client import Language
from cases.models.visit import Channel, Result, Topic
from cases.names import search_key
from cases.replay import State
from cases.workflow import CLOSED_STEPS, WORKFLOWS, DueKind, Need, Procedure, Reason, Transition
from communes.models import Commune, ResidenceDocument, Service, Tariff
from communes.terms import Term, Unit
from communes.working_days import Calendar
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.tables import history_open

TODAY = date(2026, 11, 16)
YEARS = 5
HISTORIES = 20_000
STRETCH = 50  # histories of a few days: so many take turns
ADVISERS = 36
COORDINATOR = "bench@example.org"

GIVEN = (
    "Aïcha",
    "Yıldız",
    "Fatima",
    "Mohamed",
    "Olena",
    "José",
    "María",
    "Nguyễn",
    "Zoë",
    "Łukasz",
    "Ștefan",
    "Noémie",
)
FAMILY = (
    "Özdemir",
    "El Amrani",
    "Van den Broeck",
    "Petrescu",
    "Nowak",
    "García",
    "Şahin",
    "Diallo",
    "O’Neil",
    "'t Kint",
)
SPOKEN = [len(Language) - n for n in range(len(Language))]  # the first ones of the list are heard most
TEAMS = ("Ixelles", "Molenbeek", "Schaerbeek", "Anderlecht", "Uccle", "Permanence mobile")
SERVICE = {
    Procedure.DIGITAL_KEY: Service.DIGITAL_KEY,
    Procedure.E_CARD: Service.E_CARD,
    Procedure.CARD_CODES: Service.CARD_CODES,
}
CHANNELS = {Channel.COUNTER: 60, Channel.PHONE: 22, Channel.EMAIL: 12, Channel.OUTSIDE: 4, Channel.HOME: 2}  # in 100
RESULTS = {
    Result.INFORMED: 40, Result.STEP_DONE: 35, Result.COMES_BACK: 15, Result.REFERRED: 6, Result.NOT_HELPED: 4,
}  # fmt: skip
RARE = frozenset(
    {"refer", "abandon", "lose_code", "reorder_codes", "not_needed", "expire", "destroy", "chase", "order_urgently"}
)
CALENDAR = Calendar()
BUILT = frozenset(model._meta.db_table for model in (Case, Event, Visit))

type Row = tuple[Any, ...]


@dataclass(frozen=True)
class History:
    procedure: Procedure
    reason: Reason
    opened_on: date
    by: tuple[int, int]  # the adviser and the team
    events: tuple[tuple[str, str, str, str, str, str], ...]  # kind, transition, source, target, day, facts
    columns: dict[str, Any]


def an_office(cases: int) -> User:
    """The coordinator of an office of this size: of the one that stands here if it is so large, else of a new one."""
    if Case.objects.count() == cases:
        return User.objects.get(email=COORDINATOR)
    with history_open():
        call_command("flush", interactive=False, verbosity=0)
    return fill(cases)


def fill(cases: int, *, seed: int = 2026) -> User:
    """Fill a migrated, empty database with that many cases; gives its coordinator. Same seed, same office."""
    chance = Random(seed)
    call_command("load_communes", stdout=StringIO())
    teams = Team.objects.bulk_create([Team(name=name) for name in TEAMS])
    staff = User.objects.bulk_create(
        User(email=f"adviser{n}@example.org", name=f"Adviser {n}", role=Role.ADVISER, team=teams[n % len(teams)])
        for n in range(ADVISERS)
    )
    coordinator = User.objects.create_user(COORDINATOR, name="Bench", role=Role.COORDINATOR, team=teams[0])
    tariffs = {
        procedure: list(Tariff.objects.filter(service=service, offered=True)) for procedure, service in SERVICE.items()
    }
    advisers = [(user.pk, user.team_id or 0) for user in staff]
    histories = sorted(
        (history(chance, tariffs, by=chance.choice(advisers)) for _ in range(min(cases, HISTORIES))),
        key=lambda history: history.opened_on,
    )
    rows = Rows(histories=histories, cases=cases, clients=max(1, cases * 7 // 10))
    with trusted():
        rows.clients_into(chance)
        rows.cases_into()
        rows.events_into()
        rows.visits_into(chance)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Client, Case, Event, Visit]):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return coordinator


def history(chance: Random, tariffs: dict[Procedure, list[Tariff]], *, by: tuple[int, int]) -> History:
    """One walk from an opening day to a closed step, or to where it is today."""
    workflow = chance.choices(list(WORKFLOWS.values()), weights=(6, 3, 1))[0]
    reason = chance.choice(list(workflow.opens))
    opened_on = day = since = TODAY - timedelta(days=chance.randrange(365 * YEARS))
    step = workflow.opens[reason]
    known: dict[str, Value] = {"assignee": by[0] if chance.random() < 0.9 else None}
    events = [("opened", "", "", str(step), str(day), as_json(known))]
    while step not in CLOSED_STEPS:
        promised = "office" in known
        moves = [
            move
            for move in workflow.leaving(step)
            if not (promised and move.name == "choose_office") and not (Need.OFFICE in move.needs and not promised)
        ]
        move = chance.choices(moves, weights=[1 if move.name in RARE else 15 for move in moves])[0]
        day += timedelta(days=chance.randrange(1, 18))
        due_on = known.get("due_on")
        if Need.DEADLINE_PASSED in move.needs and isinstance(due_on, date):
            day = max(day, due_on + timedelta(days=1))
        if day > TODAY:
            break
        given = noted_by(move, day, known, chance, tariffs[workflow.procedure])
        if move.target != step:
            since = day
            given = {**deadlines.NO_DEADLINE, **given}
        known |= given
        events.append(("moved", move.name, str(step), str(move.target), str(day), as_json(given)))
        step = move.target
    columns = State(step, since, known).columns()
    return History(workflow.procedure, reason, opened_on, by, tuple(events), columns)


def noted_by(
    move: Transition, day: date, known: dict[str, Value], chance: Random, tariffs: list[Tariff]
) -> dict[str, Value]:
    """What a move records: its promise, what was paid, its reason, the deadline that it starts."""
    noted: dict[str, Value] = {}
    for fact in move.asks:
        match fact.name:
            case "office":
                tariff = chance.choice(tariffs)
                noted |= {"office": tariff.office_id, "tariff": tariff.pk, "quoted": tariff.amount}
                noted |= {"home_amount": tariff.amount}
            case "paid":
                noted["paid"] = known.get("quoted")
            case "ordered_at":
                noted["ordered_at"] = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
            case "card_expires_on":
                expires_on = date(day.year + 5, day.month, min(day.day, 28))
                noted |= {"card_expires_on": expires_on, "recall_agreed": True}
                noted["recall_on"] = Term(45, Unit.DAYS).before(expires_on)
            case _ if fact in move.requires and fact.choices:
                noted[fact.name] = chance.choice(fact.choices.values)
    match move.starts:
        case DueKind.ACTIVATION:
            noted |= deadlines.activation(day, term=Term(14, Unit.DAYS)).facts()
        case DueKind.LETTER:
            noted |= deadlines.letter(day, term=Term(3, Unit.WEEKS), calendar=CALENDAR).facts()
        case DueKind.URGENT:
            noted |= deadlines.urgent(datetime(day.year, day.month, day.day, 9, tzinfo=UTC), calendar=CALENDAR).facts()
        case DueKind.PICKUP:
            days = {"card_ready_on": day, "letter_on": None, "requested_on": None}
            noted |= deadlines.pickup(**days, term=Term(3, Unit.MONTHS)).facts()
    return noted


def as_json(known: dict[str, Value]) -> str:
    return json.dumps({name: written(FACTS[name], value) for name, value in known.items()})


@dataclass(frozen=True)
class Rows:
    """Cases, events and visits: three walks through the same histories, which agree on every key."""

    histories: list[History]
    cases: int
    clients: int

    def each(self) -> Iterator[tuple[int, History]]:
        """Every case by its key, the oldest first but for a few days, with its history."""
        known = len(self.histories)
        for pk in range(1, self.cases + 1):
            first = (pk - 1) * known // self.cases // STRETCH * STRETCH
            yield pk, self.histories[first + (pk - 1) % min(STRETCH, known - first)]

    def client_of(self, case: int) -> int:
        return case * 7919 % self.clients + 1

    def clients_into(self, chance: Random) -> None:
        names = [(given, family, search_key(f"{given} {family}").rstrip()) for given in GIVEN for family in FAMILY]
        communes = [*Commune.objects.in_region().values_list("pk", flat=True), None]
        documents = [*ResidenceDocument.objects.values_list("pk", flat=True), None]
        since = TODAY - timedelta(days=365 * YEARS)
        insert(
            Client,
            "id reference given_name family_name search_key birth_year contact_language commune_id "
            "residence_document_id phone team_id opened_on interpreter document_expires_on",
            (
                (
                    pk, f"U-2026-{pk:07d}", given, family, f"{key} 32470{pk:06d} u-2026-{pk:07d} ",
                    chance.randrange(1935, 2008),
                    chance.choices(Language.values, weights=SPOKEN)[0], chance.choice(communes),
                    chance.choice(documents), f"+32470{pk:06d}", chance.choice(self.histories).by[1], since,
                    pk % 12 == 5, TODAY + timedelta(days=pk * 37 % 1500 - 200) if pk % 3 else None,
                )
                for pk in range(1, self.clients + 1)
                for given, family, key in [chance.choice(names)]
            ),
        )  # fmt: skip

    def cases_into(self) -> None:
        decided = list(self.histories[0].columns)
        insert(
            Case,
            f"id reference client_id procedure reason opened_on team_id version in_touch_on {' '.join(decided)}",
            (
                (
                    pk, f"{WORKFLOWS[past.procedure].letters}-{past.opened_on.year}-{pk:07d}", self.client_of(pk),
                    past.procedure, past.reason, past.opened_on, past.by[1], len(past.events), past.events[-1][4],
                    *past.columns.values(),
                )
                for pk, past in self.each()
            ),
        )  # fmt: skip

    def events_into(self) -> None:
        insert(
            Event,
            "case_id seq procedure kind transition source target happened_on facts recorded_at by_id",
            (
                (pk, seq, past.procedure, *event, f"{event[4]} 11:00:00", past.by[0])
                for pk, past in self.each()
                for seq, event in enumerate(past.events, 1)
            ),
        )

    def visits_into(self, chance: Random) -> None:
        """None to four a case, on the days of its events; one in fifteen cases has a corrected one.

        Nobody knows who it was at one in fourteen.
        """
        channels, results = ([name for name, times in of.items() for _ in range(times)] for of in (CHANNELS, RESULTS))

        def rows() -> Iterator[Row]:
            pk = 0
            for case, past in self.each():
                for n, (*_, day, _facts) in enumerate(past.events[: case % 5]):
                    pk += 1
                    corrects = pk - 1 if n == 1 and case % 15 == 2 else None
                    whose = (None, None) if pk % 14 == 3 else (self.client_of(case), case)
                    topic = past.procedure if pk % 20 else Topic.OTHER
                    yield (
                        pk, UUID(int=pk), *whose, day, 10 + pk % 50, topic, chance.choice(channels),
                        chance.choice(results), past.by[1], past.by[0], f"{day} 11:00:00", corrects,
                        "Another day" if corrects else "",
                    )  # fmt: skip

        insert(
            Visit,
            "id key client_id case_id happened_on minutes topic channel result team_id by_id recorded_at corrects_id "
            "correction",
            rows(),
        )


@contextmanager
def trusted() -> Iterator[None]:
    """One transaction without triggers and checks of foreign keys, which these rows respect; all other checks hold."""
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            return
        put_off = [
            (kind, name, sql)
            for kind, name, table, sql in cursor.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql > ''"
            ).fetchall()
            if table in BUILT or (table == Client._meta.db_table and kind == "index")  # its triggers fill the search
        ]
        for kind, name, _sql in put_off:
            cursor.execute(f'DROP {kind} "{name}"')
        yield
        for _kind, _name, sql in put_off:  # an index of a whole table is quicker than one row by row
            cursor.execute(sql)


def insert(model: type[Model], columns: str, rows: Iterable[Row]) -> None:
    """The rows by the fastest road of the engine; a column that is not named gets the default of its field."""
    named = columns.split()
    others = {
        field.column: field.get_default()
        for field in model._meta.concrete_fields
        if field.column not in {*named, model._meta.pk.column if "id" not in named else ""}
    }
    columns = ", ".join(f'"{name}"' for name in [*named, *others])
    whole = ((*row, *others.values()) for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
                for row in whole:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * (len(named) + len(others)))
            for batch in batched(whole, 10_000, strict=False):
                cursor.executemany(
                    f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places})",
                    [tuple(map(plain, row)) for row in batch],
                )


def plain(value: Any) -> Any:
    """A value as Django keeps it on SQLite."""
    match value:
        case UUID():
            return value.hex
        case date():
            return value.isoformat()
        case None | bool() | int():
            return value
        case _:
            return str(value)
