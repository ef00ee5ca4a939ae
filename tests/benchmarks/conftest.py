"""The office of a benchmark stays for the next one: a large one takes minutes to fill."""

import logging

import pytest
from django.test import TransactionTestCase


@pytest.fixture
def kept_database(reference_put_aside: None, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: None)
    monkeypatch.setattr(logging.getLogger("sesame.request"), "disabled", True)  # thousands of lines between ours
