"""How often somebody may be wrong at a door: counted first and looked at afterwards, so that haste gains nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.crypto import salted_hmac

from config.staff.models import Tries


class Door(StrEnum):
    ACCOUNT = "account"  # the password of one account, whether it exists or not
    NETWORK = "network"  # every password and passkey tried from one network address
    CODE = "code"  # the second factor of one account
    USED_CODE = "used_code"  # one code of one account: it opens once


@dataclass(frozen=True)
class Limit:
    tries: int
    within: timedelta


LIMITS: dict[Door, tuple[Limit, ...]] = {
    Door.ACCOUNT: (Limit(5, timedelta(minutes=5)),),
    Door.NETWORK: (Limit(30, timedelta(minutes=5)),),
    # A code has six figures and three are right at a time: the second limit keeps patience from paying.
    Door.CODE: (Limit(5, timedelta(minutes=5)), Limit(30, timedelta(days=1))),
    Door.USED_CODE: (Limit(1, timedelta(minutes=5)),),
}
KEPT = timedelta(days=1)  # how long a count that is over stays, before the next count sweeps it away


def key_of(door: Door, who: str, limit: Limit) -> str:
    """What was typed in the field of the address may be a password or a name: only its digest is kept."""
    return salted_hmac("staff.tries", f"{door}:{limit}:{who}", algorithm="sha256").hexdigest()


def count(door: Door, who: str, *, at: datetime) -> bool:
    """Count one more try at the door; False once there were too many.

    The row of the count is locked from its update to its reading: of 32 tries at one instant exactly the allowed ones
    pass. What the first limit refuses is not counted by the next, which are for the tries that were looked at.
    """
    return all(count_one(key_of(door, who, limit), limit, at=at) <= limit.tries for limit in LIMITS[door])


def count_one(key: str, limit: Limit, *, at: datetime) -> int:
    row = Tries.objects.filter(key=key)
    over = When(until__lte=at, then=Value(1))
    one_more = {
        "tries": Case(over, default=F("tries") + 1),
        "until": Case(When(until__lte=at, then=Value(at + limit.within)), default=F("until")),
    }
    with transaction.atomic():
        while not row.update(**one_more):  # none yet, or forgotten a moment ago by whom the door opened for
            Tries.objects.bulk_create([Tries(key=key, tries=0, until=at + limit.within)], ignore_conflicts=True)
        tries = row.values_list("tries", flat=True).get()
    if tries == 1:
        Tries.objects.filter(until__lte=at - KEPT).delete()
    return tries


def take_back(door: Door, who: str, *, at: datetime) -> None:
    """It was the right password: this one try was none. The others stay, whoever made them."""
    for limit in LIMITS[door]:
        Tries.objects.filter(key=key_of(door, who, limit), until__gt=at, tries__gt=0).update(tries=F("tries") - 1)


def forget(door: Door, who: str) -> None:
    """The door is open: what was tried before no longer counts."""
    Tries.objects.filter(key__in=[key_of(door, who, limit) for limit in LIMITS[door]]).delete()
