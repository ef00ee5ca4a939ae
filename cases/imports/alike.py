"""Who of an old list may have a file already: the same name in any order and spelling of accents, or the same contact.

One walk through the files for a whole list. Nothing is decided but the plainest: the same name with the same telephone
or e-mail address is the same person, unless somebody says otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from cases.models import Client
from cases.models.client import ClientQuerySet
from cases.names import words_of

MOST = 5


@dataclass(frozen=True)
class Alike:
    """A file that may be about the same person, and what speaks for it."""

    client: Client
    same_name: bool
    same_year: bool
    same_contact: bool

    @property
    def surely(self) -> bool:
        return self.same_name and self.same_contact


class Stranger(Protocol):
    said: dict[str, Any]
    alike: list[Alike]


def look_alikes(strangers: Iterable[Stranger], among: ClientQuerySet) -> None:
    """Give each stranger the files that resemble them, the likeliest first."""
    by_name: dict[tuple[str, ...], list[Stranger]] = {}
    by_contact: dict[str, list[Stranger]] = {}
    for stranger in strangers:
        by_name.setdefault(name_of(stranger.said), []).append(stranger)
        for way in ("phone", "email"):
            if stranger.said.get(way):
                by_contact.setdefault(stranger.said[way], []).append(stranger)
    if not by_name:
        return
    columns = ("pk", "given_name", "family_name", "birth_year", "phone", "email")
    near: dict[int, list[tuple[Stranger, tuple[bool, bool, bool]]]] = {}
    for row in among.living().order_by("pk").values(*columns).iterator(chunk_size=5000):
        same_name = by_name.get(name_of(row), [])
        same_contact = [*by_contact.get(row["phone"], []), *by_contact.get(row["email"].casefold(), [])]
        for stranger in {id(one): one for one in (*same_name, *same_contact)}.values():
            year, contact = stranger.said.get("birth_year"), any(one is stranger for one in same_contact)
            if contact or None in (year, row["birth_year"]) or year == row["birth_year"]:
                why = (
                    any(one is stranger for one in same_name),
                    year is not None and year == row["birth_year"],
                    contact,
                )
                near.setdefault(row["pk"], []).append((stranger, why))
    files = among.for_table().in_bulk(list(near))
    for pk, found in near.items():
        for stranger, (name, year_too, contact) in found:
            stranger.alike.append(Alike(files[pk], same_name=name, same_year=year_too, same_contact=contact))
    for stranger in {id(one): one for found in near.values() for one, _why in found}.values():
        stranger.alike.sort(
            key=lambda alike: (-alike.same_contact - alike.same_name, -alike.same_year, alike.client.pk)
        )
        del stranger.alike[MOST:]


def name_of(said: dict[str, Any]) -> tuple[str, ...]:
    """The words of a name, in no order: «Özdemir, Yıldız» is «Yildiz Ozdemir»."""
    return tuple(sorted(words_of(f"{said.get('given_name', '')} {said.get('family_name', '')}")))
