"""How names are found again, however they are typed: `folded` forgives accents, `sound` forgives the spelling.

Names reach Brussels through many alphabets and registries: Mohamed, Mohammed and Muhammad are one name, and so are
El Khoury and Elkhoury, Ayşe and Aicha, Kowalczyk and Kovaltchouk. A sound is what survives of a word on that journey.
"""

import re
import unicodedata
from itertools import pairwise

# Letters that Unicode does not take apart into a base letter and an accent.
LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ə": "a"}
)

# Small words that are written apart, glued to the next or left out.
PARTICLES = frozenset(
    re.findall(
        r"\w+",
        "abd abdel abdul abou abu ait al ap ben bin bint da dal de del della den der des di do dos du el ibn la las "
        "le los mac mc oulad ould ter van vande vanden vander von",
    )
)
GLUED = re.compile(r"^(?:abd[aeou]l|abdou|ben|el|al)(?=\w{3})")

# What is heard alike, in this order. Vowels count where a word begins, and nowhere else.
HEARD = [
    (re.compile(spelled), heard)
    for spelled, heard in (
        (r"tsch|tch|sch|sh|sz|cz|ch(?![rlkn])", "s"),
        (r"dzh|dj|zh|g(?=[eiy])", "j"),
        (r"kh|ck|qu|q|ch|c(?![eiyhc])", "k"),
        (r"gh", "g"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"ts|tz|c|z", "s"),
        (r"x", "ks"),
        (r"^ou(?=[aeiouy])|(?<=a)ou|w", "v"),
        (r"h", ""),
        (r"(.)\1+", r"\1"),
        (r"d$", "t"),
        (r"b$", "p"),
        (r"g$", "k"),
        (r"^[aeiouy]+", "A"),
        (r"[aeiouy]+", ""),
    )
]


def folded(name: str) -> str:
    """A name without accents, case and punctuation, its words in alphabetical order.

    >>> folded("Özdemir, Yıldız")
    'ozdemir yildiz'
    """
    return " ".join(sorted(words_of(re.sub(r"['’ʼ`-]", "", name))))


def words_of(name: str) -> list[str]:
    """The words of a name in the order they are written, without accents, case and punctuation."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    plain = "".join(c for c in text if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain)


def sound(word: str) -> str:
    """What is heard of a folded word: its consonants as they are spoken, and that it begins with a vowel.

    >>> [sound(word) for word in ("mohamed", "mohammed", "muhammad", "aicha", "ayse")]
    ['mmt', 'mmt', 'mmt', 'As', 'As']
    """
    for spelled, heard in HEARD:
        word = spelled.sub(heard, word)
    return word.lower()


def sounds(name: str) -> set[str]:
    """Every sound that finds a name: of its words, of neighbours read as one word, of words without their article."""
    words = words_of(name)
    spellings = [*words, *("".join(pair) for pair in pairwise(words))]
    spellings += words_of(re.sub(r"['’ʼ`-]", "", name))
    spellings += ["".join(three) for three in zip(words, words[1:], words[2:], strict=False) if three[0] in PARTICLES]
    spellings += [GLUED.sub("", word) for word in spellings]
    # Yusuf and Josef, Yulia and Julia: a first j is heard as a vowel in half of Europe.
    spellings += [re.sub(r"^[jy](?=[aeiou])", other, word) for word in spellings for other in ("i", "j")]
    return {sound(word) for word in set(spellings)} - {""}


def search_key(name: str, *, reference: str = "", phone: str = "", email: str = "") -> str:
    """All that a file is found by, in one text between spaces: words, words glued, sounds (behind a 0), numbers."""
    words = words_of(re.sub(r"['’ʼ`-]", "", name))
    heard = sorted(f"0{heard}" for heard in sounds(name))
    parts = [*words, "".join(words), *heard, re.sub(r"\D", "", phone), email.casefold(), reference.casefold()]
    return f" {' '.join(part for part in parts if part)} "
