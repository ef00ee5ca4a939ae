"""A database in which others write all the time: the page says to send again, and what is sent again is done once."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from cases.models import Case
from config.staff import errors
from config.staff.models import User
from tests.factories import UserFactory, a_case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters", language="en")


@pytest.fixture
def impatient() -> Iterator[None]:
    """This connection waits a moment for a lock, not twenty seconds."""
    soon, later = (
        ("SET lock_timeout = '100ms'", "SET lock_timeout = 0")
        if connection.vendor == "postgresql"
        else ("PRAGMA busy_timeout = 100", "PRAGMA busy_timeout = 20000")
    )
    with connection.cursor() as cursor:
        cursor.execute(soon)
        yield
        cursor.execute(later)


@contextmanager
def written_by_another(case: Case) -> Iterator[None]:
    """Somebody else writes in this case all the while, on a connection of their own."""
    begun, done = Signal(), Signal()

    def write() -> None:
        with transaction.atomic():
            Case.objects.filter(pk=case.pk).update(in_touch_on=case.in_touch_on)
            begun.set()
            done.wait(timeout=30)
        connection.close()

    other = Thread(target=write)
    other.start()
    assert begun.wait(timeout=30)
    yield
    done.set()
    other.join()


def abandon(browser: Browser, case: Case) -> int:
    browser.raise_request_exception = False
    typed = {"version": 1, "happened_on": case.opened_on.isoformat(), "abandon_reason": "gave_up"}
    answer = browser.post(f"/cases/{case.reference}/moves/abandon/", typed)
    if answer.status_code == 503:
        assert answer.headers["Retry-After"] == "5"
        assert "what you typed is still there" in answer.content.decode()
    return answer.status_code


def test_whoever_meets_a_busy_database_is_told_to_send_again_and_is_then_served(
    client: Browser, alice: User, impatient: None
) -> None:
    case = a_case(by=alice, on=timezone.localdate())
    client.force_login(alice)

    with written_by_another(case):
        meanwhile = abandon(client, case)
    afterwards = abandon(client, case)

    assert (meanwhile, afterwards) == (503, 302)
    assert [event.seq for event in case.events.all()] == [1, 2]


def test_control_without_that_page_it_is_a_fault_of_ours(
    client: Browser, alice: User, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "is_busy", lambda error: False)
    case = a_case(by=alice, on=timezone.localdate())
    client.force_login(alice)

    with written_by_another(case):
        assert abandon(client, case) == 500


def caused_by(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


class RefusedError(Exception):
    """As psycopg tells it: a state of five letters."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def on_sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("refused")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "busy"),
    [
        (caused_by(on_sqlite(sqlite3.SQLITE_BUSY)), True),
        (caused_by(on_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT)), True),
        (caused_by(on_sqlite(sqlite3.SQLITE_READONLY)), False),
        (caused_by(RefusedError("40P01")), True),
        (caused_by(RefusedError("42P01")), False),
        (RuntimeError("broken"), False),
        (None, False),
    ],
)
def test_only_a_database_that_others_write_in_is_busy(error: Exception | None, *, busy: bool) -> None:
    assert errors.is_busy(error) is busy
