"""Brussels decides which day it is, wherever the server stands."""

import json
import os
import subprocess
import sys

from django.conf import settings


def told_in(zone: str) -> list[list[str]]:
    said = subprocess.run(
        [sys.executable, "-m", "tests.cases.told_days"],
        env={**os.environ, "TZ": zone, "DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    told: list[list[str]] = json.loads(said.stdout)
    return told


EXPECTED = [
    ["2026-09-14", "2026-09-22", "2026-11-30", "2026-07-17"],
    ["2026-12-12", "2026-12-21", "2027-02-28", "2026-10-14"],
    ["2028-02-29", "2028-03-08", "2028-05-15", "2028-01-01"],
    ["2028-03-14", "2028-03-22", "2028-05-29", "2028-01-15"],
    ["2026-10-30", "2026-11-09", "2027-01-16", "2026-09-01"],
    ["2027-01-01", "2027-01-05"],
    ["2026-10-25", "2026-10-27"],
    ["2026-10-25", "2026-10-27"],
    ["2027-03-28", "2027-03-31"],
    ["2027-03-28", "2027-03-31"],
    ["2026-11-23", "2026-11-24"],
    ["2026-07-20", "2026-07-22"],
    ["2026-07-20", "2026-07-23"],
]


def test_three_server_clocks_give_the_same_days() -> None:
    assert [told_in(zone) for zone in ("UTC", "America/Los_Angeles", "Asia/Tokyo")] == [EXPECTED] * 3
