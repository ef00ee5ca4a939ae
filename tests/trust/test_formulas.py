"""No cell of any file begins a formula: 300 attacks in every text that leaves in a table, past all forms.

And what left comes back as it was: our own reader gives each text of each column again, letter by letter.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client as Browser
from openpyxl import load_workbook

from cases.columns import case_columns, tariff_columns, visit_columns
from cases.columns.column import Column, Kind
from cases.models import Case, Client, Companion, Visit
from cases.reports.report import TABLES
from communes.models import Commune, Office, Tariff
from communes.resources import TariffCSV, TariffResource, TariffXLSX
from communes.tables import Table
from config.clean_text.tidying import tidy_line
from config.safe_cell import plain_cell, safe_cell
from config.staff.models import Team, User
from config.staff.roles import Role
from config.tables import read_table
from tests.cases.old_lists import brought_in
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
    "cases_visit": ("note", "correction"),
    "communes_commune": ("name_fr", "name_nl"),
    "communes_office": ("name_fr", "name_nl"),
    "communes_tariff": ("source", "source_url", "note"),
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
    """Three hundred cases, each with a client, a visit in company, a team, a colleague, an office and a commune."""
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
    tariffs = Tariff.objects.bulk_create(
        [
            Tariff(
                office=offices[n],
                service="digital_key",
                residency="everyone",
                amount=n,
                valid_from=date(2026, 1, 1),
                source="x",
            )
            for n in span
        ]
    )
    said = {"happened_on": date(2026, 3, 2), "topic": "other", "note": "x", "recorded_at": noon(date(2026, 3, 2))}
    first = Visit.objects.bulk_create(
        [Visit(client=clients[n], case=cases[n], team=teams[n], by=users[n], **said) for n in span]
    )
    visits = Visit.objects.bulk_create(
        [
            Visit(
                client=clients[n], case=cases[n], team=teams[n], by=users[n], corrects=first[n], correction="x", **said
            )
            for n in span
        ]
    )  # fmt: skip
    Companion.objects.bulk_create([Companion(visit=visits[n], client=clients[n - 1]) for n in span])
    filled = {
        "cases_client": clients, "cases_visit": visits, "communes_commune": communes, "communes_office": offices,
        "communes_tariff": tariffs, "staff_team": teams, "staff_user": users,
    }  # fmt: skip
    for table, columns in TEXTS.items():
        keys = [row.pk for row in filled[table]]
        with connection.cursor() as cursor:
            for column in columns:
                longest = 30 if column == "phone" else 80
                words = [(payload[:longest], key) for payload, key in zip(PAYLOADS, keys, strict=True)]
                cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE id = %s", words)


def cells(content: bytes, dialect: str) -> Iterator[object]:
    if dialect == "xlsx":
        for row in load_workbook(io.BytesIO(content), read_only=True).active.iter_rows():
            yield from (f"={cell.value}" if cell.data_type == "f" else cell.value for cell in row)
        return
    text = content.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=";" if dialect == "excel" else ","):
        yield from row


@dataclass(frozen=True)
class Leaving:
    """A file that leaves: its address, its columns and the rows that are in it."""

    where: str
    columns: Callable[[], Sequence[Column]]
    rows: Callable[[], QuerySet[Any]]

    @property
    def texts(self) -> list[Column]:
        return [column for column in self.columns() if column.kind is Kind.TEXT]

    def content(self, browser: Browser, dialect: str) -> bytes:
        address = f"{self.where}&dialect={dialect}"
        named = "named=yes" in self.where
        answer = browser.post(address, {"purpose": "The letters of May"}) if named else browser.get(address)
        assert answer.status_code == 200
        return b"".join(answer) if answer.streaming else answer.content


ON = date(2026, 3, 2)
LEAVING = {
    "cases": Leaving(
        "/cases/export.csv?named=yes", lambda: case_columns(on=ON, named=True), lambda: Case.objects.all()
    ),
    "visits": Leaving(
        "/visits/export.csv?named=yes", lambda: visit_columns(named=True), lambda: Visit.objects.standing()
    ),
    "tariffs": Leaving("/tariffs/export.csv?service=", tariff_columns, lambda: Tariff.objects.all()),
}


@pytest.fixture
def carmen(attacked: None, staff: dict[Role, User], log_in: Callable[[User | None], Browser]) -> Browser:
    browser = log_in(staff[Role.COORDINATOR])
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


@pytest.mark.parametrize("dialect", ["excel", "plain", "xlsx"])
@pytest.mark.parametrize("name", LEAVING)
def test_no_cell_of_any_file_begins_a_formula(name: str, dialect: str, carmen: Browser) -> None:
    leaving = LEAVING[name]

    found = list(cells(leaving.content(carmen, dialect), dialect))

    assert [cell for cell in found if begins_a_formula(cell) and not is_a_number(cell)] == []
    shielded = sum(isinstance(cell, str) and cell.startswith("'") for cell in found)
    assert shielded >= 280 * len(leaving.texts)


@pytest.mark.parametrize("dialect", ["excel", "plain", "xlsx"])
@pytest.mark.parametrize("name", LEAVING)
def test_our_own_reader_gives_each_text_of_each_column_again(name: str, dialect: str, carmen: Browser) -> None:
    leaving = LEAVING[name]

    header, *lines = read_table(leaving.content(carmen, dialect), most_lines=5000).lines

    for column in leaving.texts:
        at = header.index(str(column.header))
        back = sorted(same_line_ends(plain_cell(line[at])) if at < len(line) else "" for line in lines)
        stored = leaving.rows().order_by().values_list(column.expression, flat=True)
        assert back == sorted(same_line_ends(text or "") for text in stored), column.name


def same_line_ends(text: str) -> str:
    """A file has one sign for the end of a line within a cell; a form stores no other than this one either."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("dialect", ["excel", "plain"])
