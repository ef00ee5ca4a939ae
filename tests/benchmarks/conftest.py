"""The office of a benchmark stays for the next one: a large one takes minutes to fill."""

import logging
from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="session")
def kept_database(reference_put_aside: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    logging.getLogger("sesame.request").disabled = True  # thousands of lines between ours
    with django_db_blocker.unblock():
        yield
