"""Tariffs leave as a table and come back; a wrong line is named, and nothing of its file is taken."""

import csv
import io
import re
import tempfile
import time
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from communes.models import Office, Tariff
from config.staff.models import User

HEADER = "office;service;residency;document;offered;amount;valid_from;source;source_url;verified_on;note"
LINE = "uccle;digital_key;everyone;any;yes;12,00;01/01/2027;Commune d’Uccle, téléphone;;23/11/2026;"
IMPORT, CONFIRM, EXPORT = (f"admin:communes_tariff_{name}" for name in ("import", "process_import", "export"))

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def editor(client):
    """A browser in which a tariff editor is logged in, in English."""
    user = User.objects.create_user("tariffs@example.org", name="Tariq", role="tariff_editor", language="en")
    client.force_login(user)
    return client


def csv_file(*lines, header=HEADER, encoding="utf-8-sig"):
    return SimpleUploadedFile("tariffs.csv", "\r\n".join([header, *lines]).encode(encoding))


def xlsx_file(*lines):
    book = openpyxl.Workbook()
    for line in [HEADER.split(";"), *lines]:
        book.active.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("tariffs.xlsx", stream.getvalue())


def preview(editor, file, format="0"):
    return editor.post(reverse(IMPORT), {"import_file": file, "format": format, "resource": "0"})


def confirm(editor, page):
    fields = {name: page.context["confirm_form"][name].value() for name in page.context["confirm_form"].fields}
    return editor.post(reverse(CONFIRM), fields, follow=True)


