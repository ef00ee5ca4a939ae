"""Tell the stories as the office would live them: case by case, day by day, through `cases.actions` alone."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from cases import actions, files
from cases.demo.desk import Clock, Desk, brussels
from cases.demo.stories import STORIES, Beat, Day, Story
from cases.demo.visitors import Files
from cases.models import Case, Client, Visit
from cases.models.visit import Channel, Result, Topic
from cases.workflow import Procedure, Reason
from communes.models import Tariff
from communes.offers import Offer
from config.staff.models import User

# What people say they paid where Sésame knows no price yet. Invented, like the people.
TOLD = {
    Procedure.DIGITAL_KEY: ("10.00",),
    Procedure.E_CARD: ("24.00", "25.50", "27.00"),
    Procedure.CARD_CODES: ("0.00", "5.00"),
}
TOLD_URGENT = ("138.00", "141.50")
NOT_FROM_THE_CLIENT = frozenset({"expire", "abandon", "destroy"})  # noticed at the desk, nobody came
LOST = frozenset({Reason.LOSS, Reason.THEFT, Reason.DAMAGE})


@dataclass(frozen=True, eq=False)
class Tale:
    """One telling of a story, `lag` days earlier than written: each is one of its kind.

    The first telling of each is of the adviser whom everybody logs in as, who thus meets every kind of work.
    """

    story: Story
    lag: int
    first: bool = False
    follows: "Tale | None" = None

    @property
    def starts(self) -> int:
        """How many days ago it begins."""
        return self.story.starts + self.lag

    @property
    def urgent(self) -> bool:
        return any(beat.what == "order_urgently" for beat in self.story.beats)


def tales() -> Iterator[Tale]:
    """Every story as often as it is told, spread over its days."""
    for story in STORIES:
        for number in range(story.cases):
            tale = Tale(story, story.spread * number // max(story.cases - 1, 1), first=number == 0)
            yield tale
            if story.then:
                yield Tale(story.then, tale.lag, first=tale.first, follows=tale)


class Offers:
    """What is offered to the client of a case: looked up once for all who are alike, until the next tariff."""

    def __init__(self) -> None:
        self.changes = sorted(set(Tariff.objects.values_list("valid_from", flat=True)))
        self.found: dict[tuple[object, ...], list[Offer]] = {}

    def to(self, case: Case, *, on: date, urgent: bool) -> list[Offer]:
        alike = (actions.applicant(case.client), case.procedure, urgent, bisect_right(self.changes, on))
        if alike not in self.found:
            self.found[alike] = actions.offers_for_case(case, on=on, urgent=urgent)
        return self.found[alike]


def tell(desk: Desk, *, not_before: date) -> None:
    """Tell every story in the order in which they begin; what would begin too early is left out."""
    files, offers = Files(desk), Offers()
    told: dict[Tale, Case] = {}
    in_time = [tale for tale in tales() if desk.working_day(tale.starts) >= not_before]
    for tale in sorted(in_time, key=lambda tale: -tale.starts):
        before = told.get(tale.follows) if tale.follows else None
        told[tale] = Teller(desk, tale, offers).tell(files, follows=before)


class Teller:
    """Tells one tale: one client, one adviser, one clock."""

    def __init__(self, desk: Desk, tale: Tale, offers: Offers) -> None:
        self.desk = desk
        self.tale = tale
        self.offers = offers
        self.clock = Clock(desk)

    def tell(self, files: Files, *, follows: Case | None) -> Case:
        story = self.tale.story
        days = groupby(story.beats, key=lambda beat: self.desk.working_day(beat.ago + self.tale.lag))
        case = None
        for on, beats in days:
            self.clock.start(on)
            if case is None:
                team = self.desk.home if self.tale.first else self.desk.team()
                client = follows.client if follows else files.client_for(story, team=team, on=on)
                adviser = self.desk.host if self.tale.first else self.desk.adviser(client.team)
                case = self._open(client, by=adviser, on=on, follows=follows)
            self._tell_day(case, list(beats), by=adviser, on=on)
        assert case is not None  # noqa: S101
        return case

    def _open(self, client: Client, *, by: User, on: date, follows: Case | None) -> Case:
        """Now and then nobody follows the case at first."""
        story = self.tale.story
        case = actions.open_case(
            client=client,
            procedure=story.procedure,
            reason=story.reason,
            by=by,
            on=on,
            at=self.clock.tick(),
            assignee=by if self.tale.first or self.desk.happens(0.85) else None,
            card_expires_on=self._day(story.card_expires) if story.card_expires else None,
            follows=follows,
        )
        if case.assignee_id is None and self.desk.happens(0.7):
            actions.assign(case, by, by=by, on=on, at=self.clock.tick())
        return case

    def _tell_day(self, case: Case, beats: list[Beat], *, by: User, on: date) -> None:
        """What happened to the case on one day, on one visit if there was one."""
        words = self.desk.words(next((beat.words for beat in beats if beat.words), ""), by.language)
        visit = None
        if self._was_a_visit(beats):
            visit = self._visit(case, beats[-1], by=by, on=on, note=words)
        elif words:
            actions.write_note(case, words, by=by, at=self.clock.tick(), sensitive=self.desk.happens(0.05))
        for beat in beats:
            self._tell_beat(case, beat, by=by, on=on, at=self.clock.tick(), visit=visit)

    def _tell_beat(self, case: Case, beat: Beat, *, by: User, on: date, at: datetime, visit: Visit | None) -> None:
        urgent = self.tale.urgent
        match beat.what:
            case "open":
                pass
            case "undo":
                actions.undo(case, by=by, on=on, at=at)
            case "choose_office":
                office = self._choice(self.offers.to(case, on=on, urgent=urgent)).office
                actions.choose_office(case, office, by=by, on=on, at=at, urgent=urgent, visit=visit)
            case "note":
                actions.note_facts(case, by=by, on=on, at=at, facts=self._facts(case, beat, on=on), visit=visit)
            case move:
                facts = self._facts(case, beat, on=on)
                actions.move(case, move, by=by, on=on, at=at, facts=facts, visit=visit)
                if facts.get("recall_agreed"):
                    files.change_client(case.client, recall_agreed_on=on)

    def _facts(self, case: Case, beat: Beat, *, on: date) -> dict[str, Any]:
        """The facts of a beat, with their days, moments and amounts worked out."""
        return {name: self._value(case, name, value, on=on) for name, value in beat.facts.items()}

    def _value(self, case: Case, name: str, value: Any, *, on: date) -> Any:
        match name:
            case "ordered_at":
                return brussels(on, time.fromisoformat(value))
            case "paid":
                return self._paid(case)
            case _:
                return self._day(value) if isinstance(value, Day) else value

    def _day(self, day: Day) -> date:
        """A day of a story: one that has passed was a working day, one to come is printed on a card."""
        ago = day.ago + self.tale.lag
        return self.desk.working_day(ago) if ago >= 0 else self.desk.on - timedelta(days=ago)

    def _paid(self, case: Case) -> Decimal | None:
        """As announced; sometimes another price at the counter, sometimes not told."""
        luck = self.desk.chance.random()
        if luck < 0.1:
            return None
        if case.quoted_amount is None:
            return Decimal(self.desk.one_of(TOLD_URGENT if self.tale.urgent else TOLD[Procedure(case.procedure)]))
        another = luck < 0.15 and case.quoted_amount > 0
        return case.quoted_amount + Decimal("2.50") if another else case.quoted_amount

    def _choice(self, offers: list[Offer]) -> Offer:
        """Mostly the best offer with a known price; people also like their own commune."""
        known = [offer for offer in offers if offer.amount is not None] or offers
        home = [offer for offer in known if offer.is_home]
        return home[0] if home and self.desk.happens(0.25) else known[0]

    def _was_a_visit(self, beats: list[Beat]) -> bool:
        what = {beat.what for beat in beats}
        if what <= {"undo", "choose_office"} or what & NOT_FROM_THE_CLIENT:
            return False
        return "open" in what or self.desk.happens(0.7)

    def _visit(self, case: Case, beat: Beat, *, by: User, on: date, note: str) -> Visit:
        desk, asking = self.desk, beat.what in {"open", "note"}
        channels = [Channel.COUNTER, Channel.PHONE, Channel.EMAIL, Channel.OUTSIDE, Channel.HOME]
        return actions.log_visit(
            key=desk.key(),
            by=by,
            team=case.team,
            on=on,
            at=self.clock.tick(),
            client=case.client,
            case=case,
            channel=desk.one_of(channels, [70, 18, 6, 5, 1] if asking else [45, 35, 14, 5, 1]),
            minutes=desk.one_of([20, 30, 30, 40, 45, 60] if asking else [5, 10, 15, 15, 20, 30]),
            topic=Topic.LOSS if case.reason in LOST else Topic(case.procedure),
            language=case.client.contact_language,
            result=Result.REFERRED if beat.what == "refer" else Result.COMES_BACK if asking else Result.STEP_DONE,
            note=note,
        )
