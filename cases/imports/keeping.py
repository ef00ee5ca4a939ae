"""The file between its choice and its confirmation: sealed, for two hours, and only for whoever chose it."""

import json
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings

from cases.imports.keys import sealed as mark
from cases.models import Import
from communes.names import folded
from config.staff.models import Team, User
from config.staff.sealing import SealedWithAnotherKey, seals
from config.tables import Read

WAITS = timedelta(hours=2)
PURPOSE = "imported list"


def keep(read: Read, *, source: str, team: Team, by: User, at: datetime) -> Import:
    """Let a list wait. What somebody left waiting before goes: one list at a time."""
    Import.objects.of(by).filter(done_at=None).delete()
    content = zlib.compress(json.dumps([read.sheet, read.sheets, read.encoding, read.lines]).encode())
    return Import.objects.create(
        source=source, team=team, by=by, uploaded_at=at, waits_until=at + WAITS,
        content=seals(PURPOSE).encrypt(content),
    )  # fmt: skip


def kept(batch: Import) -> Read:
    """The list that waits. Raises SealedWithAnotherKey."""
    try:
        content = seals(PURPOSE).decrypt(bytes(batch.content))
    except InvalidToken as error:
        raise SealedWithAnotherKey from error
    sheet, sheets, encoding, lines = json.loads(zlib.decompress(content))
    return Read(lines=lines, sheet=sheet, sheets=sheets, encoding=encoding)


def sweep(*, at: datetime) -> int:
    """Delete the lists that nobody confirmed in time; how many that were."""
    deleted, _by_model = Import.objects.over(at=at).delete()
    return deleted


def remembered(headers: Sequence[str], *, source: str) -> Mapping[int, str]:
    """The columns as they were chosen for these headers the last time, in a list of this name first, by place.

    Only marks of headers are kept: what stands in the first line of a list may be a person.
    """
    chosen: dict[str, str] = {}
    past = Import.objects.exclude(columns=[]).order_by("pk").values_list("source", "columns")
    for _name, columns in sorted(past, key=lambda one: folded(one[0]) == folded(source)):
        chosen |= dict(columns)
    return {place: chosen[known] for place, known in enumerate(marks_of(headers)) if known and chosen.get(known)}


def remember(batch: Import, headers: Sequence[str], chosen: Sequence[str]) -> None:
    """Note what the column of each place means, and the mark of its header for the next list."""
    batch.columns = list(zip(marks_of(headers), chosen, strict=True))
    Import.objects.filter(pk=batch.pk).update(columns=batch.columns)


def chosen_columns(batch: Import) -> list[str]:
    """What the column of each place means, «» for one that is left out; nothing before it was said."""
    return [name for _mark, name in batch.columns]


def marks_of(headers: Sequence[str]) -> list[str]:
    """A mark a place: the second column of a name has another than the first; «» for a column without a name."""
    met: Counter[str] = Counter()
    marks = []
    for header in headers:
        name = folded(header) or header.strip()
        met[name] += 1
        marks.append(mark([name, met[name]], secret=settings.SECRET_KEY, kind="header")[:20] if name else "")
    return marks
