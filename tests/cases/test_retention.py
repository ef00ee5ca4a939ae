from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from cases import actions, erasure, retention, tombstones
from cases.models import Case, Client, Erasure, Import, MonthlyCount, Visit
from cases.models.privacy import ActReason
from config.staff.models import User
from tests.factories import MONDAY, UserFactory, a_case, a_client, moved, noon

pytestmark = pytest.mark.usefixtures("reference_data")

SECRET_NAME, SECRET_PHONE, SECRET_WORDS = "Zwxqvomir", "+32470998877", "Her brother waits outside"


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters")


@pytest.fixture
def person(alice: User) -> Client:
    return a_client(
        team=alice.team, lives_in="uccle", given_name=SECRET_NAME, phone=SECRET_PHONE, email="zw@example.org",
    )  # fmt: skip


def abandoned(person: Client, *, by: User, on: date = MONDAY) -> Case:
    case = a_case(by=by, client=person, on=on)
    actions.write_note(case, SECRET_WORDS, by=by, at=noon(on))
    actions.log_visit(
        key=Visit().key, by=by, team=person.team, on=on, at=noon(on), client=person, case=case, topic="other",
        note=SECRET_WORDS,
    )  # fmt: skip
    return moved(case, "abandon", by=by, on=on, abandon_reason="gave_up")


