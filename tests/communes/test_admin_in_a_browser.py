"""The administration pages of the communes in a real browser: nothing on them is stopped by the content policy.

While Playwright runs, the test itself leaves the database alone: Playwright's event loop would give it a connection of
its own that nobody closes.
"""

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from communes.models import Office, Tariff
from config.staff.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(reference_data):
    tariff = Tariff.objects.get(office__code="uccle", service="digital_key")
    tariff.save()
    office = Office.objects.get(code="uccle")
    return [
        "tariff/?valid=today",
        f"tariff/{tariff.pk}/change/",
        f"tariff/{tariff.pk}/history/",
        f"tariff/{tariff.pk}/history/{tariff.history.latest().pk}/",
        f"tariff/{tariff.pk}/delete/",
        f"office/{office.pk}/delete/",
        "tariff/export/",
        "commune/?q=1050",
        "closure/add/",
    ]


@pytest.fixture
def page(reference_data, live_server, chromium):
    """A page on which a tariff editor is logged in; `page.complaints` is what the console said."""
    user = User.objects.create_user("tariffs@example.org", name="Tariq", role="tariff_editor", language="en")
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    context = chromium.new_context(base_url=live_server.url)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    page.wait_for_load_state("networkidle")  # a request under way would keep the database open
    context.close()


def test_no_page_of_the_communes_has_an_inline_style_or_script(addresses, page):
    answers = [page.goto(f"/admin/communes/{address}").status for address in addresses]

    assert answers == [200] * len(addresses)
    assert page.complaints == []


def test_the_control_an_inline_style_is_stopped_and_heard(page):
    page.goto("/admin/communes/tariff/")

    page.evaluate("document.body.setAttribute('style', 'color: red')")

    assert ["Content Security Policy" in complaint for complaint in page.complaints] == [True]


@pytest.mark.parametrize(
    ("office", "heading", "lines"),
    [("uckle", "Nothing can be imported yet", ["2 office"]), ("uccle", "Preview", ["Update uccle"])],
)
def test_a_file_is_chosen_and_its_preview_read(page, tmp_path, office, heading, lines):
    file = tmp_path / "tariffs.csv"
    header = "office;service;residency;document;amount;valid_from;source"
    file.write_text(f"{header}\n{office};digital_key;everyone;any;11;01/01/2026;me")

    page.goto("/admin/communes/tariff/import/")
    page.set_input_files("[name=import_file]", file)
    page.click("input[type=submit]")
    page.locator(".import-preview").wait_for()

    shown = [" ".join(row.inner_text().split()[:2]) for row in page.locator(".import-preview tr").all()[1:]]
    assert page.locator("#content h2").last.inner_text() == heading
    assert shown == lines
    assert page.complaints == []
