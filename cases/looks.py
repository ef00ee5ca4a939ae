"""Who looked at whom: at one client, far more than usual, at odd hours, or at a file that bears a colleague's name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean, median

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Access, Client, Departure
from cases.models.client import ClientQuerySet
from cases.names import words_of
from cases.search import find
from config.staff.models import User

WEEK = timedelta(days=7)
WEEKS_BEFORE = 4  # what «usual» is reckoned from
MANY = 20  # files in a week: below this nothing is unusual
OFTEN_ODD = 10  # pages in a week before 7, after 20 or on a week-end
ODD = Q(at__hour__lt=7) | Q(at__hour__gte=20) | Q(at__week_day__in=(1, 7))
AT_MOST = 500

PLACES: dict[str, Promise] = {
    "cases:today": _("Today"),
    "cases:clients": _("Clients"),
    "cases:clients search": _("A search"),
    "cases:client": _("File"),
    "cases:new_client": _("Similar files, shown for a new one"),
    "cases:similar_clients": _("Similar files, shown for a new one"),
    "cases:edit_client": _("Change the file"),
    "cases:cases": _("Cases"),
    "cases:case": _("Case"),
    "cases:new_case": _("Open a case"),
    "cases:visits": _("Visits"),
    "cases:new_visit": _("Log a visit"),
    "cases:handout": _("Sheet for the client"),
    "cases:who_saw": _("Who saw this file"),
    "cases:person_file": _("The person’s file, printed"),
    "cases:person_file_json": _("The person’s file, as data"),
    "cases:erase": _("Erase a person"),
    "cases:household": _("Who lives with them?"),
    "cases:choose_merge": _("Merge with another file"),
    "cases:merge": _("Two files, one person"),
    "cases:new_appointment": _("Plan an appointment"),
    "cases:correct_visit": _("Correct a visit"),
    "cases:import_preview": _("Import an old list"),
    "cases:move": _("A step of a case"),
    "cases:office": _("Choose the office"),
    "cases:facts": _("Note what is known"),
    "cases:triage": _("Is an office needed at all?"),
    "cases:note": _("Write a note"),
    "cases:reschedule": _("Another deadline was agreed"),
    "cases:recall": _("Recall"),
    "cases:undo": _("Correct the last step"),
    "cases:assign": _("Who follows this case?"),
}


def place(name: str) -> str:
    """The page in words; for one that no longer exists, the name of its address."""
    return str(PLACES.get(name, name.partition(":")[2] or name))


@dataclass(frozen=True)
class Look:
    """That somebody was shown a client, or took them away in a file. `by` is None for a command on the server."""

    at: datetime
    by: User | None
    place: str
    count: int
    opened: bool = False  # or was another client the one whom the page was about, or a list?
    export: Departure | None = None


def looks_at(keys: Iterable[int], *, since: datetime, until: datetime, at_most: int | None) -> list[Look]:
    """Who saw these files of one person, the newest first; exports count as looks. `at_most` None: all of them."""
    keys = list(keys)
    wanted = Q(pk=None)
    for key in keys:
        wanted |= Q(clients__contains=f",{key},")
    pages = Access.objects.filter(wanted, at__gte=since, at__lt=until).select_related("by__team")[:at_most]
    seen = [
        Look(access.at, access.by, place(access.place), access.count, opened=access.opened in keys) for access in pages
    ]
    return sorted([*seen, *exports_with(keys, since=since, until=until)], key=lambda look: look.at, reverse=True)


def exports_with(keys: Iterable[int], *, since: datetime, until: datetime) -> Iterator[Look]:
    """The exports in which one of these files was."""
    keys = list(keys)
    left = Departure.objects.filter(export__at__gte=since, export__at__lt=until).select_related("export__by__team")
    for departure in left.order_by("-export__at", "-pk").iterator(chunk_size=50):
        if any(departure.holds(key) for key in keys):
            export = departure.export
            yield Look(export.at, export.by, str(_("A file taken out")), departure.rows, export=departure)


@dataclass(frozen=True)
class Week:
    """What one colleague looked at in seven days, beside their own usual and that of their peers."""

    by: User
    files: int
    usual: float | None  # None: nothing in the weeks before
    peers: float | None  # None: nobody else has the role
    odd: int

    @property
    def above_usual(self) -> bool:
        return self.files >= MANY and self.usual is not None and self.files >= 2 * self.usual

    @property
    def above_peers(self) -> bool:
        return self.files >= MANY and self.peers is not None and self.files >= 3 * self.peers

    @property
    def at_odd_hours(self) -> bool:
        return self.odd >= OFTEN_ODD

    @property
    def is_unusual(self) -> bool:
        return self.above_usual or self.above_peers or self.at_odd_hours


def weeks(staff: Iterable[User], *, until: datetime) -> list[Week]:
    """The seven days before `until` of each colleague who looked at something, the busiest first.

    A file counts once, when it was opened: a list says nothing of whom the reader meant, nor does a page of the others
    who stand on it.
    """
    staff = list(staff)
    now = files_by(until - WEEK, until)
    before = [files_by(until - WEEK * (n + 1), until - WEEK * n) for n in range(1, WEEKS_BEFORE + 1)]
    odd = dict(_within(until - WEEK, until).filter(ODD).values_list("by").annotate(n=Count("pk")).order_by())
    found = []
    for user in staff:
        own = [week[user.pk] for week in before if user.pk in week]
        peers = [now.get(other.pk, 0) for other in staff if other.role == user.role and other != user]
        week = Week(
            by=user,
            files=now.get(user.pk, 0),
            usual=round(mean(own), 1) if own else None,
            peers=median(peers) if peers else None,
            odd=odd.get(user.pk, 0),
        )
        if week.files or week.odd:
            found.append(week)
    return sorted(found, key=lambda week: (not week.is_unusual, -week.files, week.by.name))


def files_by(since: datetime, until: datetime) -> dict[int, int]:
    """How many different files each person opened."""
    opened = _within(since, until).filter(opened__isnull=False).values_list("by")
    return dict(opened.annotate(n=Count("opened", distinct=True)).order_by())


def _within(since: datetime, until: datetime) -> QuerySet[Access]:
    return Access.objects.filter(at__gte=since, at__lt=until)


@dataclass(frozen=True)
class Namesake:
    """A file that bears the name of a colleague, and who opened it."""

    client: Client
    colleague: User
    looks: list[Look]

    @property
    def is_own(self) -> bool:
        """Did the colleague open it themselves?"""
        return any(look.by == self.colleague for look in self.looks)


def namesakes(staff: Iterable[User], clients: ClientQuerySet, *, since: datetime, until: datetime) -> list[Namesake]:
    """The files with a colleague's name that were opened lately, those opened by that colleague first."""
    bearing = {
        client.pk: (client, user)
        for user in staff
        if len(words_of(user.name)) > 1
        for client in find(user.name, clients, shown=5).clients
        if {*words_of(user.name)} <= {*words_of(client.name)}
    }
    opened: dict[int | None, list[Look]] = {}
    for access in _within(since, until).filter(opened__in=bearing).select_related("by__team").order_by("-at", "-pk"):
        look = Look(access.at, access.by, place(access.place), access.count, opened=True)
        opened.setdefault(access.opened, []).append(look)
    found = [Namesake(*named, opened[key]) for key, named in bearing.items() if key in opened]
    return sorted(found, key=lambda each: (not each.is_own, each.colleague.name, each.client.pk))
