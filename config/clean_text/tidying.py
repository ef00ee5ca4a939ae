"""The one writing in which a text is stored, and the characters that no text of ours may hold."""

import re
import unicodedata

LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Marks that turn the direction of what follows, and the byte order mark. They come with telephone numbers pasted from
# a contact list, no one sees them, and they can make a page show something else than it holds: they are left out.
# The joiners and the plain direction marks of Arabic, Persian and Hebrew texts stay.
TURNS_DIRECTION = str.maketrans(dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]))
# Control characters, lone surrogates, and the code points that are no characters (XLSX cannot hold them either).
UNBEARABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def tidy(text: str) -> str:
    """Composed accents (NFC), line feeds, no blanks at either end."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text.translate(TURNS_DIRECTION))).strip()


def tidy_line(text: str) -> str:
    """The same on one line: line ends and tabs become a space."""
    text = tidy(text)
    return text if text.isprintable() else " ".join(re.split(r"\s*[\n\t]\s*", text))


def is_bearable(text: str) -> bool:
    return text.isprintable() or not UNBEARABLE.search(text)
