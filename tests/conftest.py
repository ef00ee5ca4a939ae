"""What every test may ask for: the database of the engine under test, the cast, and a browser."""

import inspect
import os
import tempfile
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db.models import QuerySet
from django.template.base import Node
from django.test import Client, TransactionTestCase
from django.utils import timezone, translation
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from communes.models import Commune
from config.staff.models import User
from config.staff.roles import Role
from config.staff.stays import Stay
from tests import tables
from tests.factories import TeamFactory, UserFactory


class UnknownVariableError(Exception):
    """A template of ours names a variable that its view does not give."""


class UnknownVariable(str):
    """What Django puts in place of a variable it does not find: our own templates fail, those of packages may miss."""

    __slots__ = ()

    def __new__(cls) -> "UnknownVariable":
        return super().__new__(cls, "%s")

    def __mod__(self, variable: Any) -> str:
        frame = inspect.currentframe()
        while frame is not None and not isinstance(node := frame.f_locals.get("self"), Node):
            frame = frame.f_back
        if frame is not None and str(node.origin.name).startswith(str(settings.BASE_DIR / "templates")):
            raise UnknownVariableError(f"{node.origin.template_name}: {variable}")
        return ""


def empty_the_tables(test_case: TransactionTestCase) -> None:
    tables.empty()


fetch_all = QuerySet._fetch_all


def fetch_all_backwards_if_unordered(queryset: QuerySet[Any]) -> None:
    """Rows without an order come back in the order nobody expects: a test that leans on it fails at once."""
    fresh = queryset._result_cache is None
    fetch_all(queryset)
    if fresh and not queryset.ordered:
        queryset._result_cache.reverse()


force_login = Client.force_login


def force_login_with_a_stay(browser: Client, user: User, backend: str | None = None) -> None:
    """The session knows when it began, as after a true log-in: the first page asked for needs not write it down."""
    force_login(browser, user, backend)
    session, now, with_factors = browser.session, timezone.now(), User.objects.with_factors(user.pk)
    Stay(began=now, seen=now, factors=with_factors.factors if with_factors else "").write(session)
    session.save()


def pytest_configure() -> None:
    Client.force_login = force_login_with_a_stay
    TransactionTestCase._fixture_teardown = empty_the_tables
    # Static files straight from their folders: the suite needs no collectstatic.
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    # Argon2 is slow on purpose; no test is about that.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable()
    QuerySet._fetch_all = fetch_all_backwards_if_unordered


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """On SQLite the tests use a real file: WAL, write locks and several connections are what production has."""
    if settings.SQLITE:
        name = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = name


@pytest.fixture(autouse=True, scope="session")
def nothing_is_left_in_the_temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    tempfile.tempdir = str(tmp_path_factory.mktemp("temporary"))


@pytest.fixture(autouse=True)
def erasures_file(tmp_path: Path, settings: Any) -> Path:
    """The list of erasures that stands beside the database: each test has its own."""
    settings.ERASURES_FILE = tmp_path / "erasures.csv"
    return settings.ERASURES_FILE


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What no page asked for, such as a refusal of a model, is said in the language of the tests."""
    with translation.override("en"):
        yield


FULL_SIZE = os.environ.get("SIZE") == "full"


@pytest.fixture(scope="session")
def reference_put_aside(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        call_command("load_communes", stdout=StringIO())
        tables.put_aside("reference")
        tables.empty()


@pytest.fixture
def reference_data(reference_put_aside: None, db: None) -> None:
    """The communes, offices, documents, tariffs and delays as a new installation has them.

    Loaded by the command once a session, then copied: most tests of the cases want it.
    """
    if not Commune.objects.exists():
        tables.put_back("reference")


@pytest.fixture(autouse=True)
def nobody_has_tried_to_log_in_yet() -> None:
    """The counts of failed log-ins are in the cache, which no test's end empties."""
    cache.clear()


@pytest.fixture
def staff(db: None) -> dict[Role, User]:
    """One member of each role, all of one team."""
    team = TeamFactory(name="Saint-Gilles")
    names = {
        Role.ADVISER: "Alice",
        Role.COORDINATOR: "Carmen",
        Role.TARIFF_EDITOR: "Tariq",
        Role.PRIVACY_OFFICER: "Petra",
        Role.ADMINISTRATOR: "Ada",
    }
    return {role: UserFactory(name=names[role], role=role, team=team, language="en") for role in Role}


@pytest.fixture
def log_in() -> Callable[[User | None], Client]:
    """A browser without JavaScript, in front of which somebody of the staff sits (or nobody)."""

    def browser(user: User | None) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        if user is not None:
            client.force_login(user)
        return client

    return browser


CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, one for all. Without it its tests are skipped, except where CI promised to install it."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"CI installs Chromium, and {CHROMIUM} is missing.")
        pytest.skip(f"No browser at {CHROMIUM}: apt-get install chromium.")
    # Playwright's synchronous API runs an event loop in this thread; the ORM is used beside it, never inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
