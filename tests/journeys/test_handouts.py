"""The sheet for the client, as it comes out of the printer."""

import re

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from cases.handouts import LANGUAGES, SHEETS
from cases.models import Case
from communes.models import Office
from tests.journeys.conftest import logged_in

pytestmark = pytest.mark.browser

MUCH_LONGER = """() => {
  for (const line of document.querySelectorAll(".handout li")) line.append(" ", line.textContent.repeat(3));
}"""


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_every_sheet_is_one_page_of_a4_in_every_language(
    demo: None, chromium: Browser, live_server: LiveServer
) -> None:
    Office.objects.update(
        address="Rue de l'Exemple 12\n1000 Bruxelles",
        hours="lundi au vendredi 8h30–12h, jeudi aussi 16h–18h30",
        booking_url="https://example.org/commune/rendez-vous",
        payment="carte bancaire, espèces",
    )
    context = chromium.new_context()
    logged_in(context, live_server.url, who="coordinator")
    page = context.new_page()

    printed = {}
    for step in SHEETS:
        case = Case.objects.filter(step=step).order_by("due_on", "pk").first()
        assert case is not None
        for language in LANGUAGES:
            page.goto(f"{live_server.url}/cases/{case.reference}/handout/?lang={language}")
            printed[step.value, language.value] = pages_of(page.pdf(prefer_css_page_size=True))
    page.goto(f"{live_server.url}/cases/{Case.objects.filter(step='preparing')[0].reference}/handout/")
    page.evaluate(MUCH_LONGER)
    control = pages_of(page.pdf(prefer_css_page_size=True))

    context.close()
    assert {sheet: pages for sheet, pages in printed.items() if pages != 1} == {}
    assert control > 1
