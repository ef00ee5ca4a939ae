import csv
import io
import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial
from itertools import batched

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import OperationalError
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from openpyxl import load_workbook

from cases import actions
from cases.columns import case_columns, for_file, picked, usual
from cases.dialects import DIALECTS, EXCEL, PLAIN
from cases.exports import FILE_KINDS, csv_lines
from cases.models import Case, Visit
from cases.paging import CASES, Sort, page_of
from cases.replay import standing
from cases.workbook import workbook
from cases.workflow import CLOSED_STEPS, OPEN_STEPS
from config.safe_cell import plain_cell, safe_cell
from config.staff.models import Team
from config.staff.roles import Role
from tests.factories import MONDAY, PASSWORD, TeamFactory, UserFactory, a_case, a_client, moved, noon, noted

TODAY = date(2026, 3, 31)
NASTY = "'\"=+-@＝＋－＠;,|\t\r\n\\ é€😀العربية\u00a0\u200b\u202e\ufeff%_{}<>&0"
MIND = {
    (False, False): "",
    (True, False): "Leave no message",
    (False, True): "Contact only as agreed",
    (True, True): "Leave no message; contact only as agreed",
}


@pytest.fixture
def alice(reference_data):
    return UserFactory(name="Alice", role=Role.COORDINATOR, team=TeamFactory(name="Ixelles"))


def exported(cases=None, *, dialect=PLAIN, on=TODAY, named=False, columns=()):
    cases = Case.objects.order_by("pk") if cases is None else cases
    return b"".join(
        csv_lines(cases, for_file(case_columns(on=on, named=named), columns, named=named), dialect=dialect)
    )


def rows(content, *, dialect=PLAIN):
    """The file as a spreadsheet reads it: the header, then the rows."""
    text = content.decode("utf-8-sig" if dialect is EXCEL else "utf-8")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter))


def visited(case, *, on, minutes, corrects=None, by):
    return Visit.objects.create(
        client=case.client, case=case, happened_on=on, minutes=minutes, topic="digital_key", team=case.team, by=by,
        recorded_at=noon(on), corrects=corrects, correction="Too long" if corrects else "",
    )  # fmt: skip


def days_at(case, *, on):
    """The days at each open step, as one would reckon them with the events on paper."""
    counting = standing(case.events.all())
    if any(event.kind == "taken_over" and event.source != event.target for event in counting):
        counting = counting[1:]  # an old list does not say what was before
    arrivals = [(event.target, event.happened_on) for event in counting if event.source != event.target]
    ends = [day for _step, day in arrivals[1:]] + [on]
    days = {}
    for (step, since), until in zip(arrivals, ends, strict=True):
        if step in OPEN_STEPS:
            days[step] = days.get(step, 0) + (until - since).days
    return days


def in_python(cases, dialect, *, on):
    """The named export written the slow way, from the models: what the database's own must equal."""

    def day(value):
        return "" if value is None else value.strftime("%d/%m/%Y" if dialect is EXCEL else "%Y-%m-%d")

    def amount(value):
        return "" if value is None else str(value).replace(".", "," if dialect is EXCEL else ".")

    out = io.StringIO()
    writer = csv.writer(out, delimiter=dialect.delimiter, lineterminator="\r\n" if dialect is EXCEL else "\n")
    writer.writerow([str(column.header) for column in case_columns(on=on, named=True)])
    for case in cases:
        client, visits = case.client, list(case.visits.filter(corrected_by=None))
        expiries = case.events.filter(transition="expire", undone_by=None).count()
        document = client.residence_document
        writer.writerow(
            [
                case.reference,
                case.get_procedure_display(),
                case.get_reason_display(),
                case.get_step_display(),
                case.waits_for.label if case.waits_for else "",
                day(case.opened_on),
                ((case.closed_on or on) - case.opened_on).days,
                client.reference,
                safe_cell(client.commune.name) if client.commune else "",
                document.get_tariff_class_display() if document else "",
                client.get_contact_language_display(),
                safe_cell(case.office.name) if case.office else "",
                case.tariff.get_service_display() if case.tariff else "",
                amount(case.quoted_amount),
                amount(case.paid_amount),
                day(case.due_on),
                case.get_due_kind_display(),
                "Yes" if case.is_overdue(on=on) else "No",
                expiries if case.procedure == "digital_key" else "",
                len(visits),
                sum(visit.minutes for visit in visits),
                day(max((visit.happened_on for visit in visits), default=None)),
                safe_cell(case.assignee.name) if case.assignee else "",
                safe_cell(case.team.name),
                day(case.closed_on),
                case.get_step_display() if case.step in CLOSED_STEPS else "",
                *(days_at(case, on=on).get(step, "") for step in OPEN_STEPS),
                safe_cell(client.given_name),
                safe_cell(client.family_name),
                client.birth_year or "",
                safe_cell(client.phone),
                MIND[client.leave_no_message, client.ask_before_contact],
                safe_cell(client.email),
            ]
        )
    return (b"\xef\xbb\xbf" if dialect is EXCEL else b"") + out.getvalue().encode()


