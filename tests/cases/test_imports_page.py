"""The pages of an import: three steps without JavaScript, for whom the role table says, and no trace of the file."""

import re
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from cases.dialects import EXCEL, PLAIN
from cases.imports.cells import Known
from cases.imports.columns import COLUMNS
from cases.imports.lines import read_lines
from cases.imports.template import headers
from cases.models import Access, Case, Client, Import, ImportedRow, Visit
from config.clean_text.tidying import tidy
from config.safe_cell import safe_cell
from config.staff.models import User
from config.staff.roles import Role
from config.tables import read_table
from config.uploads import LARGEST
from tests.config.hostile_files import HOSTILE
from tests.conftest import FULL_SIZE
from tests.factories import a_client

pytestmark = pytest.mark.usefixtures("reference_data")

type LogIn = Callable[[User | None], Browser]

DOUBTFUL = "PIN 2024"  # a code, or what was spoken of in a year
HEADER = "Prénom;Nom;GSM;Procédure;Ouvert le;Date visite;Remarque"
LINES = (
    "Yıldız;Özdemir;0470 12 34 56;Clé numérique;02/03/2026;02/03/2026;Vient mardi",
    "Fatima;El Amrani;0471 12 34 56;Clé numérique;03/03/2026;03/03/2026;",
)


@pytest.fixture
def carmen(staff: dict[Role, User], log_in: LogIn) -> Browser:
    return log_in(staff[Role.COORDINATOR])


def a_list(*lines: str, header: str = HEADER) -> SimpleUploadedFile:
    return SimpleUploadedFile("liste.csv", "\r\n".join([header, *lines]).encode())


def chosen(browser: Browser, file: SimpleUploadedFile, *, source: str = "Registre") -> HttpResponse:
    team = User.objects.get(pk=browser.session["_auth_user_id"]).team_id
    return browser.post(reverse("cases:import"), {"file": file, "source": source, "team": team}, follow=True)


def previewed(browser: Browser, file: SimpleUploadedFile) -> HttpResponse:
    page = chosen(browser, file)
    fields = {field.html_name: field.value() or "" for field in page.context["form"]}
    return browser.post(page.redirect_chain[-1][0], fields, follow=True)


def confirmed(browser: Browser, page: HttpResponse, **answers: str) -> HttpResponse:
    fields = {field.html_name: field.value() or "" for field in page.context["form"]}
    return browser.post(page.redirect_chain[-1][0], {**fields, **answers}, follow=True)