def everything_stored() -> str:
    """Every value of every table, as a dump of the database would hold it."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += [repr(row) for row in cursor.fetchall()]
    return "\n".join(rows)


@pytest.mark.parametrize("model", list(apps.get_app_config("cases").get_models()), ids=lambda model: model.__name__)
def test_every_field_is_declared_personal_or_kept_or_goes_with_its_row(model: type) -> None:
    if model in retention.GONE:
        assert model not in {**retention.PERSONAL, **retention.KEPT}
        return
    personal, kept = set(retention.PERSONAL.get(model, {})), set(retention.KEPT[model])

    assert personal & kept == set()
    assert personal | kept == {field.name for field in model._meta.concrete_fields}  # type: ignore[attr-defined]


def test_a_person_who_is_forgotten_is_found_nowhere(alice: User, person: Client) -> None:
    abandoned(person, by=alice)
    assert all(text in everything_stored() for text in (SECRET_NAME, SECRET_PHONE, SECRET_WORDS))

    erasure.erase(person, reason=ActReason.ASKED, by=alice, at=noon(date(2026, 4, 1)))

    stored = everything_stored()
    assert [
        text for text in (SECRET_NAME, SECRET_NAME.lower(), SECRET_PHONE[3:], SECRET_WORDS) if text in stored
    ] == []


def test_a_corrected_visit_is_forgotten_too_and_says_no_more_why(alice: User, person: Client) -> None:
    abandoned(person, by=alice)
    wrong = Visit.objects.get()
    actions.log_visit(
        key=Visit().key, by=alice, team=person.team, on=MONDAY, at=noon(MONDAY), client=person, topic="other",
        corrects=wrong, correction=SECRET_WORDS,
    )  # fmt: skip

    erasure.erase(person, reason=ActReason.ASKED, by=alice, at=noon(date(2026, 4, 1)))

    assert list(Visit.objects.order_by("pk").values_list("note", "correction")) == [("", ""), ("", "—")]


def test_the_counts_stay_when_a_person_is_forgotten(alice: User, person: Client) -> None:
    case = abandoned(person, by=alice)

    erasure.erase(person, reason=ActReason.ASKED, by=alice, at=noon(date(2026, 4, 1)))

    assert (Case.objects.get().step, case.events.count(), Visit.objects.count()) == ("abandoned", 2, 1)
    assert list(
        MonthlyCount.objects.values_list("month", "procedure", "outcome", "commune__slug", "cases", "visits")
    ) == [(date(2026, 3, 1), "digital_key", "abandoned", "uccle", 1, 1)]
    assert list(Erasure.objects.values_list("client_key", "erased_on")) == [(person.pk, date(2026, 4, 1))]


def test_a_file_is_forgotten_a_year_after_its_last_case_was_closed(alice: User, person: Client) -> None:
    abandoned(person, by=alice, on=date(2026, 3, 2))

    assert list(retention.to_forget(on=date(2027, 3, 1))) == []
    assert list(retention.to_forget(on=date(2027, 3, 2))) == [person]


def test_a_file_with_an_open_case_is_never_forgotten(alice: User, person: Client) -> None:
    abandoned(person, by=alice)
    a_case(by=alice, client=person)

    assert list(retention.to_forget(on=date(2036, 1, 1))) == []


def test_a_visit_keeps_a_file_for_another_year(alice: User, person: Client) -> None:
    abandoned(person, by=alice, on=date(2026, 3, 2))
    day = date(2026, 9, 1)
    actions.log_visit(key=Visit().key, by=alice, team=person.team, on=day, at=noon(day), client=person, topic="other")

    assert list(retention.to_forget(on=date(2027, 8, 31))) == []
    assert list(retention.to_forget(on=date(2027, 9, 1))) == [person]


def test_a_file_that_never_became_a_case_is_forgotten_after_three_months(person: Client) -> None:
    assert list(retention.to_forget(on=date(2026, 6, 1))) == []
    assert list(retention.to_forget(on=date(2026, 6, 2))) == [person]


def test_who_agreed_to_be_recalled_is_kept_until_their_card_expires(alice: User, person: Client) -> None:
    abandoned(person, by=alice)
    Case.objects.update(card_expires_on=date(2031, 3, 2))
    Client.objects.update(recall_agreed_on=MONDAY)

    assert list(retention.to_forget(on=date(2031, 3, 2))) == []
    assert list(retention.to_forget(on=date(2031, 3, 3))) == [person]


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_it_would_do_and_does_it_only_when_told(alice: User, person: Client) -> None:
    abandoned(person, by=alice, on=date(2020, 3, 2))

    said = StringIO()
    call_command("apply_retention", stdout=said)
    assert person.reference in said.getvalue()
    assert Client.objects.get().anonymised_on is None

    call_command("apply_retention", "--yes", stdout=said)
    warned = Client.objects.get()
    assert (warned.anonymised_on, warned.forget_on) == (None, retention.WARNING.after(timezone.localdate()))

    Client.objects.update(forget_on=timezone.localdate())
    call_command("apply_retention", "--yes", stdout=said)
    assert Client.objects.get().anonymised_on == timezone.localdate()


@contextmanager
def a_database_that_refuses(reference: str) -> Iterator[None]:
    """Its error quotes the row, as those of databases do."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT INTO" in sql and "cases_erasure" in sql and reference in params:
            raise OperationalError(f"the disk is full; the row was {reference}, Özdemir")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_forgotten_stops_neither_the_others_nor_the_rest_of_the_night(
    alice: User, person: Client, caplog: pytest.LogCaptureFixture
) -> None:
    files = [person, a_client(team=alice.team), a_client(team=alice.team)]
    for file in files:
        abandoned(file, by=alice, on=date(2020, 3, 2))
    Client.objects.update(forget_on=timezone.localdate())
    before = timezone.now() - timedelta(days=1)
    Import.objects.create(source="Registre", team=person.team, by=alice, uploaded_at=before, waits_until=before)

    refused = f"1 files could not be forgotten, and the next night tries again: {files[1].reference}"
    with a_database_that_refuses(files[1].reference), pytest.raises(CommandError, match=refused) as told:
        call_command("apply_retention", "--yes", stdout=StringIO())

    assert told.value.returncode == 1
    assert set(Client.objects.filter(anonymised_on=None)) == {files[1]}
    assert [stone.reference for stone in tombstones.kept(settings.ERASURES_FILE)] == [
        files[0].reference,
        files[2].reference,
    ]
    assert Import.objects.count() == 0
    assert f"{files[1].reference} could not be forgotten: OperationalError" in caplog.text
    assert "Özdemir" not in caplog.text + str(told.value)

    call_command("apply_retention", "--yes", stdout=StringIO())
    assert not Client.objects.filter(anonymised_on=None).exists()


def test_whom_a_new_visit_keeps_leaves_the_list_of_warnings(alice: User, person: Client) -> None:
    abandoned(person, by=alice, on=date(2026, 3, 2))
    assert retention.warn(on=date(2027, 2, 15)) == 0
    assert retention.warn(on=date(2027, 2, 16)) == 1
    assert list(retention.due_on(date(2027, 3, 1))) == []
    assert list(retention.due_on(date(2027, 3, 2))) == [person]

    day = date(2027, 2, 20)
    actions.log_visit(key=Visit().key, by=alice, team=person.team, on=day, at=noon(day), client=person, topic="other")

    assert (retention.warn(on=date(2027, 2, 21)), Client.objects.get().forget_on) == (0, None)
