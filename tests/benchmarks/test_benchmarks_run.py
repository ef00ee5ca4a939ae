"""The benchmarks themselves, at a size that says nothing but that they run."""

import csv
from collections.abc import Iterable

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import translation

from cases.columns import case_columns, usual
from cases.dialects import PLAIN
from cases.exports import csv_lines
from cases.models import Case, Client
from cases.replay import state_of
from tests.benchmarks import bench_imports, bench_reports, bench_screens, peer
from tests.benchmarks.bench_exports import measure
from tests.benchmarks.office import TODAY, fill


@pytest.fixture
def small_office(transactional_db):
    return fill(60)


def test_the_synthetic_office_is_one_that_could_be(small_office):
    cases = list(Case.objects.prefetch_related("events"))

    for case in cases:
        columns = state_of(case.events.all()).columns()
        assert {name: getattr(case, name) for name in columns} == columns
    assert len(cases) == 60
    assert {client.pk for client in Client.objects.all() if client.search_key != client.key()} == set()


def test_the_benchmark_of_the_export_runs(small_office, capsys):
    measure(cases=60, rounds=1)

    said = [line.strip().split("  ")[0] for line in capsys.readouterr().out.splitlines()[3:]]
    assert said == [
        "the export, in the Excel dialect ÷ the floor", "with the record of who was in it ÷ the floor",
        "its first byte", "its memory over idle", "its size",
        "import-export, 60 rows ÷ ours", "the memory of import-export over idle",
    ]  # fmt: skip


def test_import_export_makes_the_same_file(small_office):
    cases = Case.objects.order_by(*Case._meta.ordering)
    with translation.override("fr"):
        ours, theirs = (
            cells(csv_lines(cases, usual(case_columns(on=TODAY)), dialect=PLAIN)), cells(peer.file_of(cases))
        )  # fmt: skip

    assert len(ours) == 60
    assert theirs == ours


def cells(file: Iterable[bytes]) -> list[list[str]]:
    """Without the header: theirs has the names of the fields."""
    return list(csv.reader(b"".join(file).decode().splitlines()))[1:]


def test_the_benchmark_of_the_screens_runs(transactional_db, capsys):
    with override_settings(ROOT_URLCONF="tests.benchmarks.bench_screens"):
        bench_screens.measure(cases=70, small=60, pairs=5)

    said = [line.strip().split("  ")[0] for line in capsys.readouterr().out.splitlines()[2:]]
    assert said[:3] + said[-3:] == [
        "the list of cases, first page", "first page ÷ the same HTML from a constant",
        "cases, newest: deep pages ÷ the first",
        "Today, 0 rows due", "first page ÷ at 60", "Today ÷ at 60",
    ]  # fmt: skip
    assert len(said) == 21


def test_the_benchmark_of_the_reports_runs(transactional_db, capsys):
    bench_reports.measure(cases=60, turns=1)

    said = [line.strip().split("  ")[0] for line in capsys.readouterr().out.splitlines()[2:]]
    assert said == [
        "every event and visit of the year, counted", "the whole report ÷ that", "the same as of a day", "its page",
        "people, cases and visits", "cases open at the end", "outcomes", "sent_away", "delays", "losses", "money",
    ]  # fmt: skip


@pytest.mark.usefixtures("reference_data")
def test_the_benchmark_of_the_imports_runs(capsys):
    bench_imports.measure(lines=50)

    first, *said = [line.strip().split("  ")[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert first == (f"An old list of 50 lines on {connection.vendor}: 85 clients, 35 cases, 70 events, 50 visits")
    assert said == [
        "read in its workshop", "the dry run", "the confirmation ÷ the bare inserts", "the same list again",
    ]  # fmt: skip
