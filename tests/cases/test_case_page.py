"""The page of a case and the pages of its gestures, as an adviser meets them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cases import actions
from cases.models import Access, Case, Note
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import TeamFactory, UserFactory, a_case, a_client, moved, noon, noted, office

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters", language="en")


@pytest.fixture
def desk(client: Browser, alice: User) -> Browser:
    client.force_login(alice)
    return client


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def registered(alice: User, today: date) -> Case:
    """Registered three days ago at Uccle, by somebody of Watermael-Boitsfort."""
    start = today - timedelta(days=5)
    case = noted(moved(a_case(by=alice, on=start), "choose_office", by=alice), by=alice, own_email="yes")
    return moved(case, "register", by=alice, on=today - timedelta(days=3))


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def test_the_page_says_what_is_next_until_when_and_why(desk: Browser, registered: Case) -> None:
    page = text(desk.get(f"/cases/{registered.reference}/"))

    assert "Next: activate with the code and the link" in page
    assert "waiting for the client" in page
    assert "<b>11 days left</b> · at the latest on" in page
    assert "+ 14 days" in page
    assert "After that day the client registers again, and pays 10.00 € again." in page


def test_the_page_shows_what_was_promised_and_what_it_saves(desk: Browser, registered: Case) -> None:
    page = text(desk.get(f"/cases/{registered.reference}/"))

    assert "<b>10.00 €</b>, Uccle" in page
    assert "16.00 € (at home: 26.00 €)" in page


def test_a_blocked_move_is_there_and_says_what_stops_and_what_lifts_it(desk: Browser, registered: Case) -> None:
    page = text(desk.get(f"/cases/{registered.reference}/"))

    assert '<span class="button small" aria-disabled="true">The code has expired</span>' in page
    assert "The last day has not passed yet. Possible from the day after the deadline." in page


def test_a_blocked_move_is_refused_by_its_page_too(desk: Browser, registered: Case, today: date) -> None:
    answer = desk.post(
        f"/cases/{registered.reference}/moves/expire/",
        {"version": registered.version, "happened_on": today.isoformat()},
    )

    assert answer.status_code == 422
    assert "The last day has not passed yet." in text(answer)
    assert Case.objects.get().step == "to_activate"


@pytest.mark.parametrize("name", ["collect", "no_such_move", "choose_offices"])
def test_a_move_of_another_procedure_is_a_missing_page(desk: Browser, registered: Case, name: str) -> None:
    assert desk.get(f"/cases/{registered.reference}/moves/{name}/").status_code == 404


def test_a_move_that_starts_elsewhere_is_refused(desk: Browser, registered: Case, today: date) -> None:
    answer = desk.post(
        f"/cases/{registered.reference}/moves/register/",
        {"version": registered.version, "happened_on": today.isoformat()},
    )

    assert answer.status_code == 422
    assert "not possible at the step" in text(answer)


def test_a_move_is_one_form(desk: Browser, registered: Case, today: date) -> None:
    answer = desk.post(
        f"/cases/{registered.reference}/moves/activate/",
        {"version": registered.version, "happened_on": today.isoformat(), "login_works": "yes", "note": "Very happy."},
    )

    case = Case.objects.get()
    assert answer.headers["Location"] == f"/cases/{registered.reference}/"
    assert (case.step, case.closed_on) == ("activated", today)
    assert Note.objects.get().text == "Very happy."


def conflict(desk: Browser, case: Case, today: date, *, version: int) -> tuple[int, str]:
    """Alice's page shows a version; Bob moves the case; Alice sends what she typed."""
    bob = UserFactory(name="Bob Claes", team=case.team)
    actions.write_note(case, "Bob was here.", by=bob, at=noon(today))
    actions.note_facts(case, by=bob, on=today, at=timezone.now(), facts={"code_received": True})
    answer = desk.post(
        f"/cases/{case.reference}/moves/lose_code/",
        {"version": version, "happened_on": today.isoformat(), "note": "She lost the paper."},
    )
    return answer.status_code, text(answer)


def test_whoever_is_too_late_is_told_and_keeps_what_they_typed(desk: Browser, registered: Case, today: date) -> None:
    seen = registered.version

    status, page = conflict(desk, registered, today, version=seen)

    assert status == 409
    assert "A colleague changed this case in the meantime." in page
    assert "She lost the paper." in page
    assert f'name="version" value="{seen + 1}"' in page
    assert Case.objects.get().step == "to_activate"


