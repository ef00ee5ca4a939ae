"""Who attacks: the staff of two teams at their desks, each with everything at hand."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from allauth.account.internal.flows import login
from django.db import transaction
from django.test import Client

from config.staff.models import User
from config.staff.roles import Role
from tests.trust.office import Office, an_office

type Desk = Callable[[User | None], Client]


@pytest.fixture
def office(reference_data: None, staff: dict[Role, User]) -> Office:
    return an_office(staff[Role.ADVISER])


@pytest.fixture
def desk(log_in: Callable[[User | None], Client]) -> Desk:
    """A browser in which somebody has just proved who they are, so that every page of their account opens."""

    def browser(user: User | None) -> Client:
        client = log_in(user)
        client.raise_request_exception = False
        if user is not None:
            prove(client, user)
        return client

    return browser


def prove(client: Client, user: User) -> None:
    """Let this person have proved just now who they are; it holds for a few minutes, and some tests take longer."""
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
