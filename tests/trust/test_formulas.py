"""No cell of any file begins a formula: 300 attacks in every text that leaves in a table, past all forms."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product

import pytest
from django.db import connection
from django.test import Client as Browser
from openpyxl import load_workbook

from cases.models import Case, Client, Visit
from communes.models import Commune, Office
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.factories import PASSWORD, a_client, noon

OPENINGS = (
    "=", "+", "-", "@", "\t=", "\r=", "\n=", "\r\n@", "＝", "＋", "－", "＠", " =", "   +", "'=", "''-", "\u00a0=",
    "\u3000@",    "\u200b=", "\ufeff=", "' =", "\t\t+", "==", "=-", "+-",
)  # fmt: skip
BODIES = (
    "1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://127.0.0.1/?"&A1,"x")', 'WEBSERVICE("http://127.0.0.1")',
    "SUM(1+9)*cmd|' /C calc'!A0", 'IMPORTXML(CONCAT("http://127.0.0.1",A1),"//a")', "DDE(\"cmd\";\"/C calc\")", "A1",
    "2+5+cmd|'/C powershell'!A0", "rundll32|'URL.dll,OpenURL calc'!A", "Σ(A1:A9)", "x\";=1+1;\"",
)  # fmt: skip
PAYLOADS = [opening + body for opening, body in product(OPENINGS, BODIES)]
# What a spreadsheet and whoever opens it look through before they see a formula: blanks, quotes that a reader strips.
BLANKS = " \u00a0\u202f\u3000\u200b\ufeff"
TEXTS = {
    "cases_client": ("given_name", "family_name", "phone", "email"),
    "cases_visit": ("note",),
    "communes_commune": ("name_fr", "name_nl"),
    "communes_office": ("name_fr", "name_nl"),
    "staff_team": ("name",),
    "staff_user": ("name",),
}


def begins_a_formula(cell: object) -> bool:
    """Said anew here, not by the guard that is under test."""
    return (
        isinstance(cell, str) and cell.lstrip(BLANKS)[:1] in tuple("=+-@\t\r\n＝＋－＠") and cell.strip(BLANKS) != ""
    )


@pytest.fixture
def attacked(reference_data: None, staff: dict[Role, User]) -> None:
    """Three hundred cases, each with a client, a visit, a team, a colleague, an office and a commune of its own."""
    carmen, span = staff[Role.COORDINATOR], range(len(PAYLOADS))
    assert carmen.team is not None
    model = a_client(team=carmen.team)
    teams = Team.objects.bulk_create([Team(name=f"team {n}") for n in span])
    users = User.objects.bulk_create([User(email=f"u{n}@example.org", name="x", team=teams[n]) for n in span])
    communes = Commune.objects.bulk_create(
        [Commune(nis=f"{30000 + n}", slug=f"commune-{n}", name_fr=f"x{n}", name_nl=f"x{n}") for n in span]
    )
    offices = Office.objects.bulk_create(
        [Office(code=f"office-{n}", commune=communes[n], name_fr=f"x{n}", name_nl=f"x{n}") for n in span]
    )
    clients = Client.objects.bulk_create(
        [
            Client(
                reference=f"U-2025-{n:04d}", given_name="x", family_name="x", phone="0", email="x@example.org",
                search_key=model.search_key, commune=communes[n], team=teams[n], opened_on=date(2026, 3, 2),
            )
            for n in span
        ]
    )  # fmt: skip
    cases = Case.objects.bulk_create(
        [
            Case(
                reference=f"CN-2025-{n:04d}", client=clients[n], procedure="digital_key", reason="first",
                step="orientation", opened_on=date(2026, 3, 2), assignee=users[n], team=teams[n], office=offices[n],
                in_touch_on=date(2026, 3, 2),
            )
            for n in span
        ]
    )  # fmt: skip
    Visit.objects.bulk_create(
        [
            Visit(
                client=clients[n], case=cases[n], happened_on=date(2026, 3, 2), topic="other", note="x", team=teams[n],
                by=users[n], recorded_at=noon(date(2026, 3, 2)),
            )
            for n in span
        ]
    )  # fmt: skip
    for table, columns in TEXTS.items():
        first = {"staff_user": users, "staff_team": teams, "communes_commune": communes, "communes_office": offices}
        keys = [row.pk for row in first.get(table, clients)]
        with connection.cursor() as cursor:
            if table == "cases_visit":
                cursor.execute("SELECT id FROM cases_visit ORDER BY id")
                keys = [key for (key,) in cursor.fetchall()]
            for column in columns:
                longest = 30 if column == "phone" else 80
                said = [(payload[:longest], key) for payload, key in zip(PAYLOADS, keys, strict=True)]
                cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE id = %s", said)


def cells(content: bytes, dialect: str) -> Iterator[object]:
    if dialect == "xlsx":
        for row in load_workbook(io.BytesIO(content), read_only=True).active.iter_rows():
            yield from (f"={cell.value}" if cell.data_type == "f" else cell.value for cell in row)
        return
    text = content.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=";" if dialect == "excel" else ","):
        yield from row


@pytest.mark.parametrize("dialect", ["excel", "plain", "xlsx"])
@pytest.mark.parametrize("where", ["/cases/export.csv?named=yes", "/visits/export.csv?", "/tariffs/export.csv?"])
def test_no_cell_of_any_file_begins_a_formula(
    where: str, dialect: str, attacked: None, staff: dict[Role, User], log_in: Callable[[User | None], Browser]
) -> None:
    browser = log_in(staff[Role.COORDINATOR])
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    address = f"{where}&dialect={dialect}"
    named = "named=yes" in where
    response = browser.post(address, {"purpose": "The letters of May"}) if named else browser.get(address)

    assert response.status_code == 200
    found = list(cells(b"".join(response) if response.streaming else response.content, dialect))
    assert [cell for cell in found if begins_a_formula(cell) and not is_a_number(cell)] == []
    if where.startswith("/cases/"):
        assert sum(isinstance(cell, str) and cell.startswith("'") for cell in found) >= 300 * 4


def is_a_number(cell: object) -> bool:
    """«-5» and «+3,50» are numbers that Sésame itself reckoned."""
    try:
        float(str(cell).replace(",", "."))
    except ValueError:
        return False
    return True


def test_control_without_the_guard_every_attack_begins_a_formula() -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([payload] for payload in PAYLOADS)

    found = [cell for cell in cells(out.getvalue().encode(), "excel") if begins_a_formula(cell)]

    shielded = [payload for payload in PAYLOADS if payload.startswith("'")]  # which an apostrophe of their own keeps
    assert (len(PAYLOADS), len(found)) == (300, 300 - len(shielded))
