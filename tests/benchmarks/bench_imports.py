"""make bench: an old list of 10,000 lines, read, planned and brought in.

The floor is the bare insert of what comes of it: as many rows in the same tables by bulk_create.
"""

import csv
import io
import time
from collections.abc import Callable, Iterator
from random import Random
from uuid import UUID

import pytest
from django.db import connection, transaction

from cases.imports.columns import guessed
from cases.imports.keeping import keep
from cases.imports.planning import plan
from cases.imports.writing import carry_out
from cases.models import Case, Client, Event, ImportedRow, Visit
from communes.models import Commune
from config.staff.roles import Role
from config.tables import read_table
from tests.benchmarks.office import FAMILY, GIVEN
from tests.benchmarks.report import say
from tests.cases.old_lists import DAY
from tests.factories import UserFactory, a_client, noon

LINES = 10_000
HEADER = (
    "client no", "first name", "last name", "birth year", "telephone", "commune", "case no", "procedure", "reason",
    "opened on", "step", "since", "office", "visit date", "minutes", "topic", "visit note",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.usefixtures("reference_data")
def test_an_old_list() -> None:
    measure(lines=LINES)


def measure(*, lines: int) -> None:
    by = UserFactory(role=Role.COORDINATOR)
    assert by.team is not None
    for n in range(min(lines, 100)):
        a_client(team=by.team, reference=f"U-2025-{n:04d}", phone=f"+32470{n:06d}")
    data = old_list(lines)
    began = time.process_time()
    read_seconds, read = timed(lambda: read_table(data, most_lines=20_000))
    batch = keep(read, source="Bench", team=by.team, by=by, at=noon(DAY))

    def planned():
        return plan(
            read.lines, guessed(read.lines[0], {}), source="Bench", among=Client.objects.visible_to(by), at=noon(DAY)
        )

    plan_seconds, first = timed(planned)
    plan_work, began = time.process_time() - began, time.process_time()
    assert first.problems == []
    write_seconds, _done = timed(lambda: carry_out(planned(), batch, by=by, at=noon(DAY)))
    write_work = time.process_time() - began
    again_seconds, again = timed(planned)
    floor, _none = timed(insert_the_same)

    print(f"\nAn old list of {lines:,} lines on {connection.vendor}: {made()}")
    say("read in its workshop", f"{read_seconds:.2f} s")
    say("the dry run", f"{plan_seconds:.2f} s", goal="≤ 30 s", note=f"{plan_work:.2f} s of this process")
    say(
        "the confirmation ÷ the bare inserts",
        f"{write_seconds:.2f} s",
        write_seconds / floor,
        goal="≤ 30 s",
        note=f"{write_work:.2f} s of this process",
    )
    say("the same list again", f"{again_seconds:.2f} s")
    assert not again.makes_something


def made() -> str:
    kinds = (Client, Case, Event, Visit)
    return ", ".join(f"{model.objects.count():,} {model._meta.verbose_name_plural}" for model in kinds)


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def insert_the_same() -> None:
    """As many rows in the same tables, by bulk_create and without a thought; taken back."""
    with transaction.atomic():
        for model, unique in ((Client, "reference"), (Case, "reference"), (Visit, "key"), (ImportedRow, "key")):
            rows = list(model.objects.order_by("pk"))
            for n, row in enumerate(rows):
                row.pk = None
                setattr(row, unique, UUID(int=n) if model is Visit else f"x{n}")
            model.objects.bulk_create(rows, batch_size=500)
        transaction.set_rollback(True)


def old_list(lines: int) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEADER)
    writer.writerows(old_lines(lines, Random(2026)))
    return out.getvalue().encode("utf-8-sig")


def old_lines(lines: int, chance: Random) -> Iterator[tuple[object, ...]]:
    communes = [commune.name_fr for commune in Commune.objects.in_region()]
    steps = ("To register", "To activate", "Key active")
    for n in range(lines):
        client = n * 7 // 10
        yield (
            client, GIVEN[client % len(GIVEN)], f"{FAMILY[client % len(FAMILY)]} {client}", 1950 + client % 50,
            f"0470{client:06d}", communes[client % len(communes)], f"D{client}", "Digital key", "First request",
            "02/03/2026", steps[client % 3], "09/03/2026", "uccle", f"{1 + n % 28:02d}/04/2026",
            chance.randrange(5, 60), "Digital key", f"Vient pour la clé, ligne {n}",
        )  # fmt: skip
