"""Codes and passwords beside the words that announce them, in French, Dutch and English.

Whoever holds them is the client, for every office of the State: we never write them down. What may be written: that
the client holds them, and since when. The rules read the folded text (`folding`) with the words of `vocabulary`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from config.clean_text.folding import Folded
from config.clean_text.vocabulary import (
    ANOTHER,
    BEFORE,
    BRUSSELS_TOWN,
    CODE_WORD,
    CONNECTED,
    DIGIT_WORDS,
    DIGITS,
    FILLERS,
    HARMLESS,
    HARMLESS_BEFORE,
    HARMLESS_BEHIND,
    LETTERED,
    LETTERS_AND_DIGITS,
    LOGIN,
    NUMBER,
    NUMBERED,
    PASSWORD_WORD,
    PERHAPS_A_YEAR,
    PRODUCTS,
    QUOTED,
    SENTENCE_ENDS,
    SPECIALS,
    STATES,
    TOKEN,
    UNIT,
    WORD,
)

NEAR = 90  # how far behind its word a secret is looked for, in characters
JUST_BEFORE = 45
MOST_WORDS = 8


@dataclass(frozen=True)
class Secret:
    kind: str
    start: int
    end: int
    doubtful: bool = False


def secrets(text: Folded) -> Iterator[Secret]:
    """Each secret, with its place in the reading of the text; some twice, when two words announce it."""
    reading = text.reading
    for word in CODE_WORD.finditer(reading):
        if not _harmless_code(reading, word):
            yield from _codes_behind(reading, text, word)
            yield from _code_before(reading, word)
    for word in PASSWORD_WORD.finditer(reading):
        yield from _passwords_behind(reading, text, word)
        yield from _code_before(reading, word)
    for login in LOGIN.finditer(reading):
        token = TOKEN.match(reading, login.end())
        if token and _looks_chosen(token[0], text.as_typed(*token.span()), pointed_at=True):
            yield Secret("password", *token.span())


def _harmless_code(reading: str, word: re.Match[str]) -> bool:
    if not word[0].endswith(("code", "codes")) or word[0].startswith(("pin", "puk")):
        return False
    return bool(HARMLESS_BEFORE.search(reading, max(word.start() - 10, 0), word.end())) or bool(
        HARMLESS_BEHIND.match(reading, word.end())
    )


def _behind(reading: str, at: int) -> str:
    """What stands behind the word, until the sentence ends; the numbers of other things are blotted out."""
    near = reading[at : at + NEAR]
    end = SENTENCE_ENDS.search(near)
    near = near[: end.start()] if end and end.start() > 3 else near
    return HARMLESS.sub(lambda harmless: "¤" * len(harmless[0]), near)


def _leads_to(gap: str, typed: str) -> bool:
    """Do the words between speak of the secret and its owner alone, or end in a sign that points at it?"""
    between = WORD.findall(gap)
    if len(between) > MOST_WORDS:
        return False
    names = {word.lower() for word in WORD.findall(typed) if word[0].isupper()} - NUMBERED
    if all(word in FILLERS or word in names for word in between):
        return True
    return bool(CONNECTED.search(gap)) and "," not in gap and between[-1] not in NUMBERED


def _codes_behind(reading: str, text: Folded, word: re.Match[str]) -> Iterator[Secret]:
    near = _behind(reading, word.end())
    lettered = bool(LETTERED.search(reading, max(word.start() - 25, 0), word.end() + 35))
    for number in NUMBER.finditer(near):
        start = _token_start(near, number.start()) if lettered else number.start()
        found = (lettered and _lettered_code(near, start)) or DIGITS.match(near, number.start())
        if not found:
            continue
        gap = near[: found.start()]
        if not _leads_to(gap, text.as_typed(word.end(), word.end() + len(gap))) or UNIT.match(near, found.end()):
            return
        if gap and gap[-1].isalpha():  # the number of a card: B1234567
            return
        if BRUSSELS_TOWN.match(near, found.start()) and not _pointed_at(gap):
            return
        yield Secret(
            "code",
            word.end() + found.start(),
            word.end() + found.end(),
            doubtful=bool(PERHAPS_A_YEAR.fullmatch(found[0])) and not _pointed_at(gap),
        )
        at = found.end()
        while another := ANOTHER.match(near, at):
            yield Secret("code", word.end() + another.start(1), word.end() + another.end(1))
            at = another.end()
        return
    spelt = DIGIT_WORDS.search(near)
    if spelt and _leads_to(near[: spelt.start()], ""):
        yield Secret("code", word.end() + spelt.start(), word.end() + len(near[: spelt.end()].rstrip(" ,-")))


def _token_start(near: str, at: int) -> int:
    while at and (near[at - 1].isalnum() or near[at - 1] == "-"):
        at -= 1
    return at


def _lettered_code(near: str, start: int) -> re.Match[str] | None:
    found = LETTERS_AND_DIGITS.match(near, start)
    if found and len(found[0]) >= 5 and not found[0].isdigit() and sum(map(str.isdigit, found[0])) >= 2:
        return found
    return None


def _pointed_at(gap: str) -> bool:
    return gap.rstrip(" \n\"«“('").endswith((":", "=", ">", "→"))


def _code_before(reading: str, word: re.Match[str]) -> Iterator[Secret]:
    from_ = max(word.start() - JUST_BEFORE, 0)
    found = BEFORE.search(HARMLESS.sub(lambda harmless: "¤" * len(harmless[0]), reading[from_ : word.start()]))
    if found:
        yield Secret("code", from_ + found.start(1), from_ + found.end(1))


def _passwords_behind(reading: str, text: Folded, word: re.Match[str]) -> Iterator[Secret]:
    near = _behind(reading, word.end())
    quoted = QUOTED.search(near)
    if (
        quoted
        and quoted[1] not in STATES
        and len(WORD.findall(near[: quoted.start()])) <= MOST_WORDS
        and any(map(str.isalnum, quoted[1]))
    ):
        yield Secret("password", word.end() + quoted.start(1), word.end() + quoted.end(1))
        return
    for token in TOKEN.finditer(near):
        gap = near[: token.start()]
        start, end = word.end() + token.start(), word.end() + token.start() + len(token[0].rstrip(".,;:!?)'/"))
        if end <= start:
            continue
        if not _leads_to(gap, text.as_typed(word.end(), word.end() + len(gap))):
            continue
        if _looks_chosen(near[token.start() : token.end()], text.as_typed(start, end), pointed_at=_pointed_at(gap)):
            yield Secret("password", start, end)
            return
        if _pointed_at(gap) and _stands_alone(near, token):
            yield Secret("password", start, end, doubtful=True)
            return


def _looks_chosen(token: str, typed: str, *, pointed_at: bool) -> bool:
    """Letters with digits or signs, or upper case in the middle: nobody writes a common word so."""
    if "¤" in token or token.rstrip(".,;:!?)") in PRODUCTS or not any(map(str.isalnum, typed)) or len(typed) < 4:
        return False
    has_digit = any(map(str.isdigit, typed))
    has_letter = any(map(str.isalpha, typed))
    has_sign = not SPECIALS.isdisjoint(typed)
    mixed = has_letter and not typed.islower() and not typed.isupper() and not typed.istitle()
    return (
        (has_digit and (has_letter or len(typed) >= 4))
        or (has_letter and has_sign)
        or (pointed_at and mixed and typed.isalpha())
    )


def _stands_alone(near: str, token: re.Match[str]) -> bool:
    """«mot de passe : soleil» and nothing more, and no word of what becomes of passwords: it may be one."""
    word = token[0].rstrip(".,;!?)")
    rest = near[token.start() + len(word) :]
    return word.isalpha() and len(word) >= 4 and word not in STATES and not rest.strip(" .,;!?)")
