"""The same attacks in a real browser: nothing runs, nothing is fetched elsewhere, the content policy stops nothing.

What the policy stops is a failure too: a page of ours holds nothing that it would have to stop.
While Playwright runs, the test itself leaves the database alone, but to write the attacks.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.csp import csp_override
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from config.staff.models import Team, User
from config.staff.policy import policy
from config.staff.roles import Role
from tests.conftest import FULL_SIZE
from tests.trust.conftest import prove
from tests.trust.office import Office, every_address
from tests.trust.test_markup import PAYLOADS, believes_a_name, fill

pytestmark = [pytest.mark.browser, pytest.mark.sized, pytest.mark.django_db(transaction=True)]

type Desk = Callable[[User | None], Client]

# Each text gets each attack at full size: as many turns as there are attacks.
TURNS = {role: range(len(PAYLOADS)) if FULL_SIZE else [turn] for turn, role in enumerate(Role)}
WHO = list(Role) if FULL_SIZE else [Role.ADVISER, Role.TARIFF_EDITOR]
# What became of the texts, asked of the browser that read the page.
SEEN = """() => {
    const elements = [...document.querySelectorAll("*")];
    const wrong = elements.filter(each => each.localName.includes("zqx")
        || [...each.attributes].some(one => one.name.startsWith("on") || one.name.includes("zqx"))
        || ["base", "iframe", "object", "embed"].includes(each.localName));
    return {broken: wrong.map(each => each.outerHTML.slice(0, 160)), shown: document.body.textContent.includes("zqx")};
}"""
TELLS = """document.addEventListener("securitypolicyviolation",
    stopped => console.error(`stopped: ${stopped.violatedDirective} ${stopped.blockedURI} ${stopped.sample}`));
    globalThis.zqx = () => console.error("ran");"""


class Window:
    """One tab, in which somebody is logged in; `faults` is what a page did that it must not."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site, self.faults = page, site, []
        page.add_init_script(TELLS)
        page.on("dialog", self.ran)
        page.on("console", self.says)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self.asks)

    faults: list[str]

    def ran(self, dialog: Any) -> None:
        self.faults.append(f"ran: {dialog.message}")
        dialog.dismiss()

    def says(self, message: Any) -> None:
        # A part that brings another part along for its own page finds no place for it in ours.
        if message.type == "error" and not message.text.startswith("htmx:oobErrorNoTarget"):
            self.faults.append(message.text)

    def asks(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:")):
            self.faults.append(f"asks {request.url}")

    def opens(self, path: str) -> bool:
        """Does the page show one of the texts? What is wrong with it is noted."""
        self.page.goto(self.site + path, wait_until="load")
        return self.look()

    def takes_in(self, path: str) -> bool:
        """The same of what htmx gets of an address and puts into the page that is open."""
        self.page.evaluate("path => htmx.ajax('GET', path, {target: 'main', swap: 'innerHTML'})", path)
        return self.look()

    def look(self) -> bool:
        told = self.page.evaluate(SEEN)
        self.faults += told["broken"]
        return bool(told["shown"])


@pytest.fixture
def window(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[[Client], Window]]:
    contexts = []

    def of(desk: Client) -> Window:
        context = chromium.new_context()
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": desk.cookies["sessionid"].value, "url": live_server.url}])
        return Window(context.new_page(), live_server.url)

    yield of
    for context in contexts:
        context.close()


def pages(browser: Client, called: dict[str, str], headers: dict[str, str]) -> list[str]:
    """The addresses that answer this person with a page, or with the part of one."""
    found = []
    for address in every_address(called):
        if address.accepts("GET"):
            response = browser.get(address.path, headers=headers)
            kind = response.headers.get("Content-Type", "")
            if response.status_code == 200 and kind.startswith("text/html") and not response.streaming:
                found.append(address.path)
    return found


@pytest.mark.parametrize("role", WHO)
def test_in_a_browser_nothing_that_was_written_runs(
    role: Role, office: Office, staff: dict[Role, User], desk: Desk, window: Callable[[Client], Window]
) -> None:
    browser, called = desk(staff[role]), dict(office.ours.called)
    whole = pages(browser, called, {})
    # Where htmx gets a page of the account, the session was over: sesame.js opens it whole.
    parts = [where for where in pages(browser, called, {"HX-Request": "true"}) if not where.startswith("/accounts/")]
    tab, wrong, shown = window(browser), [], 0
    for turn in TURNS[role]:
        prove(browser, staff[role])
        fill(PAYLOADS, turn)
        for look, paths in ((tab.opens, whole), (tab.takes_in, parts)):
            tab.opens("/where/")
            for where in paths:
                shown += look(where)
                wrong += [f"{where} ({PAYLOADS[turn]}): {fault}" for fault in tab.faults]
                tab.faults.clear()

    assert wrong == []
    assert shown > 20 * len(TURNS[role])


@csp_override({})
@policy("cases.view_case")
def believes_and_has_no_policy(request: HttpRequest) -> HttpResponse:
    return believes_a_name(request)


urlpatterns = [
    path("believes/", believes_a_name, name="believes"),
    path("open/", believes_and_has_no_policy, name="open"),
]
RUN_BY_THEMSELVES = [
    payload
    for payload in PAYLOADS
    if payload.startswith(("<script>", "<img", '">', "'>", "<svg", "</t", "</s", "-->"))
]


@contextmanager
def named(name: str) -> Iterator[None]:
    Team.objects.update(name=name)
    with override_settings(ROOT_URLCONF=__name__):
        yield


def test_control_a_page_that_runs_what_was_written_is_seen(
    staff: dict[Role, User], desk: Desk, window: Callable[[Client], Window]
) -> None:
    tab = window(desk(staff[Role.ADVISER]))
    for payload in RUN_BY_THEMSELVES:
        with named(payload):
            tab.opens("/open/")
        assert "ran: zqx" in tab.faults, payload
        tab.faults.clear()


def test_control_a_page_that_the_policy_had_to_stop_is_seen(
    staff: dict[Role, User], desk: Desk, window: Callable[[Client], Window]
) -> None:
    tab = window(desk(staff[Role.ADVISER]))
    for payload in RUN_BY_THEMSELVES:
        with named(payload):
            tab.opens("/believes/")
        assert [fault for fault in tab.faults if fault.startswith("stopped: script-src")] != [], payload
        assert "ran: zqx" not in tab.faults, payload
        tab.faults.clear()


def test_control_a_page_that_fetches_from_elsewhere_is_seen(
    staff: dict[Role, User], desk: Desk, window: Callable[[Client], Window]
) -> None:
    tab = window(desk(staff[Role.ADVISER]))
    with named("<img src=//zqx.example/>"):
        tab.opens("/believes/")

    assert [fault for fault in tab.faults if "zqx.example" in fault] != []
