"""Run the suite on every database it must pass on: SQLite, and a PostgreSQL of its own that it starts and stops.

python -m tests.engines [anything pytest understands]

No server is shared or left behind: PostgreSQL lives in a temporary folder, on a free port of this machine.
In CI (CI=true) a missing PostgreSQL is a failure; elsewhere it is said in the last line.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PYTEST_INTERRUPTED = 2
STARTS = 3  # another program may take the free port between our look and PostgreSQL's start


class PostgreSQLError(Exception):
    """A PostgreSQL is installed and does not start; the text is its own log."""


def postgresql_programs() -> Path | None:
    """The folder of the newest `initdb` of this machine; None if there is none."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    return versions[-1].parent if versions else None


def as_postgres(*command: str | Path) -> list[str]:
    """The command as PostgreSQL accepts it: it refuses to be root, so that root lends it to the user postgres."""
    words = [str(word) for word in command]
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *words] if os.geteuid() == 0 else words


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def private_postgresql(programs: Path) -> Iterator[str]:
    """A new server for the time of the block; its address, as DATABASE_URL wants it."""
    with tempfile.TemporaryDirectory(prefix="sesame-postgresql-", ignore_cleanup_errors=True) as folder:
        home, data, log = Path(folder), Path(folder) / "data", Path(folder) / "log"
        if os.geteuid() == 0:
            try:
                owner = pwd.getpwnam("postgres")
            except KeyError as nobody:
                raise PostgreSQLError("it refuses to run as root, and there is no user postgres") from nobody
            os.chown(home, owner.pw_uid, owner.pw_gid)
        quiet = {"cwd": home, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        initdb = ["initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = subprocess.run(as_postgres(programs / initdb[0], *initdb[1:]), **quiet | {"stderr": subprocess.PIPE})
        if made.returncode:
            raise PostgreSQLError(made.stderr.decode())
        pg_ctl = as_postgres(programs / "pg_ctl", "-D", data, "-w")
        for _ in range(STARTS):
            port = free_port()
            # Durability is for data somebody wants back.
            options = (
                f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
                "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
            )
            if subprocess.run([*pg_ctl, "-l", log, "-o", options, "start"], **quiet).returncode == 0:
                break
        else:
            raise PostgreSQLError(log.read_text())
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*pg_ctl, "-m", "immediate", "stop"], **quiet, check=False)


def suite(arguments: list[str], *, database_url: str) -> int:
    """pytest's exit code. An interruption is passed on to pytest by the terminal: wait for its last words."""
    running = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        env=os.environ | {"DEBUG": "1", "DATABASE_URL": database_url},
    )
    try:
        return running.wait()
    except KeyboardInterrupt:
        running.wait()
        raise
    except BaseException:
        running.terminate()
        running.wait()
        raise


def stop(signum: int, frame: object) -> None:
    sys.exit(128 + signum)


def main(arguments: list[str]) -> int:
    results: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="sesame-sqlite-") as folder:
        print("On SQLite:", flush=True)
        results["SQLite"] = suite(arguments, database_url=f"sqlite:///{folder}/sesame.sqlite3")
    if results["SQLite"] == PYTEST_INTERRUPTED:
        return PYTEST_INTERRUPTED
    if programs := postgresql_programs():
        version = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True).stdout.split()[
            2
        ]
        with private_postgresql(programs) as url:
            print(f"On PostgreSQL {version}:", flush=True)
            results[f"PostgreSQL {version}"] = suite(arguments, database_url=url)
    print("Engines: " + ", ".join(f"{engine} {'failed' if code else 'passed'}" for engine, code in results.items()))
    if not programs:
        print("PostgreSQL did not run: no initdb on this machine (Debian: apt-get install postgresql).")
    return max(results.values()) or int(not programs and bool(os.environ.get("CI")))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except PostgreSQLError as failure:
        sys.exit(f"PostgreSQL did not start: {failure}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