def test_control_on_the_newest_version_the_same_gesture_is_done(desk: Browser, registered: Case, today: date) -> None:
    status, _page = conflict(desk, registered, today, version=registered.version + 1)

    assert status == 302
    assert Case.objects.get().step == "to_register"


def test_the_office_is_chosen_among_those_open_with_their_prices(desk: Browser, alice: User, today: date) -> None:
    case = a_case(by=alice, on=today)

    page = desk.get(f"/cases/{case.reference}/office/")
    assert [(offer.office.name, offer.amount) for _choice, offer in page.context["offers"]] == [
        ("Uccle", Decimal("10.00")),
        ("Schaerbeek", Decimal("25.00")),
        ("Watermael-Boitsfort", Decimal("26.00")),
        ("SPF BOSA", None),
    ]

    desk.post(
        f"/cases/{case.reference}/office/",
        {"version": case.version, "happened_on": today.isoformat(), "office": office("uccle").pk},
    )
    assert Case.objects.get().step == "to_register"


def test_facts_are_noted_without_a_step(desk: Browser, registered: Case, today: date) -> None:
    desk.post(
        f"/cases/{registered.reference}/facts/",
        {"version": registered.version, "happened_on": today.isoformat(), "link_received": "yes", "paid": "10,00"},
    )

    page = text(desk.get(f"/cases/{registered.reference}/"))
    assert "Activation link received by e-mail: yes" in page
    assert "Paid at the counter: 10.00 €" in page


@pytest.mark.parametrize("typed", ["1.234,56", "-5", "ten", "10,001"])
def test_an_amount_that_can_be_misread_is_refused_with_a_sentence(
    desk: Browser, registered: Case, today: date, typed: str
) -> None:
    answer = desk.post(
        f"/cases/{registered.reference}/facts/",
        {"version": registered.version, "happened_on": today.isoformat(), "paid": typed},
    )

    assert answer.status_code == 422
    assert f'value="{typed}"' in text(answer)
    assert Case.objects.get().paid_amount is None


@pytest.mark.parametrize("day", ["31/02/2026", "2026-13-01", "tomorrow", "\x00", "9999-99-99", ""])
def test_a_day_that_is_none_is_refused_with_a_sentence(desk: Browser, registered: Case, day: str) -> None:
    answer = desk.post(
        f"/cases/{registered.reference}/moves/activate/", {"version": registered.version, "happened_on": day}
    )

    assert answer.status_code == 422
    assert Case.objects.get().step == "to_activate"


def test_the_triage_finds_a_way_without_an_office(desk: Browser, alice: User, today: date) -> None:
    case = a_case(by=alice, on=today)

    desk.post(
        f"/cases/{case.reference}/triage/",
        {"version": case.version, "happened_on": today.isoformat(), "itsme": "yes", "chip_card": "no"},
    )

    assert "The triage found a free way without an office: itsme." in text(desk.get(f"/cases/{case.reference}/"))


def test_the_last_step_is_corrected_and_both_stay_in_the_history(desk: Browser, registered: Case) -> None:
    desk.post(f"/cases/{registered.reference}/undo/", {"version": registered.version})

    page = text(desk.get(f"/cases/{registered.reference}/"))
    assert "Next: the client registers in person" in page
    assert "Corrected: Registered at the office" in page


def test_a_note_for_oneself_is_shown_to_nobody_else(desk: Browser, registered: Case, alice: User) -> None:
    desk.post(f"/cases/{registered.reference}/notes/", {"text": "Rather shy today.", "sensitive": "on"})
    colleague = Browser()
    colleague.force_login(UserFactory(team=alice.team, language="en"))

    pages = [text(browser.get(f"/cases/{registered.reference}/")) for browser in (desk, colleague)]

    assert ["Rather shy today." in page for page in pages] == [True, False]


def test_a_code_cannot_be_written_in_a_note(desk: Browser, registered: Case) -> None:
    answer = desk.post(f"/cases/{registered.reference}/notes/", {"text": "Code PIN : 4821"})

    assert answer.status_code == 422
    assert Note.objects.count() == 0


def test_only_who_may_hand_over_hands_over(desk: Browser, registered: Case, alice: User) -> None:
    boss = Browser()
    boss.force_login(UserFactory(role=Role.COORDINATOR, team=None, language="en"))
    to_alice = {"version": registered.version, "assignee": alice.pk}

    answers = [
        browser.post(f"/cases/{registered.reference}/assign/", to_alice).status_code for browser in (desk, boss)
    ]

    assert answers == [403, 302]
    assert Case.objects.get().assignee == alice


