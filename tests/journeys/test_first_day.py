"""The first day of a newcomer, in French, in a browser: from «Where to go?» to the report, by what one sees."""

import csv

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from cases.models import Case
from tests.journeys.conftest import logged_in

pytestmark = pytest.mark.browser


def test_from_the_question_where_to_go_to_the_report(demo: None, live_server: LiveServer, chromium: Browser) -> None:
    context = chromium.new_context(locale="fr-BE")
    logged_in(context, live_server.url, who="adviser")
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(live_server.url)
    page.get_by_role("link", name="Où aller ?").first.click()
    page.get_by_label("Commune").fill("bosvoorde")
    page.keyboard.press("Tab")
    cheapest = page.locator("#answer li").filter(has_text="le moins cher")
    cheapest.wait_for()
    expect(cheapest.get_by_role("heading")).to_have_text("Uccle")
    expect(cheapest).to_contain_text("10,00\u00a0€")
    expect(cheapest).to_contain_text("16,00\u00a0€ de moins que chez elle")

    cheapest.get_by_role("link", name="Ouvrir un dossier").click()
    page.get_by_role("link", name="Nouvelle fiche").click()
    page.get_by_label("Prénom").fill("Yésica")
    page.get_by_label("Nom de famille").fill("Quispe Mamani")
    page.get_by_role("button", name="Ouvrir la fiche").click()
    expect(page.get_by_role("radio", name="Uccle")).to_be_checked()
    page.get_by_role("button", name="Ouvrir le dossier").click()
    page.get_by_role("link", name="Poser les questions").click()
    page.get_by_label("Une adresse e-mail à elle").select_option(label="Oui")
    page.get_by_role("button", name="Noter", exact=True).click()

    page.get_by_role("link", name="Noter une visite").first.click()
    expect(page.get_by_role("searchbox", name="Usager", exact=True)).to_have_value("Yésica Quispe Mamani")
    with page.expect_response(lambda answer: "/visits/new/" in answer.url):  # what the move asks comes in its place
        page.locator("select[name$='-move']").select_option(label="Inscription faite")
    page.get_by_role("button", name="Noter la visite").click()
    page.wait_for_url(lambda url: "/visits/new/" not in url)

    case = Case.objects.get(client__family_name="Quispe Mamani")
    assert (case.step, case.quoted_amount, case.home_amount) == ("to_activate", 10, 26)
    page.goto(f"{live_server.url}/cases/")
    page.get_by_text("Exporter", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV pour Excel").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = {row["Dossier"]: row for row in csv.DictReader(text.splitlines(), delimiter=";")}
    assert rows[case.reference]["Étape"] == "À activer"
    assert rows[case.reference]["Prix annoncé"] == "10,00"
    assert "Quispe" not in text
    assert complaints == []
    context.close()
