"""Whoever is shown a client leaves a trace of it: on every page, as a page and as the part that htmx gets of it."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from html import unescape

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.test import override_settings
from django.urls import path
from django.utils import timezone

from cases import actions, households, merging, pairs
from cases.models import Access, Case, Client, Departure
from cases.models.privacy import ActReason
from cases.restriction import restrict
from config.staff.models import User
from config.staff.policy import policy
from config.staff.roles import Role
from tests.factories import a_case, a_client
from tests.trust.office import START, Office, every_address, noon
from tests.trust.test_objects_of_others import IN_THE_QUESTION

type Desk = Callable[[User | None], Browser]


@pytest.fixture
def crowd(office: Office) -> Office:
    """Around the client of our team everybody who can be named on a page of theirs, each by a name of their own."""
    alice, client = office.ours.adviser, office.ours.client
    assert alice.team is not None
    on, at = START, noon(START)
    near, far = ({"team": alice.team, "phone": phone} for phone in (client.phone, "0479 99 99 99"))
    mate, companion, apart, away = (a_client(**far) for _ in range(4))
    merged = a_client(**near)
    a_client(**near)  # similar
    a_case(by=alice, client=mate)
    households.join(client, mate, by=alice, on=on)
    pairs.tell_apart(client, [apart], by=alice, at=at)
    merging.merge(Client.objects.get(pk=client.pk), merged, take=(), by=alice, at=at)
    actions.log_visit(
        key=uuid.uuid4(), client=client, by=alice, team=alice.team, on=on, at=at, topic="other",
        companions=[mate, companion],
    )  # fmt: skip
    restrict(away, reason=ActReason.CONTESTED, by=alice, at=at)
    Client.objects.filter(pk=companion.pk).update(forget_on=timezone.localdate() + timedelta(days=3))
    for file in Client.objects.all():
        file.family_name = "Zqx" + "".join(chr(ord("a") + int(digit)) for digit in f"{file.pk:06d}")
        Client.objects.filter(pk=file.pk).update(family_name=file.family_name, search_key=file.key())
    return office


def asked(office: Office) -> Iterator[str]:
    """Every address that is read, and those that name something behind their question mark."""
    called = office.ours.called
    for address in every_address(called):
        if not address.accepts("GET"):
            continue
        yield address.path
        for (name, field), what in IN_THE_QUESTION.items():
            if name == address.name:
                yield f"{address.path}?{field}={called[what]}"
    yield "/?whose=team"
    yield "/cases/?columns=family_name"
    yield "/clients/?columns=family_name"
    yield "/visits/?columns=client&columns=family_name&columns=came_along"
    yield f"/visits/new/?case={Case.objects.get(reference=called['fresh_case']).reference}"


def unsaid(browser: Browser, where: str, names: Mapping[int, tuple[str, str]]) -> list[str]:
    """The clients that the answer holds by name or number, and of whom neither a look nor an export was kept.

    A number that was asked for may stand in the links of a page that shows nobody.
    """
    found = []
    for headers in ({}, {"HX-Request": "true"}):
        looks, exports = Access.objects.count(), Departure.objects.count()
        response = browser.get(where, headers=headers)
        body = unescape((b"".join(response) if response.streaming else response.content).decode(errors="replace"))
        left = list(Departure.objects.order_by("pk")[exports:])
        seen = {key for access in Access.objects.order_by("pk")[looks:] for key in access.clients.split(",")}
        found += [
            f"{where} shows {name}"
            for key, (reference, name) in names.items()
            if ((reference in body and reference not in where) or name in body)
            and str(key) not in seen
            and not any(departure.holds(key) for departure in left)
        ]
    return found


def names() -> dict[int, tuple[str, str]]:
    return {file.pk: (file.reference, file.family_name) for file in Client.objects.all()}


@pytest.mark.parametrize("role", [Role.ADVISER, Role.COORDINATOR, Role.PRIVACY_OFFICER])
def test_every_client_whom_a_page_shows_is_in_its_trace(
    role: Role, crowd: Office, staff: dict[Role, User], desk: Desk
) -> None:
    browser, everybody = desk(staff[role]), names()

    found = [client for where in asked(crowd) for client in unsaid(browser, where, everybody)]

    assert found == [], found
    # The crowd was truly met: on the page of one file alone, four of them.
    page = browser.get(crowd.ours.client.get_absolute_url()).content.decode()
    assert sum(name in page for _reference, name in everybody.values()) >= 4


@policy("cases.view_client")
def says_nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p>{Client.objects.earliest('pk').family_name}</p>")


urlpatterns = [path("silent/", says_nothing, name="silent")]


@override_settings(ROOT_URLCONF=__name__)
def test_control_a_page_that_keeps_silent_about_a_client_is_seen(
    crowd: Office, staff: dict[Role, User], desk: Desk
) -> None:
    name = Client.objects.earliest("pk").family_name

    assert unsaid(desk(staff[Role.ADVISER]), "/silent/", names()) == [f"/silent/ shows {name}"] * 2