def text_of(page: HttpResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def test_a_list_comes_in_by_three_pages(carmen: Browser) -> None:
    columns = chosen(carmen, a_list(*LINES))
    assert [(field.label, field.value()) for field in columns.context["form"]] == [
        ("Prénom", "given_name"), ("Nom", "family_name"), ("GSM", "phone"), ("Procédure", "procedure"),
        ("Ouvert le", "opened_on"), ("Date visite", "visit_happened_on"), ("Remarque", "case_note"),
    ]  # fmt: skip
    assert "2 lines were read." in text_of(columns)

    preview = previewed(carmen, a_list(*LINES))
    assert preview.status_code == 200
    assert "Clients 2 0 Cases 2 0 Visits 2 0" in text_of(preview)
    assert (Client.objects.count(), Case.objects.count(), Visit.objects.count()) == (0, 0, 0)

    done = confirmed(carmen, preview)
    assert "The list is in" in text_of(done)
    assert (Client.objects.count(), Case.objects.count(), Visit.objects.count()) == (2, 2, 2)


def test_the_same_list_again_has_nothing_to_confirm(carmen: Browser) -> None:
    confirmed(carmen, previewed(carmen, a_list(*LINES)))

    again = previewed(carmen, a_list(*LINES))

    assert "All of it is here already" in text_of(again)
    assert "Clients 0 2 Cases 0 2 Visits 0 2" in text_of(again)


def test_what_the_columns_mean_is_known_the_next_time_and_no_header_is_kept(carmen: Browser) -> None:
    page = chosen(carmen, a_list("Zoé;x", header="Zwxqvomir;Autre"))
    carmen.post(page.redirect_chain[-1][0], {"column-0": "family_name", "column-1": ""})

    again = chosen(carmen, a_list("Zoé;x", header="Zwxqvomir;Autre"), source="Other")

    assert [field.value() for field in again.context["form"]] == ["", ""]  # nothing was confirmed
    page = chosen(carmen, a_list("Zoé;x", header="Zwxqvomir;Autre"))
    preview = carmen.post(page.redirect_chain[-1][0], {"column-0": "family_name", "column-1": ""}, follow=True)
    confirmed(carmen, preview)
    again = chosen(carmen, a_list("Zoé;x", header="Zwxqvomir;Autre"), source="Other")
    assert [field.value() for field in again.context["form"]] == ["family_name", ""]
    assert "Zwxqvomir" not in str(list(Import.objects.values()))


def test_two_columns_of_one_name_are_two_columns(carmen: Browser) -> None:
    lines = a_list("Bob;Clé numérique;02/03/2026;05/03/2026", header="Nom;Procédure;Date;Date")
    page = chosen(carmen, lines)
    meant = {"column-0": "family_name", "column-1": "procedure", "column-2": "opened_on"}

    preview = carmen.post(page.redirect_chain[-1][0], {**meant, "column-3": "visit_happened_on"}, follow=True)
    confirmed(carmen, preview)

    assert Case.objects.get().opened_on == date(2026, 3, 2)
    assert Visit.objects.get().happened_on == date(2026, 3, 5)
    again = chosen(carmen, a_list("x", header="Date;Nom;Date"))
    assert [field.value() for field in again.context["form"]] == ["opened_on", "family_name", "visit_happened_on"]


def test_a_column_without_a_name_comes_in_when_it_is_chosen(carmen: Browser) -> None:
    page = chosen(carmen, a_list("Bob;;0470 12 34 56", header="Nom;;"))
    where = page.redirect_chain[-1][0]
    assert [field.label for field in page.context["form"]][2] == "Column 3, without a name"

    preview = carmen.post(where, {"column-0": "family_name", "column-1": "", "column-2": "phone"}, follow=True)
    back = carmen.get(where)
    confirmed(carmen, preview)

    assert [field.value() for field in back.context["form"]] == ["family_name", "", "phone"]
    assert Client.objects.get().phone == "+32470123456"
    again = chosen(carmen, a_list("Bob;x;y", header="Nom;;"))
    assert [field.value() for field in again.context["form"]] == ["family_name", "", ""]  # nowhere else


def test_a_fault_in_a_column_without_a_name_says_what_it_was_chosen_for(carmen: Browser) -> None:
    page = chosen(carmen, a_list("Bob;12", header="Nom;"))

    preview = carmen.post(page.redirect_chain[-1][0], {"column-0": "family_name", "column-1": "phone"}, follow=True)

    [problem] = preview.context["plan"].problems
    assert (problem.line, problem.header) == (2, "phone")


def test_two_columns_cannot_mean_the_same(carmen: Browser) -> None:
    page = chosen(carmen, a_list("a;b", header="Nom;Autre"))

    refused = carmen.post(page.redirect_chain[-1][0], {"column-0": "family_name", "column-1": "family_name"})

    assert refused.status_code == 422
    assert "«Nom» means this already: leave one of the two out." in text_of(refused)


def test_a_list_with_a_fault_cannot_be_confirmed(carmen: Browser) -> None:
    page = previewed(carmen, a_list(LINES[0], "Bob;Bobo;12;;;;"))

    assert "1 thing to correct" in text_of(page)
    assert "3 GSM This is no telephone number: write it as 0470 12 34 56 or +33 6 12 34 56 78." in text_of(page)
    refused = carmen.post(page.redirect_chain[-1][0], {"seen": page.context["plan"].seen})
    assert refused.status_code == 422
    assert Client.objects.count() == 0


def test_a_national_number_in_a_list_is_shown_nowhere(carmen: Browser) -> None:
    number = "87.03.02-123-" + str(97 - 870302123 % 97).zfill(2)

    columns = chosen(carmen, a_list(f"{number};b", header=f"Nom;{number}"))
    page = previewed(carmen, a_list(f"{number};b", header=f"Nom;{number}"))

    assert number not in columns.content.decode() + page.content.decode()
    assert "stands a national register number" in text_of(page)


def test_a_doubt_asks_for_a_tick(carmen: Browser) -> None:
    page = previewed(carmen, a_list(f"Bob;02/03/2026;{DOUBTFUL}", header="Nom;Date visite;Note de visite"))

    assert (DOUBTFUL in page.content.decode(), len(page.context["doubts"])) == (False, 1)
    refused = carmen.post(page.redirect_chain[-1][0], {"seen": page.context["plan"].seen})
    assert (refused.status_code, Visit.objects.count()) == (422, 0)
    confirmed(carmen, page, doubts_checked="on")
    assert Visit.objects.get().note == DOUBTFUL


def test_the_people_who_resemble_a_file_are_asked_about_and_traced(carmen: Browser, staff: dict[Role, User]) -> None:
    team = staff[Role.COORDINATOR].team
    assert team is not None
    here = a_client(team=team, given_name="Fatima", family_name="El Amrani", reference="U-2026-0900")

    page = previewed(carmen, a_list(*LINES))

    [field] = page.context["form"].people
    assert [value for value, _label in field.field.choices] == ["new", "U-2026-0900"]
    assert field.value() == "new"
    assert [(row.place, row.clients) for row in Access.objects.filter(place="cases:import_preview")] == [
        ("cases:import_preview", f",{here.pk},")
    ]
    confirmed(carmen, page, **{field.html_name: "U-2026-0900"})
    assert Case.objects.filter(client=here).count() == 1
    assert Client.objects.count() == 2


def test_when_a_file_was_opened_since_the_preview_it_is_shown_anew(carmen: Browser, staff: dict[Role, User]) -> None:
    page = previewed(carmen, a_list(*LINES))
    team = staff[Role.COORDINATOR].team
    assert team is not None
    a_client(team=team, given_name="Fatima", family_name="El Amrani")

    late = confirmed(carmen, page)

    assert late.status_code == 409
    assert "The files changed since this preview" in text_of(late)
    assert Case.objects.count() == 0


def test_a_cancelled_list_is_gone(carmen: Browser) -> None:
    chosen(carmen, a_list(*LINES))

    carmen.post(reverse("cases:cancel_import", args=[Import.objects.get().key]))

    assert Import.objects.count() == 0


def test_a_list_waits_two_hours_and_for_whoever_chose_it(
    carmen: Browser, staff: dict[Role, User], log_in: LogIn
) -> None:
    where = previewed(carmen, a_list(*LINES)).redirect_chain[-1][0]

    assert log_in(staff[Role.ADMINISTRATOR]).get(where).status_code == 404
    Import.objects.update(waits_until=timezone.now() - timedelta(seconds=1))
    assert carmen.get(where).status_code == 404


def test_nothing_of_a_list_lies_about(carmen: Browser) -> None:
    previewed(carmen, a_list("Zwxqvomir;Zwxqvomir;0470 12 34 56;;;;"))

    assert list(Path(tempfile.gettempdir()).iterdir()) == []
    assert b"Zwxqvomir" not in bytes(Import.objects.get().content)
    assert "Zwxqvomir" not in str(list(ImportedRow.objects.values()))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_comes_back_as_our_own_columns(kind: str, carmen: Browser) -> None:
    template = carmen.get(reverse("cases:import_template", args=[kind]))

    assert read_table(template.content, most_lines=10).lines == [headers()]
    assert carmen.get("/clients/import/template.pdf").status_code == 404


def test_the_link_stands_where_the_files_are_for_whom_it_opens(staff: dict[Role, User], log_in: LogIn) -> None:
    shown = {
        role: "/clients/import/" in log_in(staff[role]).get("/clients/").content.decode()
        for role in (Role.ADVISER, Role.COORDINATOR, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)
    }

    assert [role for role, there in shown.items() if there] == [Role.COORDINATOR, Role.ADMINISTRATOR]


CORPUS = HOSTILE if FULL_SIZE else HOSTILE[::12]


@pytest.mark.sized
@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_a_hostile_file_leaves_no_row_and_says_why(hostile, carmen: Browser) -> None:
    file = SimpleUploadedFile("liste.xlsx", hostile.data() or b" ")

    page = chosen(carmen, file)

    if (file.size or 0) > LARGEST:
        assert page.status_code == 413
        assert Import.objects.count() == 0
    elif hostile.refused:
        assert page.status_code == 422
        assert len(page.context["form"].errors["file"]) > 0
        assert Import.objects.count() == 0
    else:
        assert page.status_code in (200, 422)
    assert (Client.objects.count(), Visit.objects.count()) == (0, 0)


STARTS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "'=", "''=", " =", "\u00a0=", "\u200b=", '"=', "'", "''"]
BODIES = [
    "1+1", "cmd|' /C calc'!A0", "HYPERLINK(\"http://evil\";\"a\")", "SUM(A1:A9)", "IMPORTXML(\"x\",\"y\")",
    "2+5+cmd|'x'!A",
    "DDE(\"cmd\";\"/C calc\")", "", " ", ";a", ",b", "a\nb", "\"q\"", "'t Kint", "A1", "-1", "1e5",
    "WEBSERVICE(1)", "é",
]  # fmt: skip
PAYLOADS = sorted({tidy(start + body) for start in STARTS for body in BODIES} - {""})
TEXTS = ("given_name", "family_name", "speaks", "case_note", "visit_note")


