"""Production differs by its environment alone, and refuses to start half configured."""

import json
import os
import subprocess
import sys
from io import StringIO
from logging import StreamHandler, getLogger
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from config.staff.log import PlainFormatter

PRODUCTION = {
    "SECRET_KEY": "qN7v0rPz-only-for-this-test-8dYk2mWcXb5tJ4hLs6fGa1",
    "ALLOWED_HOSTS": "sesame.example.org",
    "DATABASE_URL": "sqlite://:memory:",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """manage.py as an installation starts it: its own process, with this environment and nothing of ours."""
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def value_of(expression: str, **environment: str) -> object:
    """What a setting is under an environment, read from the settings file alone."""
    asked = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            f"import json; from config import settings; print(json.dumps({expression}))",
        ],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout)


def test_production_settings_pass_every_check_of_django() -> None:
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert checked.stdout + checked.stderr == "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY to a long random text of your own"),
        (
            {"SECRET_KEY": "development-only-key-never-used-in-production-0123456789"},
            "Set SECRET_KEY to a long",
        ),
        ({"DEBUG": "1"}, "DEBUG shows secrets to every visitor"),
    ],
    ids=["no key", "the development key", "DEBUG for the world"],
)
def test_sesame_does_not_start_unsafely(wrong: dict[str, str], sentence: str) -> None:
    started = manage("check", **PRODUCTION | wrong)

    assert started.returncode != 0
    assert sentence in started.stderr


def test_a_machine_of_ones_own_needs_only_debug() -> None:
    assert manage("check", DEBUG="1", DATABASE_URL="sqlite://:memory:").returncode == 0


def test_a_second_factor_is_asked_unless_one_tries_sesame_out() -> None:
    assert value_of("settings.MFA_REQUIRED", **PRODUCTION) is True
    assert value_of("settings.MFA_REQUIRED", DEBUG="1") is False


def test_production_has_no_demonstration_password_of_its_own() -> None:
    assert value_of("settings.DEMO_PASSWORD", **PRODUCTION) == ""
    assert value_of("settings.DEMO_PASSWORD", DEBUG="1") == "sesame-demo-2026"


def test_options_in_the_database_address_are_kept() -> None:
    url = "postgres://sesame@db.example.org/sesame?sslmode=verify-full"

    options = value_of("settings.DATABASES['default']['OPTIONS']", **PRODUCTION | {"DATABASE_URL": url})

    assert options == {
        "options": "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1",
        "sslmode": "verify-full",
        "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
    }


def test_mail_goes_where_email_url_says() -> None:
    url = "smtp+tls://sesame:pa%3Ass@mail.example.org:587"

    assert value_of("settings.MAILERS", **PRODUCTION, EMAIL_URL=url) == {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": "mail.example.org",
                "port": 587,
                "username": "sesame",
                "password": "pa:ss",
                "use_tls": True,
                "use_ssl": False,
                "timeout": 20,
            },
        }
    }


def test_failed_log_ins_are_counted_for_all_workers_together(db: None) -> None:
    cache = value_of("settings.CACHES['default']", **PRODUCTION)
    assert cache == {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "staff_cacheentry"}

    shared = DatabaseCache("staff_cacheentry", {})

    assert shared.add("tries", 1, timeout=60)
    assert not shared.add("tries", 1, timeout=60)
    assert shared.get("tries") == 1


@pytest.mark.skipif(not settings.SQLITE, reason="these are SQLite's own switches")
def test_sqlite_is_as_strict_as_production_needs(db: None) -> None:
    with connection.cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "recursive_triggers")
        }

    assert found == {"journal_mode": "wal", "foreign_keys": 1, "recursive_triggers": 1}
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_production_on_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sesame.sqlite3'}"

    assert "synchronous=FULL" in str(
        value_of("settings.DATABASES['default']['OPTIONS']['init_command']", **PRODUCTION | {"DATABASE_URL": url})
    )


def test_every_page_carries_the_strict_headers(client: Client, db: None) -> None:
    headers = client.get("/accounts/login/").headers

    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "object-src 'none'"
    )
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_request_log_knows_the_address_pattern_and_never_what_was_typed(client: Client, db: None) -> None:
    written = StringIO()
    handler = StreamHandler(written)
    getLogger("sesame.request").addHandler(handler)
    try:
        client.get("/healthz?q=Yildiz", headers={"Referer": "http://testserver/clients/?q=Yildiz"})
    finally:
        getLogger("sesame.request").removeHandler(handler)

    line = json.loads(written.getvalue())
    assert "Yildiz" not in written.getvalue()
    assert line | {"reference": "", "ms": 0} == {
        "reference": "",
        "method": "GET",
        "route": "healthz",
        "status": 200,
        "ms": 0,
        "user": None,
    }


@pytest.mark.parametrize(("quote", "told"), [(False, 0), (True, 2)], ids=["production", "a developer's machine"])
def test_a_logged_error_names_its_place_and_kind_but_not_the_value_that_broke_it(quote: bool, told: int) -> None:
    logger, written = getLogger("sesame.test"), StringIO()
    handler = StreamHandler(written)
    handler.setFormatter(PlainFormatter(quote=quote))
    logger.addHandler(handler)
    try:
        try:
            raise ValueError("Yildiz") from KeyError("Yildiz")
        except ValueError:
            logger.exception("It broke")
    finally:
        logger.removeHandler(handler)

    assert written.getvalue().startswith("ERROR sesame.test - It broke\n")
    assert "test_settings.py" in written.getvalue()
    assert written.getvalue().count("Error: 'Yildiz'") + written.getvalue().count("Error: Yildiz") == told
    assert "ValueError" in written.getvalue()
    assert "KeyError" in written.getvalue()


def test_a_refused_page_is_one_line_in_the_log() -> None:
    logger, written = getLogger("sesame.test"), StringIO()
    handler = StreamHandler(written)
    handler.setFormatter(PlainFormatter(quote=True))
    logger.addHandler(handler)
    try:
        try:
            raise PermissionError
        except PermissionError:
            logger.warning("Forbidden: /clients/", exc_info=True)
    finally:
        logger.removeHandler(handler)

    assert written.getvalue() == "WARNING sesame.test - Forbidden: /clients/\n"


def test_the_server_is_not_ready_while_a_migration_waits(client: Client, db: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="staff", name="0001_initial").delete()

    response = client.get("/readyz")

    assert (response.status_code, b"to apply" in response.content) == (503, True)


def test_migrations_say_exactly_what_the_models_say(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
