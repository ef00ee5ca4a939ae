"""The page of the reports and its files, as each of those who read them sees it."""

import csv
import io
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from cases import actions
from cases.reports.periods import Period
from cases.reports.report import TABLES
from cases.reports.scope import Scope
from communes.models import Office
from config.staff.roles import PERMISSIONS, Role
from tests.cases.made_up_year import MadeUpOffice
from tests.factories import MONDAY, TeamFactory, UserFactory, a_case, a_client, moved, noon

pytestmark = pytest.mark.usefixtures("reference_data")

ADDRESS = "/reports/?period=2026"


@pytest.fixture
def carmen(reference_data):
    return UserFactory(name="Carmen", role=Role.COORDINATOR, team=TeamFactory(name="North"), language="en")


@pytest.fixture
def office(carmen):
    MadeUpOffice(carmen, seed=7).live(date(2026, 1, 5), date(2026, 11, 1), gestures=250)


class Tables(HTMLParser):
    """The cells of every table of a page, under the section it stands in."""

    def __init__(self, page):
        super().__init__()
        self.found, self.section, self.cell = {}, "", None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "section" and "figure" in (given.get("class") or ""):
            self.section = given["id"]
        elif tag == "table":
            self.found[self.section] = []
        elif tag == "tr":
            self.found[self.section].append([])
        elif tag in {"th", "td"}:
            self.cell = ""

    def handle_endtag(self, tag):
        if tag in {"th", "td"}:
            self.found[self.section][-1].append(self.cell)
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def page(browser, address=ADDRESS):
    return browser.get(address).content.decode()


def in_plain_writing(cell):
    """A figure of the page without the habits of the language: «1,234.50 €» is 1234.50, a dash is nothing."""
    figure = cell.replace("\u00a0€", "").replace(",", "") if re.fullmatch(r"[-\d,.]+(\u00a0€)?", cell) else cell
    return "" if figure == "–" else figure


@pytest.mark.parametrize("query", ["period=2026", "first=2026-02-01&last=2026-05-15&publish=on"])
def test_each_file_has_the_figures_of_the_page(carmen, office, log_in, query):
    browser = log_in(carmen)
    shown = Tables(page(browser, f"/reports/?{query}")).found

    for name in TABLES:
        response = browser.get(f"/reports/{name}.csv?{query}&dialect=plain")
        rows = list(csv.reader(io.StringIO(response.content.decode())))
        if name in shown:
            heading, *lines = shown[name]
            assert rows == [heading, *([label, *map(in_plain_writing, cells)] for label, *cells in lines)]
        else:
            assert len(rows) == 1 or {cell for row in rows[1:] for cell in row[1:]} <= {"0", "0.00"}, name


def test_the_file_opens_in_a_belgian_excel(carmen, log_in):
    case = moved(a_case(by=carmen, client=a_client(team=carmen.team, lives_in="uccle")), "choose_office", by=carmen)

    response = log_in(carmen).get(f"/reports/communes.csv?period={case.opened_on.year}")

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = f"sesame-communes-2026-as-of-{timezone.localdate()}.csv"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.content == (
        "\ufeffCommune of residence;People;Cases;Visits\r\nUccle;1;1;0\r\nTotal;1;1;0\r\n".encode()
    )


