"""The sheet that a client takes home: the next step, on one page, in a language they read, without their name."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation

from cases import actions
from cases.handouts import SHEETS, Handout, handout
from cases.models import Case
from cases.replay import state_of
from cases.workflow import OPEN_STEPS
from communes.models import Office
from communes.working_days import Calendar
from config.staff.models import User
from tests.factories import MONDAY, UserFactory, a_case, a_client, moved, noon, noted, office

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters")


def sheet_of(case: Case, *, on: date = MONDAY) -> Handout:
    with translation.override("en"):
        sheet = handout(case, state_of(case.events.all()), on=on, calendar=Calendar())
    assert sheet is not None
    return sheet


def to_register(alice: User) -> Case:
    case = noted(a_case(by=alice), by=alice, own_email="yes")
    return moved(case, "choose_office", by=alice)


def to_collect(alice: User) -> Case:
    """A card that may be collected, its letter of Saturday 28 November 2026."""
    case = a_case(by=alice, procedure="e_card", on=date(2026, 11, 2), client=a_client(team=alice.team))
    home = Office.objects.get(code="watermael-boitsfort")
    actions.choose_office(case, home, by=alice, on=date(2026, 11, 2), at=noon(date(2026, 11, 2)))
    moved(case, "request", by=alice, on=date(2026, 11, 3))
    return moved(case, "receive_letter", by=alice, on=date(2026, 11, 28))


def test_every_open_step_has_its_sheet_and_no_closed_one_has() -> None:
    assert set(SHEETS) == set(OPEN_STEPS)


def test_a_closed_case_has_no_sheet(alice: User) -> None:
    case = moved(a_case(by=alice), "abandon", by=alice, abandon_reason="gave_up")

    assert handout(case, state_of(case.events.all()), on=MONDAY, calendar=Calendar()) is None


def test_who_goes_to_register_takes_office_price_and_what_to_bring_along(alice: User) -> None:
    sheet = sheet_of(to_register(alice))

    assert (str(sheet.sheet.title), sheet.office, sheet.when) == (
        "Register for your digital key",
        Office.objects.get(code="uccle"),
        "",
    )
    assert sheet.do == ["Go in person: nobody else can go instead"]
    assert sheet.bring == [
        "National identity card of an EU country, or international passport",
        "An e-mail address of one's own, opened on the spot",
        "Money for the fee",
    ]
    assert sheet.then[1] == "From that day you have 14 days to activate your key. We help you: come soon."


def test_nobody_brings_money_to_an_office_that_asks_none(alice: User) -> None:
    case = noted(a_case(by=alice, client=a_client(team=alice.team, lives_in="jette")), by=alice, own_email="yes")
    actions.choose_office(case, Office.objects.get(code="jette"), by=alice, on=MONDAY, at=noon(MONDAY))

    assert "Money for the fee" not in sheet_of(case).bring


@pytest.mark.parametrize(
    ("reason", "brings"),
    [("first", "The residence document held today"), ("renewal", "The old residence card")],
)
def test_who_asks_for_a_first_card_has_no_old_one_to_bring(alice: User, reason: str, brings: str) -> None:
    assert sheet_of(a_case(by=alice, procedure="e_card", reason=reason)).bring[0] == brings


def test_after_a_theft_the_paper_of_the_police_stands_for_the_card(alice: User) -> None:
    case = noted(a_case(by=alice, procedure="e_card", reason="theft"), by=alice, docstop_on=MONDAY, police_on=MONDAY)

    assert sheet_of(moved(case, "report", by=alice)).bring[0] == "The attestation of the police"


def test_the_last_day_to_activate_is_said_and_that_it_has_passed(alice: User) -> None:
    case = moved(to_register(alice), "register", by=alice, on=date(2026, 3, 2))

    in_time, too_late = sheet_of(case, on=date(2026, 3, 16)), sheet_of(case, on=date(2026, 3, 17))

    assert in_time.when == too_late.when == "At the latest on Monday 16 March 2026"
    assert (in_time.too_late, too_late.too_late) == (False, True)


def test_a_card_is_collected_on_the_last_day_on_which_the_counter_is_open(alice: User) -> None:
    case = to_collect(alice)

    assert case.due_on == date(2027, 2, 28)  # a Sunday: the card is destroyed after it
    assert sheet_of(case).when == "At the latest on Friday 26 February 2027"


def test_a_renewal_names_the_first_and_the_last_day_at_the_counter(alice: User) -> None:
    expires = date(2027, 1, 6)
    case = a_case(by=alice, procedure="e_card", reason="renewal", card_expires_on=expires, on=date(2026, 11, 9))

    assert sheet_of(case).when == "Between Monday 23 November 2026 and Monday 7 December 2026"


@pytest.mark.parametrize(("reason", "called"), [("loss", True), ("theft", True), ("damage", False)])
def test_after_loss_or_theft_the_sheet_says_to_call_docstop_first(alice: User, reason: str, called: bool) -> None:
    case = a_case(by=alice, procedure="e_card", reason=reason)

    assert sheet_of(case).call_docstop is called


def test_who_has_called_docstop_is_not_told_to_call_again(alice: User) -> None:
    case = noted(a_case(by=alice, procedure="e_card", reason="loss"), by=alice, docstop_on=MONDAY)

    assert sheet_of(case).call_docstop is False


def test_the_square_to_scan_leads_to_the_page_for_appointments_else_to_the_site(alice: User) -> None:
    case = to_register(alice)
    office = case.office
    assert office is not None

    assert (sheet_of(case).link, sheet_of(case).qr) == ("", "")
    office.site = "https://example.org/uccle"
    assert sheet_of(case).link == "https://example.org/uccle"
    office.booking_url = "https://example.org/uccle/book"
    assert sheet_of(case).link == "https://example.org/uccle/book"
    assert sheet_of(case).qr.startswith("data:image/svg+xml")


# The page


def page(client: Browser, case: Case, **query: str) -> str:
    response = client.get(reverse("cases:handout", args=[case.reference]), query)
    assert response.status_code == 200
    return response.content.decode()


def paper(html: str) -> str:
    """What is printed: the sheet alone."""
    return html[html.index("<article") : html.index("</article>")]


def test_the_paper_bears_the_reference_and_no_name(client: Browser, alice: User) -> None:
    client.force_login(alice)
    case = to_register(alice)

    printed = paper(page(client, case))

    assert case.reference in printed
    assert [word for word in (case.client.given_name, case.client.family_name, "1987") if word in printed] == []


def test_what_is_not_known_of_an_office_has_a_line_to_write_it_on_and_says_whom_to_ask(
    client: Browser, alice: User
) -> None:
    client.force_login(alice)

    printed = paper(page(client, to_register(alice), lang="en"))

    assert printed.count("not known, to write by hand") == 3  # address, hours, phone
    assert printed.count("Ask us to look it up and write it down, or ask the office before you go.") == 1
    assert "10.00\u00a0€" in printed


def test_what_is_known_of_an_office_is_printed_and_nothing_is_asked(client: Browser, alice: User) -> None:
    client.force_login(alice)
    Office.objects.filter(code="uccle").update(address="Rue du Doyenné 1", hours="8:30-12:00", phone="02 000 00 00")

    printed = paper(page(client, to_register(alice), lang="en"))

    assert "Rue du Doyenné 1" in printed
    assert "not known" not in printed
    assert "Ask us to look it up" not in printed


def test_an_unknown_price_says_to_ask_and_to_bring_money(client: Browser, alice: User) -> None:
    client.force_login(alice)
    case = a_case(by=alice, procedure="e_card", client=a_client(team=alice.team, lives_in="ixelles"))
    actions.choose_office(case, office("ixelles"), by=alice, on=MONDAY, at=noon(MONDAY))

    assert "we do not know it: ask the office, and bring money" in paper(page(client, case, lang="en"))


def test_who_has_paid_reads_what_and_not_that_it_is_asked_again(client: Browser, alice: User) -> None:
    client.force_login(alice)
    case = a_case(by=alice, procedure="e_card", client=a_client(team=alice.team, lives_in="ixelles"))
    actions.choose_office(case, office("ixelles"), by=alice, on=MONDAY, at=noon(MONDAY))
    moved(case, "request", "receive_letter", by=alice, paid=Decimal("25.00"))

    printed = paper(page(client, case, lang="en"))

    assert re.search(r"<dt>Already paid</dt>\s*<dd>25.00\u00a0€</dd>", printed)
    assert "<dt>Price</dt>" not in printed


@pytest.mark.parametrize(
    ("contact_language", "asked", "shown"),
    [("nl", "", "nl"), ("en", "", "en"), ("nl", "fr", "fr"), ("ar", "", "fr"), ("ar", "en", "en"), ("nl", "xx", "fr")],
)
def test_the_sheet_speaks_the_client_s_language_or_the_one_that_is_chosen(
    client: Browser, alice: User, contact_language: str, asked: str, shown: str
) -> None:
    client.force_login(alice)
    case = a_case(by=alice, client=a_client(team=alice.team, contact_language=contact_language))

    html = page(client, case, **({"lang": asked} if asked else {}))

    assert f'<article class="handout sheet" lang="{shown}" dir="ltr">' in html


def test_a_language_written_from_right_to_left_turns_the_sheet(
    client: Browser, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dutch, as if it were: a sheet in Arabic will need words and formats, and nothing else."""
    client.force_login(alice)
    monkeypatch.setitem(LANG_INFO["nl"], "bidi", True)
    case = a_case(by=alice, client=a_client(team=alice.team, contact_language="nl"))

    assert '<article class="handout sheet" lang="nl" dir="rtl">' in page(client, case)


def test_the_styles_of_the_sheet_know_no_left_and_no_right() -> None:
    styles = (settings.BASE_DIR / "config" / "static" / "sesame.css").read_text()
    rules = [line for line in styles.splitlines() if ".handout" in line]

    assert rules
    assert [rule for rule in rules if "left" in rule or "right" in rule] == []


def test_a_closed_case_and_one_of_another_team_answer_not_found(client: Browser, alice: User) -> None:
    client.force_login(alice)
    closed = moved(a_case(by=alice), "abandon", by=alice, abandon_reason="gave_up")
    elsewhere = a_case(by=UserFactory(name="Bob Claes"))

    answers = [client.get(reverse("cases:handout", args=[c.reference])).status_code for c in (closed, elsewhere)]

    assert answers == [404, 404]
