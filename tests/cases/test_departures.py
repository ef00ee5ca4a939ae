"""Every export leaves a record, from which it can be told who was in it."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client as Browser

from cases import actions
from cases.columns import case_columns
from cases.departures import Tally, departing
from cases.dialects import PLAIN
from cases.exports import csv_lines
from cases.models import Case, Client, Departure, Export, Visit
from communes.models import Tariff
from config.staff.closed_histories import door_open
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import MONDAY, PASSWORD, a_case, a_client, noon

pytestmark = pytest.mark.usefixtures("reference_data")

type LogIn = Callable[[User | None], Browser]


@pytest.fixture
def carmen(staff: dict[Role, User]) -> User:
    return staff[Role.COORDINATOR]


@pytest.fixture
def browser(carmen: User, log_in: LogIn) -> Browser:
    return log_in(carmen)


@pytest.fixture
def in_it(carmen: User) -> Client:
    """Somebody with a case that is open."""
    person = a_client(team=carmen.team)
    case = a_case(by=carmen, client=person)
    actions.log_visit(
        key=Visit().key, by=carmen, team=carmen.team, on=MONDAY, at=noon(MONDAY), client=person, case=case,
        topic="other",
    )  # fmt: skip
    return person


@pytest.fixture
def not_in_it(carmen: User) -> Client:
    person = a_client(team=carmen.team)
    case = a_case(by=carmen, client=person, on=MONDAY)
    actions.move(case, "abandon", by=carmen, on=MONDAY, at=noon(MONDAY), facts={"abandon_reason": "gave_up"})
    return person


def file_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("dialect", ["excel", "plain", "xlsx"])
def test_an_export_leaves_a_record_that_says_who_was_in_it(
    browser: Browser, carmen: User, in_it: Client, not_in_it: Client, dialect: str
) -> None:
    content = file_of(browser.get(f"/cases/export.csv?state=open&dialect={dialect}&sort=newest"))

    export = Export.objects.get()
    left = export.departure
    assert (export.by, export.subject, export.kind, export.filters, export.named, export.purpose) == (
        carmen, "cases", dialect, {"state": "open"}, False, "",
    )  # fmt: skip
    assert export.columns[:3] == ["reference", "procedure", "reason"]
    assert (left.rows, left.bytes, left.whole) == (1, len(content), True)
    assert left.sha256 == hashlib.sha256(content).hexdigest()
    assert (left.holds(in_it.pk), left.holds(not_in_it.pk)) == (True, False)


def test_the_export_of_visits_leaves_one_too(browser: Browser, carmen: User, in_it: Client, not_in_it: Client) -> None:
    actions.log_visit(
        key=Visit().key, by=carmen, team=carmen.team, on=MONDAY, at=noon(MONDAY), client=None, case=None, topic="other"
    )

    file_of(browser.get("/visits/export.csv"))

    export, left = Export.objects.get(), Departure.objects.get()
    assert (export.subject, left.rows) == ("visits", 2)
    assert (left.holds(in_it.pk), left.holds(not_in_it.pk)) == (True, False)


def test_the_command_leaves_a_record_that_names_nobody(
    in_it: Client, not_in_it: Client, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    call_command("export_cases", "--from", "2026-03-01", "--named", "--purpose", "A report for the funder")

    export = Export.objects.get()
    assert (export.by, export.named, export.purpose) == (None, True, "A report for the funder")
    assert export.filters == {"opened_from": "2026-03-01"}
    assert export.departure.sha256 == hashlib.sha256(capsysbinary.readouterr().out).hexdigest()
    assert (export.departure.rows, export.departure.holds(not_in_it.pk)) == (2, True)


@pytest.mark.parametrize(
    ("purpose", "why"),
    [
        ([], "This field is required."),
        (["--purpose", "May"], "Ensure this value has at least 8 characters (it has 3)."),
        (
            ["--purpose", "Her PIN is 4931, for the letters"],
            "At «Her PIN is •••» stands a code that only the client may hold",
        ),
    ],
)
def test_the_command_gives_names_only_for_a_purpose_that_the_page_would_take(
    in_it: Client, capsysbinary: pytest.CaptureFixture[bytes], purpose: list[str], why: str
) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("export_cases", "--named", *purpose)

    assert str(refused.value).startswith(f"A file with names says what it is for: add --purpose. {why}")
    assert (Export.objects.count(), capsysbinary.readouterr().out) == (0, b"")


def test_an_export_that_breaks_off_says_so_and_what_had_left(carmen: User, in_it: Client) -> None:
    record = Export.objects.create(by=carmen, at=noon(MONDAY), subject="cases", kind="plain")
    tally = Tally("client_id")
    lines = csv_lines(Case.objects.order_by("pk"), case_columns(on=MONDAY), dialect=PLAIN, tally=tally)
    leaving = departing(record, lines, tally, clock=lambda: noon(MONDAY))
    first = next(leaving)

    leaving.close()

    left = Departure.objects.get()
    assert (left.whole, left.bytes, left.sha256) == (False, len(first), hashlib.sha256(first).hexdigest())
    assert left.holds(in_it.pk)


def test_an_export_of_nobody_leaves_a_record_too(browser: Browser) -> None:
    file_of(browser.get("/cases/export.csv?state=closed"))

    assert (Departure.objects.get().rows, Departure.objects.get().holds(1)) == (0, False)


def test_public_tariffs_leave_none(browser: Browser) -> None:
    file_of(browser.get("/tariffs/export.csv"))

    assert Export.objects.count() == 0


# With names


def test_names_leave_only_by_post_with_a_proof_and_a_purpose(browser: Browser, in_it: Client) -> None:
    where = "/cases/export.csv?named=yes&dialect=plain"
    assert browser.get(where).headers["Location"].startswith("/accounts/reauthenticate/?next=%2Fcases%2Fexport.csv")
    assert browser.post(where, {"purpose": "The letters of May"}).status_code == 302
    assert Export.objects.count() == 0

    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert b"<form" in browser.get(where).content
    assert browser.post(where, {"purpose": "May"}).status_code == 422
    assert Export.objects.count() == 0

    content = file_of(browser.post(where, {"purpose": "The letters of May"}))
    export = Export.objects.get()
    assert (export.named, export.purpose, "phone" in export.columns) == (True, "The letters of May", True)
    assert in_it.family_name.encode() in content


def test_a_purpose_that_holds_a_secret_is_refused(browser: Browser, in_it: Client) -> None:
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert (
        browser.post("/cases/export.csv?named=yes", {"purpose": "Her PIN is 4931, for the letters"}).status_code == 422
    )


# The records are closed

CHANGES = {
    "cases_export": "purpose = 'x'",
    "cases_departure": "sha256 = 'x'",
    "cases_privacyact": "kind = 'x'",
    "communes_historicaltariff": "note = 'x'",
    "staff_historicaluser": "name = 'x'",
}


@pytest.mark.parametrize("table", CHANGES)
def test_records_and_histories_are_neither_changed_nor_deleted_nor_replaced(
    browser: Browser, carmen: User, in_it: Client, table: str
) -> None:
    file_of(browser.get("/cases/export.csv"))
    in_it.privacy_acts.create(kind="restricted", reason="asked", by=carmen, at=noon(date(2026, 3, 3)))
    statements = [f"UPDATE {table} SET {CHANGES[table]}", f"DELETE FROM {table}"]
    if connection.vendor == "sqlite":
        statements.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    else:
        statements.append(f"TRUNCATE {table} CASCADE")
    connection.check_constraints()

    for statement in statements:
        with (
            pytest.raises(DatabaseError, match="only inserted"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_control_the_open_door_lets_words_be_taken_out_and_nothing_deleted(browser: Browser, in_it: Client) -> None:
    file_of(browser.get("/cases/export.csv"))

    with door_open():
        assert Export.objects.update(purpose="—") == 1
    with pytest.raises(DatabaseError, match="only inserted"), door_open():
        Tariff.history.all().delete()

    assert (Export.objects.get().purpose, Case.objects.count()) == ("—", 1)