@pytest.fixture
def five_cases(alice):
    """One of each: new, waiting for an activation, expired once, a card collected, codes given up."""
    uccle = a_client(team=alice.team, lives_in="uccle", given_name="Aïcha", family_name="=Ben;Ali", phone="+32 470")
    nowhere = a_client(team=alice.team, lives_in="", given_name="", family_name='O"Neil\n', birth_year=None)
    a_case(by=alice, client=uccle, on=MONDAY)
    yes = {"own_email": "yes"}
    waiting = a_case(by=alice, client=uccle, on=MONDAY, assignee=alice)
    waiting = moved(waiting, "choose_office", by=alice)
    actions.note_facts(waiting, by=alice, on=date(2026, 3, 3), at=noon(MONDAY + timedelta(days=1)), facts=yes)
    waiting = moved(waiting, "register", by=alice, on=date(2026, 3, 4))
    first = visited(waiting, on=date(2026, 3, 4), minutes=25, by=alice)
    visited(waiting, on=date(2026, 3, 4), minutes=35, corrects=first, by=alice)
    visited(waiting, on=date(2026, 3, 9), minutes=10, by=alice)
    expired = moved(a_case(by=alice, client=nowhere, on=MONDAY), "choose_office", by=alice)
    actions.note_facts(expired, by=alice, on=date(2026, 3, 3), at=noon(MONDAY + timedelta(days=1)), facts=yes)
    expired = moved(expired, "register", by=alice, on=date(2026, 3, 4))
    moved(expired, "expire", by=alice, on=date(2026, 3, 25))
    card = a_case(by=alice, procedure="e_card", client=uccle, on=MONDAY)
    card = moved(card, "choose_office", "request", "receive_letter", by=alice)
    moved(card, "collect", by=alice, on=date(2026, 3, 20), card_expires_on=date(2031, 3, 20))
    codes = a_case(by=alice, procedure="card_codes", reason="codes_lost", client=nowhere, on=MONDAY)
    moved(codes, "abandon", by=alice, abandon_reason="gave_up")


@pytest.mark.parametrize(
    ("story", "days"),
    [
        ([], {"orientation": 29}),
        ([("choose_office", 3)], {"orientation": 1, "to_register": 28}),
        ([("choose_office", 2), ("not_needed", 12)], {"orientation": 0, "to_register": 10}),
        # back to a step: all the days there in one number
        ([("choose_office", 3), ("register", 5), ("lose_code", 9), ("register", 12)],
         {"orientation": 1, "to_register": 2 + 3, "to_activate": 4 + 19}),
        # undone: it was there all the time
        ([("choose_office", 3), ("register", 5), ("undo", 10)], {"orientation": 1, "to_register": 28}),
        ([("choose_office", 3), ("register", 5), ("undo", 10), ("register", 11)],
         {"orientation": 1, "to_register": 8, "to_activate": 20}),
    ],
)  # fmt: skip
def test_the_days_at_each_step_can_be_added_up(alice, story, days):
    case = a_case(by=alice, client=a_client(team=alice.team, lives_in="uccle"), on=MONDAY)
    noted(case, by=alice, own_email="yes")
    for move, day in story:
        on = date(2026, 3, day)
        if move == "undo":
            actions.undo(case, by=alice, on=on, at=noon(on))
        else:
            case = moved(case, move, by=alice, on=on, **({"other_way": "itsme"} if move == "not_needed" else {}))

    columns = [f"days_{step}" for step in OPEN_STEPS]
    _header, cells = rows(exported(columns=["days_open", *columns]))

    assert dict(zip(OPEN_STEPS, cells[1:], strict=True)) == {step: str(days.get(step, "")) for step in OPEN_STEPS}
    assert sum(days.values()) == int(cells[0])


