"""make bench [SIZE=10k|100k|1M]: the lists, the search and Today, at 10,000 cases and at the size asked for.

Each page is asked for through the whole of Django, middleware and templates, in a process that serves nobody else.
Minutes lie between the two sizes, and the machine may have grown slower or faster meanwhile: so a page is asked for in
turns with a page that never differs, and it is in such pages that the two sizes are compared.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations, islice
from random import Random
from statistics import median, quantiles
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

from cases.filters import CaseFilter, ClientFilter, VisitFilter
from cases.models import Case, Visit
from cases.models import Client as File
from cases.paging import CASES, CLIENTS, VISITS, in_order
from config.staff.models import Team, User
from config.staff.policy import policy
from config.staff.roles import Role
from tests.benchmarks.office import TODAY, an_office
from tests.benchmarks.report import say, size
from tests.benchmarks.visitor import Visitor

SMALL = 10_000
DUE = 300
LIST = "/cases/?sort=newest"
NAMES = (
    "özd", "ozdemir", "Yıldız Özdemir", "el amrani", "garcia", "Şahin", "aicha", "van den broeck", "0'neil", "kint",
    "noemie petrescu", "xyz", "zzzzz", "mar", "diallo zoe", "Lukasz Nowak", "fatima", "jose", "nguyen", "stef",
)  # fmt: skip
CONSTANT: dict[str, bytes] = {}
ORDERS = {"cases": CASES, "visits": VISITS, "clients": CLIENTS}
LISTS: dict[str, tuple[QuerySet[Any], str]] = {
    "cases": (Case.objects.all(), "reference"),
    "visits": (Visit.objects.standing(), "key"),
    "clients": (File.objects.living(), "reference"),
}


@policy("cases.view_case")
def constant(request: HttpRequest) -> HttpResponse:
    """What the list is compared with: the same page, of which nothing is worked out."""
    return HttpResponse(CONSTANT["page"])


class Pace(NamedTuple):
    """The seconds of a page and, asked for in turns with it, of one that never differs."""

    page: float
    constant: float

    @property
    def ratio(self) -> float:
        return self.page / self.constant

    def beside(self, small: "Pace", what: str, *, goal: str) -> None:
        """How many times as long the page takes as in the small office; by the clock alone in the note."""
        note = f"{self.page / small.page:.2f} by the clock alone"
        say(what, ms(small.page), self.ratio / small.ratio, goal=goal, note=note)


urlpatterns = [path("constant/", constant), path("", include("config.urls"))]


@pytest.mark.usefixtures("kept_database")
@override_settings(ROOT_URLCONF="tests.benchmarks.bench_screens")
def test_the_screens():
    measure(cases=size(), small=min(SMALL, size()))


def measure(*, cases: int, small: int, pairs: int | None = None) -> None:
    """`pairs`: at most so many of the filters by two, of each list."""
    boss = Visitor(an_office(cases))
    adviser = User.objects.filter(role=Role.ADVISER).order_by("pk").first()
    assert adviser is not None
    desk = Visitor(adviser)
    print(f"\nThe screens, {cases:,} cases on {connection.vendor}; medians, or 95 of 100")
    CONSTANT["page"] = boss.content(LIST)
    first = Pace(*boss.medians(LIST, "/constant/"))
    say("the list of cases, first page", ms(first.page))
    say("first page ÷ the same HTML from a constant", ms(first.constant), first.ratio, goal=against("≤ 6", "≤ 8"))
    for of, orders in ORDERS.items():
        for sort in orders:
            deep(boss, of, sort)
    for who, visitor in (("coordinator", boss), ("adviser", desk)):
        for of in ("cases", "visits", "clients"):
            times = filtered(visitor, of, pairs=pairs)
            spread(f"{of}: filters alone and by two, {who}", times, goal="≤ 100 ms")
        found = [(name, visitor.seconds("/clients/", {"q": name})) for name in NAMES * 3]
        spread(f"search by name, {who}", found, goal=against("≤ 60 ms", "≤ 120 ms"))
    due = cases_due()
    morning = today(due)
    say(f"Today, {len(due)} rows due", ms(morning.page))
    then, before = first, morning
    if cases != small:
        then, before = Pace(*Visitor(an_office(small)).medians(LIST, "/constant/")), today(due)
    first.beside(then, f"first page ÷ at {small:,}", goal="≤ 1.3")
    morning.beside(before, f"Today ÷ at {small:,}", goal="≤ 1.5")


def cases_due() -> list[Case]:
    """So many cases that wait for a deadline, of each kind as many as of the others if there are."""
    waiting = Case.objects.open().filter(due_on__isnull=False)
    kinds = waiting.order_by("due_kind").values_list("due_kind", flat=True).distinct()
    each = DUE // max(1, len(kinds))
    return [case for kind in kinds for case in waiting.filter(due_kind=kind).order_by("pk")[:each]]


def today(due: list[Case]) -> Pace:
    """The morning list of somebody with just these cases: the same page, however large the office is."""
    with transaction.atomic():
        team = Team.objects.create(name="Bench")
        user = User.objects.create_user("today@example.org", name="Today", role=Role.ADVISER, team=team)
        for n, case in enumerate(due):
            case.pk, case.reference, case.client_id, case.assignee, case.team = None, f"DUE-{n}", n + 1, user, team
        Case.objects.bulk_create(due)
        pace = Pace(*Visitor(user).medians("/", "/constant/"))
        transaction.set_rollback(True)
    return pace


def deep(visitor: Visitor, of: str, sort: str) -> None:
    """The page behind a row that has nine tenths of the list before it, and the page in front of that row."""
    rows, name = LISTS[of]
    edge = getattr(in_order(rows, ORDERS[of][sort])[rows.count() * 9 // 10], name)
    first = f"/{of}/?sort={sort}"
    now, *later = visitor.medians(first, f"{first}&after={edge}", f"{first}&before={edge}")
    say(f"{of}, {sort}: deep pages ÷ the first", ms(now), max(later) / now, goal="≤ 1.2")


def filtered(visitor: Visitor, of: str, *, pairs: int | None) -> Iterator[tuple[str, float]]:
    """Each filter alone with up to three values, and so many, or all, by two."""
    chance = Random(2026)
    data = values(of, chance)
    for name, choices in data.items():
        for value in choices:
            yield f"{name}={value}", timed(visitor, f"/{of}/?{name}={value}")
    for one, other in islice(combinations(data, 2), pairs):
        query = f"{one}={chance.choice(data[one])}&{other}={chance.choice(data[other])}"
        if "opened_from" not in query or "opened_to" not in query:
            yield query, timed(visitor, f"/{of}/?{query}")


def timed(visitor: Visitor, address: str) -> float:
    return median(visitor.seconds(address) for _ in range(3))


def values(of: str, chance: Random) -> dict[str, list[str]]:
    filters: Callable[..., Any] = {
        "cases": lambda: CaseFilter({}, Case.objects.all(), on=TODAY),
        "visits": lambda: VisitFilter({}, Visit.objects.all()),
        "clients": lambda: ClientFilter({}, File.objects.all()),
    }[of]
    found = {}
    for name, field in filters().form.fields.items():
        choices = [str(value) for value, _label in getattr(field, "choices", ()) if str(value)]
        days = [(TODAY - timedelta(days=ago)).isoformat() for ago in (30, 400, 1200)]
        found[name] = chance.sample(choices, min(3, len(choices))) if choices else days
    return found


def spread(what: str, found: Any, *, goal: str) -> None:
    found = sorted(found, key=lambda pair: pair[1])
    times = [seconds for _, seconds in found]
    p95 = quantiles(times, n=20)[-1]
    worst = ", ".join(f"{name} {ms(seconds)}" for name, seconds in reversed(found[-3:]))
    say(what, ms(p95), goal=goal, note=f"median {ms(median(times))}; worst {worst}")


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def against(postgresql: str, sqlite: str) -> str:
    return postgresql if connection.vendor == "postgresql" else sqlite
