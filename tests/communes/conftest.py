"""What the tests of the communes may ask for: the reference data as an installation loads it."""

import pytest
from django.test import Client
from django.utils import translation

from communes.reference import load
from config.staff.models import Team, User
from config.staff.roles import Role


@pytest.fixture
def reference_data(db):
    load()


@pytest.fixture(autouse=True)
def in_english():
    """Sentences are tested as the code has them; the translations have tests of their own."""
    with translation.override("en"):
        yield


@pytest.fixture
def reader(reference_data):
    """Logs in as somebody of a role, who reads English unless told otherwise."""

    def log_in(role=Role.ADVISER, language="en"):
        team, _created = Team.objects.get_or_create(name="North")
        user = User.objects.create_user(
            f"{role}@example.org", "a-long-pass-phrase", name="Kim", role=role, team=team, language=language
        )
        client = Client()
        client.force_login(user)
        return client

    return log_in