def test_what_was_before_an_old_list_counts_at_no_step(alice):
    old = partial(actions.OldCase, a_client(team=alice.team), "digital_key", "first", date(2025, 11, 3))
    brought = [old("to_register", since=date(2026, 3, 1)), old("orientation", since=date(2025, 11, 3))]
    taken, there = actions.take_over(brought, team=alice.team, by=alice, at=noon(TODAY))
    moved(taken, "not_needed", by=alice, on=TODAY, other_way="itsme")

    columns = ["reference", "days_orientation", "days_to_register"]
    found = rows(exported(columns=columns))[1:]

    assert found == [[taken.reference, "", "30"], [there.reference, "148", ""]]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_the_database_writes_what_python_would_write(five_cases, dialect):
    with translation.override("en"):
        cases = Case.objects.order_by("pk")

        assert exported(dialect=dialect, named=True, columns=["all"]) == in_python(cases, dialect, on=TODAY)


def test_a_case_is_a_row_that_reads_like_its_page(alice):
    client = a_client(team=alice.team, lives_in="uccle", reference="U-2026-7001")
    case = moved(a_case(by=alice, client=client, on=MONDAY, assignee=alice), "choose_office", by=alice)
    visited(case, on=MONDAY, minutes=25, by=alice)

    with translation.override("en"):
        header, row = rows(exported(dialect=EXCEL, on=date(2026, 3, 12)), dialect=EXCEL)

    assert dict(zip(header, row, strict=True)) == {
        "Case": case.reference,
        "Procedure": "Digital key",
        "Reason": "First request",
        "Step": "To register",
        "Waiting for": "the client",
        "Opened on": "02/03/2026",
        "Days open": "10",
        "Client": "U-2026-7001",
        "Commune of residence": "Uccle",
        "Residence document": "",
        "Contact language": "French",
        "Office": "Uccle",
        "Service": "digital key",
        "Price announced": "10,00",
        "Paid": "",
        "Due on": "",
        "Deadline": "",
        "Late": "No",
        "Activations expired": "0",
        "Visits": "1",
        "Minutes": "25",
        "Last visit": "02/03/2026",
        "Followed by": "Alice",
        "Team": "Ixelles",
        "Closed on": "",
        "Outcome": "",
    }


def test_the_reader_s_language_decides_on_the_names_of_the_communes(alice):
    a_case(by=alice, client=a_client(team=alice.team, lives_in="ixelles"))

    communes = []
    for language in ("fr", "nl"):
        with translation.override(language):
            communes.append(rows(exported())[1][8])

    assert communes == ["Ixelles", "Elsene"]


def test_the_excel_dialect_has_its_mark_semicolons_and_windows_line_ends(alice):
    a_case(by=alice)

    with translation.override("en"):
        content = exported(dialect=EXCEL)

    assert content.startswith(b"\xef\xbb\xbfCase;Procedure;Reason;")
    assert content.count(b"\r\n") == content.count(b"\n") == 2


def test_the_plain_dialect_has_none_of_it(alice):
    a_case(by=alice)

    with translation.override("en"):
        content = exported(dialect=PLAIN)

    assert content.startswith(b"Case,Procedure,Reason,")
    assert content.count(b"\n") == 2
    assert b"\r" not in content
    assert b",2026-03-02," in content


@pytest.mark.parametrize("chosen", ["phone", "email"])
@pytest.mark.parametrize(("flags", "said"), [((silent, agreed), said) for (silent, agreed), said in MIND.items()])
def test_no_number_and_no_address_leaves_without_what_to_mind(alice, chosen, flags, said):
    silent, agreed = flags
    person = a_client(team=alice.team, phone="0470", leave_no_message=silent, ask_before_contact=agreed)
    a_case(by=alice, client=person)
    columns = picked(case_columns(on=TODAY, named=True), ["reference", chosen])

    header, row = rows(b"".join(csv_lines(Case.objects.order_by("pk"), columns, dialect=PLAIN)))

    assert [column.name for column in columns] == ["reference", chosen, "contact_warning"]
    assert (header[2], row[2]) == ("To mind", said)


