"""What a text must not hold, and where it holds it. Pure: nothing is changed, logged or kept."""

import re
from dataclasses import dataclass
from enum import StrEnum

from config.clean_text.folding import Folded
from config.clean_text.links import links
from config.clean_text.national_numbers import national_numbers
from config.clean_text.secret_words import secrets

# A text without any of these holds nothing to look for: most names and places are read no further.
SUSPICIOUS = re.compile(
    r"\d(?:\D{0,5}\d){10}|pin|puk|p[. ]+[iu]|code|pass|mdp|m\.d|wachtw|paswo|pwd|ww|pw|otp|itsme|activ|geheim|"
    r"login|identifiant|inlog|gebruikersn|username|credential|www|/"
)
MASK = "•••"
SHOWN_BEFORE = 30  # characters before a finding that a message repeats


class Kind(StrEnum):
    NATIONAL_NUMBER = "national_number"
    CODE = "code"
    PASSWORD = "password"  # noqa: S105
    LINK = "link"


@dataclass(frozen=True, order=True)
class Finding:
    """A piece `text[start:end]`; doubtful if it has a harmless reading too, which only the writer can know."""

    start: int
    end: int
    kind: Kind
    doubtful: bool = False


def scan(text: str) -> list[Finding]:
    """Every national number, code, password and activation link, in the order of the text; no two overlap."""
    folded = Folded(text)
    if not SUSPICIOUS.search(folded.reading):
        return []
    found = [(start, end, Kind.NATIONAL_NUMBER, doubtful) for start, end, doubtful in national_numbers(folded.reading)]
    found += [(start, end, Kind.LINK, False) for start, end in links(folded.reading)]
    found += [(secret.start, secret.end, Kind(secret.kind), secret.doubtful) for secret in secrets(folded)]
    apart: list[Finding] = []
    for start, end, kind, doubtful in sorted(found, key=lambda one: (one[0], one[3], -one[1])):
        first, last = folded.whole(start, end)
        if not apart or first >= apart[-1].end:
            apart.append(Finding(first, last, kind, doubtful))
        elif last > apart[-1].end or apart[-1].doubtful > doubtful:
            apart[-1] = Finding(
                apart[-1].start, max(last, apart[-1].end), apart[-1].kind, apart[-1].doubtful and doubtful
            )
    return apart


def masked(text: str, findings: list[Finding]) -> str:
    """The text with each finding blotted out, to the same width whatever it was."""
    for finding in reversed(findings):
        text = text[: finding.start] + MASK + text[finding.end :]
    return text


def place(text: str, finding: Finding, findings: list[Finding]) -> str:
    """The words that lead to a finding, for a message: «…Pin du client : •••»."""
    before = [other for other in findings if other.end <= finding.start]
    leading = " ".join(masked(text[: finding.start], before).split())
    return f"{'…' if len(leading) > SHOWN_BEFORE else ''}{leading[-SHOWN_BEFORE:]} {MASK}".strip()
