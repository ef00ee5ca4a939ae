"""How far a file is that somebody waits for: the rows that have left, in a scratch file of this machine.

The worker that writes the file is seldom the one that answers the page meanwhile, and the connection of the first is
busy. Only numbers are in it. Its name is a key that the page made up, and who asked. It stays an hour, so that the
page learns of the end; the next file sweeps it away.
"""

import json
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir
from uuid import UUID

from django.http import JsonResponse

from config.staff.models import User
from config.staff.policy import policy
from config.staff.requests import StaffRequest

EVERY = 0.4  # seconds between two notes
KEPT = 3600
PREFIX = "sesame-file-"
NOT_BEGUN: dict[str, int | str | None] = {"rows": None, "end": ""}


@dataclass
class Underway:
    """One file on its way."""

    note: Path
    rows: int = 0
    said: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, user: User, key: str) -> "Underway | None":
        """The file that somebody asked for under a key; None when that is none."""
        try:
            return cls(Path(gettempdir()) / f"{PREFIX}{user.pk}-{UUID(key)}")
        except ValueError:
            return None

    def begin(self) -> None:
        sweep()
        self._say()

    def told(self, rows: int) -> None:
        self.rows = rows
        if time.monotonic() - self.said >= EVERY:
            self._say()

    def followed(self, chunks: Generator[bytes]) -> Generator[bytes]:
        """The bytes as they are; the note says when they have ended, whole or broken off."""
        whole = False
        try:
            yield from chunks
            whole = True
        finally:
            self._say("whole" if whole else "broken off")

    def seen(self) -> dict[str, int | str | None]:
        """What the note says: no rows when there is none yet; how the file ended, «» while it has not."""
        try:
            rows, end = json.loads(self.note.read_text())
        except (FileNotFoundError, ValueError):  # not begun, or caught while it is being written
            return NOT_BEGUN
        return {"rows": rows, "end": end}

    def _say(self, end: str = "") -> None:
        self.said = time.monotonic()
        self.note.write_text(json.dumps([self.rows, end]))


@policy("cases.export_case")
def underway(request: StaffRequest) -> JsonResponse:
    """How many rows of a file have left, for the page whose key it carries."""
    file = Underway.of(request.user, request.GET.get("key", ""))
    return JsonResponse(file.seen() if file else NOT_BEGUN)


def sweep() -> None:
    """Take away the notes of files that left, or broke, more than an hour ago."""
    for note in Path(gettempdir()).glob(f"{PREFIX}*"):
        try:
            if time.time() - note.stat().st_mtime > KEPT:
                note.unlink()
        except FileNotFoundError:  # another worker sweeps too
            continue
