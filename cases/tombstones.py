"""What outlives the database: the keys of the files that were erased, in a file beside it. They name nobody.

A backup knows the people who were erased after it was made. Once it has been put back, `manage.py restore` reads this
file and erases them again.
"""

import csv
import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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
    """Add what the database knows to the file."""
    add(of_the_database(), settings.ERASURES_FILE)


def add(tombstones: Iterable[Tombstone], path: Path) -> None:
    """Add these to those of the file, and lose none that others add meanwhile."""
    with alone(path.parent):
        write(sorted({*kept(path), *tombstones}), path)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time, of all threads and processes of this machine; a crash lets go of it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write(tombstones: Iterable[Tombstone], path: Path) -> None:
    """Replace the file whole: a crash, of the power too, leaves the old one or the new one."""
    with NamedTemporaryFile("w", newline="", dir=path.parent, prefix=path.name, delete=False) as file:
        csv.writer(file).writerows(astuple(tombstone) for tombstone in tombstones)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)  # the new name is on the disk once its folder is
    os.fsync(folder)
    os.close(folder)
