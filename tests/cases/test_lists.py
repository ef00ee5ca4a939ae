"""The lists of cases, visits and clients: filters, order, columns and file say the same."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client as Browser
from django.urls import reverse
from openpyxl import load_workbook

from cases import actions
from cases.columns import case_columns, client_columns, tariff_columns, visit_columns
from cases.models import Access, Case, Client, Companion, Departure, Visit
from cases.models.access import listed
from communes.models import Tariff
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import MONDAY, PASSWORD, UserFactory, a_case, a_client, moved, noon

pytestmark = pytest.mark.usefixtures("reference_data")

TUESDAY = date(2026, 3, 3)


@pytest.fixture
def alice(staff: dict[Role, User]) -> User:
    return staff[Role.ADVISER]


@pytest.fixture
def desk(alice: User, log_in: Callable[[User], Browser]) -> Browser:
    return log_in(alice)


@pytest.fixture
def person(alice: User) -> Client:
    assert alice.team is not None
    return a_client(team=alice.team, lives_in="uccle", reference="U-2026-0042")


def a_visit(by: User, *, on: date = MONDAY, client: Client | None = None, **said: object) -> Visit:
    return actions.log_visit(
        key=Visit().key, by=by, team=by.team, on=on, at=noon(on), client=client, **{"topic": "other", **said}
    )  # type: ignore[arg-type]


def table(answer: object) -> list[list[str]]:
    """The table of chosen columns on a page: its header, then its rows."""
    lines = answer.context["lines"]  # type: ignore[attr-defined]
    return [[cell.label for cell in lines[0].cells], *([cell.text for cell in line.cells] for line in lines)]


def csv_of(answer: object) -> list[list[str]]:
    content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))


def xlsx_of(answer: object) -> list[list[object]]:
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    return [list(row) for row in book.active.iter_rows(values_only=True)]


# Columns


def test_chosen_columns_are_a_table_in_the_order_of_the_address(desk: Browser, alice: User, person: Client) -> None:
    case = moved(a_case(by=alice, client=person), "choose_office", by=alice)

    answer = desk.get("/cases/?columns=quoted&columns=reference&columns=opened_on&columns=family_name")

    assert table(answer) == [
        ["Price announced", "Case", "Opened on", "Family name"],
        ["10.00\u00a0€", case.reference, "02/03/2026", "Özdemir"],
    ]
    assert f'href="/cases/{case.reference}/"' in answer.content.decode()


def test_without_a_choice_the_list_is_the_usual_one(desk: Browser, alice: User) -> None:
    a_case(by=alice)

    answer = desk.get("/cases/")

    assert answer.context["lines"] == []
    assert [choice.name for choice in answer.context["choices"] if choice.taken] == []


@pytest.mark.parametrize("where", ["/cases/", "/visits/", "/clients/"])
def test_a_column_that_does_not_exist_is_a_missing_page(desk: Browser, where: str) -> None:
    assert desk.get(f"{where}?columns=colour").status_code == 404


@pytest.mark.parametrize(
    ("where", "columns"),
    [
        ("/cases/", case_columns(on=MONDAY, named=True)),
        ("/visits/", visit_columns(named=True)),
        ("/clients/", client_columns()),
    ],
    ids=["cases", "visits", "clients"],
)
def test_a_list_can_show_every_column_of_its_table(
    desk: Browser, alice: User, person: Client, where: str, columns: tuple[object, ...]
) -> None:
    case = moved(a_case(by=alice, client=person), "choose_office", by=alice)
    a_visit(alice, client=person, case=case)
    names = [column.name for column in columns]  # type: ignore[attr-defined]

    answer = desk.get(where, {"columns": names})

    assert table(answer)[0] == [str(column.header) for column in columns]  # type: ignore[attr-defined]
    assert len(table(answer)) == 2


def test_clients_show_the_columns_one_chose(desk: Browser, person: Client) -> None:
    answer = desk.get("/clients/?columns=reference&columns=commune&columns=interpreter")

    assert table(answer) == [["Client", "Commune of residence", "Interpreter"], ["U-2026-0042", "Uccle", "No"]]


# Filters, orders and pages of the clients


@pytest.fixture
def three_files(alice: User) -> list[Client]:
    """The first with an open case, the second with an interpreter, the third with a document that ends soon."""
    assert alice.team is not None
    first = a_client(team=alice.team, lives_in="uccle", reference="U-2026-0001")
    second = a_client(team=alice.team, reference="U-2026-0002", interpreter=True, contact_language="ti")
    third = a_client(team=alice.team, reference="U-2026-0003", document_expires_on=date(2026, 4, 1))
    a_case(by=alice, client=first)
    moved(a_case(by=alice, client=second), "abandon", by=alice, abandon_reason="gave_up")
    return [first, second, third]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [3, 2, 1]),
        ("sort=oldest", [1, 2, 3]),
        ("sort=document", [3, 2, 1]),
        ("open=yes", [1]),
        ("open=no", [3, 2]),
        ("interpreter=yes", [2]),
        ("interpreter=no", [3, 1]),
        ("language=ti", [2]),
        ("commune=uccle", [1]),
        ("expires_to=2026-04-01", [3]),
        ("expires_to=2026-03-31", []),
    ],
)
def test_each_filter_and_order_of_the_clients(
    desk: Browser, three_files: list[Client], query: str, numbers: list[int]
) -> None:
    page = desk.get(f"/clients/?{query}").context["page"]

    assert [int(client.reference[-1]) for client in page.rows] == numbers


@pytest.mark.parametrize("sort", ["newest", "oldest", "document"])
def test_the_pages_of_the_clients_show_everybody_once(
    desk: Browser, three_files: list[Client], sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [client.reference for client in desk.get(f"/clients/?sort={sort}").context["page"].rows]
    monkeypatch.setattr("cases.views.lists.ROWS", 1)

    walked, after = [], ""
    while after is not None:
        answer = desk.get(f"/clients/?sort={sort}&after={after}")
        walked += [client.reference for client in answer.context["page"].rows]
        after = answer.context["edges"]["after"]

    assert walked == whole


@pytest.mark.parametrize("query", ["language=klingon", "commune=paris", "expires_to=tomorrow", "open=perhaps"])
def test_a_filter_of_the_clients_that_is_no_choice_shows_nobody(
    desk: Browser, three_files: list[Client], query: str
) -> None:
    answer = desk.get(f"/clients/?{query}")

    assert (answer.status_code, answer.context["page"].rows) == (422, [])


def test_a_long_list_of_visits_is_counted_no_further_than_one_reads(
    desk: Browser, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.views.lists.COUNTED_UP_TO", 2)
    for _ in range(3):
        a_visit(alice)

    assert "more than 2 visits" in desk.get("/visits/").content.decode()


def test_the_visits_are_read_backwards_too(desk: Browser, alice: User) -> None:
    first, second = a_visit(alice), a_visit(alice, on=TUESDAY)

    assert desk.get("/visits/?sort=oldest").context["page"].rows == [first, second]


# Files


def test_the_file_has_the_columns_of_the_list(desk: Browser, alice: User, person: Client) -> None:
    case = a_case(by=alice, client=person)
    query = {"columns": ["step", "reference", "opened_on"]}

    page, as_csv, as_xlsx = (
        desk.get("/cases/", query),
        desk.get("/cases/export.csv", query),
        desk.get("/cases/export.csv", {**query, "dialect": "xlsx"}),
    )

    header = ["Step", "Case", "Opened on"]
    assert table(page) == [header, ["Orientation", case.reference, "02/03/2026"]]
    assert csv_of(as_csv) == [header, ["Orientation", case.reference, "02/03/2026"]]
    assert [row[:2] for row in xlsx_of(as_xlsx)] == [header[:2], ["Orientation", case.reference]]


def test_the_list_offers_the_file_of_what_it_shows_without_who_the_clients_are(desk: Browser, alice: User) -> None:
    a_case(by=alice)

    answer = desk.get("/cases/?state=open&columns=reference&columns=family_name&columns=step&sort=due")

    assert answer.context["export"].csv == "/cases/export.csv?state=open&sort=due&columns=reference&columns=step"
    assert answer.context["export"].names_stay is True


def test_a_name_among_the_columns_needs_the_right_to_names(
    desk: Browser, alice: User, staff: dict[Role, User], log_in: Callable[[User], Browser], person: Client
) -> None:
    a_case(by=alice, client=person)
    query = {"columns": ["family_name"], "named": "yes"}

    assert desk.get("/cases/export.csv", query).status_code == 403
    asked_why = log_in(staff[Role.COORDINATOR]).get("/cases/export.csv", query)
    assert (asked_why.status_code, b"".join(getattr(asked_why, "streaming_content", []))) == (302, b"")


def test_the_visits_leave_as_the_list_shows_them(desk: Browser, alice: User, person: Client) -> None:
    case = a_case(by=alice, client=person)
    a_visit(alice, client=person, case=case, minutes=25, topic="digital_key", note="Her brother waits outside")
    a_visit(alice, on=TUESDAY, topic="e_card")
    wrong = a_visit(UserFactory(team=alice.team), on=TUESDAY, minutes=500)
    actions.correct_visit(
        wrong, key=Visit().key, by=alice, on=TUESDAY, at=noon(TUESDAY), correction="Too long", minutes=5, topic="loss"
    )

    rows = csv_of(desk.get("/visits/export.csv"))

    assert rows[0] == [str(column.header) for column in visit_columns()]
    assert [row[:4] for row in rows[1:]] == [
        ["03/03/2026", "Loss or theft", "At the counter", "5"],
        ["03/03/2026", "E-card", "At the counter", "15"],
        ["02/03/2026", "Digital key", "At the counter", "25"],
    ]
    assert rows[3][6:11] == ["U-2026-0042", "Uccle", "", case.reference, "Digital key"]
    assert "brother" not in str(rows)


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("", ["03/03/2026", "02/03/2026"]),
        ("sort=oldest", ["02/03/2026", "03/03/2026"]),
        ("day_to=2026-03-02", ["02/03/2026"]),
        ("attached=yes", ["02/03/2026"]),
    ],
)
def test_the_file_of_the_visits_has_their_filters_and_their_order(
    desk: Browser, alice: User, person: Client, query: str, days: list[str]
) -> None:
    a_visit(alice, client=person)
    a_visit(alice, on=TUESDAY)

    assert [row[0] for row in csv_of(desk.get(f"/visits/export.csv?columns=day&{query}"))[1:]] == days


def test_a_note_leaves_with_names_alone(desk: Browser, alice: User) -> None:
    a_visit(alice, note="Her brother waits outside")

    assert desk.get("/visits/export.csv?columns=note").status_code == 400
    assert desk.get("/visits/export.csv?columns=note&named=yes").status_code == 403


@pytest.fixture
def three_came(alice: User, person: Client) -> list[Client]:
    """Three who came along: one whose name is an attack, one who was forgotten, one whose file is closed."""
    assert alice.team is not None
    beside = [
        a_client(team=alice.team, given_name="=Nour", family_name="Haddad", reference="U-2026-0043"),
        a_client(team=alice.team, given_name="", family_name="", anonymised_on=MONDAY, reference="U-2026-0044"),
        a_client(team=alice.team, given_name="Samir", family_name="Haddad", restricted_on=MONDAY),
    ]
    visit = a_visit(alice, client=person)
    Companion.objects.bulk_create([Companion(visit=visit, client=one) for one in beside])
    return beside


def test_without_names_the_file_of_the_visits_counts_who_came_along(desk: Browser, three_came: list[Client]) -> None:
    header, row = csv_of(desk.get("/visits/export.csv"))

    assert row[header.index("People who came along")] == "3"
    assert "Haddad" not in str(row)
    assert [Departure.objects.get().holds(one.pk) for one in three_came] == [False, False, False]
    assert desk.get("/visits/export.csv?columns=came_along").status_code == 400


@pytest.mark.parametrize(("dialect", "read"), [("excel", csv_of), ("xlsx", xlsx_of)], ids=["excel", "xlsx"])
def test_with_names_it_names_them_and_the_record_says_that_they_were_in_it(
    log_in: Callable[[User | None], Browser], staff: dict[Role, User], three_came: list[Client], person: Client,
    alice: User, dialect: str, read: Callable[[object], list[list[object]]],
) -> None:  # fmt: skip
    a_visit(alice, on=TUESDAY)
    carmen = log_in(staff[Role.COORDINATOR])
    carmen.post("/accounts/reauthenticate/", {"password": PASSWORD})
    where = f"/visits/export.csv?named=yes&columns=client&columns=came_along&dialect={dialect}"

    rows = read(carmen.post(where, {"purpose": "The letters of May"}))

    assert [[cell or "" for cell in row] for row in rows] == [
        ["Client", "Who came along"],
        ["", ""],
        ["U-2026-0042", "'=Nour Haddad, U-2026-0044, Samir Haddad"],
    ]
    left = Departure.objects.get()
    assert left.rows == 2
    assert [left.holds(one.pk) for one in (person, *three_came)] == [True] * 4
    assert not left.holds(max(one.pk for one in three_came) + 1)


def test_the_list_names_only_those_whose_file_one_may_open_and_leaves_a_trace_of_them(
    desk: Browser, three_came: list[Client], person: Client
) -> None:
    answer = desk.get("/visits/?columns=client&columns=came_along")

    assert table(answer)[1] == ["U-2026-0042", "=Nour Haddad, U-2026-0044"]
    assert Access.objects.get().clients == listed([person.pk, three_came[0].pk, three_came[1].pk])


def test_nobody_exports_the_visits_of_another_team(desk: Browser) -> None:
    a_visit(UserFactory())

    assert len(csv_of(desk.get("/visits/export.csv"))) == 1


def test_the_tariffs_leave_as_their_page_shows_them(desk: Browser) -> None:
    shown = Tariff.objects.filter(office__commune__slug="uccle", service="digital_key").line_by_line()

    rows = csv_of(desk.get(reverse("cases:export_tariffs"), {"commune": "uccle", "service": "digital_key"}))

    assert rows[0] == [str(column.header) for column in tariff_columns()]
    assert {row[0] for row in rows[1:]} == {"Uccle"}
    assert [(row[3], row[6], row[7]) for row in rows[1:]] == [
        (
            tariff.get_residency_display(),
            "" if tariff.amount is None else str(tariff.amount).replace(".", ","),
            f"{tariff.valid_from:%d/%m/%Y}",
        )
        for tariff in shown
    ]
    assert len(rows) > 1


def test_a_tariff_filter_that_makes_no_sense_is_refused(desk: Browser) -> None:
    assert desk.get("/tariffs/export.csv?commune=paris").status_code == 400
    assert desk.get("/tariffs/export.csv?cummune=uccle").status_code == 400


def test_the_query_of_a_list_of_columns_looks_once_for_all_rows(
    desk: Browser, alice: User, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(5):
        a_case(by=alice)

    with django_assert_max_num_queries(13):  # type: ignore[attr-defined]
        desk.get("/cases/", {"columns": [column.name for column in case_columns(on=MONDAY, named=True)]})

    assert Case.objects.count() == 5
