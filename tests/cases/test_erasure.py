"""A person who is erased is found nowhere: not in the bytes of the database, nor once a backup has been put back."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction

from cases import actions, appointments, erasure, mentions, tombstones
from cases.models import Appointment, Case, Client, Export, Import, Note, PrivacyAct, SavedView, Visit
from cases.models.privacy import ActReason
from cases.tombstones import Tombstone
from communes.models import Closure, Commune, Delay, Office, PostalCode, ResidenceDocument, Tariff
from config.staff.models import OpenDoor, User
from tests.factories import MONDAY, UserFactory, a_case, a_client, noon
from tests.tables import history_open
from tests.trust.test_markup import texts

pytestmark = pytest.mark.usefixtures("reference_data")

NAME, PHONE, MAIL, WORDS = "Zwxqvomir", "+32470998877", "zwx@example.org", "waits under the plane tree"
DAY = date(2026, 4, 1)
WHOLE_FILE = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters", email="alice@example.org")


@pytest.fixture
def person(alice: User) -> Client:
    """Somebody whose name stands everywhere that a name can be written."""
    person = a_client(team=alice.team, given_name=NAME, family_name="Parc", phone=PHONE, email=MAIL, birth_year=1961)
    case = a_case(by=alice, client=person)
    actions.write_note(case, f"{NAME} {WORDS}", by=alice, at=noon(MONDAY))
    actions.log_visit(
        key=Visit().key, by=alice, team=person.team, on=MONDAY, at=noon(MONDAY), client=person, case=case,
        topic="other", note=WORDS,
    )  # fmt: skip
    other = a_case(by=alice, client=a_client(team=alice.team, family_name="Sarigül"))
    actions.write_note(
        other, f"Comes with {NAME.upper()} (0470/99.88.77), not Place du Parc.", by=alice, at=noon(MONDAY)
    )
    tariff = Tariff.objects.order_by("pk")[0]
    tariff.note = f"Told by {NAME}"
    tariff.save()
    Export.objects.create(by=alice, at=noon(MONDAY), subject="cases", kind="excel", purpose=f"For parc {NAME}")
    LogEntry.objects.create(
        user=alice, content_type=ContentType.objects.get_for_model(Tariff), object_id="1", object_repr=f"T {NAME}",
        action_flag=CHANGE, change_message=f"mail {MAIL}",
    )  # fmt: skip
    return person


# Where a name is that of the row itself, or too short to be one: no name of a client is written there.
NAMES_ITS_ROW = {
    "cases_client": {"given_name", "family_name", "email", "phone"},
    "staff_user": {"name", "email"}, "staff_historicaluser": {"name", "email"},
    "staff_team": {"name"}, "staff_historicalteam": {"name"},
    "communes_commune": {"name_fr", "name_nl", "nis"}, "communes_historicalcommune": {"name_fr", "name_nl", "nis"},
    "communes_office": {"name_fr", "name_nl", "address"},
    "communes_historicaloffice": {"name_fr", "name_nl", "address"},
    "communes_postalcode": {"code"}, "communes_historicalpostalcode": {"code"},
}  # fmt: skip


def write_in_every_text_column(name: str, *, by: User) -> int:
    """A row in every table that holds words, and the name in each of its columns; how many columns those are."""
    SavedView.objects.create(of="cases", name="Mine", query="step=new", by=by)
    assert by.team is not None
    Import.objects.create(source="Registre", team=by.team, by=by, uploaded_at=noon(MONDAY), waits_until=noon(MONDAY))
    Closure.objects.create(day=MONDAY, reason="Fair")
    visit = actions.log_visit(
        key=Visit().key, by=by, team=by.team, on=MONDAY, at=noon(MONDAY), topic="other", note="A"
    )
    actions.correct_visit(visit, key=Visit().key, by=by, on=MONDAY, at=noon(MONDAY), correction="B")
    for model in (Office, Commune, PostalCode, ResidenceDocument, Tariff, Delay):
        model.objects.order_by("pk")[0].save()  # a row of its history too
    columns = 0
    with transaction.atomic(), history_open(), connection.cursor() as cursor:
        for field in texts():
            table = field.model._meta.db_table
            if field.name in NAMES_ITS_ROW.get(table, set()):
                continue
            word = {"CleanURLField": f"https://example.org/{name}", "CleanEmailField": f"{name}@example.org"}.get(
                type(field).__name__, name
            )
            key, column = (connection.ops.quote_name(each.column) for each in (field.model._meta.pk, field))
            last = f"(SELECT max({key}) FROM {table})"
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = {last}", [word])
            assert cursor.rowcount == 1, f"{table}.{field.name}: no row to write the name in"
            columns += 1
    return columns


def erase(person: Client, *, by: User) -> None:
    erasure.erase(person, reason=ActReason.ASKED, by=by, at=noon(DAY))


def pg(program: str, *args: str, into: bytes | None = None) -> bytes:
    parts = connection.settings_dict
    where = ["-h", parts["HOST"] or "127.0.0.1", "-p", str(parts["PORT"] or 5432), "-U", parts["USER"] or "postgres"]
    done = subprocess.run(
        [program, *where, *args], input=into, capture_output=True, check=True,
        env={**os.environ, "PGPASSWORD": parts["PASSWORD"] or ""},
    )  # fmt: skip
    return done.stdout


def bytes_of(database: str) -> bytes:
    """The database as bytes: SQLite's files as they lie on disk, PostgreSQL's dump."""
    if connection.vendor == "postgresql":
        return pg("pg_dump", database)
    paths = (Path(database + end) for end in ("", "-wal"))
    return b"".join(path.read_bytes() for path in paths if path.exists())


def found_in(database: bytes) -> list[str]:
    lowered = database.lower()
    digits = (PHONE, PHONE[3:], "99.88.77")
    return [text for text in (NAME.lower(), MAIL, WORDS, *digits) if text.encode() in lowered]


def here() -> bytes:
    return bytes_of(str(connection.settings_dict["NAME"]))


@pytest.fixture
def put_back(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Make a backup of the database as it is now, in a database of its own; its name is what comes back."""
    made: list[str] = []

    def backup() -> str:
        if connection.vendor == "postgresql":
            name = f"{connection.settings_dict['NAME']}_put_back"
            pg("createdb", name)
            made.append(name)
            pg("pg_restore", "-d", name, into=pg("pg_dump", "-Fc", str(connection.settings_dict["NAME"])))
            return name
        with (
            closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as source,
            closing(sqlite3.connect(tmp_path / "backup.sqlite3")) as copy,
        ):
            source.backup(copy)
        return str(tmp_path / "backup.sqlite3")

    yield backup
    for name in made:
        pg("dropdb", name)


