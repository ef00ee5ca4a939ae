"""Links that open the client's account for whoever has them: activation, registration, a new password."""

import re
from collections.abc import Iterator
from itertools import pairwise

LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"«»]+|(?<![\w@.])(?:[a-z0-9-]{1,40}\.){1,4}(?:be|com|eu|org|net|brussels)/[^\s<>\"«»]+"
)
SECRET_PARAMETER = re.compile(
    r"[?&#;](?!post|zip)(?:[a-z_-]*(?:code|token|passwo?r?d?|passwd|secret)|key|otp|sig|signature|pin|puk|pwd|mdp|wachtwoord|"
    r"auth|hash|challenge|ticket|activation|invitation)=([^&#\s]{6,})"
)
USER_AND_PASSWORD = re.compile(r"://[^/\s:@]+:[^/\s@]+@")
OF_THE_STATE = re.compile(
    r"://(?:[\w-]+\.)*(?:belgium\.be|csam\.be|iamfas\.be|itsme-id\.com|itsme\.be|bosa\.be)(?:[/?#]|$)"
)
OPENS_AN_ACCOUNT = re.compile(r"activ|regist|enreg|reset|confirm|verif|invit|login|passwo?r?d|recover")
RANDOM = re.compile(r"[\w-]{12,}")


def links(reading: str) -> Iterator[tuple[int, int]]:
    """Start and end of each link in a folded text."""
    for link in LINK.finditer(reading):
        address = link[0] if "://" in link[0] else f"https://{link[0]}"
        if _opens_a_door(address):
            yield link.start(), link.start() + len(link[0].rstrip(".,;:!?)"))


def _opens_a_door(address: str) -> bool:
    if USER_AND_PASSWORD.search(address):
        return True
    if any(any(map(str.isdigit, value)) or len(value) >= 16 for value in SECRET_PARAMETER.findall(address)):
        return True
    if not (OF_THE_STATE.search(address) or OPENS_AN_ACCOUNT.search(address)):
        return False
    tail = address.partition("://")[2].partition("/")[2]
    return any(_random(piece) for piece in RANDOM.findall(tail))


def _random(piece: str) -> bool:
    """Letters and digits mixed as no title is: 4b7d2e9fa1c84d0e, and not agenda-2026-bruxelles."""
    kinds = [character.isdigit() for character in piece if character.isalnum()]
    changes = sum(left != right for left, right in pairwise(kinds))
    return changes >= 3 and sum(kinds) >= 3
