"""make bench [SIZE=10k|100k|1M]: the case export against its floor, measured in turns in the same run.

It prints ratios and asserts nothing by the clock: machines differ, and this one may be busy.
"""

import json
import os
import subprocess
import sys
from statistics import median

import pytest
from django.conf import settings
from django.db import connection

from tests.benchmarks.floors import address, floor_seconds
from tests.benchmarks.office import fill

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000}
SLOW = 100_000  # import-export wants 2 GB for a million


def size() -> int:
    wanted = os.environ.get("SIZE") or "10k"
    return SIZES.get(wanted) or int(wanted)


@pytest.fixture(scope="module")
def office(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        fill(size())
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("office")
def test_the_case_export():
    measure(cases=size(), rounds=3 if size() > SLOW else 5)


def measure(*, cases: int, rounds: int) -> None:
    turns = [(floor_seconds(), probe("csv")) for _ in range(rounds)]
    floor = median(seconds for (_, seconds), _ in turns)
    export = median(ours["seconds"] for _, ours in turns)
    rows = min(cases, SLOW)
    theirs = probe("import_export", str(rows))
    same_rows = median(probe("csv", str(rows))["seconds"] for _ in range(rounds)) if rows < cases else export
    (program, _), ours = turns[0]

    print(f"\nThe case export, {cases:,} cases on {connection.vendor}; medians of {rounds} turns")
    say(program, f"{floor:.2f} s")
    say("the export, in the Excel dialect", f"{export:.2f} s", f"{export / floor:.2f} × the floor")
    say("its first byte", f"{median(ours['first_byte'] for _, ours in turns) * 1000:.1f} ms")
    say("its memory over idle", f"{max(ours['megabytes'] for _, ours in turns):.1f} MB")
    say("its size", f"{ours['bytes'] / 1e6:.1f} MB")
    say(f"import-export, {rows:,} rows", f"{theirs['seconds']:.2f} s", f"{theirs['seconds'] / same_rows:.0f} × ours")
    say("its memory over idle", f"{theirs['megabytes']:.1f} MB")


def say(what: str, figure: str, ratio: str = "") -> None:
    print(f"  {what:<34} {figure:>12}   {ratio}")


def probe(*words: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.probe", *words],
        stdout=subprocess.PIPE,
        env=os.environ | {"DATABASE_URL": address()},
        cwd=settings.BASE_DIR,
        check=True,
    )
    return json.loads(done.stdout)