def restore(database: str) -> str:
    """Run the command on that database, as a person does after putting a backup back."""
    address = f"sqlite:///{database}"
    if connection.vendor == "postgresql":
        parts = connection.settings_dict
        who = f"{parts['USER']}:{parts['PASSWORD']}" if parts["PASSWORD"] else parts["USER"]
        address = f"postgres://{who}@{parts['HOST'] or '127.0.0.1'}:{parts['PORT'] or 5432}/{database}"
    done = subprocess.run(
        [sys.executable, settings.BASE_DIR / "manage.py", "restore", "--by", "alice@example.org"],
        env={**os.environ, "DATABASE_URL": address, "ERASURES_FILE": str(settings.ERASURES_FILE)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@WHOLE_FILE
def test_the_bytes_of_the_database_hold_nothing_of_who_was_erased(alice: User, person: Client) -> None:
    assert found_in(here()) == [NAME.lower(), MAIL, WORDS, PHONE, PHONE[3:], "99.88.77"]

    erase(person, by=alice)

    assert found_in(here()) == []


@WHOLE_FILE
def test_not_even_a_name_in_every_text_column_that_there_is_stays(alice: User, person: Client) -> None:
    assert write_in_every_text_column(NAME, by=alice) >= 40

    erase(person, by=alice)

    assert found_in(here()) == []


@WHOLE_FILE
def test_control_a_text_column_that_is_forgotten_keeps_the_name(
    alice: User, person: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_in_every_text_column(NAME, by=alice)
    monkeypatch.setitem(mentions.OWN_NAMES, SavedView, {"name"})

    erase(person, by=alice)

    assert found_in(here()) == [NAME.lower()]


def test_two_views_that_only_the_name_told_apart_are_told_apart_by_their_numbers(alice: User, person: Client) -> None:
    first, second = (
        SavedView.objects.create(of="cases", name=name, query="step=new", by=alice)
        for name in (f"Urgent {NAME}", f"Urgent {NAME.upper()}")
    )

    erase(person, by=alice)

    assert list(SavedView.objects.order_by("pk").values_list("name", flat=True)) == ["Urgent —", f"— {second.pk}"]
    assert first.pk < second.pk


@WHOLE_FILE
def test_control_blanking_the_file_alone_leaves_the_name_elsewhere(
    alice: User, person: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure.mentions, "take_out", lambda names: 0)

    erase(person, by=alice)

    assert found_in(here()) == [NAME.lower(), MAIL, "99.88.77"]


@WHOLE_FILE
@pytest.mark.skipif(not settings.SQLITE, reason="the file of SQLite")
def test_control_without_the_sweep_the_file_of_sqlite_still_holds_them(
    alice: User, person: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "sweep", lambda: None)

    erase(person, by=alice)

    assert found_in(here()) != []


@WHOLE_FILE
@pytest.mark.skipif(not settings.SQLITE, reason="the index of SQLite")
def test_the_search_index_of_sqlite_knows_no_letters_of_the_name(alice: User, person: Client) -> None:
    def entries() -> bytes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT block FROM cases_client_search_data")
            return b"".join(bytes(block) for (block,) in cursor.fetchall())

    assert b"qvo" in entries()

    erase(person, by=alice)

    assert b"qvo" not in entries()


@WHOLE_FILE
def test_a_backup_from_before_forgets_again_when_it_is_put_back(
    alice: User, person: Client, put_back: Callable[[], str]
) -> None:
    backup = put_back()
    erase(person, by=alice)
    assert found_in(bytes_of(backup)) != []  # the control: before the command, the backup knows everything

    said = restore(backup)

    assert said == f"{person.reference}: erased again\n1 erasures known, 1 files erased again.\n"
    assert found_in(bytes_of(backup)) == []


@WHOLE_FILE
def test_control_without_the_list_of_erasures_the_backup_knows_everything(
    alice: User, person: Client, put_back: Callable[[], str]
) -> None:
    backup = put_back()
    erase(person, by=alice)
    tombstones.write([], settings.ERASURES_FILE)

    assert restore(backup) == "0 erasures known, 0 files erased again.\n"
    assert found_in(bytes_of(backup)) != []


def test_a_new_file_that_got_an_old_key_after_a_restore_stays(alice: User, person: Client) -> None:
    stone = Tombstone(person.pk, person.reference, date(2025, 1, 6), date(2025, 3, 3))

    assert erasure.erase_again([stone], by=alice, at=noon(DAY)) == []
    assert Client.objects.get(pk=person.pk).given_name == NAME


def test_what_is_not_a_list_of_erasures_is_refused(alice: User, erasures_file: Path) -> None:
    with pytest.raises(CommandError, match="no list of erasures"):
        call_command("restore", by=alice.email)
    erasures_file.write_text("a,b,c,d\n")
    with pytest.raises(CommandError, match="not a list of erasures"):
        call_command("restore", by=alice.email)
    with pytest.raises(CommandError, match="Nobody logs in"):
        call_command("restore", by="nobody@example.org")


def test_open_cases_are_abandoned_and_appointments_cancelled(alice: User, person: Client) -> None:
    appointments.plan(
        person, adviser=alice, starts_at=datetime(2026, 4, 3, 9, tzinfo=UTC), minutes=30, by=alice, at=noon(MONDAY)
    )

    erase(person, by=alice)

    assert [(case.step, case.closed_on) for case in Case.objects.filter(client=person)] == [("abandoned", DAY)]
    assert Appointment.objects.get().cancelled_at == noon(DAY)


def test_who_erased_why_and_when_stays(alice: User, person: Client) -> None:
    erase(person, by=alice)

    assert list(PrivacyAct.objects.values_list("client", "kind", "reason", "by", "at")) == [
        (person.pk, "erased", "asked", alice.pk, noon(DAY))
    ]
    assert tombstones.of_the_database() == [Tombstone(person.pk, person.reference, MONDAY, DAY)]


def test_words_about_others_keep_all_but_the_name(alice: User, person: Client) -> None:
    erase(person, by=alice)

    assert list(Note.objects.order_by("pk").values_list("text", flat=True)) == [
        "",
        "Comes with — (—), not Place du Parc.",
    ]
    assert Export.objects.get().purpose == "For —"
    assert Tariff.objects.order_by("pk")[0].note == "Told by —"
    assert OpenDoor.objects.count() == 0


def test_a_name_that_somebody_else_bears_is_left_in_words_about_others(alice: User, person: Client) -> None:
    a_client(team=alice.team, given_name=NAME, family_name="Ivanov")

    erase(person, by=alice)

    assert Tariff.objects.order_by("pk")[0].note == f"Told by {NAME}"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Mme Ngo attend dehors.", "— attend dehors."),
        ("La famille Ngo et sa sœur.", "La — et sa sœur."),
        ("Belt voor mevr. Ngo, dinsdag.", "Belt voor —, dinsdag."),
        ("Seen with M. NGO", "Seen with —"),
        ("Ngo Adé came along", "— came along"),
        ("Une ONG (en anglais: Ngo) a aidé.", "Une ONG (en anglais: Ngo) a aidé."),
        ("Madame Ngombe vient aussi.", "Madame Ngombe vient aussi."),
        ("Mme ngo", "Mme ngo"),
    ],
)
def test_a_short_name_is_taken_out_where_somebody_is_called_so(said: str, left: str, alice: User) -> None:
    """By itself it is too often an ordinary word of one of three languages."""
    person = a_client(team=alice.team, given_name="Adé", family_name="Ngo", phone="", email="")
    other = a_case(by=alice, client=a_client(team=alice.team, family_name="Sarigül"))
    actions.write_note(other, said, by=alice, at=noon(MONDAY))

    erasure.erase(person, reason=ActReason.ASKED, by=alice, at=noon(DAY))

    assert Note.objects.get().text == left


def test_the_files_merged_into_one_another_are_forgotten_together(alice: User, person: Client) -> None:
    first = a_client(team=alice.team, given_name=NAME, merged_into=person)
    second = a_client(team=alice.team, given_name=NAME, merged_into=first)

    erase(person, by=alice)

    assert list(Client.objects.filter(pk__in=[first.pk, second.pk]).values_list("given_name", "anonymised_on")) == [
        ("", DAY),
        ("", DAY),
    ]


def test_what_an_erasure_takes_and_leaves_is_told_before(alice: User, person: Client) -> None:
    assert erasure.reach(person, at=noon(DAY)) == erasure.Reach(
        files=1, notes=1, visits_with_words=1, mentions=6, open_cases=1, appointments=0, cases=1, events=1, visits=1,
        traces=0,
    )  # fmt: skip


def test_the_list_of_erasures_grows_and_forgets_nobody(alice: User, person: Client, erasures_file: Path) -> None:
    old = Tombstone(999, "U-2020-0001", date(2020, 1, 6), date(2021, 1, 6))
    tombstones.write([old], erasures_file)
    erase(person, by=alice)

    tombstones.keep()

    new = Tombstone(person.pk, person.reference, MONDAY, DAY)
    assert tombstones.kept(erasures_file) == sorted([new, old])
    with suppress(FileNotFoundError):
        assert list(erasures_file.parent.glob("erasures.csv?*")) == []


@WHOLE_FILE
def test_a_list_of_erasures_that_cannot_be_written_leaves_no_trace_in_the_database_either(
    alice: User, person: Client, settings: Any, tmp_path: Path
) -> None:
    settings.ERASURES_FILE = tmp_path / "a disk that is not there" / "erasures.csv"

    erase(person, by=alice)

    assert found_in(here()) == []


@WHOLE_FILE
def test_a_database_that_cannot_be_swept_is_on_the_list_of_erasures_all_the_same(
    alice: User, person: Client, erasures_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise OperationalError

    monkeypatch.setattr(erasure, "sweep", fails)

    erase(person, by=alice)

    assert [stone.reference for stone in tombstones.kept(erasures_file)] == [person.reference]


def stone(number: int) -> Tombstone:
    return Tombstone(number, f"U-2020-{number:04}", date(2020, 1, 6), date(2021, 1, 6))


def many_at_once(path: Path) -> int:
    """How many of 96 erasures the list knows after eight have each added theirs, all at the same time."""
    with ThreadPoolExecutor(8) as eight:
        list(eight.map(lambda number: tombstones.add([stone(number)], path), range(96)))
    return len(tombstones.kept(path))


def test_of_many_erasures_at_once_the_list_loses_none(erasures_file: Path) -> None:
    assert many_at_once(erasures_file) == 96


def test_control_without_the_lock_some_are_lost(erasures_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tombstones, "alone", nullcontext)

    assert many_at_once(erasures_file) < 96


ADDS = """
import sys, django
django.setup()
from pathlib import Path
from tests.cases.test_erasure import stone
from cases import tombstones
for number in range(int(sys.argv[1]), 48, 4):
    tombstones.add([stone(number)], Path(sys.argv[2]))
"""


def test_of_several_processes_none_loses_what_another_one_added(erasures_file: Path) -> None:
    run = [sys.executable, "-c", ADDS]
    told = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    four = [
        subprocess.Popen([*run, str(first), str(erasures_file)], env=told, cwd=settings.BASE_DIR) for first in range(4)
    ]
    assert [process.wait() for process in four] == [0] * 4

    assert tombstones.kept(erasures_file) == [stone(number) for number in range(48)]
