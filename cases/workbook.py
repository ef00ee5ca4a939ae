"""Rows as an XLSX workbook that leaves while it is read. One query, so one snapshot; memory holds a few rows."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import lru_cache, partial
from itertools import batched
from typing import Any

from django.db.models import IntegerField, QuerySet, Value
from django.db.models.sql.constants import CURSOR

from cases.columns import Column, Kind
from cases.departures import Tally
from cases.reading import reading
from config import xlsx
from config.safe_cell import safe_cell

ROWS = 500  # at once: as many as fill some 64 KiB


type Told = Callable[[int], None]


def nobody(rows: int) -> None:
    """Nobody wants to know how many rows are written by now."""


def workbook(
    rows: QuerySet[Any], columns: Sequence[Column], *, told: Told = nobody, tally: Tally | None = None
) -> Generator[bytes]:
    """The rows in their order and in the active language; days, numbers and amounts are just that."""
    headings = [xlsx.Heading(str(column.header), CELLS.get(column.kind, guarded)) for column in columns]
    whose = tally.whose if tally else Value(None, output_field=IntegerField())
    return _written(headings, rows.values_list(*(column.expression for column in columns), whose), told, tally)


def _written(
    headings: Sequence[xlsx.Heading], rows: QuerySet[Any, Any], told: Told, tally: Tally | None
) -> Generator[bytes]:
    """The bytes as the rows come. A query that fails does so before anything is sent."""
    done = 0
    with closing(_read(rows)) as batches:
        batch = next(batches, ())
        with xlsx.Book(headings) as book:
            while batch:
                if tally:
                    tally.saw([key for *_cells, key in batch])
                book.add([cells for *cells, _key in batch])
                done += len(batch)
                told(done)
                if some := book.taken():
                    yield some
                batch = next(batches, ())
        yield book.taken()


def _read(rows: QuerySet[Any, Any]) -> Generator[tuple[tuple[Any, ...], ...]]:
    """The rows, a few at a time; closing it stops the query."""
    with reading(rows.db) as connection:
        compiler = rows.query.get_compiler(connection=connection)
        cursor = compiler.execute_sql(CURSOR, chunked_fetch=True)
        if cursor is None:  # a filter that nothing can meet: Django asks no database
            return
        with cursor:
            some = iter(partial(cursor.fetchmany, ROWS), [])
            yield from batched(compiler.results_iter(some, tuple_expected=True), ROWS)


@lru_cache(maxsize=4096)
def guarded(value: object) -> str:
    """A text is guarded as in a CSV, for a workbook may become one: what remains of it once it is possible."""
    return xlsx.text(safe_cell(xlsx.possible(str(value))))


CELLS: dict[Kind, xlsx.Cell] = {Kind.DAY: xlsx.day, Kind.AMOUNT: xlsx.amount, Kind.NUMBER: xlsx.number}
