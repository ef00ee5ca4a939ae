"""People who live together: joined and left by a gesture, never by a guess. How they are related is not asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.actions import NotDone
from cases.models import Case, Client, Companion, Household, Member, Visit
from config.staff.models import User


class Elsewhere(NotDone):
    """Each of the two lives in another household already."""

    def __init__(self, reference: str) -> None:
        said = _("%(reference)s is noted in another household. Note first that they left it.")
        super().__init__(said % {"reference": reference})


class JoinedMeanwhile(NotDone):
    """Somebody else changed one of the two households at the same moment."""

    def __init__(self) -> None:
        super().__init__(_("A colleague changed this household in the meantime. Look at it as it is now."))


def join(client: Client, other: Client, *, by: User, on: date) -> None:
    """These two live together from now on, with whoever lives with one of them. Said twice it stays as it was.

    Raises Elsewhere, or JoinedMeanwhile.
    """
    try:
        with transaction.atomic():
            homes = dict(Member.objects.today().filter(client__in=(client, other)).values_list("client", "household"))
            if len(set(homes.values())) > 1:
                raise Elsewhere(other.reference)
            home = next(iter(homes.values()), None) or Household.objects.create(noted_on=on).pk
            # In one order: of two who say so at once the second waits for the first.
            for file in sorted((client, other), key=attrgetter("pk")):
                if file.pk not in homes:
                    Member.objects.create(household_id=home, client=file, joined_on=on, by=by)
    except IntegrityError as taken:
        raise JoinedMeanwhile from taken


def leave(client: Client, *, on: date) -> None:
    """This person lives there no more. Whoever stays alone is no household, and leaves it too."""
    with transaction.atomic():
        home = Member.objects.today().filter(client=client).values_list("household", flat=True).first()
        Member.objects.today().filter(client=client).update(left_on=on)
        staying = Member.objects.today().filter(household=home)
        if staying.count() == 1:
            staying.update(left_on=on)


@dataclass(frozen=True)
class Housemate:
    """Somebody who lives with a client today, with their open cases."""

    client: Client
    since: date
    cases: list[Case]


def living_with(client: Client, *, seen_by: User) -> list[Member]:
    """Who lives with a client, of those whose file somebody may open: whom a visit may name beside them."""
    members = Member.objects.beside(client).filter(client__in=Client.objects.visible_to(seen_by).living())
    return list(members.select_related("client").order_by("pk"))


def housemates(client: Client, *, seen_by: User) -> list[Housemate]:
    """The same, with the open cases that somebody may open."""
    members = living_with(client, seen_by=seen_by)
    table = Member.objects.beside(client).values("client")
    theirs: dict[int, list[Case]] = {}
    for case in Case.objects.visible_to(seen_by).open().filter(client__in=table).order_by("pk"):
        theirs.setdefault(case.client_id, []).append(case)
    return [Housemate(member.client, member.joined_on, theirs.get(member.client_id, [])) for member in members]


@dataclass(frozen=True)
class Presence:
    """A visit as the file of somebody who was there tells it: with whom they were."""

    visit: Visit
    people: list[Client]


def visits_of(client: Client, *, seen_by: User, at_most: int) -> list[Presence]:
    """The newest visits at which a client was there, as its own person or along with somebody."""
    standing = Visit.objects.visible_to(seen_by).standing().for_table()
    own, along = standing.filter(client=client), standing.filter(companions__client=client)
    newest = sorted([*own[:at_most], *along[:at_most]], key=lambda visit: (visit.happened_on, visit.pk), reverse=True)
    visits = newest[:at_most]
    companions = Companion.objects.filter(
        visit__in=visits, client__in=Client.objects.visible_to(seen_by)
    ).select_related("client")
    there: dict[int, list[Client]] = {visit.pk: [visit.client] if visit.client else [] for visit in visits}
    for companion in companions.order_by("pk"):
        there[companion.visit_id].append(companion.client)
    return [Presence(visit, [person for person in there[visit.pk] if person != client]) for visit in visits]


def came_along(visits: Iterable[Visit], *, seen_by: User) -> Iterable[int]:
    """The keys of who came along to one of these visits, of those whose file somebody may open."""
    visible = Client.objects.visible_to(seen_by)
    return Companion.objects.filter(visit__in=list(visits), client__in=visible).values_list("client_id", flat=True)
