"""Our files in a spreadsheet program of Belgium: LibreOffice opens them, and every cell is what it was."""

import shutil
import subprocess
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from openpyxl import load_workbook

from cases.columns import Column, Kind, case_columns
from cases.dialects import EXCEL
from cases.exports import csv_lines
from cases.models import Case
from cases.workbook import workbook
from config.safe_cell import safe_cell
from config.staff.models import User
from tests.factories import MONDAY, UserFactory, a_case, a_client, moved

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is missing: apt-get install libreoffice-calc"),
    pytest.mark.usefixtures("reference_data"),
]

TODAY = date(2026, 3, 31)
FR_BE = 2060
# Semicolons, double quotes, UTF-8, from line 1, columns as they come, Belgian French, days and numbers recognised:
# what a double click does where the list separator of the system is a semicolon.
AS_IN_BELGIUM = f"CSV:59,34,76,1,,{FR_BE},false,true"
LOCALE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-BE</value></prop>
</item>
</oor:items>
"""
TEXTS = [
    "Aïcha", "0470123456", "+32470123456", "12345678901234567890", "1/2", "1-2-2026", "1E5", "12:30", "10%", "1.234",
    "1 234,50", "2026", "007", "=1+1", "@SUM(A1)", "'t Kint", "-", "Özdemir; Yıldız", 'O"Neil', "الخوري", "😀", "TRUE",
    "3e étage", " 12", "'12",
]  # fmt: skip


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory(name="Alice")


@pytest.fixture
def cases(alice: User) -> list[Case]:
    """A case for every difficult text, at different steps, with its amounts and days."""
    found = []
    for n, text in enumerate(TEXTS):
        person = a_client(team=alice.team, lives_in="uccle")
        with connection.cursor() as cursor:  # around the field, which would tidy some of these
            cursor.execute("UPDATE cases_client SET given_name = %s WHERE id = %s", [text, person.pk])
        case = a_case(by=alice, client=person, on=MONDAY, assignee=alice)
        found.append(moved(case, "choose_office", by=alice) if n % 2 else case)
    return found


def opened(content: bytes, name: str, folder: Path) -> list[list[Any]]:
    """The cells as LibreOffice has them once it has opened the file."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(LOCALE)
    (folder / name).write_bytes(content)
    how = ["--infilter=" + AS_IN_BELGIUM] if name.endswith(".csv") else []
    subprocess.run(
        [
            str(SOFFICE), "--headless", f"-env:UserInstallation=file://{folder / 'profile'}", *how,
            "--convert-to", "xlsx", "--outdir", str(folder / "out"), str(folder / name),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )  # fmt: skip
    book = load_workbook(folder / "out" / f"{Path(name).stem}.xlsx")
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def meant(columns: Sequence[Column]) -> list[list[Any]]:
    """The cells as the database has them: texts guarded, days as days, amounts and numbers as numbers."""
    rows = Case.objects.order_by("pk").values_list(*(column.expression for column in columns))
    header = [str(column.header) for column in columns]
    return [header, *([typed(column, value) for column, value in zip(columns, row, strict=True)] for row in rows)]


def typed(column: Column, value: Any) -> Any:
    match column.kind, value:
        case _, None | "":
            return None
        case Kind.DAY, day:
            return datetime.combine(day, time.min)
        case Kind.AMOUNT, amount:
            return float(amount)
        case Kind.NUMBER, number:
            return number
        case _, text:
            return safe_cell(str(text))


def test_our_csv_opens_in_a_belgian_spreadsheet_as_it_was(cases: list[Case], tmp_path: Path) -> None:
    columns = case_columns(on=TODAY, named=True)
    content = b"".join(csv_lines(Case.objects.order_by("pk"), columns, dialect=EXCEL))

    assert opened(content, "cases.csv", tmp_path) == meant(columns)


def test_our_workbook_opens_in_a_belgian_spreadsheet_as_it_was(cases: list[Case], tmp_path: Path) -> None:
    columns = case_columns(on=TODAY, named=True)
    content = b"".join(workbook(Case.objects.order_by("pk"), columns))

    assert opened(content, "cases.xlsx", tmp_path) == meant(columns)


def test_control_a_text_without_its_guard_would_not_come_back(tmp_path: Path) -> None:
    content = EXCEL.opening + EXCEL.line(["0470123456", "1/2", "12345678901234567890"]).encode()

    first_of_february = datetime.combine(date(2026, 2, 1), time.min)
    assert opened(content, "bare.csv", tmp_path) == [[470123456, first_of_february, 1.23456789012346e19]]
