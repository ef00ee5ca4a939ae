from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from cases.models import Access
from cases.models.access import listed
from cases.traces import AccessMiddleware, shown
from config.staff.models import User
from tests.factories import UserFactory
from tests.tables import history_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters")


def visit(*, by: User | AnonymousUser, clients: list[int | None]) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        shown(request, clients[:1])
        shown(request, clients[1:])
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = by
    request.resolver_match = resolve("/")
    AccessMiddleware(view)(request)


def test_a_page_leaves_one_row_for_all_the_clients_it_showed(alice: User) -> None:
    visit(by=alice, clients=[15, 3, None, 3, 14])

    assert list(Access.objects.values_list("by", "place", "clients", "count")) == [
        (alice.pk, "cases:today", ",3,14,15,", 3)
    ]


def test_a_client_who_is_shown_alone_is_one_that_was_opened(alice: User) -> None:
    visit(by=alice, clients=[3])
    visit(by=alice, clients=[3, 4])

    assert list(Access.objects.order_by("pk").values_list("opened", flat=True)) == [3, None]


def test_a_page_about_two_files_opens_both(alice: User) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        shown(request, [9], opened=15)
        shown(request, [], opened=3)
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = alice
    request.resolver_match = resolve("/")
    AccessMiddleware(view)(request)

    assert list(Access.objects.order_by("pk").values_list("clients", "opened")) == [(",9,15,", 15), (",3,", 3)]


def test_a_page_that_showed_nobody_leaves_nothing(alice: User) -> None:
    visit(by=alice, clients=[None])
    visit(by=AnonymousUser(), clients=[3])

    assert Access.objects.count() == 0


def test_who_saw_a_client_is_told_to_the_digit(alice: User) -> None:
    visit(by=alice, clients=[3, 15])
    visit(by=alice, clients=[31, 153])

    assert [access.clients for access in Access.objects.of(3)] == [",3,15,"]
    assert [access.clients for access in Access.objects.of(5)] == []


def test_a_recent_trace_cannot_be_changed_or_deleted(alice: User) -> None:
    visit(by=alice, clients=[3])
    connection.check_constraints()  # PostgreSQL empties no table of which a check is still to come

    all_at_once = {
        "sqlite": "INSERT OR REPLACE INTO cases_access SELECT * FROM cases_access",
        "postgresql": "TRUNCATE cases_access CASCADE",
    }[connection.vendor]
    for statement in ("UPDATE cases_access SET clients = ''", "DELETE FROM cases_access", all_at_once):
        with (
            pytest.raises(DatabaseError, match="only inserted"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    assert Access.objects.count() == 1


def test_a_trace_may_go_after_two_years(alice: User) -> None:
    now = timezone.now()
    for days in (1, 720, 740):
        Access.objects.create(by=alice, at=now - timedelta(days=days), place="x", clients=listed([3]), count=1)

    deleted, _ = Access.objects.filter(at__lt=now - timedelta(days=735)).delete()

    assert (deleted, Access.objects.count()) == (1, 2)


def test_control_without_the_trigger_a_recent_trace_is_deleted(alice: User) -> None:
    Access.objects.create(by=alice, at=datetime.now(UTC), place="x", clients=listed([3]), count=1)
    connection.check_constraints()

    with history_open():
        Access.objects.all().delete()
        connection.check_constraints()

    assert Access.objects.count() == 0
