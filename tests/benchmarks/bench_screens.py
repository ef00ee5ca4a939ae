"""make bench [SIZE=10k|100k|1M]: the lists, the search and Today, at 10,000 cases and at the size asked for.

Each page is asked for through the whole of Django, middleware and templates, in a process that serves nobody else.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations, islice
from random import Random
from statistics import median, quantiles
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

from cases.filters import CaseFilter, ClientFilter, VisitFilter
from cases.models import Case, Visit
from cases.models import Client as File
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


@policy("cases.view_case")
def constant(request: HttpRequest) -> HttpResponse:
    """What the list is compared with: the same page, of which nothing is worked out."""
    return HttpResponse(CONSTANT["page"])


urlpatterns = [path("constant/", constant), path("", include("config.urls"))]


@pytest.mark.usefixtures("kept_database")
@override_settings(ROOT_URLCONF="tests.benchmarks.bench_screens")
def test_the_screens():
    measure(cases=size(), small=min(SMALL, size()))


def measure(*, cases: int, small: int, pairs: int | None = None) -> None:
    """`pairs`: at most so many of the filters by two."""
    boss = Visitor(an_office(cases))
    adviser = User.objects.filter(role=Role.ADVISER).order_by("pk").first()
    assert adviser is not None
    desk = Visitor(adviser)
    print(f"\nThe screens, {cases:,} cases on {connection.vendor}; medians, or 95 of 100")
    CONSTANT["page"] = boss.content(LIST)
    now, deep, plain = boss.medians(LIST, f"{LIST}&after={edge(Case.objects.all())}", "/constant/")
    say("the list of cases, first page", ms(now))
    say("a deep page ÷ the first one", ms(deep), deep / now, goal="≤ 1.2")
    say("first page ÷ the same HTML from a constant", ms(plain), now / plain, goal=against("≤ 6", "≤ 8"))
    for of in ("visits", "clients"):
        say(f"{of}, first page", ms(boss.median(f"/{of}/?sort=newest")))
    for who, visitor in (("coordinator", boss), ("adviser", desk)):
        for of in ("cases", "visits", "clients"):
            times = filtered(visitor, of, pairs=pairs if of == "cases" else 0)
            spread(f"{of}: filters alone and by two, {who}", times, goal="≤ 100 ms")
        found = [(name, visitor.seconds("/clients/", {"q": name})) for name in NAMES * 3]
        spread(f"search by name, {who}", found, goal=against("≤ 60 ms", "≤ 120 ms"))
    morning = today()
    say(f"Today, {DUE} rows due", ms(morning))
    then, before = now, morning
    if cases != small:
        then, before = Visitor(an_office(small)).median(LIST), today()
    say(f"first page ÷ at {small:,}", ms(then), now / then, goal="≤ 1.3")
    say(f"Today ÷ at {small:,}", ms(before), morning / before, goal="≤ 1.5")


def today() -> float:
    """The morning list of somebody with so many cases due."""
    team, _made = Team.objects.get_or_create(name="Bench")
    user = User.objects.create_user("today@example.org", name="Today", role=Role.ADVISER, team=team)
    due = Case.objects.open().filter(due_on__isnull=False).order_by("pk").values_list("pk", flat=True)[:DUE]
    Case.objects.filter(pk__in=list(due)).update(assignee=user, team=team)
    return Visitor(user).median("/")


def edge(cases: Any) -> str:
    """A case that has nine tenths of the list before it."""
    rows = cases.count()
    return str(cases.order_by("-opened_on", "-pk")[rows * 9 // 10].reference)


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
    return min(visitor.seconds(address) for _ in range(2))


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