def test_no_name_leaves_unless_it_is_asked_for(alice):
    a_case(by=alice, client=a_client(team=alice.team, family_name="Özdemir", phone="0470", email="y@example.org"))

    without, with_names = exported(), exported(named=True)

    assert [word in without.decode() for word in ("Özdemir", "0470", "y@example.org", "1987")] == [False] * 4
    assert [word in with_names.decode() for word in ("Özdemir", "0470", "y@example.org", "1987")] == [True] * 4


@pytest.mark.parametrize("cases", [Case.objects.all(), Case.objects.none()], ids=["no case", "no right"])
def test_without_cases_the_header_still_comes(alice, cases):
    assert rows(exported(cases)) == [[str(column.header) for column in usual(case_columns(on=TODAY))]]


@pytest.fixture
def twenty_cases(alice):
    return [a_case(by=alice, client=a_client(team=alice.team)) for _ in range(20)]


@hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        st.text(st.one_of(st.sampled_from(NASTY), st.characters(codec="utf-8", exclude_characters="\0"))), max_size=20
    )
)
@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_any_text_arrives_in_its_cell_and_begins_no_formula(twenty_cases, dialect, texts):
    names = [text[:80] for text in texts] + [""] * (20 - len(texts))
    with connection.cursor() as cursor:  # around the fields, which would tidy or refuse some of these
        for case, name in zip(twenty_cases, names, strict=True):
            cursor.execute("UPDATE cases_client SET given_name = %s WHERE id = %s", [name, case.client_id])

    with translation.override("en"):
        content = exported(dialect=dialect, named=True, columns=["all"])
        in_python_too = in_python(Case.objects.order_by("pk"), dialect, on=TODAY)

    cells = [row[-6] for row in rows(content, dialect=dialect)[1:]]
    assert cells == [safe_cell(name) for name in names]
    assert [plain_cell(cell) for cell in cells] == names
    assert content == in_python_too


def test_a_text_of_a_colleague_is_guarded_like_one_of_a_client(alice):
    Team.objects.update(name='＝HYPERLINK("http://example.org";"x")')
    a_case(by=alice)

    assert rows(exported(dialect=EXCEL), dialect=EXCEL)[1][23] == '\'＝HYPERLINK("http://example.org";"x")'


# The page


def download(client, **query):
    """The file; with names, after the proof that it is still the same person, and a purpose."""
    if query.get("named") != "yes":
        return client.get(reverse("cases:export"), query)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client.post(reverse("cases:export", query=query), {"purpose": "The letters of May"})


def test_the_page_gives_what_the_command_gives_to_the_byte(five_cases, alice, client, capsysbinary):
    client.force_login(alice)

    for dialect in DIALECTS:
        call_command("export_cases", "--dialect", dialect, "--named", "--purpose", "The letters of May")
        page = download(client, dialect=dialect, named="yes")

        assert b"".join(page.streaming_content) == capsysbinary.readouterr().out


def test_the_page_is_a_file_that_nobody_keeps(five_cases, alice, client):
    client.force_login(alice)

    page = download(client)

    assert {name: page[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="sesame-cases-{timezone.localdate():%Y-%m-%d}.csv"',
        "Cache-Control": "no-store, private",
    }


def test_the_file_has_the_cases_of_the_filters_and_no_others(five_cases, alice, client):
    client.force_login(alice)

    page = download(client, procedure="e_card", state="closed", dialect="plain")

    collected = Case.objects.get(step="collected")
    assert [row[0] for row in rows(b"".join(page.streaming_content))[1:]] == [collected.reference]


@pytest.mark.parametrize("sort", Sort.values)
def test_the_file_has_the_order_of_the_list(five_cases, alice, client, sort):
    a_case(by=alice, on=date(2026, 3, 9))
    client.force_login(alice)

    page = download(client, sort=sort, dialect="plain")

    listed = page_of(Case.objects.all(), CASES[sort], size=50).rows
    found = [row[0] for row in rows(b"".join(page.streaming_content))[1:]]
    assert found == [case.reference for case in listed]
    assert len(found) == 6


def test_an_adviser_exports_the_cases_of_their_team_without_names(five_cases, client):
    bob = UserFactory(name="Bob", team=TeamFactory(name="Molenbeek"))
    own = a_case(by=bob)
    client.force_login(bob)

    page = download(client, dialect="plain")

    assert [row[0] for row in rows(b"".join(page.streaming_content))[1:]] == [own.reference]
    assert download(client, named="yes").status_code == 403


def test_who_keeps_tariffs_exports_no_cases(reference_data, client):
    client.force_login(UserFactory(role=Role.TARIFF_EDITOR))

    assert download(client).status_code == 403


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"step": "nowhere"}, "nowhere"),
        ({"opened_from": "yesterday"}, "Opened from"),
        ({"dialect": "lotus"}, "excel"),
        ({"named": "please"}, "yes"),
        ({"sort": "colour"}, "order"),
        ({"procedur": "e_card"}, "procedur"),
        ({"columns": "colour"}, "colour"),
        ({"columns": ["reference", "family_name"]}, "leaves only with names"),
        ({"team": "9" * 40}, "Team"),
    ],
)
def test_what_is_not_understood_is_refused_and_widens_nothing(five_cases, alice, client, query, says):
    client.force_login(alice)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = download(client, **query)

    assert page.status_code == 400
    assert says in page.content.decode()
    assert b"CN-2026" not in page.content


