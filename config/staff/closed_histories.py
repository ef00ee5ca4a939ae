"""The one door into the closed histories: words may be taken out of them when a person is erased, nothing else.

The triggers (cases/migrations/0005) let an UPDATE pass while `OpenDoor` holds a row, and no DELETE ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from config.staff.models import OpenDoor


@contextmanager
def door_open() -> Iterator[None]:
    """Open within this block, which is one transaction; what fails inside leaves the door shut."""
    with transaction.atomic():
        door = OpenDoor.objects.create()
        yield
        door.delete()
