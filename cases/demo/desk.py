"""The made-up office itself: who works where, which day it is, what the clock says, and chance."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import cycle
from uuid import UUID

from django.utils import timezone

from cases.demo.notes import NOTES
from cases.demo.staff import HOST, TEAMS
from communes.working_days import Calendar
from config.staff.models import Team, User
from config.staff.roles import Role

SEED = 1080


class Desk:
    """What every story needs. The same instant and staff give the same office, to the last note."""

    def __init__(self, *, at: datetime, staff: list[User]) -> None:
        self.chance = random.Random(SEED)  # noqa: S311
        self.at = at
        self.on = timezone.localtime(at).date()
        self.calendar = Calendar()
        self.notes = {(key, code): cycle(said) for key, words in NOTES.items() for code, said in words.items()}
        self.advisers = {
            team: [user for user in staff if user.team == team and user.role == Role.ADVISER]
            for team in Team.objects.filter(name__in=TEAMS)
        }

        self.home, self.host = next(
            (team, user) for team, advisers in self.advisers.items() for user in advisers if user.email == HOST
        )

    def team(self) -> Team:
        return self.chance.choices(list(self.advisers), [TEAMS[team.name] for team in self.advisers])[0]

    def adviser(self, team: Team) -> User:
        return self.chance.choice(self.advisers[team])

    def one_of[T](self, things: Sequence[T], weights: Sequence[int] | None = None) -> T:
        return self.chance.choices(things, weights)[0]

    def happens(self, share: float) -> bool:
        return self.chance.random() < share

    def words(self, key: str, language: str) -> str:
        """The next note about something, in a language; nothing for no key."""
        return next(self.notes[key, language]) if key else ""

    def key(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128))

    def working_day(self, ago: int) -> date:
        """The last working day on or before so many days ago: the office works when the counters do."""
        return self.calendar.on_or_before(self.on - timedelta(days=ago))


class Clock:
    """When things were written down: in office hours, mostly at once, now and then days later, never in the future."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.now = brussels(date.min, time.min)

    def start(self, on: date) -> None:
        """Something happened on a day; from here on the clock only goes forward."""
        late = self.desk.one_of([1, 1, 2, 3]) if self.desk.happens(0.08) else 0
        hour = time(self.desk.chance.randint(9, 16), self.desk.chance.randint(0, 59))
        self.now = max(self.now, brussels(on + timedelta(days=late), hour))

    def tick(self) -> datetime:
        self.now += timedelta(minutes=self.desk.chance.randint(1, 4))
        return min(self.now, self.desk.at)


def brussels(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=timezone.get_default_timezone())
