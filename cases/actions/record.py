"""One transaction, one compare-and-swap, one event: how everything that happens to a case is written."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.refusals import BadDay, CaseMoved
from cases.facts import DOUBT_CHECKED, FACTS, Json, Value, written
from cases.models import Case, Client, Event, Note, Visit
from cases.models.event import EventKind
from cases.replay import state_of
from config.clean_text import scan
from config.staff.models import User

ON_PAPER = {EventKind.ASSIGNED, EventKind.RESCHEDULED}  # written without a word from the client


@contextmanager
def changing(case: Case) -> Iterator[list[Event]]:
    """One transaction around a change of a case; gives the case's events so far."""
    with transaction.atomic():
        yield list(Event.objects.filter(case=case).order_by("seq"))


def record(
    case: Case,
    history: list[Event],
    *,
    kind: EventKind,
    target: str,
    facts: Mapping[str, Value],
    by: User,
    on: date,
    at: datetime,
    transition: str = "",
    visit: Visit | None = None,
    undoes: Event | None = None,
    note: str = "",
    sensitive: bool = False,
) -> Event:
    event = Event(
        case=case,
        procedure=case.procedure,
        seq=case.version + 1,
        kind=kind,
        transition=transition,
        source=case.step,
        target=target,
        happened_on=on,
        recorded_at=at,
        by=by,
        visit=visit,
        facts=in_json({**facts, **doubts_in(note)}),
        undoes=undoes,
    )
    columns = state_of([*history, event]).columns()
    in_touch_on = case.in_touch_on if kind in ON_PAPER else max(case.in_touch_on, on)
    swapped = Case.objects.filter(pk=case.pk, version=case.version, step=case.step).update(
        **columns, in_touch_on=Greatest("in_touch_on", in_touch_on), version=case.version + 1
    )
    if not swapped:
        raise CaseMoved
    event.save(force_insert=True)
    if note:
        Note.objects.create(case=case, event=event, text=note, by=by, recorded_at=at, sensitive=sensitive)
    case.in_touch_on = in_touch_on
    for name, value in columns.items():
        setattr(case, name, value)
    case.version += 1
    return event


def doubts_in(text: str) -> Mapping[str, Value]:
    """What a text resembles that the forms had doubts about: it only got here because a person checked it."""
    doubt = doubt_in(text)
    return {DOUBT_CHECKED.name: doubt} if doubt else {}


def doubt_in(text: str) -> str:
    """The first of them; empty for any other text."""
    return next((finding.kind.value for finding in scan(text) if finding.doubtful), "")


def note_doubts(case: Case, text: str, *, by: User, on: date, at: datetime, visit: Visit | None = None) -> None:
    """An event that a doubtful text was kept beside a case, without a word of it; none for any other text."""
    if doubts := doubts_in(text):
        with changing(case) as history:
            record(
                case,
                history,
                kind=EventKind.NOTED,
                target=case.step,
                facts=doubts,
                by=by,
                on=on,
                at=at,
                visit=visit,
            )


def in_json(known: Mapping[str, Value]) -> dict[str, Json]:
    return {name: written(FACTS[name], value) for name, value in known.items()}


def check_day(on: date, *, at: datetime, not_before: date | None) -> None:
    if on > timezone.localtime(at).date():
        raise BadDay(_("This day lies in the future: note a visit or a step on the day it happened."))
    if not_before and on < not_before:
        raise BadDay(
            _("This day lies before the last step, of %(day)s. Correct that step first.")
            % {"day": not_before.strftime("%d/%m/%Y")}
        )


def in_touch(client: Client, *, on: date) -> None:
    """Somebody saw or heard the client: none of their open cases is quiet any more. No event: the visit says it."""
    Case.objects.open().filter(client=client, in_touch_on__lt=on, opened_on__lte=on).update(in_touch_on=on)
