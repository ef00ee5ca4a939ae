"""A file that takes its time: the browser downloads it, and the page says how far it is."""

import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from cases.exports import FILE_KINDS
from tests.journeys.conftest import logged_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Half of every CSV leaves at once, the rest only when the test says so."""
    go, excel = Event(), FILE_KINDS["excel"]

    def halting(*args: Any, told: Any, **options: Any) -> Generator[bytes]:
        whole = b"".join(excel.write(*args, **options))
        told(100)
        yield whole[: len(whole) // 2]
        go.wait(30)
        told(200)
        yield whole[len(whole) // 2 :]

    monkeypatch.setitem(FILE_KINDS, "excel", replace(excel, write=halting))
    monkeypatch.setattr("cases.views.underway.EVERY", 0)
    yield go
    go.set()


@pytest.fixture
def page(chromium: Browser, demo: None, live_server: LiveServer) -> Iterator[Page]:
    """The list of cases, as a coordinator; what the policy of the site hinders fails the test."""
    context = chromium.new_context(locale="en-GB", accept_downloads=True)
    logged_in(context, live_server.url, who="coordinator")
    window = context.new_page()
    said: list[str] = []
    window.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    window.on("pageerror", lambda error: said.append(str(error)))
    window.goto(f"{live_server.url}/cases/")
    yield window
    context.close()
    assert said == []


@pytest.mark.parametrize(
    ("asking", "named"),
    [("a[data-file]", "sesame-cases-"), ("form[data-file] button", "sesame-cases-as-of-")],
    ids=["of-now", "as-of-a-day"],
)
def test_a_bar_shows_how_far_the_file_is_while_the_browser_downloads_it(
    page: Page, go_on: Event, asking: str, named: str
) -> None:
    panel = page.locator("details", has=page.locator("[data-underway]"))
    panel.locator("summary").click()
    bar, status = panel.locator("progress"), panel.locator("[data-underway] [role=status]")
    expect(bar).to_be_hidden()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "/exports/underway/" in request.url else None)

    with page.expect_download() as coming:
        panel.locator("input[type=date]").fill(f"{timezone.localdate() - timedelta(days=1):%Y-%m-%d}")
        panel.locator(asking).first.click()
    expect(status).to_contain_text("100")
    assert 0 < float(bar.get_attribute("value") or 0) < float(bar.get_attribute("max") or 0)
    go_on.set()

    file = coming.value
    assert file.suggested_filename.startswith(named)
    assert file.path().read_bytes().startswith(b"\xef\xbb\xbf")
    expect(status).to_contain_text("200")
    expect(bar).to_have_attribute("value", "1")
    # The stay takes them for questions of the page: they keep no session alive.
    assert {request.headers.get("hx-request") for request in asked} == {"true"}


def test_a_file_that_breaks_is_not_said_to_be_sent(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(*args: Any, told: Any, **options: Any) -> Generator[bytes]:
        told(100)
        yield b"a row\n"
        raise OSError("the connection to the database is gone")

    monkeypatch.setitem(FILE_KINDS, "excel", replace(FILE_KINDS["excel"], write=breaking))
    panel = page.locator("details", has=page.locator("[data-underway]"))
    panel.locator("summary").click()

    panel.locator("a[data-file]").first.click()

    expect(panel.locator("[data-underway] [role=status]")).to_have_text(
        "Le fichier s’est interrompu : demandez-le à nouveau."
    )
    assert panel.locator("progress").get_attribute("value") != "1"


def test_a_file_with_names_has_its_bar_too(page: Page, go_on: Event) -> None:
    page.locator("details", has=page.locator("[data-underway]")).locator("summary").click()
    page.locator("a[href*='named=yes']").click()
    page.fill("[name=purpose]", "Les lettres de mai")
    bar, status = page.locator("form progress"), page.locator("form [role=status]")
    expect(bar).to_be_hidden()

    with page.expect_download() as coming:
        page.press("[name=purpose]", "Enter")
    expect(status).to_contain_text("100")
    go_on.set()

    assert coming.value.path().read_bytes().startswith(b"\xef\xbb\xbf")
    expect(status).to_contain_text("200")
    expect(bar).to_have_attribute("value", "1")
    page.locator("form a.quiet").click()
    expect(page).to_have_url(re.compile(r"/cases/\?"))


def test_without_javascript_the_link_is_a_file(chromium: Browser, demo: None, live_server: LiveServer) -> None:
    context = chromium.new_context(java_script_enabled=False, accept_downloads=True)
    logged_in(context, live_server.url, who="coordinator")
    page = context.new_page()
    page.goto(f"{live_server.url}/cases/")
    panel = page.locator("details", has=page.locator("[data-underway]"))
    panel.locator("summary").click()

    with page.expect_download() as coming:
        panel.locator("a[data-file]").first.click()

    assert "key=" not in coming.value.url
    assert coming.value.path().read_bytes().startswith(b"\xef\xbb\xbf")
    expect(panel.locator("progress")).to_be_hidden()
    context.close()
