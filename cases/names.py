"""How a name is folded for searching: the same key however it is typed."""

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and an accent.
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})


def folded(name: str) -> str:
    """A name without accents, case and punctuation, its words in alphabetical order.

    >>> folded("Özdemir, Yıldız")
    'ozdemir yildiz'
    """
    text = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    plain = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(sorted(re.findall(r"\w+", re.sub(r"['’ʼ`-]", "", plain))))