def test_no_two_files_that_differ_have_one_name(carmen, log_in):
    browser = log_in(carmen)
    other = TeamFactory(name="É «quipe»/2; very long indeed, and longer still")
    asked = [
        "period=2026", "period=2026-Q1", f"period=2026&team={carmen.team.pk}", f"period=2026&team={other.pk}",
        "period=2026&office=uccle", "period=2026&as_of=2026-05-01", "period=2026&publish=on",
        "period=2026&dialect=plain", "first=2026-03-05&last=2026-03-09",
    ]  # fmt: skip

    names = [browser.get(f"/reports/ages.csv?{query}").headers["Content-Disposition"] for query in asked]

    today, north, south = timezone.localdate(), carmen.team.pk, other.pk
    uccle = Office.objects.get(code="uccle").pk
    assert [re.fullmatch(r'attachment; filename="sesame-ages-([\w-]+)\.csv"', name)[1] for name in names] == [
        f"2026-as-of-{today}", f"2026-Q1-as-of-{today}", f"2026-team-{north}-north-as-of-{today}",
        f"{f'2026-team-{south}-e-quipe2-very-long-indeed-and-longer-still'[:45].strip('-')}-as-of-{today}",
        f"2026-office-{uccle}-uccle-as-of-{today}", "2026-as-of-2026-05-01", f"2026-as-of-{today}-for-publication",
        f"2026-as-of-{today}-plain", f"2026-03-05-2026-03-09-as-of-{today}",
    ]  # fmt: skip


def test_what_comes_first_leaves_as_a_file_too(carmen, office, log_in):
    browser = log_in(carmen)
    shown = browser.get("/reports/?period=2026").context["headline"]

    rows = list(
        csv.reader(io.StringIO(browser.get("/reports/in_short.csv?period=2026&dialect=plain").content.decode()))
    )

    assert rows == [
        ["What is counted", "Figure"],
        ["People", shown["people"]],
        ["Cases", shown["cases"]],
        ["Cases opened in the period", shown["opened"]],
        ["Cases closed in the period", shown["closed"]],
        ["Cases open at the end", shown["left_open"]],
        ["Visits", shown["visits"]],
        ["Anonymous visits", shown["anonymous"]],
        ["Hours with people", shown["hours"]],
    ]
    assert 'href="/reports/in_short.csv?period=2026"' in page(browser)


def test_the_hours_of_visits_that_are_hidden_are_hidden_too(carmen, log_in):
    for n in range(4):
        actions.log_visit(
            key=UUID(int=n), by=carmen, team=carmen.team, on=MONDAY, at=noon(MONDAY), client=None, case=None,
            topic="other", minutes=240,
        )  # fmt: skip
    browser = log_in(carmen)

    def hours():
        file = browser.get("/reports/in_short.csv?period=2026&publish=on&dialect=plain").content.decode()
        return file.splitlines()[-1], browser.get(f"{ADDRESS}&publish=on").context["headline"]["hours"]

    assert hours() == ("Hours with people,hidden", "hidden")
    actions.log_visit(
        key=UUID(int=9), by=carmen, team=carmen.team, on=MONDAY, at=noon(MONDAY), client=None, case=None, topic="other"
    )
    assert hours() == ("Hours with people,16", "16")


def test_the_three_counts_come_first(carmen, log_in):
    a_case(by=carmen, client=a_client(team=carmen.team))

    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page(log_in(carmen))))

    assert re.findall(r"(\d+) (people|cases|visits) ", text)[:3] == [("1", "people"), ("1", "cases"), ("0", "visits")]
    assert "1 opened, 0 closed, 1 open at the end." in text


def test_every_chart_says_what_it_shows(carmen, office, log_in):
    found = page(log_in(carmen))

    charts = re.findall(r"<svg role=\"img\" aria-labelledby=\"(\S+) (\S+)\".*?</svg>", found, re.DOTALL)
    assert len(charts) == found.count("<figcaption")
    assert len(charts) >= 10
    for title, told in charts:
        assert re.search(rf'<title id="{title}">[^<]+</title>\s*<desc id="{told}">[^<]+</desc>', found)


def test_a_small_office_publishes_next_to_nothing(carmen, log_in):
    a_case(by=carmen, client=a_client(team=carmen.team, lives_in="uccle"))

    found = page(log_in(carmen), f"{ADDRESS}&publish=on")

    assert "Uccle" not in Tables(found).found.get("communes", [])
    assert re.findall(r"<b>(\w+)</b> (people|cases)", found) == [("hidden", "people"), ("hidden", "cases")]
    assert "Too few people: this table is not published." in found


