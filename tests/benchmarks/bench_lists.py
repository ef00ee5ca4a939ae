"""make bench [SIZE=10k|100k|1M]: the lists, the search and Today, at 10,000 cases and at the size asked for.

Each page is asked for through the whole of Django, middleware and templates, in a process that serves nobody else.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations
from random import Random
from statistics import median, quantiles
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.client import ClientHandler, RequestFactory
from django.urls import include, path

from cases.filters import CaseFilter, ClientFilter, VisitFilter
from cases.models import Case, Visit
from cases.models import Client as File
from config.staff.models import Team, User
from config.staff.policy import policy
from config.staff.roles import Role
from tests.benchmarks.office import TODAY, fill
from tests.benchmarks.report import say, size
from tests.tables import history_open

SMALL = 10_000
DUE = 300
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


class Visitor:
    """A browser that only counts the time: nothing of the answers is looked at or kept."""

    def __init__(self, user: User) -> None:
        browser = Client()
        browser.force_login(user)
        self.factory = RequestFactory()
        self.factory.cookies = browser.cookies
        self.handler = ClientHandler(enforce_csrf_checks=False)

    def seconds(self, address: str, data: dict[str, str] | None = None) -> float:
        request = self.factory.get(address) if data is None else self.factory.post(address, data)
        started = time.perf_counter()
        response = self.handler(request.environ)
        seconds = time.perf_counter() - started
        if response.status_code != 200:
            raise AssertionError(f"{address}: {response.status_code}")
        return seconds

    def content(self, address: str) -> bytes:
        return self.handler(self.factory.get(address).environ).content

    def median(self, address: str, *, turns: int = 25) -> float:
        for _ in range(3):
            self.seconds(address)
        return median(self.seconds(address) for _ in range(turns))


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF="tests.benchmarks.bench_lists")
def test_the_lists():
    measure(cases=size(), small=min(SMALL, size()))


def measure(*, cases: int, small: int) -> None:
    coordinator = fresh(small)
    first = {"list": Visitor(coordinator).median("/cases/?sort=newest"), "today": today()}
    if cases != small:
        coordinator = fresh(cases)
    adviser = User.objects.filter(role=Role.ADVISER).order_by("pk").first()
    assert adviser is not None
    boss, desk = Visitor(coordinator), Visitor(adviser)
    print(f"\nThe lists, {cases:,} cases on {connection.vendor}; medians, or 95 of 100")
    now = boss.median("/cases/?sort=newest")
    say(f"first page ÷ at {small:,}", ms(now), now / first["list"], goal="≤ 1.3")
    deep = boss.median(f"/cases/?sort=newest&after={edge(Case.objects.all())}")
    say("a deep page ÷ the first one", ms(deep), deep / now, goal="≤ 1.2")
    CONSTANT["page"] = boss.content("/cases/?sort=newest")
    plain = boss.median("/constant/")
    say("first page ÷ the same HTML from a constant", ms(plain), now / plain, goal=against("≤ 6", "≤ 8"))
    today_now = first["today"] if cases == small else today()
    say(f"Today, {DUE} rows due ÷ at {small:,}", ms(today_now), today_now / first["today"], goal="≤ 1.5")
    for of in ("visits", "clients"):
        page = boss.median(f"/{of}/?sort=newest")
        say(f"{of}, first page", ms(page))
    for who, visitor in (("coordinator", boss), ("adviser", desk)):
        for of in ("cases", "visits", "clients"):
            spread(f"{of}: filters alone and by two, {who}", filtered(visitor, of, of == "cases"), goal="≤ 100 ms")
        found = [(name, visitor.seconds("/clients/", {"q": name})) for name in NAMES * 3]
        spread(f"search by name, {who}", found, goal=against("≤ 60 ms", "≤ 120 ms"))


def fresh(cases: int) -> User:
    """An office of this size, whatever another benchmark left behind."""
    with history_open():
        call_command("flush", interactive=False, verbosity=0)
    return fill(cases)


def today() -> float:
    """The morning list of somebody with so many cases due."""
    team = Team.objects.create(name="Bench")
    user = User.objects.create_user("today@example.org", name="Today", role=Role.ADVISER, team=team)
    due = Case.objects.open().filter(due_on__isnull=False).order_by("pk").values_list("pk", flat=True)[:DUE]
    Case.objects.filter(pk__in=list(due)).update(assignee=user, team=team)
    return Visitor(user).median("/")


def edge(cases: Any) -> str:
    """A case that has nine tenths of the list before it."""
    rows = cases.count()
    return str(cases.order_by("-opened_on", "-pk")[rows * 9 // 10].reference)


def filtered(visitor: Visitor, of: str, pairs: bool) -> Iterator[tuple[str, float]]:
    """Each filter alone with up to three values, and every two together."""
    chance = Random(2026)
    data = values(of, chance)
    for name, choices in data.items():
        for value in choices:
            yield f"{name}={value}", timed(visitor, f"/{of}/?{name}={value}")
    if pairs:
        for one, other in combinations(data, 2):
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
