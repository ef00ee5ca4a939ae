"""How a line of an old list is known again: by a seal of what tells it apart, which says nothing to who reads it.

It is made with SECRET_KEY, so nobody finds a person in it by trying names. It outlives the person's file: whoever was
forgotten does not come back with the same list.
"""

import json
from collections.abc import Iterable, Mapping
from itertools import batched

from django.conf import settings
from django.utils.crypto import salted_hmac

from cases.models import ImportedRow
from cases.models.imports import RowKind

SALT = "cases.imports"
BATCH = 400


def key_of(kind: RowKind, *parts: object) -> str:
    return sealed(parts, secret=settings.SECRET_KEY, kind=kind)


def sealed(parts: Iterable[object], *, secret: str, kind: str) -> str:
    text = json.dumps([kind, *(None if part is None else str(part) for part in parts)])
    return salted_hmac(SALT, text, secret=secret, algorithm="sha256").hexdigest()


def imported(kind: RowKind, identities: Iterable[tuple[object, ...]]) -> Mapping[tuple[object, ...], ImportedRow]:
    """Those of the identities that were imported before, under this SECRET_KEY or a former one."""
    by_key = {
        sealed(identity, secret=secret, kind=kind): identity
        for identity in identities
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    }
    rows = ImportedRow.objects.filter(kind=kind).select_related("client", "case__client")
    found: dict[tuple[object, ...], ImportedRow] = {}
    for keys in batched(by_key, BATCH, strict=False):
        found |= {by_key[row.key]: row for row in rows.filter(key__in=keys).order_by("pk")}
    return found
