"""How long a person stays logged in, and what ends it before."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
# The session is written again after this time at the earliest: not for every page.
NOTED_EVERY = timedelta(seconds=20)

SESSION_KEY = "stay"


@dataclass(frozen=True)
class Stay:
    """What a session knows: when it began, when its person last did something, which factors the account had."""

    began: datetime
    seen: datetime
    factors: str

    @classmethod
    def read(cls, session: Any) -> Self | None:
        """None: the person has only just logged in."""
        match session.get(SESSION_KEY):
            case {"began": began, "seen": seen, "factors": factors}:
                return cls(datetime.fromtimestamp(began, UTC), datetime.fromtimestamp(seen, UTC), factors)
        return None

    def write(self, session: Any) -> None:
        session[SESSION_KEY] = {
            "began": self.began.timestamp(),
            "seen": self.seen.timestamp(),
            "factors": self.factors,
        }

    def ended(self, *, factors: str, at: datetime) -> Promise | None:
        """Why this session is over, in a sentence for the person; None while it goes on."""
        if at - self.seen >= IDLE:
            return _("You were away for half an hour: log in again.")
        if at - self.began >= LONGEST:
            return _("You have been logged in for ten hours: log in again.")
        if factors != self.factors:
            return _("The second factor of your account was changed from elsewhere: log in again.")
        return None

    def is_to_be_noted(self, *, at: datetime) -> bool:
        return at - self.seen >= NOTED_EVERY
