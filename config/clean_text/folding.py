"""One plain reading of a text, so that the guards need to know only one writing of each digit, letter and dash."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u00ad\ufe58\ufe63\uff0d\u30fc"
DOTS = "\u00b7\u2022\u2027\u2219\u22c5\u2024\u3002\u066b\u066c\uff0e"
SLASHES = "\u2044\u2215\u29f8\uff0f"
APOSTROPHES = "\u2018\u2019\u02bc\u00b4\uff07"


class _Folding(dict[int, str]):
    """Code point → one plain character, or nothing for what the eye does not see. Fills itself as characters come."""

    def __missing__(self, code_point: int) -> str:
        self[code_point] = plain = self.plain(chr(code_point))
        return plain

    @staticmethod
    def plain(character: str) -> str:
        digit = unicodedata.digit(character, None)
        if digit is not None:
            return str(digit)
        category = unicodedata.category(character)
        if category in {"Cf", "Mn", "Me"}:
            return ""
        if category == "Zs":
            return " "
        for look, characters in (("-", DASHES), (".", DOTS), ("/", SLASHES), ("'", APOSTROPHES)):
            if character in characters:
                return look
        base = [c for c in unicodedata.normalize("NFKD", character).lower() if not unicodedata.combining(c)]
        return base[0] if len(base) == 1 else character


_FOLDING = _Folding({ord(soft): "-" for soft in DASHES})


@dataclass(frozen=True)
class Folded:
    """A text in lower-case letters without accents and in the digits 0–9, whatever its alphabet of digits.

    «Ｃodé PIN : ٤٨２９» reads «code pin : 4829». Characters without width are left out, so that nothing hides between
    digits; `whole` says where a piece of the reading stands in the text itself.
    """

    text: str

    @cached_property
    def reading(self) -> str:
        return self.text.lower() if self.text.isascii() else self.text.translate(_FOLDING)

    @cached_property
    def _positions(self) -> list[int] | None:
        """Where each character of the reading stands in the text; None when both have the same length."""
        if len(self.reading) == len(self.text):
            return None
        return [at for at, character in enumerate(self.text) if _FOLDING[ord(character)]]

    def whole(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the text of a piece of the reading that is not empty."""
        if self._positions is None:
            return start, end
        return self._positions[start], self._positions[end - 1] + 1

    def as_typed(self, start: int, end: int) -> str:
        first, last = self.whole(start, end) if end > start else (0, 0)
        return self.text[first:last]
