"""The benchmarks themselves, at a size that says nothing but that they run."""

import pytest

from cases.models import Case
from cases.replay import state_of
from tests.benchmarks.bench_exports import measure
from tests.benchmarks.office import fill


@pytest.fixture
def small_office(transactional_db):
    return fill(60)


def test_the_synthetic_office_is_one_that_could_be(small_office):
    cases = list(Case.objects.prefetch_related("events"))

    for case in cases:
        columns = state_of(case.events.all()).columns()
        assert {name: getattr(case, name) for name in columns} == columns
    assert len(cases) == 60


def test_the_benchmark_of_the_export_runs(small_office, capsys):
    measure(cases=60, rounds=1)

    said = [line.split("  ")[1] for line in capsys.readouterr().out.splitlines()[2:]]
    assert said[1:] == [
        "the export, in the Excel dialect", "its first byte", "its memory over idle", "its size",
        "import-export, 60 rows", "its memory over idle",
    ]  # fmt: skip
