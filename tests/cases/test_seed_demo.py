"""seed_demo: never into somebody's real data, all or nothing, the same for the same day."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client as Browser
from pytest_django import Settings

from cases import actions
from cases.models import Case, Client, Event, Visit
from cases.replay import state_of
from config.staff.models import User
from tests.factories import PASSWORD, UserFactory, a_case

DAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
NOTABLE_DAYS = (
    "2026-01-01", "2026-03-29", "2026-10-25", "2026-12-26", "2027-02-28", "2027-05-17", "2028-02-29", "2029-01-01",
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo_password(settings: Settings) -> None:
    settings.DEMO_PASSWORD = PASSWORD


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters", email="alice@example.com")


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("seed_demo", *arguments, stdout=output)
    return output.getvalue()


def test_it_refuses_a_database_with_a_real_account(reference_data: None, alice: User) -> None:
    with pytest.raises(CommandError, match="Nothing was written"):
        run()

    assert list(User.objects.values_list("email", flat=True)) == ["alice@example.com"]
    assert Case.objects.count() == 0


def test_it_refuses_a_database_with_a_single_visit(reference_data: None) -> None:
    bob = UserFactory(name="Bob Claes", email="adviser@example.org")
    actions.log_visit(
        key="7f0e0d1c-0000-4000-8000-000000000001", by=bob, team=bob.team, on=DAY, at=MORNING, topic="other"
    )

    with pytest.raises(CommandError, match="Nothing was written"):
        run()

    assert (User.objects.count(), Visit.objects.count(), Client.objects.count()) == (1, 1, 0)


def test_if_empty_it_leaves_a_database_in_use_alone_and_says_so(reference_data: None, alice: User) -> None:
    a_case(by=alice)

    assert run("--if-empty") == "The database is in use: no demonstration data to add.\n"
    assert (User.objects.count(), Case.objects.count()) == (1, 1)


def test_without_tariffs_it_says_which_command_loads_them() -> None:
    with pytest.raises(CommandError, match="load_communes"):
        run()

    assert User.objects.count() == 0


def test_it_wants_a_password_where_none_is_set(reference_data: None, settings: Settings) -> None:
    settings.DEMO_PASSWORD = ""

    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        run()


def test_the_same_day_gives_the_same_office(reference_data: None) -> None:
    assert told() == told()


def told() -> list[tuple[object, ...]]:
    """What an office would tell, in words; the office is taken back."""
    with transaction.atomic():
        run("--on", "2026-02-02")
        said = list(
            Event.objects.order_by("case__reference", "seq").values_list(
                "case__reference",
                "case__client__search_key",
                "transition",
                "happened_on",
                "recorded_at",
                "by__name",
            )
        )
        notes = list(Visit.objects.order_by("key").values_list("key", "note"))
        transaction.set_rollback(True)
    assert said
    return [*said, *notes]


def test_it_says_what_it_made_and_who_can_log_in(reference_data: None, client: Browser) -> None:
    said = run("--on", "2026-01-05")

    assert "adviser@example.org, coordinator@example.org, tariffs@example.org" in said
    assert PASSWORD in said
    assert client.login(email="adviser@example.org", password=PASSWORD)


@pytest.mark.long
@pytest.mark.parametrize("day", NOTABLE_DAYS)
def test_any_day_will_do(day: str, reference_data: None) -> None:
    run("--on", day)

    for case in Case.objects.prefetch_related("events"):
        columns = state_of(case.events.all()).columns()
        assert {name: getattr(case, name) for name in columns} == columns
