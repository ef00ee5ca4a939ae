"""An adviser at work without a mouse: how many keys a visit costs beyond the words typed."""

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from cases import files
from cases.models import Case, Visit
from config.staff.models import User
from tests.factories import MONDAY, a_case
from tests.journeys.conftest import logged_in

pytestmark = pytest.mark.browser


class Keys:
    """The keyboard, counting every key that is not a letter of a word."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed: list[str] = []

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(100)
        self.pressed += keys


def test_a_visit_that_moves_a_case_on_costs_at_most_eight_keys(
    demo: None, live_server: LiveServer, chromium: Browser
) -> None:
    case = Case.objects.open().filter(step="to_collect", assignee__email="adviser@example.org").first()
    assert case is not None
    context = chromium.new_context(locale="fr-BE")
    logged_in(context, live_server.url, who="adviser")
    page = context.new_page()
    page.goto(f"{live_server.url}/visits/new/")
    keys = Keys(page)

    page.keyboard.type(case.client.reference)
    page.wait_for_selector("#people input[type=radio]")
    keys.press("Tab", "Space")
    page.wait_for_selector(f"[name='{case.reference}-move']")
    others = case.client.cases.open().filter(pk__lt=case.pk).count()
    keys.press(*["Tab"] * (1 + others), "ArrowDown")
    page.wait_for_selector(f"[name='{case.reference}-card_expires_on']")
    keys.press("Tab")
    page.keyboard.type("01012030")
    with page.expect_navigation():
        keys.press("Control+Enter")

    case.refresh_from_db()
    assert case.step == "collected"
    assert Visit.objects.filter(case=case, result="step_done").exists()
    assert len(keys.pressed) <= 8
    context.close()


def test_the_arrow_goes_from_the_box_to_the_first_person_found_and_on_to_the_next(
    demo: None, live_server: LiveServer, chromium: Browser
) -> None:
    adviser = User.objects.get(email="adviser@example.org")
    assert adviser.team is not None
    for name in ("Ana", "Ines"):
        client = files.open_client(team=adviser.team, on=MONDAY, given_name=name, family_name="Quintanilha")
        a_case(by=adviser, client=client)
    context = chromium.new_context(locale="fr-BE")
    logged_in(context, live_server.url, who="adviser")
    page = context.new_page()
    page.goto(f"{live_server.url}/visits/new/")

    page.keyboard.type("quintanilha")
    people = page.locator("#people input[type=radio]")
    people.nth(1).wait_for()
    page.keyboard.press("ArrowDown")
    first = people.nth(0).is_checked()
    page.wait_for_selector("#moves h2")
    page.keyboard.press("ArrowDown")

    assert (first, people.nth(1).is_checked()) == (True, True)
    context.close()


def test_a_form_sent_twice_by_an_impatient_hand_is_one_visit(
    demo: None, live_server: LiveServer, chromium: Browser
) -> None:
    before = Visit.objects.count()
    context = chromium.new_context(locale="fr-BE")
    logged_in(context, live_server.url, who="adviser")
    page = context.new_page()
    page.goto(f"{live_server.url}/visits/new/")

    page.select_option("[name=topic]", "other")
    page.dblclick("aside button[type=submit]")
    page.wait_for_url(lambda url: "/visits/new/" not in url)

    assert Visit.objects.count() == before + 1
    context.close()
