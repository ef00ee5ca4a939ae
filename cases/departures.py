"""The record of an export: written before its first byte leaves, and closed with what has left, whatever happened.

Who was in it is a set of keys, one bit each, gathered while the lines pass: a row for each client would cost more
than the export.
"""

import hashlib
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import F, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat
from django_filters import CharFilter, FilterSet

from cases.columns import Column
from cases.models import Departure, Export
from cases.models.export import Keys
from config.staff.models import User


class Tally:
    """Counts the rows of a file and remembers whose they were.

    `whose` is the column of the client's key. A column that names others too brings theirs.
    """

    def __init__(self, whose: str, columns: Iterable[Column] = ()) -> None:
        others = [each for column in columns if column.also is not None for each in (Value(" "), column.also)]
        self.several = bool(others)
        self.whose: Combinable = (
            Concat(Cast(whose, TextField()), *others, output_field=TextField()) if others else F(whose)
        )
        self.rows = 0
        self.keys = Keys()

    def saw(self, keys: Sequence[Any]) -> None:
        """Some more rows, each with its client's key, a number or its digits; with `several` a text of such keys."""
        self.rows += len(keys)
        each = chain.from_iterable(text.split() for text in keys if text) if self.several else filter(None, keys)
        self.keys.add(map(int, each))


def asked_for(filters: FilterSet) -> dict[str, Any]:
    """The filters in use, as they were asked; what somebody typed freely is left out."""
    free = {name for name, filter_ in filters.filters.items() if isinstance(filter_, CharFilter)}
    said = filters.data or {}
    listed = said.getlist if hasattr(said, "getlist") else lambda name: [said[name]]
    asked = {name: [str(value) for value in listed(name) if value] for name in filters.filters if name in said}
    said_by_name = {name: values for name, values in asked.items() if values and name not in free}
    return {name: values[0] if len(values) == 1 else values for name, values in said_by_name.items()}


def announce(
    *,
    by: User | None,
    at: datetime,
    subject: str,
    kind: str,
    filters: dict[str, Any],
    columns: Iterable[str],
    named: bool,
    purpose: str = "",
) -> Export:
    """Write down that a file is about to leave."""
    return Export.objects.create(
        by=by, at=at, subject=subject, kind=kind, filters=filters, columns=list(columns), named=named, purpose=purpose
    )


def departing(
    export: Export, chunks: Generator[bytes], tally: Tally, *, clock: Callable[[], datetime]
) -> Generator[bytes]:
    """The file's bytes as they leave. At the end, or when whoever reads goes away, what has left is written down."""
    digest, size, whole = hashlib.sha256(), 0, False
    try:
        with closing(chunks):
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                yield chunk
        whole = True
    finally:
        Departure.objects.create(
            export=export, at=clock(), rows=tally.rows, bytes=size, sha256=digest.hexdigest(), whole=whole,
            clients=tally.keys.closed(),
        )  # fmt: skip
