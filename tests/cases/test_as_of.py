"""A file as of a day: what was exported that day, whatever happened since."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import translation

from cases import actions
from cases.as_of import as_of
from cases.columns import case_columns, usual
from cases.exports import FILE_KINDS
from cases.models import Case, Event, Export, Visit
from cases.replay import FACT_OF, state_of
from config.staff.models import User
from config.staff.roles import Role
from tests.benchmarks.office import TODAY, fill
from tests.factories import MONDAY, TeamFactory, UserFactory, a_case, a_client, moved, noon, noted

pytestmark = pytest.mark.usefixtures("reference_data")
THEN, NOW = date(2026, 3, 31), date(2026, 5, 4)


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory(name="Alice")


def exported(kind: str, *, on: date, day: date | None = None) -> bytes:
    columns = case_columns(on=on, named=True)
    return b"".join(FILE_KINDS[kind].write(Case.objects.order_by("-opened_on", "-pk"), columns, day=day))


def visited(case: Case, *, by: User, on: date, minutes: int, corrects: Visit | None = None) -> Visit:
    at, why = (noon(NOW), "Too long") if corrects else (noon(on), "")
    return Visit.objects.create(
        client=case.client, case=case, happened_on=on, minutes=minutes, topic="digital_key", team=case.team, by=by,
        recorded_at=at, corrects=corrects, correction=why,
    )  # fmt: skip


def a_march(alice: User) -> dict[str, Any]:
    person = a_client(team=alice.team, lives_in="uccle")
    waiting = a_case(by=alice, client=person, on=MONDAY, assignee=alice)
    noted(waiting, by=alice, own_email="yes")
    waiting = moved(waiting, "choose_office", by=alice)
    waiting = moved(waiting, "register", by=alice, on=date(2026, 3, 4))
    visit = visited(waiting, by=alice, on=date(2026, 3, 4), minutes=25)
    chosen = moved(a_case(by=alice, client=person, on=MONDAY), "choose_office", by=alice)
    left = moved(a_case(by=alice, client=person, on=MONDAY), "abandon", by=alice, abandon_reason="gave_up")
    a_case(by=alice, client=person, on=MONDAY)
    return {"waiting": waiting, "chosen": chosen, "left": left, "visit": visit, "person": person}


def a_month_later(alice: User, march: dict[str, Any]) -> None:
    """A move, a visit, a visit corrected, a move undone, another colleague, a closing undone, a new case."""
    bob = UserFactory(name="Bob", team=alice.team)
    moved(march["waiting"], "expire", by=alice, on=NOW)
    visited(march["waiting"], by=alice, on=NOW, minutes=40)
    visited(march["waiting"], by=alice, on=march["visit"].happened_on, minutes=15, corrects=march["visit"])
    actions.undo(march["chosen"], by=alice, on=NOW, at=noon(NOW))
    actions.undo(march["left"], by=alice, on=NOW, at=noon(NOW))
    actions.assign(Case.objects.get(pk=march["waiting"].pk), by=alice, on=NOW, at=noon(NOW), assignee=bob)
    a_case(by=alice, client=march["person"], on=NOW)


@pytest.mark.parametrize("kind", FILE_KINDS)
def test_a_file_as_of_a_day_is_the_file_of_that_day(alice: User, kind: str) -> None:
    march = a_march(alice)
    of_that_day = exported(kind, on=THEN)

    a_month_later(alice, march)

    assert exported(kind, on=THEN, day=THEN) == of_that_day
    assert exported(kind, on=THEN) != of_that_day  # the control: without the day it is another file
    assert exported(kind, on=NOW, day=NOW) == exported(kind, on=NOW)


def test_nothing_of_it_stays_behind(alice: User) -> None:
    a_month_later(alice, a_march(alice))
    before = exported("plain", on=NOW)

    exported("plain", on=THEN, day=THEN)

    assert exported("plain", on=NOW) == before


@pytest.mark.parametrize("kind", ["plain", "xlsx"])
def test_meanwhile_others_write_and_afterwards_the_tables_are_themselves(
    transactional_db: None, reference_data: None, kind: str
) -> None:
    """What is committed is read on a connection of its own, or given back to the pool."""
    alice = UserFactory(name="Alice")
    march = a_march(alice)
    of_that_day = exported(kind, on=THEN)
    a_month_later(alice, march)
    columns = case_columns(on=THEN, named=True)
    chunks = FILE_KINDS[kind].write(Case.objects.order_by("-opened_on", "-pk"), columns, day=THEN)

    first = next(chunks)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("UPDATE cases_visit SET minutes = 1")
    other.close()

    assert first + b"".join(chunks) == of_that_day
    assert set(Visit.objects.values_list("minutes", flat=True)) == {1}
    assert Case.objects.count() == 5


# The page and the command


def test_the_page_and_the_command_give_it_and_the_record_says_the_day(
    staff: dict[Role, User], log_in: Any, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    carmen = staff[Role.COORDINATOR]
    march = a_march(carmen)
    with translation.override("fr"):
        columns = usual(case_columns(on=THEN))
        of_that_day = b"".join(FILE_KINDS["excel"].write(Case.objects.order_by("-opened_on", "-pk"), columns))
    a_month_later(carmen, march)
    browser = log_in(carmen)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"

    page = browser.get("/cases/export.csv?as_of=2026-03-31&sort=newest")
    call_command("export_cases", "--as-of", "2026-03-31", "--language", "fr")

    assert page["Content-Disposition"] == 'attachment; filename="sesame-cases-as-of-2026-03-31.csv"'
    assert b"".join(page.streaming_content) == of_that_day
    assert sorted(capsysbinary.readouterr().out.splitlines()) == sorted(of_that_day.splitlines())
    assert [export.filters for export in Export.objects.order_by("pk")] == [{"as_of": "2026-03-31"}] * 2
    assert browser.get("/cases/export.csv?as_of=2026-03-31&size=yes").context["rows"] == 4


def test_its_filters_ask_what_was_then(staff: dict[Role, User], log_in: Any) -> None:
    carmen = staff[Role.COORDINATOR]
    march = a_march(carmen)
    a_month_later(carmen, march)

    page = log_in(carmen).get("/cases/export.csv?as_of=2026-03-31&state=closed&columns=reference&dialect=plain")

    assert b"".join(page.streaming_content).split()[1:] == [march["left"].reference.encode()]


def test_whose_case_it_was_gives_no_right_to_see_it_now(staff: dict[Role, User], log_in: Any) -> None:
    adviser, other = staff[Role.ADVISER], UserFactory(team=TeamFactory(name="Uccle"))
    own = a_case(by=adviser, on=MONDAY)
    theirs = a_case(by=other, on=MONDAY, assignee=adviser)
    actions.assign(theirs, by=other, on=NOW, at=noon(NOW), assignee=other)

    page = log_in(adviser).get("/cases/export.csv?as_of=2026-03-31&columns=reference&dialect=plain")

    assert b"".join(page.streaming_content).split()[1:] == [own.reference.encode()]


@pytest.mark.parametrize(
    "where",
    [f"{of}/export.csv?as_of={day}" for of, day in [("cases", "2999-01-01"), ("cases", "31/3"), ("visits", THEN)]],
)
def test_a_day_that_makes_no_sense_is_refused(staff: dict[Role, User], log_in: Any, where: str) -> None:
    assert log_in(staff[Role.COORDINATOR]).get(f"/{where}").status_code == 400


@pytest.mark.parametrize("day", ["2999-01-01", "31/03/2026"])
def test_the_command_refuses_it_too(db: None, day: str) -> None:
    with pytest.raises(CommandError):
        call_command("export_cases", "--as-of", day)


def test_the_list_of_cases_asks_for_the_day(staff: dict[Role, User], log_in: Any) -> None:
    a_case(by=staff[Role.COORDINATOR])

    page = log_in(staff[Role.COORDINATOR]).get("/cases/?state=open&columns=step")

    assert page.context["export"].asked == [("state", "open"), ("columns", "step")]
    assert b'name="as_of"' in page.content
    assert b'name="as_of"' not in log_in(staff[Role.COORDINATOR]).get("/visits/").content


@pytest.mark.sized
@pytest.mark.parametrize("ago", [0, 200, 900])
def test_the_columns_of_a_whole_office_are_those_of_the_replay(transactional_db: None, ago: int) -> None:
    fill(300)
    day = TODAY - timedelta(days=ago)
    known = [event for event in Event.objects.order_by("case", "seq") if event.recorded_at.date() <= day]
    histories: dict[int, list[Event]] = {}
    for event in known:
        histories.setdefault(event.case_id, []).append(event)
    replayed = {case: state_of(events).columns() for case, events in histories.items()}

    names = ["step", "closed_on", *FACT_OF]
    with transaction.atomic():
        with as_of(connection, day):
            found = {row["pk"]: {n: row[n] for n in names} for row in Case.objects.values("pk", *names)}
        transaction.set_rollback(True)

    assert found == {case: {n: columns[n] for n in names} for case, columns in replayed.items()}
