"""The files of the made-up clients, when they are expected, and the people who only ask and leave no name."""

from datetime import date, time, timedelta
from typing import Any

from cases import actions, appointments, files
from cases.demo.desk import Clock, Desk, brussels
from cases.demo.people import Crowd, Person
from cases.demo.stories import Story
from cases.models import Case, Client
from cases.models.visit import Channel, Result, Topic
from cases.workflow import Party, Procedure
from communes.models import Commune, ResidenceDocument
from config.staff.models import Team

RELATED = frozenset({Procedure.DIGITAL_KEY, Procedure.E_CARD})  # often of one person
WITHOUT_EXPIRY = frozenset({"none", "passport"})
DROP_INS = 150
LONG_AGO = 220  # days


class Files:
    """Opens the client's file for a story, or finds it again."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.crowd = Crowd(desk.chance)
        self.communes = {commune.slug: commune for commune in Commune.objects.all()}
        self.documents = {document.code: document for document in ResidenceDocument.objects.all()}
        self.opened: dict[Client, set[Procedure]] = {}

    def client_for(self, story: Story, *, team: Team, on: date) -> Client:
        """Mostly somebody new; now and then somebody known, for the other of two related procedures."""
        if story.procedure in RELATED and self.desk.happens(0.12):
            known = [
                client
                for client, procedures in self.opened.items()
                if client.team == team and client.commune_id and procedures == RELATED - {story.procedure}
            ]
            if known:
                client = self.desk.one_of(known)
                self.opened[client].add(story.procedure)
                return client
        answers = {name: value for beat in story.beats if beat.what == "note" for name, value in beat.facts.items()}
        for_a_key = story.procedure == Procedure.DIGITAL_KEY
        client = self.open_file(
            self.crowd.somebody(
                with_chip=not for_a_key or answers.get("chip_card") == "yes",
                registered=not for_a_key,
                european=answers.get("eidas") == "yes",
            ),
            team=team,
            on=on,
        )
        self.opened[client] = {story.procedure}
        return client

    def open_file(self, person: Person, *, team: Team, on: date) -> Client:
        desk = self.desk
        return files.open_client(
            team=team,
            on=on,
            given_name=person.given_name,
            family_name=person.family_name,
            birth_year=person.birth_year,
            contact_language=person.language,
            speaks=person.also,
            interpreter=person.interpreter,
            commune=self.communes[person.commune] if person.commune else None,
            residence_document=self.documents[person.document],
            document_expires_on=None if person.document in WITHOUT_EXPIRY else self._expiry(),
            identity_document=person.identity,
            identity_expires_on=self._expiry() if desk.happens(0.4) else None,
            email=person.email,
            phone=person.phone,
            leave_no_message=person.leave_no_message,
            ask_before_contact=person.ask_before_contact,
            notice_given_on=on if desk.happens(0.85) else None,
        )

    def _expiry(self) -> date:
        return self.desk.on + timedelta(days=self.desk.one_of([-20, 12, 35, 60, 90, 150, 240, 400, 700, 1100]))


def drop_ins(desk: Desk, *, not_before: date) -> None:
    """People without a file, the more the nearer to today; and a few typing errors, corrected by a new row."""
    for number in range(DROP_INS):
        on = desk.working_day(int(LONG_AGO * (number / DROP_INS) ** 1.5))
        if on < not_before:
            continue
        team = desk.team()
        by = desk.adviser(team)
        clock = Clock(desk)
        clock.start(on)
        said: dict[str, Any] = {
            "channel": desk.one_of([Channel.COUNTER, Channel.PHONE, Channel.EMAIL], [7, 3, 1]),
            "minutes": desk.one_of([5, 5, 10, 10, 15]),
            "topic": desk.one_of(
                [Topic.DIGITAL_KEY, Topic.E_CARD, Topic.CARD_CODES, Topic.LOSS, Topic.OTHER], [9, 5, 2, 1, 3]
            ),
            "language": desk.one_of(["fr", "fr", "nl", "en", "ar", "tr", "ro", "uk", ""]),
            "result": desk.one_of([Result.INFORMED, Result.REFERRED, Result.NOT_HELPED], [16, 3, 1]),
            "note": desk.words("drop_in", by.language),
        }
        visit = actions.log_visit(key=desk.key(), by=by, team=team, on=on, at=clock.tick(), **said)
        if number % 40 == 20:
            said["minutes"] = 25
            actions.correct_visit(
                visit, key=desk.key(), by=by, on=on, at=clock.tick(), correction="Durée mal notée", **said
            )


def expected(desk: Desk) -> None:
    """Appointments of the days to come, some of them at the counter of an office, now and then one cancelled."""
    taken = set()
    for case in Case.objects.open().waiting_for(Party.CLIENT).select_related("client", "assignee").order_by("pk"):
        if case.assignee is None or not desk.happens(0.3):
            continue
        day = desk.calendar.on_or_after(desk.on + timedelta(days=desk.chance.randint(1, 12)))
        starts_at = brussels(day, time(desk.chance.randint(9, 16), desk.one_of([0, 15, 30, 45])))
        if (case.assignee, starts_at) in taken:
            continue
        taken.add((case.assignee, starts_at))
        appointment = appointments.plan(
            case.client,
            adviser=case.assignee,
            starts_at=starts_at,
            minutes=desk.one_of([20, 30, 30, 45, 60]),
            by=case.assignee,
            at=desk.at,
            case=case,
            office=case.office if desk.happens(0.2) else None,
        )
        if desk.happens(0.08):
            appointments.cancel(appointment, at=desk.at)