def test_the_case_of_another_team_is_a_missing_case(desk: Browser) -> None:
    bob = UserFactory(team=TeamFactory())
    theirs = a_case(by=bob)
    ways = ("", "moves/abandon/", "office/", "triage/", "undo/")

    answers = [
        [desk.get(f"/cases/{reference}/{way}") for way in ways] for reference in (theirs.reference, "CN-2026-9999")
    ]

    assert [[answer.status_code for answer in row] for row in answers] == [[404] * 5, [404] * 5]


def test_the_tariff_editor_sees_no_case(registered: Case) -> None:
    editor = Browser()
    editor.force_login(UserFactory(role=Role.TARIFF_EDITOR))

    assert editor.get(f"/cases/{registered.reference}/").status_code == 403


def test_the_privacy_officer_reads_a_case_and_moves_nothing(registered: Case) -> None:
    officer = Browser()
    officer.force_login(UserFactory(role=Role.PRIVACY_OFFICER, team=None, language="en"))

    page = text(officer.get(f"/cases/{registered.reference}/"))

    assert "Next: activate with the code and the link" in page
    assert f"/cases/{registered.reference}/moves/" not in page
    assert officer.get(f"/cases/{registered.reference}/moves/activate/").status_code == 403


def test_the_page_leaves_a_trace_of_the_client(desk: Browser, registered: Case, alice: User) -> None:
    desk.get(f"/cases/{registered.reference}/")

    assert list(Access.objects.values_list("by", "place", "clients")) == [
        (alice.pk, "cases:case", f",{registered.client_id},")
    ]


@pytest.mark.parametrize("gestures", [1, 3, 300])
def test_the_page_takes_the_same_queries_for_a_short_history_and_a_long_one(
    desk: Browser, registered: Case, alice: User, gestures: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(gestures):
        noted(registered, by=alice, on=timezone.localdate(), code_received=True)
        actions.write_note(registered, "All is well.", by=alice, at=timezone.now())

    desk.force_login(alice)  # a long history takes minutes to write on a busy machine: nobody was away meanwhile

    with django_assert_num_queries(14):
        desk.get(f"/cases/{registered.reference}/")


# Opening


def test_a_case_is_opened_from_the_clients_file_with_its_office(desk: Browser, alice: User, today: date) -> None:
    assert alice.team is not None
    person = a_client(team=alice.team)

    desk.post(
        f"/cases/new/?client={person.reference}",
        {"procedure": "digital_key", "reason": "first", "opened_on": today.isoformat(), "office": "uccle"},
    )

    case = Case.objects.get()
    assert (case.client, case.step, case.office, case.assignee) == (person, "to_register", office("uccle"), alice)


def test_a_case_whose_office_is_not_open_to_the_client_is_not_opened_at_all(
    desk: Browser, alice: User, today: date
) -> None:
    assert alice.team is not None
    person = a_client(team=alice.team)

    answer = desk.post(
        f"/cases/new/?client={person.reference}",
        {"procedure": "digital_key", "reason": "first", "opened_on": today.isoformat(), "office": "koekelberg"},
    )

    assert answer.status_code == 422
    assert "does not offer this to this person" in text(answer)
    assert Case.objects.count() == 0


def test_a_reason_of_another_procedure_is_refused(desk: Browser, alice: User, today: date) -> None:
    assert alice.team is not None
    person = a_client(team=alice.team)

    answer = desk.post(
        f"/cases/new/?client={person.reference}",
        {"procedure": "digital_key", "reason": "theft", "opened_on": today.isoformat()},
    )

    assert "Possible here: First request." in text(answer)
    assert Case.objects.count() == 0


def test_without_a_client_one_is_found_first_and_the_office_stays_in_the_address(desk: Browser, alice: User) -> None:
    assert alice.team is not None
    person = a_client(team=alice.team)

    page = text(desk.post("/cases/new/?service=e_card_urgent&office=ixelles", {"q": "ozdemir"}))
    assert f"?service=e_card_urgent&amp;office=ixelles&amp;client={person.reference}" in page

    form = text(desk.get(f"/cases/new/?service=e_card_urgent&office=ixelles&client={person.reference}"))
    assert '<input type="hidden" name="procedure" value="e_card"' in form
    assert "The office you came from is not open to this person" in form