def text_of(page):
    """The words of a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def wrong(page):
    """What the page says is wrong: sentences about the file, and (line, column, sentence) for its lines."""
    said = [str(error) for error in page.context["form"].errors.get("import_file", [])]
    result = page.context.get("result")
    for row in result.invalid_rows if result else []:
        said += [(row.number + 1, name, reason) for name, reasons in row.error_dict.items() for reason in reasons]
    return said


def waiting_files():
    """What waits in the cache, and what was left in the temporary folder."""
    return sorted([*cache._cache, *(path.name for path in Path(tempfile.gettempdir()).iterdir())])


def test_a_new_price_is_previewed_and_then_imported_with_its_history(editor):
    page = preview(editor, csv_file(LINE))
    before = Tariff.objects.count()
    done = confirm(editor, page)

    added = Tariff.objects.get(office__code="uccle", valid_from=date(2027, 1, 1))
    assert [str(cell) for cell in page.context["result"].valid_rows()[0].diff] == [
        "uccle",
        "digital_key",
        "everyone",
        "any",
        "yes",
        "12.00",
        "01/01/2027",
        "Commune d’Uccle, téléphone",
        "",
        "23/11/2026",
        "",
    ]
    assert (before, Tariff.objects.count()) == (82, 83)
    assert (added.amount, added.source, added.verified_on) == (
        Decimal("12.00"),
        "Commune d’Uccle, téléphone",
        date(2026, 11, 23),
    )
    assert [(row.history_user.name, row.history_change_reason) for row in added.history.all()] == [
        ("Tariq", "import of tariffs.csv")
    ]
    assert "1 new, 0 updated, 0 deleted and 0 skipped" in text_of(done)


def test_the_name_of_a_file_brings_no_national_number_into_the_history(editor):
    file = csv_file(LINE)
    file.name = "85.07.30-033.28 told PIN 4821.csv"

    confirm(editor, preview(editor, file))

    added = Tariff.objects.get(office__code="uccle", valid_from=date(2027, 1, 1))
    assert added.history.get().history_change_reason == "import of ••• told PIN •••.csv"


def test_the_preview_alone_changes_nothing(editor):
    before = (Tariff.objects.count(), Tariff.history.count())

    preview(editor, csv_file(LINE))

    assert (Tariff.objects.count(), Tariff.history.count()) == before


def test_a_changed_price_shows_what_it_was(editor):
    page = preview(editor, csv_file(LINE.replace("01/01/2027", "2026-01-01")))

    [row] = page.context["result"].valid_rows()
    assert row.import_type == "update"
    assert str(row.diff[5]) == "<del>10.00</del> <ins>12.00</ins>"
    assert "style=" not in page.content.decode()


@pytest.mark.parametrize(("format", "name"), [("0", "csv"), ("1", "xlsx")])
def test_a_file_is_read_as_its_name_says_unless_one_says_otherwise(editor, format, name):
    file = csv_file(LINE) if name == "csv" else xlsx_file(LINE.split(";"))

    page = preview(editor, file, format="")

    assert page.context["confirm_form"].initial["format"] == format


@pytest.mark.parametrize(("format", "name"), [("0", "csv"), ("1", "xlsx")])
def test_what_was_exported_comes_back_as_it_was(editor, format, name):
    Tariff.objects.filter(office__code="uccle").update(note="=1+1\nsecond line; «€»", source="'t Kint, +32")
    before = list(Tariff.objects.order_by("pk").values())

    exported = editor.post(reverse(EXPORT), {"format": format, "resource": "0"})
    page = preview(editor, SimpleUploadedFile(f"tariffs.{name}", exported.content), format=format)

    assert wrong(page) == []
    assert {row.import_type for row in page.context["result"].valid_rows()} == {"skip"}
    confirm(editor, page)
    assert list(Tariff.objects.order_by("pk").values()) == before


def test_the_exported_csv_opens_in_a_belgian_excel_and_no_cell_begins_a_formula(editor):
    Tariff.objects.filter(office__code="woluwe-saint-pierre", service="digital_key").update(note="=HYPERLINK(1)")

    exported = editor.post(reverse(EXPORT) + "?q=woluwe-saint-pierre", {"format": "0", "resource": "0"})

    rows = list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert exported.content.startswith(b"\xef\xbb\xbfoffice;service;")
    assert exported["Content-Type"] == "text/csv; charset=utf-8"
    assert [row for row in rows if row[1] == "digital_key" and row[0] == "woluwe-saint-pierre"] == [
        [
            "woluwe-saint-pierre",
            "digital_key",
            "resident",
            "any",
            "yes",
            "10,10",
            "01/01/2026",
            "Dépliant « Le coût des clés numériques », mondiplôme (sans date)",
            "",
            "",
            "'=HYPERLINK(1)",
        ]
    ]


def test_the_exported_workbook_has_amounts_as_numbers_and_days_as_days(editor):
    exported = editor.post(reverse(EXPORT) + "?q=watermael", {"format": "1", "resource": "0"})

    sheet = openpyxl.load_workbook(io.BytesIO(exported.content)).active
    lines = [line for line in sheet.iter_rows(min_row=2, values_only=True) if line[1] == "digital_key"]
    assert [(line[0], line[5], line[6].date()) for line in lines] == [("watermael-boitsfort", 26, date(2026, 1, 1))]


def test_a_workbook_is_imported_with_its_own_numbers_and_days(editor):
    line = ["uccle", "digital_key", "everyone", None, True, 12.5, date(2027, 1, 1), "phone", None, None, None]

    confirm(editor, preview(editor, xlsx_file(line), format="1"))

    assert Tariff.objects.get(office__code="uccle", valid_from=date(2027, 1, 1)).amount == Decimal("12.50")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            LINE.replace("uccle", "Uckle"),
            (3, "office", "«Uckle» is not the name of one office: write its short name, such as uccle."),
        ),
        (LINE.replace("12,00", "-12"), (3, "amount", "An amount is never negative.")),
        (
            LINE.replace("12,00", "1.234,56"),
            (
                3,
                "amount",
                "«1.234,56» can be read in more than one way: write 1234,56 without any other point, comma or word.",
            ),
        ),
        (
            LINE.replace("everyone", "citizens"),
            (3, "residency", "«citizens» is not known here: write one of resident, non_resident, everyone."),
        ),
        (LINE.replace("01/01/2027", "1 January"), (3, "valid_from", "«1 January» is not a day: write 31/12/2026.")),
        (LINE.replace("yes", "perhaps"), (3, "offered", "«perhaps» is neither yes nor no.")),
        (
            LINE.replace("yes", "no"),
            (3, "__all__", "What is not offered has no price: empty the amount, or say that it is offered."),
        ),
        (LINE.replace("Commune d’Uccle, téléphone", ""), (3, "source", "This field cannot be blank.")),
        (
            LINE.replace("téléphone", "t\x07"),
            (3, "source", "This text has an invisible control character: type it again."),
        ),
    ],
)
def test_a_wrong_line_is_named_with_what_to_do_and_no_line_is_taken(editor, line, said):
    good = LINE.replace("uccle", "jette")

    page = preview(editor, csv_file(good, line))

    assert wrong(page) == [said]
    assert said[2] in text_of(page)
    assert page.context.get("confirm_form") is None
    assert Tariff.objects.count() == 82


@pytest.mark.parametrize(
    ("file", "format", "said"),
    [
        (
            SimpleUploadedFile("tariffs.csv", f"\ufeff{HEADER}\n{LINE}".encode() + b"\xe9"),
            "0",
            "The accents of line 2 cannot be read: save the file as «CSV UTF-8», or as XLSX.",
        ),
        (
            csv_file(LINE.replace("12", "1\0")),
            "0",
            "This is neither a CSV nor an XLSX file: open it in a spreadsheet and save it as XLSX.",
        ),
        (
            csv_file(LINE, header=HEADER.replace("note", "amount")),
            "0",
            "The header has a column twice: amount. Delete one of the two.",
        ),
        (csv_file(LINE, header=HEADER.replace("valid_from", "note2")), "0", None),
        (
            csv_file("uccle;digital_key", header="office;service"),
            "0",
            "The header lacks a column: residency, document, valid_from, source.",
        ),
        (csv_file(LINE, "", LINE), "0", "Line 3 is empty: delete it."),
        (csv_file(LINE + ";extra"), "0", "Line 2 has more cells than the header: look for a separator too many."),
        (csv_file(LINE + '"'), "0", None),
        (csv_file(LINE + '"never closed'), "0", None),
        (csv_file(), "0", "There is nothing to import: the file needs a header and at least one line."),
        (csv_file(*[LINE] * 5001), "0", "The file has more than 5000 lines: import it in parts."),
        (SimpleUploadedFile("big.csv", b"x" * 1_100_000), "0", "The file is larger than 1.0 MB: import it in parts."),
    ],
    ids=[
        "damaged UTF-8",
        "NUL",
        "column twice",
        "unknown column",
        "columns missing",
        "empty line",
        "cell too many",
        "stray quote",
        "open quote",
        "header alone",
        "too many lines",
        "too large",
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(editor, file, format, said):
    file.seek(0)

    page = preview(editor, file, format=format)

    assert page.status_code == 200
    assert "Traceback" not in page.content.decode()
    assert page.context.get("confirm_form") is None
    assert Tariff.objects.count() == 82
    if said:
        assert [sentence.replace("\xa0", " ") for sentence in wrong(page)] == [said]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "mac_roman"])
def test_the_file_of_any_spreadsheet_is_read_with_its_accents(editor, encoding):
    line = LINE.replace("’", "'")

    page = preview(editor, csv_file(line, encoding=encoding))

    assert wrong(page) == []
    assert unescape(page.context["result"].valid_rows()[0].diff[7]) == "Commune d'Uccle, téléphone"


@pytest.mark.parametrize(("file", "format"), [(csv_file(LINE), "1"), (xlsx_file(LINE.split(";")), "0")])
def test_a_file_is_read_for_what_it_is_whatever_format_was_chosen(editor, file, format):
    file.seek(0)

    page = preview(editor, file, format=format)

    assert wrong(page) == []
    assert [row.import_type for row in page.context["result"].valid_rows()] == ["new"]


def test_a_preview_that_nobody_confirms_is_forgotten_after_an_hour(editor):
    preview(editor, csv_file(LINE))
    [until] = [until for key, until in cache._expire_info.items() if "tariff-upload" in key]

    assert 3500 < until - time.time() <= 3600


def test_a_column_nobody_knows_is_named_with_the_known_ones(editor):
    page = preview(editor, csv_file(LINE, header=HEADER.replace("note", "notes")))

    known = ", ".join(HEADER.split(";"))
    assert wrong(page) == [f"The header has an unknown column: notes. Known are {known}."]


def test_a_line_names_all_its_wrong_cells_at_once(editor):
    page = preview(editor, csv_file("uckle;passport;everyone;any;yes;-1;01/01/2027;phone;;;"))

    assert [(line, column) for line, column, _sentence in wrong(page)] == [
        (2, "office"),
        (2, "service"),
        (2, "amount"),
    ]


def test_the_same_tariff_twice_in_a_file_changes_it_twice_and_is_seen_in_the_preview(editor):
    page = preview(editor, csv_file(LINE, LINE.replace("12,00", "13,00")))

    assert [row.import_type for row in page.context["result"].valid_rows()] == ["new", "update"]


def test_when_the_tariffs_changed_since_the_preview_nothing_is_imported(editor):
    good = LINE.replace("uccle", "jette")
    page = preview(editor, csv_file(good, LINE))
    Office.objects.filter(code="uccle").update(code="ukkel", name_fr="Ukkel")

    done = confirm(editor, page)

    assert "Nothing was imported: the tariffs changed meanwhile." in text_of(done)
    assert Tariff.objects.count() == 82


def test_a_preview_can_be_confirmed_once_and_leaves_no_file_behind(editor):
    before = waiting_files()
    page = preview(editor, csv_file(LINE))

    confirm(editor, page)
    again = confirm(editor, page)

    assert "This preview is over: choose the file again." in text_of(again)
    assert waiting_files() == before


@pytest.mark.parametrize("name", ["../etc/passwd", "/etc/passwd", "", "0" * 31, "g" * 32, "0" * 32], ids=range(6))
def test_nobody_confirms_another_file_of_the_machine(editor, name):
    forged = {"import_file_name": name, "original_file_name": "tariffs.csv", "format": "0", "resource": "0"}

    page = editor.post(reverse(CONFIRM), forged)

    assert page.status_code == 200
    assert "This preview is over: choose the file again." in text_of(page)
