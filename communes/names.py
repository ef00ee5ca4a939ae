"""Which commune do these words mean? By its name in French or Dutch, another name of it, or a postal code.

A name decides. A postal code only suggests: 1050 is Ixelles and a part of the City, at other prices.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from communes.models import Commune

ALIKE = 0.6
POSTAL_CODE = re.compile(r"\b\d{4}\b")


@dataclass(frozen=True)
class Meaning:
    """What words mean: a commune for certain, or else those to choose from (perhaps none)."""

    commune: Commune | None
    perhaps: tuple[Commune, ...] = ()


def meaning_of(words: str, communes: Iterable[Commune]) -> Meaning:
    """Look words up among communes that come with their postal codes."""
    known = list(communes)
    code = POSTAL_CODE.search(words)
    name = folded(POSTAL_CODE.sub(" ", words))
    if not name:
        return Meaning(None, tuple(c for c in known if code and code[0] in postal_codes(c)))
    named = [commune for commune in known if name in names(commune)]
    if len(named) == 1:
        return Meaning(named[0])
    return Meaning(None, tuple(named or begins_with(name, known) or resembles(name, known)))


def begins_with(name: str, communes: list[Commune]) -> list[Commune]:
    """The communes with a word that begins so: «wol» is two of them, «boits» is Watermael-Boitsfort."""
    return [commune for commune in communes if any(f" {own}".find(f" {name}") >= 0 for own in names(commune))]


def resembles(name: str, communes: list[Commune]) -> list[Commune]:
    """The communes with a name that is nearly written so, the nearest first."""
    owners = {own: commune for commune in communes for own in names(commune)}
    near = [owners[own] for own in get_close_matches(name, owners, n=5, cutoff=ALIKE)]
    return list(dict.fromkeys(near))


def names(commune: Commune) -> set[str]:
    return {folded(name) for name in all_names(commune)}


def all_names(commune: Commune) -> Iterator[str]:
    yield from (commune.name_fr, commune.name_nl, commune.slug, commune.nis)
    # «1000 Bruxelles» is a name too, but its code was set aside.
    yield from (POSTAL_CODE.sub(" ", alias) for alias in commune.aliases.splitlines() if alias.strip())


def postal_codes(commune: Commune) -> list[str]:
    return [postal_code.code for postal_code in commune.postal_codes.all()]


def folded(words: str) -> str:
    """Words without case, accents and punctuation: «Saint-Josse» is «saint josse»."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain.casefold()))
