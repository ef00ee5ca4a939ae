"""Logging a visit with the moves it brings, and correcting it by a new row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.actions.moves import move
from cases.actions.promises import choose_office
from cases.actions.record import check_day, doubt_in, in_touch, note_doubts
from cases.actions.refusals import AlreadyCorrected, SentBySomebodyElse
from cases.appointments import plan
from cases.facts import Value
from cases.models import Case, Client, Companion, Visit
from communes.models import Office
from config.staff.models import Team, User


@dataclass(frozen=True)
class Move:
    """A move that a visit brings along: of which case, as which version was seen."""

    case: Case
    transition: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    office: Office | None = None
    """For the choice of an office, which copies its price of that day."""


def log_visit(
    *,
    key: UUID,
    by: User,
    team: Team,
    on: date,
    at: datetime,
    client: Client | None = None,
    case: Case | None = None,
    moves: Iterable[Move] = (),
    comes_back_at: datetime | None = None,
    companions: Iterable[Client] = (),
    **said: Any,
) -> Visit:
    """Log a visit, the moves it brings and when the client comes back, all or none.

    The same `key` again gives the visit already logged; to nobody but who logged it, for it may be of another team.

    `companions` were there beside the client; `said` holds channel, minutes, topic, language, result and note. Raises
    what `move` raises, and SentBySomebodyElse.
    """
    check_day(on, at=at, not_before=None)
    with transaction.atomic():
        visit, created = Visit.objects.get_or_create(
            key=key,
            defaults={
                "client": client, "case": case, "happened_on": on, "by": by, "team": team, "recorded_at": at,
                "doubt_checked": doubt_in(said.get("note", "")), **said,
            },
        )  # fmt: skip
        if visit.by_id != by.pk:
            raise SentBySomebodyElse
        if created:
            _there(visit, companions, on=on)  # first: it takes the rows of all their cases in one order
        for wanted in moves if created else ():
            if wanted.office:
                choose_office(wanted.case, wanted.office, by=by, on=on, at=at, visit=visit)
            else:
                move(wanted.case, wanted.transition, by=by, on=on, at=at, facts=wanted.facts, visit=visit)
        if created and case:
            case.refresh_from_db()  # the moves of this visit may have changed it
            note_doubts(case, visit.note, by=by, on=on, at=at, visit=visit)
        if created and client and comes_back_at:
            plan(client, adviser=by, starts_at=comes_back_at, minutes=COMES_BACK_FOR, by=by, at=at, case=case)
    return visit


def correct_visit(
    visit: Visit,
    *,
    key: UUID,
    by: User,
    on: date,
    at: datetime,
    correction: str,
    companions: Iterable[Client] | None = None,
    **said: Any,
) -> Visit:
    """Replace a visit by a new row that says why; the old one stays as it was, and no longer counts.

    `said` holds what changes; all else is taken over, and so is who came along, unless `companions` says otherwise.
    The same `key` again gives the correction already made. Raises AlreadyCorrected, SentBySomebodyElse, or BadDay.
    """
    check_day(on, at=at, not_before=None)
    says = {name: getattr(visit, name) for name in VISIT_SAYS} | said
    if companions is None:
        companions = Client.objects.filter(companies__visit=visit).order_by("companies__pk")
    with transaction.atomic():
        try:
            corrected, created = Visit.objects.get_or_create(
                key=key,
                defaults={
                    **says, "team": visit.team, "happened_on": on, "by": by, "recorded_at": at,
                    "corrects": visit, "correction": correction, "doubt_checked": doubt_in(says["note"]),
                },
            )  # fmt: skip
        except IntegrityError:
            if Visit.objects.filter(corrects=visit).exists():
                raise AlreadyCorrected from None
            raise
        if corrected.by_id != by.pk:
            raise SentBySomebodyElse
        if created:
            _there(corrected, companions, on=on)
    return corrected


def attach_visit(visit: Visit, client: Client, *, key: UUID, by: User, at: datetime) -> Visit:
    """Give a visit logged without a file the client it was. Raises what `correct_visit` raises."""
    why = _("The visit had no file yet.")
    return correct_visit(visit, key=key, by=by, on=visit.happened_on, at=at, correction=why, client=client)


def _there(visit: Visit, companions: Iterable[Client], *, on: date) -> None:
    """Several people, one visit: nobody twice, nobody beside themselves. All of them were seen or heard."""
    beside = {companion.pk: companion for companion in companions if companion.pk != visit.client_id}
    Companion.objects.bulk_create([Companion(visit=visit, client=companion) for companion in beside.values()])
    people = [*beside.values(), *([visit.client] if visit.client else [])]
    for person in sorted(people, key=lambda person: person.pk):
        in_touch(person, on=on)


COMES_BACK_FOR = 30  # minutes, as an appointment lasts unless said otherwise
VISIT_SAYS = ("client", "case", "channel", "minutes", "topic", "language", "result", "note")
