"""What the tests of the communes may ask for: the reference data as an installation loads it."""

import pytest
from django.utils import translation

from communes.reference import load


@pytest.fixture
def reference_data(db):
    load()


@pytest.fixture(autouse=True)
def in_english():
    """Sentences are tested as the code has them; the translations have tests of their own."""
    with translation.override("en"):
        yield
