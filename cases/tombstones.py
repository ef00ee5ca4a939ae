"""What outlives the database: the keys of the files that were erased, in a file beside it. They name nobody.

A backup knows the people who were erased after it was made. Once it has been put back, `manage.py restore` reads this
file and erases them again.
"""

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from cases.models import Erasure


@dataclass(frozen=True, order=True)
class Tombstone:
    """A file that was erased. Reference and day go with the key: after a restore a new file may get an old key."""

    client_key: int
    reference: str
    opened_on: date
    erased_on: date


def of_the_database() -> list[Tombstone]:
    rows = Erasure.objects.order_by("client_key").values_list("client_key", "reference", "opened_on", "erased_on")
    return [Tombstone(*row) for row in rows]


def kept(path: Path) -> list[Tombstone]:
    """Those of the file; none when there is no file yet. Raises ValueError for a file that is something else."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return [
            Tombstone(int(key), reference, date.fromisoformat(opened_on), date.fromisoformat(erased_on))
            for key, reference, opened_on, erased_on in csv.reader(file)
        ]


def keep() -> None:
    """Add what the database knows to the file. It is replaced whole: a crash leaves the old one."""
    path: Path = settings.ERASURES_FILE
    write(sorted({*kept(path), *of_the_database()}), path)


def write(tombstones: Iterable[Tombstone], path: Path) -> None:
    with NamedTemporaryFile("w", newline="", dir=path.parent, prefix=path.name, delete=False) as file:
        csv.writer(file).writerows(astuple(tombstone) for tombstone in tombstones)
    Path(file.name).replace(path)
