"""A merge that was wrong is taken back: each file gets back what it said and what it held, and both are two people.

Only while the file is as the merge left it. What was written in it since may be about either of the two, and the merge
stays. Moves of the cases do not count: they go where their case goes.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cases import pairs
from cases.actions import NotDone
from cases.files import FileChanged, key_of
from cases.merging import held
from cases.models import Appointment, Case, Client, Companion, Member, Merge, Parting, TwoPeople, Visit
from config.staff.models import User


class WrittenSince(NotDone):
    """Something is in the file that was not there when the two were merged."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Something was written in the file after the merge: it can no longer be taken back. "
                "Open a new file for the other person."
            )
        )


def part(merge: Merge, *, by: User, at: datetime) -> Parting:
    """Take a merge back. Raises WrittenSince; then nothing is written."""
    with transaction.atomic():
        # What somebody writes for one of the two at this moment waits, or is seen here (migration 0004).
        locked = Client.objects.select_for_update().filter(pk__in=(merge.kept_id, merge.given_up_id)).order_by("pk")
        files = {file.pk: file for file in locked}
        kept, given_up = files[merge.kept_id], files[merge.given_up_id]
        if not _is_as_it_was_left(merge, kept, given_up):
            raise WrittenSince
        _give_back_what_was_said(merge, kept, given_up)
        _give_back_what_was_held(merge, kept, given_up)
        for file in (kept, given_up):
            Client.objects.filter(pk=file.pk).update(search_key=key_of(Client.objects.get(pk=file.pk)))
        pairs.tell_apart(kept, [given_up], by=by, at=at)
        return Parting.objects.create(merge=merge, by=by, at=at)


def _is_as_it_was_left(merge: Merge, kept: Client, given_up: Client) -> bool:
    return (
        not Parting.objects.filter(merge=merge).exists()
        and (kept.merged_into_id, given_up.merged_into_id) == (None, kept.pk)
        and (kept.anonymised_on, given_up.anonymised_on) == (None, None)
        and [kept.version, given_up.version] == merge.ties.get("versions")
        and held(kept) == merge.ties["held"]
    )


def _give_back_what_was_said(merge: Merge, kept: Client, given_up: Client) -> None:
    names = [Client._meta.get_field(name).attname for name in merge.taken]  # type: ignore[union-attr]
    of_the_kept = {name: getattr(kept, name) for name in names}
    of_the_other = {name: getattr(given_up, name) for name in names}
    for file, said in ((kept, of_the_other), (given_up, {**of_the_kept, "merged_into": None})):
        if not Client.objects.filter(pk=file.pk, version=file.version).update(**said, version=F("version") + 1):
            raise FileChanged
    Client.objects.filter(pk__in=merge.ties["files"]).update(merged_into=given_up)


def _give_back_what_was_held(merge: Merge, kept: Client, given_up: Client) -> None:
    ties = merge.ties
    Case.objects.filter(reference__in=merge.moved["cases"]).update(client=given_up)
    Visit.objects.filter(pk__in=merge.moved["visits"]).update(client=given_up)
    Appointment.objects.filter(pk__in=merge.moved["appointments"]).update(client=given_up)
    Companion.objects.filter(pk__in=ties["companies"]).update(client=given_up)
    dropped = [Companion(visit_id=visit, client_id=client) for visit, client in ties["companies_dropped"]]
    Companion.objects.bulk_create(dropped)
    Member.objects.filter(pk__in=ties["members"]).update(client=given_up)
    Member.objects.filter(pk__in=ties["members_left"]).update(left_on=None)
    for third, new in ties["apart"]:
        for said in TwoPeople.objects.between(kept, Client(pk=third)):
            pairs.tell_apart(given_up, [Client(pk=third)], by=said.by, at=said.said_at)
            if new:
                said.delete()
