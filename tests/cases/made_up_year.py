"""An office whose days are drawn by lot: cases of every kind, late notes, corrections, undone steps, anonymous visits.

Everything goes through the actions, each at an instant of its own; what the workflow refuses is simply not done.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from cases import actions
from cases.models import Case, Client, Visit
from cases.models.visit import Channel, Result, Topic
from cases.workflow import WORKFLOWS
from communes.models import Commune, Office, ResidenceDocument
from config.staff.models import User
from tests.factories import ClientFactory

LANGUAGES = ("fr", "nl", "ar", "uk")
READY = {"own_email": "yes", "docstop_on": None, "police_on": None, "letter_kept": True}


class MadeUpOffice:
    """Two advisers of two teams, and whoever came to see them."""

    def __init__(self, *advisers: User, seed: int) -> None:
        self.advisers, self.chance = advisers, Random(seed)
        self.communes = [*Commune.objects.order_by("pk"), None]
        self.documents = [*ResidenceDocument.objects.order_by("pk"), None]
        self.offices = list(Office.objects.order_by("pk"))
        self.clients: list[Client] = []
        self.without_case = 0  # visits

    def live(self, first: date, last: date, *, gestures: int) -> None:
        """So many gestures, spread over the days; each noted on the day it happened, or up to a week later."""
        days = (last - first).days
        for n in range(gestures):
            noted_on = first + timedelta(days=n * days // gestures)
            # Any hour of UTC: late in the evening it is already tomorrow in Brussels.
            at = datetime.combine(noted_on, time(self.chance.randrange(24), self.chance.randrange(60)), UTC)
            on = noted_on - timedelta(days=self.chance.choice((0, 0, 0, 1, 7)))
            gesture = self.chance.choices(
                (self.open, self.go_on, self.visit, self.correct, self.undo), (4, 12, 5, 1, 1)
            )
            try:
                gesture[0](by=self.chance.choice(self.advisers), on=on, at=at)
            except actions.NotDone:
                continue

    def inherit(self, first: date, *, by: User) -> None:
        """The cases of an old list, brought in at the end of March: one at every step of every procedure, since a day
        of that winter."""
        assert by.team is not None
        old = [
            actions.OldCase(
                client=ClientFactory(team=by.team, commune=self.chance.choice(self.communes), opened_on=first),
                procedure=workflow.procedure, reason=next(iter(workflow.opens)), opened_on=first, step=step,
                since=first + timedelta(days=self.chance.randrange(60)), office=self.chance.choice(self.offices),
            )
            for workflow in WORKFLOWS.values()
            for step in workflow.steps
        ]  # fmt: skip
        actions.take_over(old, team=by.team, by=by, at=datetime(2026, 3, 31, 9, tzinfo=UTC))

    def open(self, *, by: User, on: date, at: datetime) -> None:
        assert by.team is not None
        if not self.clients or self.chance.random() < 0.7:
            born = self.chance.choice((None, *range(1940, 2015, 5)))
            self.clients.append(
                ClientFactory(
                    team=by.team, commune=self.chance.choice(self.communes), birth_year=born, opened_on=on,
                    residence_document=self.chance.choice(self.documents),
                    contact_language=self.chance.choice(LANGUAGES),
                )
            )  # fmt: skip
        workflow = self.chance.choice(list(WORKFLOWS.values()))
        case = actions.open_case(
            client=self.chance.choice(self.clients), procedure=workflow.procedure, team=by.team, by=by, on=on, at=at,
            reason=self.chance.choice(list(workflow.opens)),
        )  # fmt: skip
        ready = {name: on if value is None else value for name, value in READY.items()}
        actions.note_facts(case, by=by, on=on, at=at, facts=ready)

    def go_on(self, *, by: User, on: date, at: datetime) -> None:
        case = self.a_case()
        if case is None:
            return
        if self.chance.random() < 0.1:
            price = Decimal(self.chance.choice(("0", "5", "12.50", "20")))
            actions.note_facts(case, by=by, on=on, at=at, facts={"paid": price})
            return
        moves = WORKFLOWS[case.procedure].leaving(case.step)
        if not moves:
            return
        # Most go on; leaving it is rare.
        move = self.chance.choices(moves, [1 if m.name in {"abandon", "refer", "not_needed"} else 6 for m in moves])[0]
        if move.name == "choose_office":
            actions.choose_office(case, self.chance.choice(self.offices), by=by, on=on, at=at)
            return
        given: dict[str, Any] = {}
        for fact in move.asks:
            match fact.name:
                case "paid":
                    given["paid"] = self.chance.choice((None, Decimal("5.00"), Decimal("10.10")))
                case "card_expires_on":
                    given["card_expires_on"] = on + timedelta(days=1800)
                case "ordered_at":
                    given["ordered_at"] = at
                case _ if fact in move.requires and fact.choices:
                    given[fact.name] = self.chance.choice(fact.choices.values)
        actions.move(case, move.name, by=by, on=on, at=at, facts=given)

    def visit(self, *, by: User, on: date, at: datetime) -> None:
        assert by.team is not None
        case = self.a_case() if self.chance.random() < 0.6 else None
        client = case.client if case else self.chance.choice((None, *self.clients))
        beside = min(len(self.clients), self.chance.choice((0, 0, 0, 0, 2))) if client else 0
        along = self.chance.sample(self.clients, beside)
        self.without_case += case is None
        if case is None and self.without_case % 20 == 0:  # however many clients there are
            client, along = None, []
        actions.log_visit(
            key=self.key(), by=by, team=by.team, on=on, at=at, case=case, client=client, companions=along,
            minutes=self.chance.choice((5, 15, 40)), channel=self.chance.choice(Channel.values),
            topic=self.chance.choice(Topic.values), result=self.chance.choice(Result.values),
        )  # fmt: skip

    def correct(self, *, by: User, on: date, at: datetime) -> None:
        visits = list(Visit.objects.filter(corrected_by=None).order_by("pk"))
        if not visits:
            return
        visit = self.chance.choice(visits)
        said = {"minutes": 25, "channel": self.chance.choice(Channel.values), "topic": "loss"}
        actions.correct_visit(visit, key=self.key(), by=by, on=visit.happened_on, at=at, correction="Wrong", **said)

    def undo(self, *, by: User, on: date, at: datetime) -> None:
        if case := self.a_case():
            actions.undo(case, by=by, on=on, at=at)

    def a_case(self) -> Case | None:
        cases = list(Case.objects.select_related("client__residence_document", "client__commune").order_by("pk"))
        return self.chance.choice(cases) if cases else None

    def key(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)