def test_this_year_is_the_period_that_nobody_asked_for(carmen, log_in):
    assert f"<h1>Report: {timezone.localdate().year}</h1>" in page(log_in(carmen), "/reports/")


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("period=2026-Q4", "4th quarter of 2026"),
        ("period=2019-02", "February 2019"),
        ("first=2026-03-05&last=2026-03-09", "from 05/03/2026 to 09/03/2026"),
        ("period=2026&first=2026-01-01&last=2026-01-31", "January 2026"),
    ],
)
def test_the_address_is_the_report(carmen, log_in, query, heading):
    assert f"<h1>Report: {heading}</h1>" in page(log_in(carmen), f"/reports/?{query}")


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("period=2026-13", "Select a valid choice"),
        ("period=nothing", "Select a valid choice"),
        ("first=2026-03-05", "Say until which day."),
        ("last=2026-03-05", "Say from which day."),
        ("first=2026-03-05&last=2026-03-04", "The last day lies before the first one."),
        ("as_of=2999-01-01", "This day lies in the future"),
        ("team=999999", "Select a valid choice"),
        ("office=nothing", "Select a valid choice"),
    ],
)
def test_what_it_does_not_understand_is_said_and_not_counted(carmen, log_in, query, refusal):
    browser = log_in(carmen)

    response = browser.get(f"/reports/?{query}")

    assert response.status_code == 422
    assert refusal in response.content.decode()
    assert browser.get(f"/reports/communes.csv?{query}").status_code == 400


def test_a_file_of_no_table_is_missing_and_of_no_dialect_refused(carmen, log_in):
    assert log_in(carmen).get("/reports/nothing.csv").status_code == 404
    assert log_in(carmen).get("/reports/communes.csv?dialect=klingon").status_code == 400


def test_whoever_may_not_see_every_team_reads_of_their_own_alone(carmen, log_in, monkeypatch):
    alice = UserFactory(name="Alice", role=Role.ADVISER, team=TeamFactory(name="South"), language="en")
    a_case(by=carmen, client=a_client(team=carmen.team))
    monkeypatch.setitem(PERMISSIONS, Role.ADVISER, PERMISSIONS[Role.ADVISER] | {"cases.view_report"})

    found = page(log_in(alice), f"{ADDRESS}&team={carmen.team.pk}")

    assert "Team South" in found
    assert "<b>0</b> people" in found
    assert "<b>1</b> people" in page(log_in(carmen))


def test_the_page_asks_as_much_of_a_large_office_as_of_a_small_one(carmen, log_in, django_assert_num_queries):
    browser = log_in(carmen)
    page(browser)
    for rows in (1, 3):
        for _ in range(rows):
            a_case(by=carmen, client=a_client(team=carmen.team))
        with django_assert_num_queries(QUERIES):
            page(browser)


QUERIES = 23 if connection.vendor == "sqlite" else 25  # PostgreSQL is told twice how to plan the large joins


def test_the_months_of_a_period_are_whole_in_leap_years_too():
    assert Period.read("2028-02").last == date(2028, 2, 29)
    assert Period.read("2026-Q1").last == date(2026, 3, 31)
    assert [Period.read(code).code for code in ("2026", "2026-Q3", "2026-11")] == ["2026", "2026-Q3", "2026-11"]
    assert [f"{month:%Y-%m}" for month in Period(date(2026, 11, 30), date(2027, 1, 1)).each_month()] == [
        "2026-11", "2026-12", "2027-01",
    ]  # fmt: skip


def test_midnight_in_brussels_ends_the_day_of_a_report():
    winter = Scope(Period.year(2026), as_of=date(2026, 12, 31)).known_until
    summer = Scope(Period.year(2026), as_of=date(2026, 6, 30)).known_until

    assert winter == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert summer == datetime(2026, 6, 30, 22, tzinfo=UTC)
