"""Forgetting a person: who they were, every word about them, wherever it stands. What stays is counts and days."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, F, Model, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from cases import actions, appointments, mentions, tombstones
from cases.models import Access, Appointment, Case, Client, Erasure, Event, MonthlyCount, Note, PrivacyAct, Visit
from cases.models.privacy import ActKind, ActReason
from cases.retention import GONE, PERSONAL, due_on
from cases.tombstones import Tombstone
from config.staff.closed_histories import door_open
from config.staff.models import User

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reach:
    """What erasing a person takes away and leaves, in numbers."""

    files: int
    notes: int
    visits_with_words: int
    mentions: int
    open_cases: int
    appointments: int
    cases: int
    events: int
    visits: int
    traces: int


def files_of(client: Client) -> list[Client]:
    """The file and all that were merged into it, one after the other."""
    files, found = [], [client]
    while found:
        files += found
        found = list(Client.objects.filter(merged_into__in=found).order_by("pk"))
    return files


def reach(client: Client, *, at: datetime) -> Reach:
    files = files_of(client)
    cases, visits = Case.objects.filter(client__in=files), Visit.objects.filter(client__in=files)
    beside = Visit.objects.filter(companions__client__in=files).exclude(client__in=files).distinct()
    notes = Note.objects.filter(case__client__in=files)
    own: set[tuple[type[Model], Any]] = {(Note, key) for key in notes.order_by().values_list("pk", flat=True)}
    own |= {(Visit, key) for key in visits.order_by().values_list("pk", flat=True)}
    elsewhere = [found for found in mentions.mentions(mentions.names_of(files)) if found[0:3:2] not in own]
    return Reach(
        files=len(files),
        notes=notes.exclude(text="").count(),
        visits_with_words=sum(each.exclude(note="", correction="").count() for each in (visits, beside)),
        mentions=len(elsewhere),
        open_cases=cases.open().count(),
        appointments=Appointment.objects.planned().filter(client__in=files, starts_at__gte=at).count(),
        cases=cases.count(),
        events=Event.objects.filter(case__client__in=files).count(),
        visits=visits.count(),
        traces=sum(Access.objects.of(file.pk).count() for file in files),
    )


def erase(client: Client, *, reason: ActReason, by: User | None, at: datetime) -> None:
    """Forget a person. Open cases are abandoned and appointments cancelled first, which takes somebody (`by`)."""
    with transaction.atomic():
        _leave_nothing_open(client, by=by, at=at)
        _forget(client, ActKind.ERASED, reason, by=by, at=at, erased_on=timezone.localdate(at))
        # Robust: the one that fails is logged, and the other is done all the same; each night does both again.
        transaction.on_commit(tombstones.keep, robust=True)
        transaction.on_commit(sweep, robust=True)


@dataclass(frozen=True)
class Applied:
    """The references of the files that were forgotten, and of those that could not be."""

    forgotten: list[str]
    failed: list[str]


def apply(*, at: datetime) -> Applied:
    """Forget every file whose time is over and that the list of warnings has named, each for itself.

    What goes wrong with one is told by its reference and its kind: the words of an error may hold a name.
    """
    forgotten, failed = [], []
    for client in due_on(timezone.localdate(at)):
        try:
            erase(client, reason=ActReason.TIME_OVER, by=None, at=at)
        except (DatabaseError, ValidationError, actions.NotDone) as error:
            failed.append(client.reference)
            logger.error("%s could not be forgotten: %s", client.reference, type(error).__name__)
        else:
            forgotten.append(client.reference)
    return Applied(forgotten, failed)


def erase_again(erased: Iterable[Tombstone], *, by: User, at: datetime) -> list[Client]:
    """After a restore: forget whoever the backup still knew; those who were."""
    known = []
    for stone in erased:
        file = Client.objects.filter(
            pk=stone.client_key, reference=stone.reference, opened_on=stone.opened_on, anonymised_on=None
        ).first()
        if file is None:
            continue
        with transaction.atomic():
            _leave_nothing_open(file, by=by, at=at)
            _forget(file, ActKind.ERASED_AGAIN, ActReason.RESTORED, by=by, at=at, erased_on=stone.erased_on)
            transaction.on_commit(sweep)
        known.append(file)
    return known


def sweep() -> None:
    """Leave nothing in the free corners of the database's own files.

    SQLite overwrites what it frees (secure_delete); the search index keeps old entries until it is optimized, the
    write-ahead log until it is emptied. PostgreSQL gives the space free by VACUUM and writes it over in time; only
    VACUUM FULL, or a dump read back, leaves a file in which it never stood.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO cases_client_search (cases_client_search) VALUES ('optimize')")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM cases_client, cases_visit, cases_note")


def _leave_nothing_open(client: Client, *, by: User | None, at: datetime) -> None:
    files, on = files_of(client), timezone.localdate(at)
    if by is not None:
        for case in Case.objects.open().filter(client__in=files).order_by("pk"):
            actions.abandon_to_forget(case, by=by, on=on, at=at)
    for appointment in Appointment.objects.planned().filter(client__in=files, starts_at__gte=at).order_by("pk"):
        appointments.cancel(appointment, at=at)


def _forget(
    client: Client, kind: ActKind, reason: ActReason, *, by: User | None, at: datetime, erased_on: date
) -> None:
    files = files_of(client)
    _count(Case.objects.closed().filter(client__in=[file for file in files if file.anonymised_on is None]))
    for model, people in GONE.items():
        tied = Q(*[Q(**{f"{name}__in": files}) for name in people], _connector=Q.OR)
        model._default_manager.filter(tied).delete()
    names = mentions.names_of(files)
    mine = Client.objects.filter(pk__in=[file.pk for file in files])
    mine.update(**PERSONAL[Client], anonymised_on=erased_on, version=F("version") + 1)
    # The note of a visit to which they came along may speak of them: it goes too.
    visits = Visit.objects.filter(Q(client__in=files) | Q(companions__client__in=files))
    Visit.objects.filter(pk__in=visits.order_by().values("pk")).update(**PERSONAL[Visit])
    Note.objects.filter(case__client__in=files).update(**PERSONAL[Note])
    with door_open():
        mentions.take_out(names)
    for file in files:
        said = {"reference": file.reference, "opened_on": file.opened_on, "erased_on": erased_on}
        Erasure.objects.get_or_create(client_key=file.pk, defaults=said)
    PrivacyAct.objects.create(client=client, kind=kind, reason=reason, by=by, at=at)


def _count(cases: QuerySet[Case]) -> None:
    kinds = (
        cases.annotate(month=TruncMonth("closed_on"))
        .values("month", "procedure", "step", "client__commune", "client__residence_document__tariff_class")
        .annotate(count=Count("pk", distinct=True), visited=Count("visits", distinct=True))
        .order_by()
    )
    for kind in kinds:
        row, _created = MonthlyCount.objects.get_or_create(
            month=kind["month"],
            procedure=kind["procedure"],
            outcome=kind["step"],
            commune_id=kind["client__commune"],
            document_class=kind["client__residence_document__tariff_class"] or "",
        )
        MonthlyCount.objects.filter(pk=row.pk).update(
            cases=F("cases") + kind["count"], visits=F("visits") + kind["visited"]
        )
