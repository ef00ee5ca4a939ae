"""Figures of the guard against national numbers: run with -s to read them, with SIZE=full for the full size."""

import random
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from config.clean_text import Finding, Kind, masked, scan
from config.clean_text.national_numbers import is_national_number
from tests.conftest import FULL_SIZE

SIZE = 100_000 if FULL_SIZE else 2_000
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2026, 12, 31)


def check(digits: str, *, since_2000: bool) -> str:
    return f"{97 - int(('2' if since_2000 else '') + digits) % 97:02d}"


def national_number(chance: random.Random) -> str:
    """A valid number, as it is given: one in four BIS, one in twenty of an unknown day."""
    born = FIRST_DAY + timedelta(days=chance.randrange((LAST_DAY - FIRST_DAY).days))
    year, month, day = born.year, born.month, born.day
    if chance.random() < 0.05:
        month, day = 0, chance.choice([0, 1])
    month += chance.choice([0, 0, 0, 0, 0, 0, 20, 40])
    digits = f"{year % 100:02d}{month:02d}{day:02d}{chance.randrange(1, 998):03d}"
    return digits + check(digits, since_2000=year >= 2000)


def parted(number: str, *gaps: str) -> str:
    parts = (number[:2], number[2:4], number[4:6], number[6:9], number[9:])
    return "".join(part + gap for part, gap in zip(parts, (*gaps, ""), strict=True))


ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789.-", "０１２３４５６７８９．－")
WRITINGS: dict[str, Callable[[str], str]] = {
    "85073003328": lambda n: n,
    "85.07.30-033.28": lambda n: parted(n, ".", ".", "-", "."),
    "85 07 30 033 28": lambda n: parted(n, " ", " ", " ", " "),
    "850730/033-28": lambda n: parted(n, "", "", "/", "-"),
    "85.07.30 – 033-28, no-break": lambda n: parted(n, ".", ".", "\u00a0–\u202f", "\u2011"),
    "full width": lambda n: parted(n, ".", ".", "-", ".").translate(FULL_WIDTH),
    "8 5 0 7 3 0 0 3 3 2 8, Arabic-Indic": lambda n: " ".join(n).translate(ARABIC_INDIC),
}
OTHER_WRITINGS: dict[str, Callable[[str], str]] = {
    "850730 03328": lambda n: parted(n, "", "", " ", ""),
    "85/07/30 033 28": lambda n: parted(n, "/", "/", " ", " "),
    "850730.033.28": lambda n: parted(n, "", "", ".", "."),
    "85_07_30_033_28": lambda n: parted(n, "_", "_", "_", "_"),
    "8.5.0.7.3.0.0.3.3.2.8": ".".join,
    "850 730 033 28": lambda n: f"{n[:3]} {n[3:6]} {n[6:9]} {n[9:]}",
    "8507-3003-328": lambda n: f"{n[:4]}-{n[4:8]}-{n[8:]}",
    "zero width inside": lambda n: f"{n[:6]}\u200b{n[6:9]}\u2060{n[9:]}",
    "on two lines": lambda n: f"{n[:6]}\n{n[6:9]}-{n[9:]}",
    "bold digits": lambda n: n.translate(str.maketrans("0123456789", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")),
}


def with_digits(chance: random.Random, shape: str) -> str:
    """Each # becomes a digit."""
    return re.sub("#", lambda _: str(chance.randrange(10)), shape)


def phone(chance: random.Random) -> str:
    return with_digits(
        chance,
        chance.choice(
            [
                "04## ## ## ##",
                "04##/##.##.##",
                "04########",
                "+32 4## ## ## ##",
                "+324########",
                "00324########",
                "0032 4## ## ## ##",
                "+32 (0)4## ## ## ##",
                "324########",
                "32 4## ## ## ##",
                "https://wa.me/324########",
                "02 ### ## ##",
                "02/###.##.##",
                "+32 2 ### ## ##",
                "+322#######",
                "+33 6 ## ## ## ##",
                "+212 6## ## ## ##",
                "02 ### ## ## / 04## ## ## ##",
            ]
        ),
    )


def iban(chance: random.Random) -> str:
    shape = chance.choice(
        ["BE############", "BE## #### #### ####", "be##-####-####-####", "BE## #### #### ####, BIC GEBABEBB"]
    )
    return with_digits(chance, shape)


def structured_communication(chance: random.Random) -> str:
    ten = chance.randrange(10**10)
    digits = f"{ten:010d}{ten % 97 or 97:02d}"
    mark = chance.choice(["+++", "***", ""])
    return f"{mark}{digits[:3]}/{digits[3:7]}/{digits[7:]}{mark}" if chance.random() < 0.7 else digits


def enterprise_number(chance: random.Random) -> str:
    eight = chance.randrange(2_000_000, 19_999_999)
    digits = f"{eight:08d}{97 - eight % 97:02d}"
    dotted = f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
    return chance.choice([dotted, f"BE {dotted}", f"BE{digits}", digits, f"BCE {dotted.replace('.', ' ')}"])


def dossier_reference(chance: random.Random) -> str:
    shape = chance.choice(["CN-20%02d-####", "CN 20%02d ####", "20%02d/######", "CN-20%02d-#### et CN-20%02d-####"])
    return with_digits(chance, shape.replace("%02d", f"{chance.randrange(20, 31)}"))


def a_date(chance: random.Random) -> str:
    day = date(1950, 1, 1) + timedelta(days=chance.randrange(36_000))
    later = day + timedelta(days=chance.randrange(90))
    hour = f"{chance.randrange(8, 18):02d}:{chance.randrange(0, 60, 15):02d}"
    return chance.choice(
        [
            f"{day:%d/%m/%Y}",
            f"{day:%d.%m.%y}",
            f"{day:%Y-%m-%d}",
            f"{day:%Y-%m-%d} {hour}",
            f"{day:%d/%m/%Y} {hour}",
            f"{day.day}/{day.month}/{day.year} - {later.day}/{later.month}/{later.year}",
            f"du {day:%d.%m.%Y} au {later:%d.%m.%Y}",
            f"{day:%d/%m/%Y} : {chance.randrange(1, 30)},{chance.randrange(0, 100, 10):02d}",
            f"{day:%Y%m%d}-{chance.randrange(1000):03d}",
        ]
    )


@pytest.mark.parametrize(
    "text",
    [
        "85.07.30-033-28",
        "40.00.00-955-79",
        "00.00.01-003-64",
        "00.05.25-001-89",
        "85.27.30-033-71",
        "98.47.28-997.65",
        "NN85073003328",
        "n° 85.07.30-033.28.",
        "1050 85 07 30 033 28",
        "0470 12 34 56 / 85.07.30-033.28",
    ],
)
def test_a_national_number_is_found(text):
    assert [(finding.kind, finding.doubtful) for finding in scan(text)] == [(Kind.NATIONAL_NUMBER, False)]


@pytest.mark.parametrize(
    "text",
    [
        "85.07.30-033-29",
        "85.07.30-000-61",
        "85.13.30-033-28",
        "0470 12 34 56",
        "0470123456",
        "BE68 5390 0754 7034",
        "BE68539007547034",
        "+++085/0730/03328+++",
        "123456789012",
        "0403.170.701",
        "CN-2026-0142",
        "12/03/2026 045",
        "285073003328",
    ],
)
def test_another_number_is_left_in_peace(text):
    assert scan(text) == []


def test_the_place_of_a_number_is_its_place_in_the_text_as_typed():
    text = "Né à Liège, ٨٥.٠٧.٣٠\u200b-٠٣٣.٢٨, carte A"

    assert scan(text) == [Finding(12, 28, Kind.NATIONAL_NUMBER)]
    assert masked(text, scan(text)) == "Né à Liège, •••, carte A"


def test_a_mobile_number_without_its_plus_that_happens_to_fit_is_doubtful():
    assert is_national_number("32470110101") is False
    numbers = [number for number in map(str, range(32470120000, 32470130000)) if is_national_number(number)]
    fitting = next(number for number in numbers if scan(number))
    of_2032 = next(number for number in numbers if not scan(number))

    assert [(finding.kind, finding.doubtful) for finding in scan(fitting)] == [(Kind.NATIONAL_NUMBER, True)]
    assert scan(f"+{fitting}") == []
    assert 97 - int(f"2{of_2032[:9]}") % 97 == int(of_2032[9:])
    assert [finding.doubtful for finding in scan(parted(fitting, ".", ".", "-", "."))] == [False]


@pytest.mark.sized
@pytest.mark.parametrize("writing", [*WRITINGS, *OTHER_WRITINGS])
def test_no_valid_number_passes_in_any_writing(writing):
    write = (WRITINGS | OTHER_WRITINGS)[writing]
    chance = random.Random(writing)

    found = [scan(write(national_number(chance))) for _ in range(SIZE)]

    doubtful = sum(1 for findings in found if findings and all(finding.doubtful for finding in findings))
    print(f"\n{writing}: {SIZE} numbers, {found.count([])} pass, {doubtful} asked about")
    assert found.count([]) == 0
    assert doubtful <= 0.005 * SIZE


@pytest.mark.sized
@pytest.mark.parametrize(
    "harmless", [phone, iban, structured_communication, enterprise_number, dossier_reference, a_date]
)
def test_other_numbers_raise_hardly_an_alarm(harmless):
    chance = random.Random(harmless.__name__)

    alarms = sum(1 for _ in range(SIZE) if scan(f"Noté : {harmless(chance)}, à suivre."))

    print(f"\n{harmless.__name__}: {SIZE} texts, {alarms} alarms, {100 * alarms / SIZE:.3f} %")
    assert alarms <= 0.003 * SIZE


def test_a_guard_that_knows_only_the_usual_writing_or_the_last_century_would_let_numbers_pass():
    def usual_writing_only(text: str) -> bool:
        return bool(re.search(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", text, re.ASCII))

    def last_century_only(text: str) -> bool:
        digits = re.sub(r"\D", "", text)
        return 97 - int(digits[:9]) % 97 == int(digits[9:])

    chance = random.Random(1)
    numbers = [national_number(chance) for _ in range(200)]

    passed = {name: sum(not usual_writing_only(write(n)) for n in numbers) for name, write in WRITINGS.items()}
    assert passed["85.07.30-033.28"] == 0
    assert passed["85073003328"] == 200
    assert sum(not last_century_only(number) for number in numbers) > 20
