"""Every page, in three languages, light and dark, on a phone and on a desk: nothing broken, nothing out of reach."""

from itertools import cycle, product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from cases.models import Case
from cases.workflow import WORKFLOWS
from config.staff.models import User
from config.staff.policy import addresses, policy_of
from tests.conftest import FULL_SIZE
from tests.journeys.conftest import logged_in

pytestmark = [pytest.mark.browser, pytest.mark.sized]

ROLES = ("adviser", "coordinator", "tariffs", "privacy", "admin")
LOOKS = list(product(("fr", "nl", "en"), ("light", "dark"), (1440, 360)))
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

# Addresses that answer a GET with something else than a page of ours, or with nothing to look at.
NOT_PAGES = {
    "healthz", "readyz", "set_language", "account_login", "account_inactive", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "cases:calendar_file", "cases:export", "cases:export_visits",
    "cases:export_tariffs", "cases:underway", "cases:import_template", "cases:person_file_json", "cases:report_file",
    "cases:similar_clients", "cases:communes_of_postal_code",
    "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes",  # for who has that proof
}  # fmt: skip


def pages(user: User) -> list[str]:
    """Every page somebody may open: a case at each step, and one client and visit of theirs for the parameters."""
    visible = Case.objects.visible_to(user)
    at_each_step = [
        case for w in WORKFLOWS.values() for step in w.steps if (case := visible.filter(step=step).first())
    ]
    case = visible.filter(step="to_activate", visits__isnull=False).first()
    found = []
    for route, name, pattern in addresses():
        rule = policy_of(name, pattern.callback)
        if rule is None or "GET" not in rule.methods or name in NOT_PAGES or route.startswith("admin/"):
            continue
        if rule.permission and not user.has_perm(rule.permission):
            continue
        if case is not None:
            visit = case.visits.first()
            assert visit is not None
            asked = at_each_step[0] if name == "cases:triage" else case
            reference = asked.reference if route.startswith("cases/") else case.client.reference
            route = route.replace("<str:reference>", reference).replace("<uuid:key>", str(visit.key))
            route = route.replace("<str:name>", WORKFLOWS[case.procedure].leaving(case.step)[0].name)
        if "<" not in route:
            found.append("/" + route)
    return found + [f"/cases/{each.reference}/" for each in at_each_step]


def faults(page: Page, address: str, *, language: str, width: int, examined: bool) -> list[str]:
    """What is wrong with one page: the browser's complaints, its language, its width; and, examined, what axe says."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    answer = page.goto(address, wait_until="load")
    assert answer is not None
    if answer.status != 200:
        found.append(f"status {answer.status}")
    if (lang := page.get_attribute("html", "lang")) != language:
        found.append(f"lang is {lang}")
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        found.append(f"{wide} pixels wide on {width}")
    if not examined:
        return found
    report = Axe().run(page, options=WCAG)
    return found + [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in report.response["violations"]]


@pytest.mark.parametrize("who", list(ROLES) if FULL_SIZE else ["adviser"])
def test_every_page_is_whole_in_every_look(demo: None, chromium: Browser, live_server: LiveServer, who: str) -> None:
    user = User.objects.get(email=f"{who}@example.org")
    contexts = {}
    for language, scheme, width in LOOKS:
        context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        logged_in(context, live_server.url, who=who)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        contexts[language, scheme, width] = context

    wrong: dict[str, list[str]] = {}
    turns = cycle(LOOKS)
    for path in pages(user):
        for language, scheme, width in LOOKS if FULL_SIZE else [next(turns)]:
            page = contexts[language, scheme, width].new_page()
            # Contrast and order depend on the colours and the width: at full size one language is enough for axe.
            examined = not FULL_SIZE or language == "fr"
            if found := faults(page, live_server.url + path, language=language, width=width, examined=examined):
                wrong[f"{path} {language} {scheme} {width}"] = found
            page.close()

    for context in contexts.values():
        context.close()
    assert wrong == {}, "\n".join(f"{where}: {what}" for where, found in wrong.items() for what in found)
