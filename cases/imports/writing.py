"""Bringing an old list in: its clients, cases and visits, by the writers of the office, all or none."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions import NotDone, OldVisit, take_over, take_over_visits
from cases.files import open_clients
from cases.imports.columns import CASE, CLIENT, VISIT
from cases.imports.keys import key_of
from cases.imports.planning import current
from cases.imports.plans import TOPICS, Identity, Passage, Plan
from cases.models import Client, Import, ImportedRow
from cases.models.imports import RowKind
from cases.models.visit import Topic
from config.staff.models import User

BATCH = 500


class NotNow(NotDone):
    """The list was brought in, or its lines were, by the time it was confirmed."""

    def __init__(self) -> None:
        super().__init__(
            _("This list was confirmed already, or a colleague brought the same lines in: nothing was added.")
        )


class NotReady(NotDone):
    """Something is wrong in the list, or was not looked at."""


def carry_out(planned: Plan, batch: Import, *, by: User, at: datetime) -> Import:
    """Write what was planned, and let go of the file. Raises NotNow or NotReady, and then nothing is written."""
    if planned.problems:
        raise NotReady(_("Correct the list first: nothing was added."))
    try:
        with transaction.atomic():
            _write(planned, batch, by=by, at=at)
    except IntegrityError as error:
        if "a_line_is_imported_once" in str(error) or "cases_importedrow.k" in str(error):
            raise NotNow from None
        raise
    batch.refresh_from_db()
    return batch


def _write(planned: Plan, batch: Import, *, by: User, at: datetime) -> None:
    taken = Import.objects.filter(pk=batch.pk, done_at=None).update(
        done_at=at,
        content=b"",
        clients=len(planned.new_people),
        cases=len(planned.files),
        visits=len(planned.passages),
    )
    if not taken:
        raise NotNow
    today = timezone.localtime(at).date()
    strangers = planned.new_people
    opened = open_clients(((person.opened_on(today=today), person.said) for person in strangers), team=batch.team)
    for person, client in zip(strangers, opened, strict=True):
        person.here = client
    _note(batch, CLIENT, ((person.identity, _file_of(person.here).pk) for person in planned.people))
    cases = take_over([file.old(_file_of(file.person.here)) for file in planned.files], team=batch.team, by=by, at=at)
    for file, case in zip(planned.files, cases, strict=True):
        file.here = case
    _note(batch, CASE, zip((file.identity for file in planned.files), (case.pk for case in cases), strict=True))
    visits = take_over_visits([_visit(passage) for passage in planned.passages], team=batch.team, by=by, at=at)
    lines = (passage.identity for passage in planned.passages)
    _note(batch, VISIT, zip(lines, (visit.pk for visit in visits), strict=True))


def _visit(passage: Passage) -> OldVisit:
    said = {name: value for name, value in passage.said.items() if name != "happened_on"}
    case = passage.file.here if passage.file else None
    usual = TOPICS[case.procedure] if case else Topic.OTHER
    return OldVisit(
        key=passage.key,
        happened_on=passage.said["happened_on"],
        client=current(case.client) if case else passage.person.here if passage.person else None,
        case=case,
        said={"topic": usual, "minutes": 0, **said},
    )


def _note(batch: Import, kind: RowKind, made: Iterable[tuple[Identity, int]]) -> None:
    """Remember what each line became, by its key in the database."""
    rows: Iterator[ImportedRow] = (
        ImportedRow(batch_id=batch.pk, kind=kind, key=key_of(kind, *identity), **{f"{kind.value}_id": pk})
        for identity, pk in made
    )
    ImportedRow.objects.bulk_create(rows, batch_size=BATCH)


def _file_of(client: Client | None) -> Client:
    if client is None:
        raise ValueError("Every case of a plan has its person, and by now a file.")
    return client
