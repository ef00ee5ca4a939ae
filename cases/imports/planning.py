"""What an old list would make: which clients, cases and visits are new, which are here already, what is wrong.

Nothing is written. The same function plans for the preview and for the confirmation, so that what was seen is made.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions import NotDone, check_old_case
from cases.imports.alike import look_alikes
from cases.imports.cells import Known
from cases.imports.columns import CASE, CLIENT, COLUMNS, VISIT, of_kind
from cases.imports.keys import imported
from cases.imports.lines import Line, Problem, by_line, read_lines
from cases.imports.plans import Identity, OldFile, Passage, Person, Plan, first_step
from cases.models import Client
from cases.models.client import ClientQuerySet
from cases.workflow import WORKFLOWS
from communes.names import folded

NOBODY = Client()  # whose cases are judged before it is known whose they are


def plan(
    lines: Sequence[Sequence[str]],
    chosen: Sequence[str],
    *,
    source: str,
    among: ClientQuerySet,
    at: datetime,
    decided: Mapping[int, str] | None = None,
) -> Plan:
    """Plan the import of a list. `among` are the clients that may be the same people; `decided` says, by the line of
    a person, which of them it is («new» for nobody)."""
    today = timezone.localtime(at).date()
    reading = read_lines(lines, chosen, Known.of_the_office(today=today))
    planned = Plan(problems=reading.problems, doubts=reading.doubts)
    broken = {problem.line for problem in reading.problems}
    draft = Draft(source=folded(source), planned=planned, at=at, broken=broken)
    for line in reading.lines:
        draft.take(line)
    draft.settle(among, decided or {})
    planned.problems = list(by_line(planned.problems))
    planned.too_old = sum(person.is_too_old(today=today) for person in planned.new_people)
    return planned


@dataclass
class Draft:
    """A plan in the making: the people, cases and visits that the lines speak of, before we know who is here."""

    source: str
    planned: Plan
    at: datetime
    broken: set[int]
    """Lines with a cell that cannot be read: others may name their client, but they have faults enough."""
    people: dict[Identity, Person] = field(default_factory=dict)
    files: dict[Identity, OldFile] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    alike_visits: Counter[Identity] = field(default_factory=Counter)

    def take(self, line: Line) -> None:
        person = self.person(line)
        file = self.file(line, person)
        self.passage(line, person, file)

    def wrong(self, line: int, sentence: str, *, header: str = "") -> None:
        if line not in self.broken:
            self.planned.problems.append(Problem(line, header, sentence))

    def lacks(self, line: int, *names: str) -> None:
        labels = ", ".join(str(COLUMNS[name].label) for name in names)
        self.wrong(line, _("Fill in: %(facts)s.") % {"facts": labels})

    def person(self, line: Line) -> Person | None:
        said = {name: line.said[name] for name in of_kind(line.said, CLIENT)}
        number = said.pop("client_number", None)
        opened_on = said.pop("client_opened_on", None)
        if "given_name" in said and "family_name" not in said:
            said["family_name"] = said.pop("given_name")  # a single name is a family name
        if number:
            identity: Identity = ("number", self.source, folded(number) or number)
        elif "family_name" in said:
            name = folded(f"{said.get('given_name', '')} {said['family_name']}")
            identity = ("person", name, said.get("birth_year"), said.get("phone"), said.get("email"))
        else:
            if said:
                self.lacks(line.number, "family_name")
            return None
        person = self.people.setdefault(identity, Person(line.number, identity))
        for name in ("family_name", "given_name", "birth_year"):
            if name in said and person.said.get(name, said[name]) != said[name]:
                self.wrong(
                    line.number,
                    _("This client has another value in line %(line)d: make the two lines agree.")
                    % {"line": person.line},
                    header=str(COLUMNS[name].label),
                )
        person.said |= said
        person.since = opened_on or person.since
        return person

    def file(self, line: Line, person: Person | None) -> OldFile | None:
        said = {name: line.said[name] for name in of_kind(line.said, CASE)}
        number = said.pop("case_number", None)
        if not said and not number:
            return None
        if number:
            identity: Identity = ("number", self.source, folded(number) or number)
        elif person is None or "procedure" not in said or "opened_on" not in said:
            if person is None:
                self.wrong(line.number, _("A case needs its client: write the name, or the number of the client."))
            if needed := [name for name in ("procedure", "opened_on") if name not in said]:
                self.lacks(line.number, *needed)
            return None
        else:
            identity = ("case", *person.identity, said["procedure"], said.get("reason"), said["opened_on"])
        file = self.files.get(identity)
        if file is None:
            nobody = Person(line.number, ("nobody",))
            file = self.files[identity] = OldFile(line.number, identity, person or nobody)
        elif person is not None and file.person.identity == ("nobody",):
            file.person = person
        elif person is not None and file.person is not person:
            self.wrong(
                line.number, _("This case has another client in line %(line)d: correct one.") % {"line": file.line}
            )
        file.said |= said
        return file

    def passage(self, line: Line, person: Person | None, file: OldFile | None) -> None:
        said = {name.removeprefix("visit_"): line.said[name] for name in of_kind(line.said, VISIT)}
        if not said:
            return
        if "happened_on" not in said:
            self.lacks(line.number, "visit_happened_on")
            return
        if person is None and file is not None and file.person.identity != ("nobody",):
            person = file.person
        whose: Identity = file.identity if file else person.identity if person else ()
        same: Identity = (
            *whose,
            *(said.get(name) for name in ("happened_on", "channel", "minutes", "topic", "result", "note")),
        )
        self.alike_visits[same] += 1
        self.passages.append(Passage(line.number, (*same, self.alike_visits[same]), said, person, file))

    def settle(self, among: ClientQuerySet, decided: Mapping[int, str]) -> None:
        """Find out who and what is here already, and judge the rest by the rules of the office."""
        people, files = imported(CLIENT, self.people), imported(CASE, self.files)
        erased = set()
        for identity, person in self.people.items():
            if row := people.get(identity):
                person.here, person.was_imported = current(row.client), True
                if person.here.anonymised_on or person.here.restricted_on:
                    erased.add(identity)
        strangers = [
            person for person in self.people.values() if not person.was_imported and "family_name" in person.said
        ]
        look_alikes(strangers, among)
        for person in strangers:
            wanted = decided.get(person.line)
            chosen = [alike.client for alike in person.alike if alike.client.reference == wanted]
            usual = [alike.client for alike in person.alike if alike.surely and wanted is None]
            person.here = next(iter(chosen or usual), None)
        self.settle_files(files, erased)
        self.settle_people(erased)
        visits = imported(VISIT, [passage.identity for passage in self.passages])
        for passage in self.passages:
            if passage.person is not None and passage.person.identity in erased:
                self.planned.forgotten += 1
            elif passage.identity in visits:
                self.planned.known[VISIT] += 1
            else:
                self.planned.passages.append(passage)
                if passage.person is not None:
                    passage.person.passages.append(passage)

    def settle_people(self, erased: set[Identity]) -> None:
        for identity, person in self.people.items():
            if identity in erased:
                self.planned.forgotten += 1
            elif person.was_imported:
                self.planned.known[CLIENT] += 1
            elif "family_name" not in person.said:
                self.wrong(person.line, _("This client has no name here and was not imported before: add the name."))
            else:
                self.planned.people.append(person)

    def settle_files(self, known: Mapping[Identity, Any], erased: set[Identity]) -> None:
        for identity, file in self.files.items():
            if row := known.get(identity):
                file.here = row.case
                self.planned.known[CASE] += bool(file.said)
                owner = current(row.case.client)
                if owner.anonymised_on or owner.restricted_on:
                    erased.add(file.person.identity)
                if file.person.identity == ("nobody",):
                    file.person.here = owner
            elif file.person.identity in erased:
                self.planned.forgotten += 1
            else:
                self.judge(file)

    def judge(self, file: OldFile) -> None:
        if not file.said:
            self.wrong(file.line, _("No line of this list, and no earlier import, says what this case is."))
            return
        if file.person.identity == ("nobody",):
            self.wrong(file.line, _("A case needs its client: write the name, or the number of the client."))
            return
        needed = [name for name in ("procedure", "opened_on") if name not in file.said]
        if "procedure" in file.said and "reason" not in file.said:
            needed += ["reason"] if len(WORKFLOWS[file.said["procedure"]].opens) > 1 else []
        if "since" in file.said and "step" not in file.said:
            needed.append("step")
        if needed:
            self.lacks(file.line, *needed)
            return
        old = file.old(NOBODY)
        try:
            if old.step != first_step(old.procedure, old.reason) and "since" not in file.said:
                self.lacks(file.line, "since")
                return
            check_old_case(old, at=self.at)
        except NotDone as refusal:
            self.wrong(file.line, str(refusal))
            return
        self.planned.files.append(file)
        file.person.files.append(file)


def current(client: Client | None) -> Client:
    """The file that a client's has become, if it was merged. The line of a client always has one."""
    if client is None:
        raise ValueError("This imported line is no client's.")
    while client.merged_into is not None:
        client = client.merged_into
    return client
