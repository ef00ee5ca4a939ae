"""`make test` starts a PostgreSQL of its own, leaves nothing behind, and says so when it could not."""

import os
import pwd
import tempfile

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


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)], ids=["in CI", "elsewhere"])
def test_a_missing_postgresql_is_said_and_fails_only_in_ci(
    ci: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(engines, "postgresql_programs", lambda: None)
    monkeypatch.setattr(engines, "suite", lambda arguments, *, database_url: 0)

    assert engines.main([]) == code
    assert "Engines: SQLite passed\nPostgreSQL did not run: no initdb" in capsys.readouterr().out


def test_one_failing_engine_fails_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "postgresql_programs", lambda: None)
    monkeypatch.setattr(engines, "suite", lambda arguments, *, database_url: 1)

    assert engines.main([]) == 1