def as_csv(dialect, lines: list[list[str]]) -> bytes:
    return (
        dialect.opening
        + "".join(
            dialect.delimiter.join(dialect.text(cell) for cell in line) + dialect.line_end for line in lines
        ).encode()
    )


def as_xlsx(lines: list[list[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in lines:
        sheet.append([safe_cell(cell) for cell in line])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "written",
    [lambda lines: as_csv(EXCEL, lines), lambda lines: as_csv(PLAIN, lines), as_xlsx],
    ids=["excel", "plain", "xlsx"],
)
def test_every_formula_that_we_wrote_comes_back_as_the_text_it_was(written) -> None:
    lines = [[*TEXTS], *([payload.replace("\n", " ")] * 3 + [payload] * 2 for payload in PAYLOADS)]

    found = read_lines(read_table(written(lines), most_lines=1000).lines, TEXTS, Known(today=None))  # type: ignore[arg-type]

    assert len(PAYLOADS) >= 250
    assert found.problems == []
    assert [[line.said.get(name, "") for name in TEXTS] for line in found.lines] == lines[1:]


def test_every_text_column_is_in_that_round_trip() -> None:
    lines = {name for name, column in COLUMNS.items() if column.read.__qualname__.startswith(("line.", "text."))}

    assert lines == {*TEXTS, "client_number", "case_number"}
