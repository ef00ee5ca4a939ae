"""What the tests of the communes may ask for."""

import pytest
from django.utils import translation

from config.staff.roles import Role


@pytest.fixture(autouse=True)
def in_english():
    """Sentences are tested as the code has them; the translations have tests of their own."""
    with translation.override("en"):
        yield


@pytest.fixture
def reader(reference_data, staff, log_in):
    """The browser of somebody of a role, who reads English unless told otherwise."""

    def browser(role=Role.ADVISER, language="en"):
        person = staff[role]
        person.language = language
        person.save(update_fields=["language"])
        return log_in(person)

    return browser
