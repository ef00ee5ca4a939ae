"""A real browser on a real server, on the made-up office of the demo."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import BrowserContext

from tests import tables


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
