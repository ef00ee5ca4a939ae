"""Who only looks changes nothing: no GET and no HEAD writes, on any address, as anybody."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from config.staff.models import Team, User
from config.staff.policy import policy
from config.staff.roles import Role
from tests.trust.office import Address, Office, every_address

type Desk = Callable[[User | None], Client]

# Who saw whom is written down, what left in which file, and how long the session has been still; nothing else.
MAY_BE_WRITTEN = {"cases_access", "cases_export", "cases_departure", "django_session", "usersessions_usersession"}
WRITES = re.compile(
    r"^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO|TRUNCATE)\s+\W?(\w+)", re.I
)


@contextmanager
def written(found: list[str]) -> Iterator[None]:
    """Collects the tables that a statement writes to, beside those that may be written."""

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if (statement := WRITES.match(sql)) and statement[1] not in MAY_BE_WRITTEN:
            found.append(statement[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


def contents() -> dict[str, tuple[int, str]]:
    """Every table with its number of rows and a digest of them: a write by any road shows here."""
    told = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - MAY_BE_WRITTEN:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = sorted(map(repr, cursor.fetchall()))
            told[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return told


def writing(addresses: list[Address], browser: Client) -> dict[str, list[str]]:
    """The addresses that wrote while they were read, each with the tables."""
    found = {}
    for address in addresses:
        for method in ("GET", "HEAD"):
            tables: list[str] = []
            with written(tables):
                response = browser.generic(method, address.path)
                b"".join(response) if response.streaming else response.content
            assert response.status_code < 500, f"{method} {address.path} answers {response.status_code}"
            if tables:
                found[f"{method} {address.path}"] = tables
    return found


@pytest.mark.parametrize("role", [*Role, None], ids=[*Role, "nobody"])
def test_a_page_that_is_only_read_writes_nothing(
    role: Role | None, office: Office, staff: dict[Role, User], desk: Desk
) -> None:
    browser = desk(staff[role] if role else None)
    before = contents()

    found = writing(list(every_address(office.ours.called)), browser)

    assert found == {}
    assert contents() == before


@policy("cases.view_case")
def counts_its_readers(request: HttpRequest) -> HttpResponse:
    Team.objects.update(name="read")
    return HttpResponse()


urlpatterns = [path("counted/", counts_its_readers, name="counted")]


@override_settings(ROOT_URLCONF=__name__)
def test_control_a_page_that_writes_while_it_is_read_is_seen(staff: dict[Role, User], desk: Desk) -> None:
    browser = desk(staff[Role.ADVISER])
    before = contents()

    found = writing(list(every_address({})), browser)

    assert found == {"GET /counted/": ["staff_team"], "HEAD /counted/": ["staff_team"]}
    assert {table for table, told in contents().items() if told != before[table]} == {"staff_team"}
