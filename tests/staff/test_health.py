from collections.abc import Callable

from django.test import Client

from config.staff.models import User


def test_the_server_says_that_it_is_alive_without_asking_the_database(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


def test_the_server_is_ready_when_every_migration_is_applied(client: Client, db: None) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.content) == (200, b"ready")


def test_the_watchdog_costs_the_database_nothing(
    log_in: Callable[[User | None], Client], django_assert_num_queries: Callable, db: None
) -> None:
    with django_assert_num_queries(0):
        log_in(None).get("/healthz")
