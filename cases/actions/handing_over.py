"""Who follows a case."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from cases.actions.record import changing, record
from cases.actions.refusals import CaseMoved
from cases.models import Case, Event
from cases.models.case import CaseQuerySet
from cases.models.event import EventKind
from config.staff.models import Team, User


def assign(case: Case, assignee: User | None, *, by: User, on: date, at: datetime) -> Event:
    """Give a case to a colleague, or to nobody."""
    with changing(case) as history:
        return record(
            case,
            history,
            kind=EventKind.ASSIGNED,
            target=case.step,
            facts={"assignee": assignee.pk if assignee else None},
            by=by,
            on=on,
            at=at,
        )


def hand_over(cases: Iterable[Case], assignee: User | None, *, by: User, on: date, at: datetime) -> list[Case]:
    """Give several cases to a colleague; gives back those that somebody changed meanwhile, which are left alone."""
    left = []
    with transaction.atomic():
        for case in cases:
            if case.assignee_id != (assignee.pk if assignee else None):
                try:
                    assign(case, assignee, by=by, on=on, at=at)
                except CaseMoved:
                    left.append(case)
    return left


def give_to_team(cases: CaseQuerySet, team: Team) -> None:
    """The open ones go on in another team: they are its work from now on. What is closed stays where it was done."""
    cases.open().exclude(team=team).update(team=team)
