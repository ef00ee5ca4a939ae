"""Run the suite on every database it must pass on: SQLite, and a PostgreSQL of its own that it starts and stops.

python -m tests.engines [--in-turn] [anything pytest understands]

Both run at the same time; what PostgreSQL's says is shown when SQLite's has ended. `--in-turn` runs one after the
other: for what is measured, and for a debugger.
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
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

type Running = subprocess.Popen[bytes]

PYTEST = [sys.executable, "-m", "pytest"]
IN_TURN = "--in-turn"
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


@contextmanager
def suite(engine: str, arguments: list[str], *, database_url: str, into: BinaryIO | None) -> Iterator[Running]:
    """pytest on one engine, ended when the block is left; without a file for its words it has the terminal."""
    own_cache = f"--override-ini=cache_dir=.pytest_cache/{engine}"
    running = subprocess.Popen(
        [*PYTEST, own_cache, *arguments],
        env=os.environ | {"DEBUG": "1", "DATABASE_URL": database_url},
        stdin=subprocess.DEVNULL if into else None,
        stdout=into,
        stderr=into,
    )
    try:
        yield running
    except KeyboardInterrupt:  # the terminal has passed it on to pytest: wait for its last words
        raise
    except BaseException:
        running.terminate()
        raise
    finally:
        running.wait()


def follow(running: Running, words: BinaryIO) -> None:
    """Show what a suite has said so far, then the rest as it comes."""
    ended = False
    while not ended:
        ended = running.poll() is not None
        sys.stdout.buffer.write(words.read())
        sys.stdout.flush()
        time.sleep(0 if ended else 0.2)


def together(engines: dict[str, str], arguments: list[str]) -> dict[str, int]:
    """pytest's exit codes: the first engine has the terminal, the words of the others come after its own."""
    with ExitStack() as block:
        suites = []
        for engine, url in engines.items():
            into = block.enter_context(tempfile.NamedTemporaryFile()) if suites else None
            running = block.enter_context(suite(engine, arguments, database_url=url, into=into))
            suites.append((engine, running, into))
        for engine, running, into in suites:
            print(f"On {engine}:", flush=True)
            if into:
                with open(into.name, "rb") as words:
                    follow(running, words)
            running.wait()
    return {engine: running.returncode for engine, running, _ in suites}


def in_turn(engines: dict[str, str], arguments: list[str]) -> dict[str, int]:
    results = {}
    for engine, url in engines.items():
        print(f"On {engine}:", flush=True)
        with suite(engine, arguments, database_url=url, into=None) as running:
            results[engine] = running.wait()
    return results


def stop(signum: int, frame: object) -> None:
    sys.exit(128 + signum)


def version_of(programs: Path) -> str:
    return subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True).stdout.split()[2]


def main(arguments: list[str]) -> int:
    run = in_turn if IN_TURN in arguments else together
    arguments = [word for word in arguments if word != IN_TURN]
    programs = postgresql_programs()
    with ExitStack() as block:
        folder = block.enter_context(tempfile.TemporaryDirectory(prefix="sesame-sqlite-"))
        engines = {"SQLite": f"sqlite:///{folder}/sesame.sqlite3"}
        if programs:
            engines[f"PostgreSQL {version_of(programs)}"] = block.enter_context(private_postgresql(programs))
        results = run(engines, arguments)
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
