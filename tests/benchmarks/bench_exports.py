"""make bench [SIZE=10k|100k|1M]: the case export against its floor, measured in turns in the same run.

It prints ratios and asserts nothing by the clock: machines differ, and this one may be busy.
"""

import json
import os
import subprocess
import sys
from statistics import median
from typing import NamedTuple

import pytest
from django.conf import settings
from django.db import connection

from tests.benchmarks.floors import address, floor_seconds
from tests.benchmarks.office import an_office
from tests.benchmarks.report import say, size

SLOW = 100_000  # import-export wants 2 GB for a million


class Goals(NamedTuple):
    floor: str
    memory: str
    theirs: str


SQLITE = Goals("≤ 2.0", "≤ 60 MB + page cache", "≥ 20")


@pytest.mark.usefixtures("kept_database")
def test_the_case_export():
    measure(cases=size(), rounds=3 if size() > SLOW else 5)


def measure(*, cases: int, rounds: int) -> None:
    an_office(cases)
    turns = [(floor_seconds(), probe("csv"), probe("recorded")) for _ in range(rounds)]
    floor = median(seconds for (_, seconds), _, _ in turns)
    export, recorded = (median(turn[which]["seconds"] for turn in turns) for which in (1, 2))
    rows = min(cases, SLOW)
    theirs = probe("import_export", str(rows))
    same = median(probe("csv", str(rows))["seconds"] for _ in range(rounds))
    (program, _), ours, _ = turns[0]

    print(f"\nThe case export, {cases:,} cases on {connection.vendor}; medians of {rounds} turns")
    goals = Goals("≤ 1.15", "≤ 40 MB", "≥ 40") if connection.vendor == "postgresql" else SQLITE
    say(program, f"{floor:.2f} s")
    say("the export, in the Excel dialect ÷ the floor", f"{export:.2f} s", export / floor, goal=goals.floor)
    say("with the record of who was in it ÷ the floor", f"{recorded:.2f} s", recorded / floor, goal=goals.floor)
    say("its first byte", f"{median(ours['first_byte'] for _, ours, _ in turns) * 1000:.1f} ms", goal="≤ 60 ms")
    memory = max(one["megabytes"] for _, *both in turns for one in both)
    say("its memory over idle", f"{memory:.1f} MB", goal=goals.memory)
    say("its size", f"{ours['bytes'] / 1e6:.1f} MB")
    ratio = theirs["seconds"] / same
    say(f"import-export, {rows:,} rows ÷ ours", f"{theirs['seconds']:.2f} s", ratio, goal=goals.theirs)
    say("the memory of import-export over idle", f"{theirs['megabytes']:.1f} MB")


def probe(*words: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.probe", *words],
        stdout=subprocess.PIPE,
        env=os.environ | {"DATABASE_URL": address()},
        cwd=settings.BASE_DIR,
        check=True,
    )
    return json.loads(done.stdout)
