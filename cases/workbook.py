"""Rows as an XLSX workbook that leaves while it is read. One query, so one snapshot; memory holds a few rows."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import IntegerField, QuerySet, Value

from cases.columns import Column, Kind
from cases.departures import Tally
from cases.reading import batches
from config import xlsx
from config.safe_cell import safe_cell

ROWS = 500  # at once: as many as fill some 64 KiB


type Told = Callable[[int], None]


def nobody(rows: int) -> None:
    """Nobody wants to know how many rows are written by now."""


def workbook(
    rows: QuerySet[Any],
    columns: Sequence[Column],
    *,
    told: Told = nobody,
    tally: Tally | None = None,
    day: date | None = None,
) -> Generator[bytes]:
    """The rows in their order and in the active language; days, numbers and amounts are just that."""
    headings = [xlsx.Heading(str(column.header), CELLS.get(column.kind, guarded)) for column in columns]
    whose = tally.whose if tally else Value(None, output_field=IntegerField())
    return _written(headings, rows.values_list(*(column.expression for column in columns), whose), told, tally, day)


def _written(
    headings: Sequence[xlsx.Heading], rows: QuerySet[Any, Any], told: Told, tally: Tally | None, day: date | None
) -> Generator[bytes]:
    """The bytes as the rows come. A query that fails does so before anything is sent."""
    done = 0
    with closing(batches(rows, size=ROWS, day=day)) as found:
        batch = next(found, ())
        with xlsx.Book(headings) as book:
            while batch:
                if tally:
                    tally.saw([key for *_cells, key in batch])
                book.add([cells for *cells, _key in batch])
                done += len(batch)
                told(done)
                if some := book.taken():
                    yield some
                batch = next(found, ())
        yield book.taken()


@lru_cache(maxsize=4096)
def guarded(value: object) -> str:
    """A text is guarded as in a CSV, for a workbook may become one: what remains of it once it is possible."""
    return xlsx.text(safe_cell(xlsx.possible(str(value))))


CELLS: dict[Kind, xlsx.Cell] = {Kind.DAY: xlsx.day, Kind.AMOUNT: xlsx.amount, Kind.NUMBER: xlsx.number}
