"""Two files turn out to be about one person: one of them goes up in the other, and both histories are kept.

Cases, visits, appointments and household pass over to the file that stays. Where the two said different things a
person chooses; the value that was not chosen stays readable in the file that was given up. Its reference leads on to
the file that stays, and what it was found by finds that one.

A merge that was wrong is taken back as long as nothing was written in the file since: then both stand as they stood.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions import NotDone
from cases.files import FileChanged, key_of, label, reads
from cases.models import Appointment, Case, Client, Companion, Member, Merge, TwoPeople, Visit
from config.staff.models import User

# What a file says of its person. The rest of its fields are the office's own.
SAYS = (
    "given_name", "family_name", "birth_year", "contact_language", "speaks", "interpreter", "phone", "email",
    "leave_no_message", "ask_before_contact", "commune", "residence_document", "document_expires_on",
    "identity_document", "identity_expires_on", "notice_given_on", "recall_agreed_on", "team",
)  # fmt: skip


class ToldApart(NotDone):
    """A colleague said that these are two people."""

    def __init__(self) -> None:
        super().__init__(_("It was said that these are two people. If that was wrong, take it back first."))


@dataclass(frozen=True)
class Belongings:
    """What is in a file and moves with it."""

    cases: list[Case]
    visits: list[Visit]
    appointments: list[Appointment]


def belongings(client: Client) -> Belongings:
    """All that is in a file, whoever may see it: nothing stays behind."""
    return Belongings(
        cases=list(Case.objects.filter(client=client).order_by("-opened_on", "-pk")),
        visits=list(Visit.objects.filter(client=client).order_by("-happened_on", "-pk")),
        appointments=list(Appointment.objects.filter(client=client).order_by("starts_at", "pk")),
    )


def differing(one: Client, other: Client) -> list[str]:
    """The fields in which two files say two things."""
    return [name for name in SAYS if value(one, name) != value(other, name)]


def suggested(kept: Client, given_up: Client) -> list[str]:
    """The fields whose value is better taken from the file that is given up: the other says nothing there.

    A warning is something: «leave no message» outlives the file that did not know it.
    """
    return [name for name in differing(kept, given_up) if not value(kept, name)]


def merge(kept: Client, given_up: Client, *, take: Collection[str], by: User, at: datetime) -> Merge:
    """Let one file go up in another, both as the person saw them; `take` names the values taken from the first.

    Raises FileChanged when one of them is not as it was shown, or ToldApart; then nothing is written.
    """
    differ = differing(kept, given_up)
    taken = [name for name in differ if name in take]
    stays = {name: getattr(given_up, name) for name in taken}
    goes = {name: getattr(kept, name) for name in taken}
    with transaction.atomic():
        # On PostgreSQL a new row of either file waits for this lock (migration 0004); SQLite has one writer anyway.
        list(Client.objects.select_for_update().filter(pk__in=(kept.pk, given_up.pk)).order_by("pk").values("pk"))
        if TwoPeople.objects.between(kept, given_up).exists():
            raise ToldApart
        _change(given_up, **goes, merged_into=kept, search_key="")
        _change(kept, **stays)
        came_along = list(Client.objects.filter(merged_into=given_up).order_by("pk").values_list("pk", flat=True))
        Client.objects.filter(pk__in=came_along).update(merged_into=kept)
        Client.objects.filter(pk=kept.pk).update(search_key=key_of(Client.objects.get(pk=kept.pk)))
        moved, ties = _move(given_up, kept, at=at)
        return Merge.objects.create(
            kept=kept,
            given_up=given_up,
            by=by,
            at=at,
            differing=differ,
            taken=taken,
            moved=moved,
            ties={
                **ties,
                "files": came_along,
                "versions": [kept.version + 1, given_up.version + 1],
                "held": held(kept),
            },
        )


def held(client: Client) -> dict[str, list[int]]:
    """The keys of all that hangs on a file, by the table it is in."""
    return {
        model._meta.model_name or "": list(
            model.objects.filter(client=client).order_by("pk").values_list("pk", flat=True)
        )
        for model in (Case, Visit, Appointment, Companion, Member)
    }


@dataclass(frozen=True)
class Trace:
    """A merge as the file tells it: what moved, and what was given up, as a person reads it."""

    merge: Merge
    cases: int
    visits: int
    appointments: int
    lost: list[tuple[str, str]]
    may_part: bool
    """Is the file as the merge left it? What hangs on it is only looked at when somebody takes the merge back."""


def traces(client: Client) -> list[Trace]:
    """Every merge whose file is in this one, the newest first."""
    return [
        Trace(
            done,
            **{kind: len(keys) for kind, keys in done.moved.items()},
            may_part=done.kept_id == client.pk and client.version == done.ties.get("versions", [None])[0],
            lost=[(label(name), reads(done.given_up, name)) for name in done.differing if value(done.given_up, name)],
        )
        for done in Merge.objects.into(client)
    ]


def value(client: Client, name: str) -> Any:
    """What a file says, without fetching what it refers to."""
    return getattr(client, Client._meta.get_field(name).attname)  # type: ignore[union-attr]


def _change(client: Client, **said: Any) -> None:
    living = Client.objects.living().filter(pk=client.pk, version=client.version)
    if not living.update(**said, version=F("version") + 1):
        raise FileChanged


def _move(given_up: Client, kept: Client, *, at: datetime) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """All that hangs on one file hangs on the other from now on.

    Given back are the keys of what moved, for the trace, and those of the ties that passed over or were dropped.
    """
    has = belongings(given_up)
    Case.objects.filter(client=given_up).update(client=kept)
    Visit.objects.filter(client=given_up).update(client=kept)
    Appointment.objects.filter(client=given_up).update(client=kept)
    moved: dict[str, list[Any]] = {
        "cases": [case.reference for case in has.cases],
        "visits": [visit.pk for visit in has.visits],
        "appointments": [appointment.pk for appointment in has.appointments],
    }
    company = _move_company(given_up, kept)
    household = _move_household(given_up, kept, at=at)
    return moved, {**company, **household, "apart": _move_pairs(given_up, kept)}


def _move_company(given_up: Client, kept: Client) -> dict[str, list[Any]]:
    """Nobody comes along with themselves, nor twice."""
    themselves = Companion.objects.filter(visit__client=kept, client__in=(kept, given_up))
    dropped = [(tie.visit_id, tie.client_id) for tie in themselves.order_by("pk")]
    themselves.delete()
    there = Companion.objects.filter(client=kept).values_list("visit", flat=True)
    twice = Companion.objects.filter(client=given_up, visit__in=list(there))
    dropped += [(tie.visit_id, tie.client_id) for tie in twice.order_by("pk")]
    twice.delete()
    passed = Companion.objects.filter(client=given_up)
    companies = list(passed.order_by("pk").values_list("pk", flat=True))
    passed.update(client=kept)
    return {"companies": companies, "companies_dropped": dropped}


def _move_household(given_up: Client, kept: Client, *, at: datetime) -> dict[str, list[Any]]:
    """The household of the file that stays stays; the other's is left, unless there is only that one."""
    left: list[int] = []
    if Member.objects.today().filter(client=kept).exists():
        living_there = Member.objects.today().filter(client=given_up)
        left = list(living_there.order_by("pk").values_list("pk", flat=True))
        living_there.update(left_on=timezone.localdate(at))
    passed = Member.objects.filter(client=given_up)
    members = list(passed.order_by("pk").values_list("pk", flat=True))
    passed.update(client=kept)
    return {"members": members, "members_left": left}


def _move_pairs(given_up: Client, kept: Client) -> list[tuple[int, bool]]:
    """Who is another person than the one is another than the other: their keys, and whether that was new."""
    told = []
    for pair in TwoPeople.objects.about(given_up).order_by("pk"):
        third = pair.other_id if pair.one_id == given_up.pk else pair.one_id
        one, other = sorted((kept.pk, third))
        _pair, new = TwoPeople.objects.get_or_create(
            one_id=one, other_id=other, defaults={"by_id": pair.by_id, "said_at": pair.said_at}
        )
        told.append((third, new))
        pair.delete()
    return told
