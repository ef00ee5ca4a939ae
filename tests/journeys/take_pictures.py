"""Take the pictures of the README anew, from the made-up office: pytest tests/journeys/take_pictures.py

They lie beside this file, because a browser makes them and nothing that runs needs them.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from cases.models import Case
from tests.journeys.conftest import logged_in

PICTURES = Path(__file__).parent / "pictures"

pytestmark = pytest.mark.browser


def test_the_readme_gets_its_pictures(demo: None, chromium: Browser, live_server: LiveServer) -> None:
    case = Case.objects.filter(step="to_activate", assignee__email="adviser@example.org").latest("due_on", "pk")
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="fr-BE")
    logged_in(context, live_server.url, who="adviser")
    page = context.new_page()

    for name, path in {
        "today": "/",
        "case": f"/cases/{case.reference}/",
        "where": "/where/?commune=watermael-boitsfort&document=orange&service=digital_key",
    }.items():
        page.goto(live_server.url + path, wait_until="networkidle")
        page.screenshot(path=PICTURES / f"{name}.png")

    context.close()
    assert sorted(picture.stem for picture in PICTURES.glob("*.png")) == ["case", "today", "where"]
