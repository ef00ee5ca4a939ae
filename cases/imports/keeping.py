"""The file between its choice and its confirmation: sealed, for two hours, and only for whoever chose it."""

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings

from cases.imports.columns import COLUMNS
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


def remembered(headers: Sequence[str], *, source: str) -> Mapping[str, str]:
    """The columns as they were chosen for these headers the last time, in a list of this name first.

    Only marks of headers are kept: what stands in the first line of a list may be a person.
    """
    chosen: dict[str, str] = {}
    past = Import.objects.exclude(columns={}).order_by("pk").values_list("source", "columns")
    for _name, columns in sorted(past, key=lambda one: folded(one[0]) == folded(source)):
        chosen |= columns
    marks = {folded(header): mark_of(header) for header in headers}
    return {header: chosen[known] for header, known in marks.items() if chosen.get(known) in COLUMNS}


def remember(batch: Import, headers: Sequence[str], chosen: Sequence[str]) -> None:
    """Note which column each header means."""
    batch.columns = {mark_of(header): name for header, name in zip(headers, chosen, strict=True) if header.strip()}
    Import.objects.filter(pk=batch.pk).update(columns=batch.columns)


def chosen_columns(batch: Import, headers: Sequence[str]) -> list[str]:
    return [batch.columns.get(mark_of(header), "") if header.strip() else "" for header in headers]


def mark_of(header: str) -> str:
    return mark([folded(header) or header], secret=settings.SECRET_KEY, kind="header")[:20]