@pytest.mark.parametrize("table", TABLES)
def test_no_cell_of_a_report_begins_a_formula(table: str, dialect: str, carmen: Browser) -> None:
    answer = carmen.get(f"/reports/{table}.csv?first=2026-01-01&last=2026-12-31&dialect={dialect}")

    assert answer.status_code == 200
    found = list(cells(answer.content, dialect))
    assert [cell for cell in found if begins_a_formula(cell) and not is_a_number(cell)] == []
    if table in {"communes", "offices"}:
        assert sum(isinstance(cell, str) and cell.startswith("'") for cell in found) >= 280


# What a form lets in can be an attack too; of a line it tidies the blanks away.
STORED = list(dict.fromkeys(tidy_line(payload)[:80] for payload in PAYLOADS if "\u200b" not in payload))


@pytest.mark.parametrize("kind", [TariffCSV, TariffXLSX], ids=["CSV", "XLSX"])
def test_the_tariffs_of_the_administration_leave_guarded_and_come_back_letter_by_letter(
    kind: type[Table], reference_data: None
) -> None:
    Tariff.objects.all().delete()
    offices = Office.objects.bulk_create(
        [Office(code=f"office-{n}", name_fr=f"x{n}", name_nl=f"x{n}") for n in range(len(STORED))]
    )
    for office, text in zip(offices, STORED, strict=True):
        Tariff.objects.create(
            office=office,
            service="digital_key",
            residency="everyone",
            amount=1,
            valid_from=ON,
            source=text,
            note=text,
            verified_on=ON,
        )
    resource, file = TariffResource(), kind()
    before = list(Tariff.objects.order_by("pk").values_list("source", "note"))

    content = file.export_data(resource.export())
    Tariff.objects.update(source="x", note="")
    result = resource.import_data(file.create_dataset(content), dry_run=False, raise_errors=True)

    dialect = "excel" if kind is TariffCSV else "xlsx"
    assert [cell for cell in cells(content, dialect) if begins_a_formula(cell) and not is_a_number(cell)] == []
    assert result.totals["update"] == len(STORED)
    assert list(Tariff.objects.order_by("pk").values_list("source", "note")) == before


def test_an_old_list_with_guarded_cells_comes_in_letter_by_letter(
    reference_data: None, staff: dict[Role, User]
) -> None:
    lines = [(str(n), safe_cell(text), "02/03/2026", safe_cell(text)) for n, text in enumerate(STORED)]

    brought_in(("client no", "last name", "visit date", "visit note"), *lines, by=staff[Role.COORDINATOR])

    assert list(Client.objects.order_by("pk").values_list("family_name", flat=True)) == STORED
    assert list(Visit.objects.order_by("pk").values_list("note", flat=True)) == STORED


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
