"""A real browser on a real server, on the made-up office of the demo."""

import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests import tables

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


# Playwright's synchronous API runs an event loop in this thread; the ORM is used beside it, never inside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Without it the journeys are skipped, except where CI promised to install it."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"CI installs Chromium, and {CHROMIUM} is missing.")
        pytest.skip(f"No browser at {CHROMIUM}: apt-get install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def demo(transactional_db: None) -> None:
    """The office of `seed_demo`, with its accounts: made once a day, for it is full of dates, then copied."""
    name = f"demo_{timezone.localdate():%Y%m%d}"
    if name in tables.ASIDE:
        tables.put_back(name)
        return
    call_command("load_communes", stdout=StringIO())
    call_command("seed_demo", stdout=StringIO())
    tables.put_aside(name)


def logged_in(context: BrowserContext, address: str, *, who: str, code: str = "") -> None:
    """Log in as a demo account, by the form; and by the six figures of their app, if they have one."""
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("[name=login]", f"{who}@example.org")
    page.fill("[name=password]", settings.DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    if code:
        page.fill("[name=code]", code)
        page.press("[name=code]", "Enter")
        page.wait_for_url(lambda url: "/authenticate" not in url)
    page.close()
