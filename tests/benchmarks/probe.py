"""One export in a process of its own, so that its memory and its time are nobody else's; says them as JSON.

python -m tests.benchmarks.probe csv|recorded|import_export [at most so many rows]
"""

import json
import logging
import os
import sys
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from cases.columns import case_columns, usual  # noqa: E402
from cases.departures import Tally, announce, departing  # noqa: E402
from cases.dialects import EXCEL  # noqa: E402
from cases.exports import csv_lines  # noqa: E402
from cases.models import Case  # noqa: E402
from cases.models.case import CaseQuerySet  # noqa: E402
from config.staff.models import User  # noqa: E402
from tests.benchmarks import peer  # noqa: E402
from tests.benchmarks.office import COORDINATOR, TODAY  # noqa: E402
from tests.benchmarks.visitor import Visitor  # noqa: E402


def csv_of(cases: CaseQuerySet) -> Generator[bytes]:
    return csv_lines(cases, usual(case_columns(on=TODAY)), dialect=EXCEL)


def recorded_of(cases: CaseQuerySet) -> Generator[bytes]:
    """The file as it leaves the page: with the record of who was in it and of its bytes."""
    columns = usual(case_columns(on=TODAY))
    tally = Tally("client_id", columns)
    record = announce(
        by=User.objects.get(email=COORDINATOR), at=timezone.now(), subject="cases", kind=EXCEL.name, filters={},
        columns=[column.name for column in columns], named=False,
    )  # fmt: skip
    return departing(record, csv_lines(cases, columns, dialect=EXCEL, tally=tally), tally, clock=timezone.now)


WAYS = {"csv": csv_of, "recorded": recorded_of, "import_export": peer.file_of}


def first_byte(visitor: Visitor) -> float:
    """Of the page: who asks is known, the record announced, the query begun."""
    request = visitor.factory.get(reverse("cases:export"))
    started = time.perf_counter()
    with closing(visitor.handler(request.environ)) as response:
        next(iter(response))
        return time.perf_counter() - started


def megabytes(which: str) -> float:
    """What this process holds (VmRSS), or the most that it held (VmHWM); of Linux alone, elsewhere 0."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(which)), 0)


def main(way: str, limit: str = "") -> dict[str, float]:
    setup_test_environment()
    logging.getLogger("sesame.request").disabled = True
    cases = Case.objects.order_by(*Case._meta.ordering)
    if limit:
        cases = cases[: int(limit)]
    with translation.override("fr"):
        connection.ensure_connection()
        visitor = Visitor(User.objects.get(email=COORDINATOR))
        first = median(first_byte(visitor) for _ in range(5)) if way == "csv" else 0
        if (peak := Path("/proc/self/clear_refs")).exists():
            peak.write_text("5")  # the most so far is forgotten
        idle = megabytes("VmRSS")
        started, size = time.perf_counter(), 0
        for chunk in WAYS[way](cases):
            size += len(chunk)
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "bytes": size, "first_byte": first, "megabytes": megabytes("VmHWM") - idle}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