def test_where_one_is_in_the_list_does_not_matter_to_the_file(five_cases, alice, client):
    client.force_login(alice)

    assert download(client, after="CN-2026-0001").status_code == 200


def test_the_command_takes_a_period_and_refuses_a_day_that_is_none(alice, capsysbinary):
    a_case(by=alice, on=MONDAY)
    later = a_case(by=alice, on=date(2026, 3, 9))

    call_command("export_cases", "--from", "2026-03-03", "--to", "2026-03-09", "--dialect", "plain")

    assert [row[0] for row in rows(capsysbinary.readouterr().out)[1:]] == [later.reference]
    with pytest.raises(CommandError):
        call_command("export_cases", "--from", "03/03/2026")


@pytest.mark.parametrize("dialect", ["excel", "xlsx"])
def test_the_command_says_how_far_it_is_beside_the_file(five_cases, capfdbinary, dialect, monkeypatch):
    monkeypatch.setattr("cases.management.commands.export_cases.EVERY", 0)
    call_command("export_cases", "--dialect", dialect)
    quiet = capfdbinary.readouterr()

    call_command("export_cases", "--dialect", dialect, "--progress")

    said = capfdbinary.readouterr()
    assert quiet.err == b""
    assert sheet_of(said.out) == sheet_of(quiet.out) if dialect == "xlsx" else said.out == quiet.out
    assert said.err.split(b"\r")[-1].startswith(b"[##############################] 100%  5 of 5 cases, ")


def test_who_writes_tells_how_many_rows_are_written(five_cases, alice):
    for kind in FILE_KINDS.values():
        heard = []
        content = b"".join(kind.write(Case.objects.order_by("pk"), case_columns(on=TODAY), told=heard.append))

        assert content
        assert heard == [5]


# What is committed is read apart: these tests commit


@pytest.fixture
def committed(transactional_db, reference_data):
    alice = UserFactory(name="Alice", role=Role.COORDINATOR, team=TeamFactory(name="Ixelles"))
    return [a_case(by=alice) for _ in range(300)]


@pytest.fixture
def fifty_at_a_time(monkeypatch):
    """Unpacked, so that three hundred rows of a workbook are as many bytes as some thousand are."""
    monkeypatch.setattr("cases.exports.ROWS", 50)
    monkeypatch.setattr("cases.workbook.ROWS", 50)
    monkeypatch.setattr("config.xlsx.FASTEST", 0)


def test_all_rows_come_in_their_order_and_the_connection_is_free_again(committed):
    found = [row[0] for row in rows(exported())[1:]]

    assert found == [case.reference for case in committed]
    assert not connection.in_atomic_block


def page_by_page(cases, columns, *, dialect):
    """The control: each page is a query of its own, as a list's pages are."""
    for keys in batched(cases.values_list("pk", flat=True), 100, strict=True):
        yield from csv_lines(cases.filter(pk__in=keys), columns, dialect=dialect)


@pytest.mark.parametrize(("written", "teams"), [(csv_lines, {"Ixelles"}), (page_by_page, {"Ixelles", "Uccle"})])
def test_the_rows_are_those_of_one_moment(committed, written, teams, monkeypatch):
    monkeypatch.setattr("cases.exports.BEGINNING", 100)
    chunks = written(Case.objects.order_by("pk"), case_columns(on=TODAY), dialect=PLAIN)
    first = next(chunks)
    renamed("Uccle")

    found = [row for row in rows(first + b"".join(chunks)) if row[0].startswith("CN-")]

    assert {row[23] for row in found} == teams
    assert rows(exported())[1][23] == "Uccle"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite asks once")
