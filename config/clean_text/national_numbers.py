"""The national register number and the BIS number, in any writing. The law forbids us both (Act of 8 August 1983).

YYMMDD SSS CC: date of birth, counter, check. CC = 97 − (the first nine digits mod 97); for births since 2000 a 2 is
put before the nine digits. An unknown month or day is 00. A BIS number adds 20 or 40 to the month.
"""

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

import phonenumbers

type Groups = list[tuple[int, int]]  # where each run of digits starts and ends

LENGTH = 11
WRITTEN_OUT = [2, 2, 2, 3, 2]  # 85 07 30 033 28: nobody writes anything else so
PARTS_END = frozenset({2, 4, 6, 9, 11})
LAST_BIRTH_YEAR = 49  # 2049: a two-digit year beyond is of the last century

DIGITS = re.compile(r"\d+")
# Between two groups of one number there is only punctuation, and little of it.
LOOSE = frozenset(" \t\n.-_/\\,:;|()[]*'\"~")
TIGHT = frozenset(" .-_/\\*'~")
WIDEST_GAP = 5

MOBILE = re.compile(r"32[ ]?4[5-9]\d(?:\d{6}|(?:[ ./]\d\d){3}|[ ./]\d{6}|(?:[ ./]\d{3}){2})(?!\d)")  # without its plus


def is_national_number(digits: str) -> bool:
    """Eleven digits with a possible date of birth, a counter and the right check."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if month > 52 or month % 20 > 12 or day > 31 or not 1 <= int(digits[6:9]) <= 998:
        return False
    return born_before_2000(digits) or (year <= LAST_BIRTH_YEAR and 97 - int(f"2{digits[:9]}") % 97 == int(digits[9:]))


def born_before_2000(digits: str) -> bool:
    """Does the check fit without the 2 in front?"""
    return 97 - int(digits[:9]) % 97 == int(digits[9:])


def national_numbers(reading: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end and «doubtful» of each number in a folded text.

    Eleven digits grouped like a national number (85.07.30-033.28, 850730 03328, in one piece, or one by one) count
    wherever they stand; grouped otherwise (850 730 033 28) only when no other digits stand beside them. Doubtful is
    a Belgian mobile number without its plus that fits a birth of 1932; one that fits a birth of 2032 is none.
    """
    groups = [match.span() for match in DIGITS.finditer(reading)]
    reached = 0
    for first, (start, _) in enumerate(groups):
        window = _eleven_digits(groups, first)
        if start < reached or not _linked(reading, window, LOOSE):
            continue
        digits = "".join(reading[a:b] for a, b in window)
        if digits and is_national_number(digits) and not _reads_otherwise(reading, groups, first, window):
            mobile = bool(MOBILE.match(reading, start))
            if not mobile or born_before_2000(digits):
                reached = window[-1][1]
                yield start, reached, mobile


def _eleven_digits(groups: Groups, first: int) -> Groups:
    """The groups from `first` on that hold eleven digits in all; none if they hold fewer or more."""
    count = 0
    for at in range(first, min(first + LENGTH, len(groups))):
        count += groups[at][1] - groups[at][0]
        if count >= LENGTH:
            return groups[first : at + 1] if count == LENGTH else []
    return []


def _linked(reading: str, groups: Groups, gap: frozenset[str]) -> bool:
    """Is there only a little punctuation between each group and the next?"""
    return all(
        right - left <= WIDEST_GAP and gap.issuperset(reading[left:right])
        for (_, left), (right, _) in pairwise(groups)
    )


def _sizes(groups: Groups) -> list[int]:
    return [end - start for start, end in groups]


def _aligned(sizes: list[int]) -> bool:
    """Does each group end where a part of a national number ends, or does each digit stand alone?"""
    return max(sizes) == 1 or PARTS_END.issuperset(accumulate(sizes))


def _reads_otherwise(reading: str, groups: Groups, first: int, window: Groups) -> bool:
    """Is it something else: a telephone number, a date with a number behind it, a piece of a series of numbers?"""
    sizes = _sizes(window)
    if sizes != WRITTEN_OUT and _is_telephone(reading, window):
        return True
    if _aligned(sizes):
        return False
    after = first + len(window)
    follows = first > 0 and _linked(reading, groups[first - 1 : first + 1], TIGHT)
    goes_on = after < len(groups) and _linked(reading, groups[after - 1 : after + 1], TIGHT)
    return follows or goes_on or not _linked(reading, window, TIGHT) or _holds_a_date(reading, window)


def _is_telephone(reading: str, window: Groups) -> bool:
    """With its plus, and valid in the country that it names."""
    start, end = window[0][0], window[-1][1]
    if "+" not in reading[max(start - 2, 0) : start]:
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+{reading[start:end]}"))
    except phonenumbers.NumberParseException:
        return False


def _holds_a_date(reading: str, window: Groups) -> bool:
    """A day with its whole year: 12/03/2026 045, 2026-03-12 045, 20260312-045."""
    words = [reading[start:end] for start, end in window]
    return any(
        (len(word) == 8 and word.startswith(("19", "20")))
        or (len(word) == 4 and word.startswith(("19", "20")) and _two_short(words[at + 1 : at + 3]))
        or (len(word) == 4 and word.startswith(("19", "20")) and _two_short(words[max(at - 2, 0) : at]))
        for at, word in enumerate(words)
    )


def _two_short(words: list[str]) -> bool:
    return len(words) == 2 and max(map(len, words)) <= 2
