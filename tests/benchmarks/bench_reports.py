"""make bench [SIZE=10k|100k|1M]: the report of a year of the whole office, against the bare count of the same rows.

The floor reads every event and every visit of the year once and adds nothing up: no report can do with less.
"""

import time
from collections.abc import Callable
from statistics import median

import pytest
from django.db import connection

from cases.models import Event, Visit
from cases.reports import steps
from cases.reports.counts import one_snapshot
from cases.reports.periods import Period
from cases.reports.report import TABLES, report
from cases.reports.scope import Scope
from cases.reports.who import Who
from tests.benchmarks.office import TODAY, an_office
from tests.benchmarks.report import say, size
from tests.benchmarks.visitor import Visitor

YEAR = Period.year_of(TODAY)
OF_THEIR_OWN = ("outcomes", "sent_away", "delays", "losses", "money")  # the other tables all read the same counts


@pytest.mark.usefixtures("kept_database")
def test_the_reports():
    measure(cases=size(), turns=3)


def measure(*, cases: int, turns: int) -> None:
    visitor = Visitor(an_office(cases))

    def seconds(work: Callable[[], object]) -> float:
        return median(timed(work) for _ in range(turns))

    floor = seconds(bare_count)
    print(f"\nThe report of {YEAR.name}, {cases:,} cases on {connection.vendor}; medians of {turns} turns")
    say("every event and visit of the year, counted", f"{floor:.2f} s")
    whole = seconds(lambda: report(Scope(YEAR)))
    say("the whole report ÷ that", f"{whole:.2f} s", whole / floor, goal="2 to 3 s at 1M")
    as_of = seconds(lambda: report(Scope(YEAR, as_of=TODAY)))
    say("the same as of a day", f"{as_of:.2f} s", as_of / floor)
    page = median(visitor.seconds(f"/reports/?period={YEAR.code}") for _ in range(turns))
    say("its page", f"{page:.2f} s", page / floor)
    with one_snapshot():
        pieces: dict[str, Callable[[], object]] = {"people, cases and visits": lambda: Who(Scope(YEAR)).by}
        pieces["cases open at the end"] = lambda: steps.left_open(Scope(YEAR))
        pieces |= {name: lambda name=name: TABLES[name](Who(Scope(YEAR))) for name in OF_THEIR_OWN}  # type: ignore[misc]
        for name, work in pieces.items():
            took = seconds(work)
            say(f"  {name}", f"{took:.2f} s", took / floor)


def bare_count() -> int:
    days = (YEAR.first, YEAR.last)
    return sum(model.objects.filter(happened_on__range=days).count() for model in (Event, Visit))


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
