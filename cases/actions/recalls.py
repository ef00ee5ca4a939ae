"""Recalling the client before the card that was collected expires, if they agreed to it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime

from django.utils.translation import gettext as _

from cases.actions.record import changing, record
from cases.actions.refusals import CaseMoved, NothingToRecall
from cases.facts import CARD_EXPIRES_ON, RECALL_AGREED, RECALL_ON, RECALLED, Recall, Value
from cases.models import Case, Client, Event
from cases.models.event import EventKind
from communes.models import DelayCode, delay_in_force
from config.staff.models import User


def recall_after(given: Mapping[str, Value], *, on: date) -> Mapping[str, Value]:
    """From which day a client who agrees is recalled: the day on which the renewal opens, by the delay of today."""
    expires_on = given.get(CARD_EXPIRES_ON.name)
    if not given.get(RECALL_AGREED.name) or not isinstance(expires_on, date):
        return {}
    return {RECALL_ON.name: delay_in_force(DelayCode.RENEWAL_OPENS, on=on).before(expires_on)}


def settle_recall(case: Case, answer: str, *, by: User, on: date, at: datetime, note: str = "") -> Event:
    """What came of a recall: it is not asked for again. Raises NothingToRecall, or CaseMoved."""
    with changing(case) as history:
        if case.recall_on is None:
            raise NothingToRecall(_("No recall is waiting: a colleague may have settled it."))
        return record(
            case,
            history,
            kind=EventKind.NOTED,
            target=case.step,
            facts={RECALLED.name: answer, RECALL_ON.name: None},
            by=by,
            on=on,
            at=at,
            note=note,
        )


def settle_recalls_of(client: Client, *, by: User, on: date, at: datetime) -> None:
    """A new card is being requested: the recalls for the former ones are done."""
    for case in Case.objects.filter(client=client, recall_on__isnull=False).order_by("pk"):
        with suppress(CaseMoved):  # a colleague settles it at this very moment
            settle_recall(case, Recall.RENEWED, by=by, on=on, at=at)
