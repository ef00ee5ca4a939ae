"""`make test` starts a PostgreSQL of its own, leaves nothing behind, and says so when it could not."""

import os
import pwd
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import engines


@pytest.fixture(autouse=True)
def open_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user postgres cannot enter the folders that pytest makes for root."""
    monkeypatch.setattr(tempfile, "tempdir", None)


programs = engines.postgresql_programs()
needs_postgresql = pytest.mark.skipif(programs is None, reason="no initdb on this machine")


@needs_postgresql
def test_the_private_server_is_gone_after_its_block_even_when_the_tests_break() -> None:
    seen: list[str] = []

    def broken() -> None:
        with engines.private_postgresql(programs) as url, psycopg.connect(url) as connection:
            seen.extend([url, *connection.execute("SELECT current_setting('data_directory')").fetchone()])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()

    url, place = seen
    assert not os.path.exists(place)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


@needs_postgresql
def test_two_private_servers_do_not_meet() -> None:
    with engines.private_postgresql(programs) as one, engines.private_postgresql(programs) as other:
        assert one != other


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lend the server to somebody")
def test_root_without_a_user_postgres_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(name: str) -> pwd.struct_passwd:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", nobody)

    with (
        pytest.raises(engines.PostgreSQLError, match="there is no user postgres"),
        engines.private_postgresql(programs),
    ):
        pass


def a_suite_that(does: str) -> list[str]:
    """In place of pytest: a program that knows its engine, as pytest does, by the address of its database."""
    engine = "import os, sys, time; engine = os.environ['DATABASE_URL'].partition(':')[0]; "
    return [sys.executable, "-c", engine + does]


@pytest.fixture
def two_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def no_server(programs: object) -> Iterator[str]:
        yield "postgres://nobody@127.0.0.1/nothing"

    monkeypatch.setattr(engines, "postgresql_programs", lambda: Path("/usr/lib/postgresql/17/bin"))
    monkeypatch.setattr(engines, "version_of", lambda programs: "17")
    monkeypatch.setattr(engines, "private_postgresql", no_server)


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)], ids=["in CI", "elsewhere"])
def test_a_missing_postgresql_is_said_and_fails_only_in_ci(
    ci: str, code: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(engines, "postgresql_programs", lambda: None)
    monkeypatch.setattr(engines, "PYTEST", a_suite_that("pass"))

    assert engines.main([]) == code
    assert "Engines: SQLite passed\nPostgreSQL did not run: no initdb" in capfd.readouterr().out


@pytest.mark.parametrize("failing", ["sqlite", "postgres"])
@pytest.mark.parametrize("how", [[], ["--in-turn"]], ids=["together", "in turn"])
def test_one_failing_engine_fails_the_whole(
    failing: str,
    how: list[str],
    two_engines: None,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(engines, "PYTEST", a_suite_that(f"sys.exit(engine == {failing!r})"))

    assert engines.main(how) == 1

    said = ["failed", "passed"] if failing == "sqlite" else ["passed", "failed"]
    assert capfd.readouterr().out.endswith("Engines: SQLite {}, PostgreSQL 17 {}\n".format(*said))


def test_both_engines_run_at_once_and_are_shown_one_after_the_other(
    two_engines: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each waits for the other to have begun: one after the other, the first would wait for ever."""
    other = "{'sqlite': 'postgres', 'postgres': 'sqlite'}[engine]"
    meet = f"open(engine, 'w').close()\nwhile not os.path.exists({other}): time.sleep(0.01)\n"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engines, "PYTEST", a_suite_that(f"\n{meet}print(engine, '1', flush=True); print(engine, '2')"))

    assert engines.main([]) == 0

    lines = ["On SQLite:", "sqlite 1", "sqlite 2", "On PostgreSQL 17:", "postgres 1", "postgres 2"]
    assert capfd.readouterr().out.splitlines() == [*lines, "Engines: SQLite passed, PostgreSQL 17 passed"]


def test_in_turn_the_second_begins_when_the_first_has_ended(
    two_engines: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = "open('running', 'x').close(); time.sleep(0.2); os.remove('running'); "
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engines, "PYTEST", a_suite_that(alone + "sys.exit(sys.argv[2:] != ['-x'])"))

    assert engines.main(["--in-turn", "-x"]) == 0


@pytest.mark.parametrize(
    ("reason", "code"),
    [(SystemExit, -signal.SIGTERM), (KeyboardInterrupt, 0)],
    ids=["a stop ends it", "an interruption waits for its last words"],
)
def test_no_suite_is_left_behind(reason: type[BaseException], code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "PYTEST", a_suite_that(f"time.sleep({60 if code else 0.2})"))

    with pytest.raises(reason), engines.suite("SQLite", [], database_url="sqlite://", into=None) as running:
        raise reason

    assert running.returncode == code