def test_control_without_a_snapshot_the_beginning_and_the_rest_are_of_two_moments(committed, monkeypatch):
    monkeypatch.setattr("cases.exports.BEGINNING", 100)
    monkeypatch.setattr("cases.planner.SNAPSHOT", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
    chunks = csv_lines(Case.objects.order_by("pk"), case_columns(on=TODAY), dialect=PLAIN)
    first = next(chunks)
    renamed("Uccle")

    assert Counter(row[23] for row in rows(first + b"".join(chunks))[1:]) == {"Ixelles": 100, "Uccle": 200}


@pytest.mark.parametrize("beginning", [1, 299, 300, 301])
def test_no_row_is_lost_or_doubled_between_the_beginning_and_the_rest(committed, monkeypatch, beginning):
    monkeypatch.setattr("cases.exports.BEGINNING", beginning)
    chunks = csv_lines(Case.objects.order_by("-opened_on", "-pk"), case_columns(on=TODAY), dialect=PLAIN)

    assert [row[0] for row in rows(b"".join(chunks))[1:]] == [case.reference for case in reversed(committed)]


def test_the_rest_speaks_the_language_in_which_the_file_was_asked_for(committed, monkeypatch):
    monkeypatch.setattr("cases.exports.BEGINNING", 100)
    with translation.override("nl"):
        now, later = (csv_lines(Case.objects.order_by("pk"), case_columns(on=TODAY), dialect=PLAIN) for _ in range(2))
        dutch = b"".join(now)

    with translation.override("fr"):
        assert b"".join(later) == dutch


def renamed(team):
    """Somebody else writes, and does not wait for anybody."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            if other.vendor == "sqlite":
                cursor.execute("PRAGMA busy_timeout = 0")
            cursor.execute("UPDATE staff_team SET name = %s", [team])
    finally:
        other.close()


WAYS = {"csv": partial(csv_lines, dialect=PLAIN), "workbook": workbook}


@pytest.mark.parametrize("way", WAYS)
def test_a_reader_who_goes_away_stops_the_query(committed, fifty_at_a_time, way):
    chunks = WAYS[way](Case.objects.order_by("pk"), case_columns(on=TODAY))
    next(chunks)
    assert busy() is True

    chunks.close()

    assert busy() is False
    assert Case.objects.count() == 300


def busy():
    """Is somebody still reading? SQLite cannot fold its log meanwhile; PostgreSQL says what the connection does."""
    if connection.vendor == "postgresql":
        return connection.connection.info.transaction_status.name != "IDLE"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS wal_test (n)")
        cursor.execute("INSERT INTO wal_test VALUES (1)")
        cursor.execute("DROP TABLE wal_test")
        cursor.execute("PRAGMA busy_timeout = 0")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (blocked, _, _) = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout = 20000")
    return bool(blocked)


def test_a_pipe_that_closes_early_is_no_error(committed):
    command = subprocess.Popen(
        [sys.executable, "manage.py", "export_cases"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_url()},
    )
    command.stdout.close()

    _, said = command.communicate()

    assert (command.returncode, said) == (0, b"")


def database_url():
    """The test database, for another process."""
    here = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{here['NAME']}"
    return f"postgres://{here['USER']}:{here['PASSWORD']}@{here['HOST']}:{here['PORT']}/{here['NAME']}"


def at_once(way):
    """The control: all rows are read before the first leaves."""
    return lambda *args, **kwargs: iter([b"".join(WAYS[way](*args, **kwargs))])


@pytest.mark.parametrize(
    ("written", "rows_at_once"), [(WAYS["csv"], [21, 50, 50, 50, 50, 50, 30]), (at_once("csv"), [301])]
)
def test_memory_holds_a_few_lines_at_a_time(committed, fifty_at_a_time, written, rows_at_once):
    chunks = written(Case.objects.order_by("pk"), case_columns(on=TODAY))

    assert [chunk.count(b"\n") for chunk in chunks] == rows_at_once


@pytest.mark.parametrize(
    ("written", "read"), [(workbook, [50, 100, 150, 200, 250, 300, 300]), (at_once("workbook"), [300])]
)
def test_a_workbook_leaves_while_its_rows_are_read(committed, fifty_at_a_time, written, read):
    heard = []
    chunks = written(Case.objects.order_by("pk"), case_columns(on=TODAY), told=heard.append)

    assert [heard[-1] for _chunk in chunks] == read


def in_a_transaction(cases, columns):
    """The control: on SQLite a transaction of ours begins by locking the others out."""
    with transaction.atomic():
        yield from workbook(cases, columns)


@pytest.mark.parametrize(("written", "refused_on"), [(workbook, set()), (in_a_transaction, {"sqlite"})])
def test_while_a_workbook_leaves_others_write(committed, fifty_at_a_time, written, refused_on):
    chunks = written(Case.objects.order_by("pk"), case_columns(on=TODAY))
    done, refused = [], []
    for n, _chunk in enumerate(chunks):
        try:
            renamed(f"Team {n}")
            done.append(n)
        except OperationalError as locked:
            refused.append(str(locked))

    locked_out = connection.vendor in refused_on
    assert (len(done), set(refused)) == ((0, {"database is locked"}) if locked_out else (7, set()))


def test_the_rows_of_a_workbook_are_those_of_one_moment(committed, fifty_at_a_time):
    chunks = workbook(Case.objects.order_by("pk"), case_columns(on=TODAY))
    first = next(chunks)
    renamed("Uccle")

    _header, *found = sheet_of(first + b"".join(chunks))

    assert [row[0] for row in found] == [case.reference for case in committed]
    assert {row[23] for row in found} == {"Ixelles"}


# The workbook


def sheet_of(content):
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


def test_the_workbook_has_the_same_cells_as_the_csv_and_they_are_typed(five_cases):
    with translation.override("en"):
        header, *cells = sheet_of(b"".join(workbook(Case.objects.order_by("pk"), case_columns(on=TODAY, named=True))))
        plain_header, *plain = rows(exported(named=True, columns=["all"]))

    def written(value):
        match value:
            case None:
                return ""
            case datetime():
                return f"{value:%Y-%m-%d}"
            case float():
                return f"{value:.2f}"
            case _:
                return str(value)

    assert header == plain_header
    amounts = {header.index("Price announced"), header.index("Paid")}
    assert [
        [f"{cell:.2f}" if n in amounts and cell is not None else written(cell) for n, cell in enumerate(row)]
        for row in cells
    ] == plain
    assert [type(cell) for cell in cells[1][5:7]] == [datetime, int]
    assert type(cells[1][header.index("Price announced")]) in {int, float}


def test_a_cell_of_the_workbook_is_no_formula_and_holds_any_text(alice):
    texts = ["=1+1", "@SUM(A1)", "＝1", "\tx", "'t Kint", "a\x01b", "\x01=1", "\ufffe+1", "<&>]]>", "😀"]
    for text in texts:
        case = a_case(by=alice, client=a_client(team=alice.team))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_client SET given_name = %s WHERE id = %s", [text, case.client_id])

    book = load_workbook(
        io.BytesIO(b"".join(workbook(Case.objects.order_by("pk"), case_columns(on=TODAY, named=True))))
    )
    cells = [row[-6] for row in book.active.iter_rows(min_row=2)]

    possible = [text.replace("\x01", "").replace("\ufffe", "") for text in texts]
    assert [cell.value for cell in cells] == [safe_cell(text) for text in possible]
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_page_gives_the_workbook_as_such(five_cases, alice, client):
    client.force_login(alice)

    page = download(client, dialect="xlsx", procedure="e_card")

    assert page["Content-Disposition"].endswith('.xlsx"')
    assert [row[0] for row in sheet_of(b"".join(page.streaming_content))[1:]] == [
        Case.objects.get(procedure="e_card").reference
    ]


def test_a_full_sheet_is_followed_by_another_one(five_cases, monkeypatch):
    monkeypatch.setattr("cases.workbook.ROWS", 2)
    monkeypatch.setattr("config.xlsx.ROWS_A_SHEET", 2)

    book = load_workbook(io.BytesIO(b"".join(workbook(Case.objects.order_by("pk"), case_columns(on=TODAY)))))

    sheets = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book]
    assert [len(sheet) for sheet in sheets] == [3, 3, 2]
    assert {sheet[0] for sheet in sheets} == {sheets[0][0]}
    found = [reference for sheet in sheets for reference in sheet[1:]]
    assert found == list(Case.objects.order_by("pk").values_list("reference", flat=True))
