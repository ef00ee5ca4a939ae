"""The cast of the tests of the cases: an adviser, her team, and the browser in front of her."""

import pytest
from django.test import Client as Browser

from config.staff.models import Team, User
from tests.factories import TeamFactory, UserFactory


@pytest.fixture
def team(db: None) -> Team:
    return TeamFactory(name="Molenbeek")


@pytest.fixture
def amina(team: Team) -> User:
    return UserFactory(name="Amina Peeters", team=team, language="en")


@pytest.fixture
def desk(client: Browser, amina: User) -> Browser:
    client.force_login(amina)
    return client
