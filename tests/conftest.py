"""What every test may ask for: the database of the engine under test, and the cast."""

import pytest
from django.conf import settings


def pytest_configure() -> None:
    # Static files straight from their folders: the suite needs no collectstatic.
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """On SQLite the tests use a real file: WAL, write locks and several connections are what production has."""
    if settings.SQLITE:
        name = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = name
