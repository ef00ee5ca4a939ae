"""What an old list speaks of, and what it would make: people, their cases, their visits. Nothing here is written."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from cases.actions import OldCase
from cases.imports.alike import Alike
from cases.imports.columns import CLIENT, VISIT
from cases.imports.keys import key_of
from cases.imports.lines import Problem
from cases.models import Case, Client
from cases.models.visit import Topic
from cases.retention import AFTER_CLOSING, WITHOUT_CASE
from cases.workflow import CLOSED_STEPS, WORKFLOWS

NEW = "new"
CASE_FACTS = ("paid", "docstop_on", "police_on", "abandon_reason", "referred_to", "other_way")
VISIT_TOLD_BY = ("happened_on", "channel", "minutes", "topic", "result", "note")
TOPICS = {"digital_key": Topic.DIGITAL_KEY, "e_card": Topic.E_CARD, "card_codes": Topic.CARD_CODES}

type Identity = tuple[object, ...]


@dataclass
class Person:
    """A client of the list. `here`: the file they have already, by an earlier import or because it was so chosen."""

    line: int
    identity: Identity
    said: dict[str, Any] = field(default_factory=dict)
    since: date | None = None
    here: Client | None = None
    was_imported: bool = False
    alike: list[Alike] = field(default_factory=list)
    files: list["OldFile"] = field(default_factory=list)
    passages: list["Passage"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.said.get('given_name', '')} {self.said.get('family_name', '')}".strip()

    def opened_on(self, *, today: date) -> date:
        """The day of the file: as the list says, else the first day it speaks of."""
        days = [file.said["opened_on"] for file in self.files] + [one.said["happened_on"] for one in self.passages]
        return self.since or min(days, default=today)

    def is_too_old(self, *, today: date) -> bool:
        """Would the next night forget this person (cases.retention)? All closed or no case, and nothing new since."""
        kept_from = (AFTER_CLOSING if self.files else WITHOUT_CASE).before(today)
        stands = [file.said.get("since") or file.said["opened_on"] for file in self.files]
        days = [
            *stands,
            *(one.said["happened_on"] for one in self.passages),
            *([] if self.files else [self.opened_on(today=today)]),
        ]
        return max(days) <= kept_from and all(file.said.get("step") in CLOSED_STEPS for file in self.files)


@dataclass
class OldFile:
    """A case of the list; `old` is what is written, once its client has a file."""

    line: int
    identity: Identity
    person: Person
    said: dict[str, Any] = field(default_factory=dict)
    here: Case | None = None

    @property
    def first_step(self) -> str:
        workflow = WORKFLOWS[self.said["procedure"]]
        return first_step(self.said["procedure"], self.said.get("reason") or str(next(iter(workflow.opens))))

    def old(self, client: Client) -> OldCase:
        workflow = WORKFLOWS[self.said["procedure"]]
        reason = self.said.get("reason") or str(next(iter(workflow.opens)))
        opened_on: date = self.said["opened_on"]
        return OldCase(
            client=client,
            procedure=self.said["procedure"],
            reason=reason,
            opened_on=opened_on,
            step=self.said.get("step") or first_step(self.said["procedure"], reason),
            since=self.said.get("since") or opened_on,
            facts={name: self.said[name] for name in CASE_FACTS if name in self.said},
            office=self.said.get("office"),
            assignee=self.said.get("assignee"),
            card_expires_on=self.said.get("card_expires_on"),
            note=self.said.get("case_note", ""),
        )


def first_step(procedure: str, reason: str) -> str:
    """Where a case of that reason begins; «» when the procedure is not opened for it."""
    return next((str(step) for known, step in WORKFLOWS[procedure].opens.items() if known == reason), "")


@dataclass
class Passage:
    """A visit of the list."""

    line: int
    identity: Identity
    said: dict[str, Any]
    person: Person | None
    file: OldFile | None

    @property
    def key(self) -> UUID:
        return UUID(hex=key_of(VISIT, *self.identity)[:32])


@dataclass
class Plan:
    """What would be made. `known` counts what came by an earlier import, `forgotten` what is about people whose file
    is erased or restricted."""

    people: list[Person] = field(default_factory=list)
    files: list[OldFile] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    known: Counter[str] = field(default_factory=Counter)
    forgotten: int = 0
    too_old: int = 0

    @property
    def new_people(self) -> list[Person]:
        return [person for person in self.people if person.here is None]

    @property
    def known_people(self) -> int:
        """How many have a file already, by an earlier import or as the same person."""
        return self.known[CLIENT] + len(self.people) - len(self.new_people)

    @property
    def taken_over(self) -> int:
        """How many cases come at another step than their first."""
        return sum(file.said.get("step", file.first_step) != file.first_step for file in self.files)

    @property
    def hinted(self) -> list[Person]:
        """The people of the list who resemble somebody who has a file."""
        return [person for person in self.people if person.alike]

    @property
    def makes_something(self) -> bool:
        return bool(self.new_people or self.files or self.passages)

    @property
    def seen(self) -> str:
        """What a preview showed, in short: the confirmation compares it with what is so by then."""
        shown = [
            [person.line for person in self.people],
            [file.line for file in self.files],
            [passage.line for passage in self.passages],
            [[person.line, *(alike.client.pk for alike in person.alike)] for person in self.hinted],
            len(self.problems), len(self.doubts), self.forgotten, sorted(self.known.items()),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:24]
