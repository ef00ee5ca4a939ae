"""The pages of the gestures on a case: what is refused, what is kept, what is done once."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.utils import timezone

from cases import actions
from cases.models import Case, Note
from communes.models import Tariff
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import UserFactory, a_case, a_client, moved, noted, office

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice(staff: dict[Role, User]) -> User:
    return staff[Role.ADVISER]


@pytest.fixture
def bob(alice: User) -> User:
    return UserFactory(name="Bob Claes", team=alice.team)


@pytest.fixture
def desk(alice: User, log_in: Callable[[User], Browser]) -> Browser:
    return log_in(alice)


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def promised(alice: User, today: date) -> Case:
    """Uccle at 10.00, promised today; the client has an e-mail address of their own."""
    return noted(moved(a_case(by=alice, on=today), "choose_office", by=alice), by=alice, own_email="yes")


@pytest.fixture
def registered(promised: Case, alice: User) -> Case:
    return moved(promised, "register", by=alice)


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def sent(case: Case, today: date, **said: object) -> dict[str, object]:
    return {"version": case.version, "happened_on": today.isoformat(), **said}


# Two people, and one person twice


def test_a_form_that_was_overtaken_comes_back_with_what_was_done_meanwhile(
    desk: Browser, registered: Case, bob: User, today: date
) -> None:
    typed = sent(registered, today, note="She lost the paper.")
    noted(registered, by=bob, on=today, code_received=True)

    answer = desk.post(f"/cases/{registered.reference}/moves/lose_code/", typed)

    page = text(answer)
    assert answer.status_code == 409
    assert "A colleague changed this case in the meantime." in page
    assert "<p>Meanwhile:</p> <ul><li>Noted" in page
    assert "She lost the paper." in page
    assert f'name="version" value="{registered.version}"' in page


def test_a_form_of_a_step_that_is_over_is_a_conflict_too_and_cannot_be_sent_again(
    desk: Browser, registered: Case, bob: User, today: date
) -> None:
    typed = sent(registered, today, note="Very happy.")
    moved(registered, "activate", by=bob, on=today)

    answer = desk.post(f"/cases/{registered.reference}/moves/activate/", typed)

    page = text(answer)
    assert answer.status_code == 409
    assert "This is not possible at the step «Key active»." in page
    assert "Very happy." in page
    assert '<button class="button" type="submit">' not in page


def test_a_double_click_moves_a_case_once_and_is_no_conflict(
    desk: Browser, registered: Case, alice: User, today: date
) -> None:
    typed = sent(registered, today, login_works="yes", note="Very happy.")

    answers = [desk.post(f"/cases/{registered.reference}/moves/activate/", typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert [event.transition for event in registered.events.filter(transition="activate")] == ["activate"]
    assert Note.objects.count() == 1


@pytest.mark.parametrize("other", [{"note": "Not happy."}, {"login_works": "no"}])
def test_control_another_form_of_the_same_person_is_a_conflict(
    desk: Browser, registered: Case, today: date, other: dict[str, str]
) -> None:
    said = {"login_works": "yes", "note": "Very happy."}
    first, second = (sent(registered, today, **each) for each in (said, said | other))

    answers = [desk.post(f"/cases/{registered.reference}/moves/activate/", typed) for typed in (first, second)]

    assert [answer.status_code for answer in answers] == [302, 409]


def test_control_the_same_form_of_a_colleague_is_a_conflict(
    desk: Browser, registered: Case, bob: User, today: date, log_in: Callable[[User], Browser]
) -> None:
    typed = sent(registered, today)

    answers = [
        browser.post(f"/cases/{registered.reference}/moves/activate/", typed) for browser in (log_in(bob), desk)
    ]

    assert [answer.status_code for answer in answers] == [302, 409]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("facts", {"code_received": "yes"}),
        ("undo", {}),
        ("deadline", {"due_on": "2099-01-01", "note": "The office agreed."}),
    ],
)
def test_every_gesture_sent_twice_is_done_once(
    desk: Browser, registered: Case, today: date, way: str, said: dict[str, str]
) -> None:
    before = registered.events.count()
    typed = sent(registered, today, **said)

    answers = [desk.post(f"/cases/{registered.reference}/{way}/", typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert registered.events.count() == before + 1


# What a page offers


def test_a_move_of_another_step_has_no_button(desk: Browser, registered: Case) -> None:
    page = text(desk.get(f"/cases/{registered.reference}/moves/register/"))

    assert "This is not possible at the step «To activate»." in page
    assert '<button class="button" type="submit">' not in page


def test_a_key_that_was_activated_in_time_can_be_noted_after_the_last_day(
    desk: Browser, alice: User, today: date
) -> None:
    start = today - timedelta(days=20)
    case = noted(moved(a_case(by=alice, on=start), "choose_office", by=alice), by=alice, own_email="yes")
    moved(case, "register", by=alice, on=start)

    page = text(desk.get(f"/cases/{case.reference}/"))
    late = desk.post(f"/cases/{case.reference}/moves/activate/", sent(case, today))
    in_time = desk.post(f"/cases/{case.reference}/moves/activate/", sent(case, start + timedelta(days=14)))

    assert "It was done in time: note it with its day" in page
    assert (late.status_code, in_time.status_code) == (422, 302)
    assert Case.objects.get().step == "activated"


def test_the_main_gesture_of_a_step_is_the_one_in_full_colour(desk: Browser, promised: Case) -> None:
    page = text(desk.get(f"/cases/{promised.reference}/"))

    assert f'<a class="button" href="/cases/{promised.reference}/moves/register/">Registered</a>' in page
    assert f'<a class="button quiet" href="/cases/{promised.reference}/moves/choose_office/">' in page


def test_correcting_says_what_will_be_taken_back(desk: Browser, registered: Case) -> None:
    page = text(desk.get(f"/cases/{registered.reference}/undo/"))

    assert "This will be taken back:" in page
    assert "<b>Registered at the office</b>" in page


def test_a_new_case_has_nothing_to_take_back(desk: Browser, alice: User, today: date) -> None:
    case = a_case(by=alice, on=today)

    answer = desk.post(f"/cases/{case.reference}/undo/", {"version": 1})

    assert answer.status_code == 422
    assert "There is nothing to correct" in text(answer)


def test_the_card_that_was_destroyed_leads_to_the_next_case(desk: Browser, alice: User, today: date) -> None:
    assert alice.team is not None
    person = a_client(team=alice.team, lives_in="uccle")
    start = today - timedelta(days=120)
    case = moved(a_case(by=alice, procedure="e_card", on=start, client=person), "choose_office", by=alice)
    moved(case, "request", "receive_letter", by=alice, on=start)
    moved(case, "destroy", by=alice, on=today)
    link = f"/cases/new/?client={person.reference}&procedure=e_card&reason=not_collected&follows={case.reference}"

    page = text(desk.get(f"/cases/{case.reference}/"))
    desk.post(link, {"procedure": "e_card", "reason": "not_collected", "opened_on": today.isoformat(), "office": ""})

    assert link.replace("&", "&amp;") in page
    assert [after.reason for after in case.followed_by.all()] == ["not_collected"]


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("way", ["", "office/", "facts/", "undo/", "deadline/", "moves/lose_code/"])
def test_every_page_of_a_case_is_read_in_three_languages(
    desk: Browser, registered: Case, way: str, language: str
) -> None:
    desk.cookies["django_language"] = language

    answer = desk.get(f"/cases/{registered.reference}/{way}")

    assert answer.status_code == 200
    assert f'<html lang="{language}"' in text(answer)


# The promise


@pytest.fixture
def overtaken(promised: Case) -> Case:
    """Since yesterday the promised tariff asks 12.50."""
    assert promised.tariff is not None
    line = {name: getattr(promised.tariff, name) for name in ("office", "service", "residency", "document")}
    since = timezone.localdate() - timedelta(days=1)
    Tariff.objects.create(**line, valid_from=since, amount=Decimal("12.50"), source="A phone call")
    return promised


def test_a_tariff_that_changed_is_said_with_two_ways_out(desk: Browser, overtaken: Case) -> None:
    page = text(desk.get(f"/cases/{overtaken.reference}/"))

    assert "Uccle asks 12.50 € now" in page
    assert "Announce the price of today" in page
    assert "Keep the announced price" in page


def test_one_gesture_announces_the_price_of_today(desk: Browser, overtaken: Case) -> None:
    desk.post(f"/cases/{overtaken.reference}/price/again/", {"version": overtaken.version})

    assert Case.objects.get().quoted_amount == Decimal("12.50")
    assert "asks 12.50 € now" not in text(desk.get(f"/cases/{overtaken.reference}/"))


def test_one_gesture_keeps_what_was_announced(desk: Browser, overtaken: Case) -> None:
    desk.post(f"/cases/{overtaken.reference}/price/keep/", {"version": overtaken.version})

    page = text(desk.get(f"/cases/{overtaken.reference}/"))
    assert Case.objects.get().quoted_amount == Decimal("10.00")
    assert "asks 12.50 € now" not in page
    assert "Announced price kept, though the tariff changed" in page


@pytest.mark.parametrize("way", ["again", "keep"])
def test_a_promise_is_decided_on_the_case_as_it_is(desk: Browser, overtaken: Case, bob: User, way: str) -> None:
    seen = overtaken.version
    noted(overtaken, by=bob, itsme="no")

    answer = desk.post(f"/cases/{overtaken.reference}/price/{way}/", {"version": seen})

    assert answer.status_code == 409


def test_the_office_shows_each_price_with_its_reason_and_marks_what_was_announced(
    desk: Browser, promised: Case
) -> None:
    page = text(desk.get(f"/cases/{promised.reference}/office/"))

    assert '<span class="price">10.00 €</span> <span> <b>Uccle</b> <span class="tag">announced</span>' in page
    assert "Price for residents" in page


def test_an_office_that_is_not_open_to_the_client_cannot_be_sent(desk: Browser, promised: Case, today: date) -> None:
    answer = desk.post(f"/cases/{promised.reference}/office/", sent(promised, today, office=office("koekelberg").pk))

    assert answer.status_code == 422
    assert Case.objects.get().office == office("uccle")


# Deadlines that are agreed


def test_another_deadline_is_agreed_with_its_reason(desk: Browser, registered: Case, today: date) -> None:
    friday = today + timedelta(days=9)

    desk.post(
        f"/cases/{registered.reference}/deadline/",
        {"version": registered.version, "due_on": friday.isoformat(), "note": "The office gave five days less."},
    )

    page = text(desk.get(f"/cases/{registered.reference}/"))
    assert Case.objects.get().due_on == friday
    assert "The office gave five days less." in page
    assert "Deadline changed:" in page


@pytest.mark.parametrize(
    "said",
    [{"due_on": "2020-01-01", "note": "They said so."}, {"due_on": "2099-01-01", "note": ""}, {"due_on": "soon"}],
)
def test_a_deadline_without_a_reason_or_in_the_past_is_refused(
    desk: Browser, registered: Case, said: dict[str, str]
) -> None:
    before = registered.due_on

    answer = desk.post(f"/cases/{registered.reference}/deadline/", {"version": registered.version, **said})

    assert answer.status_code == 422
    assert Case.objects.get().due_on == before


# What counters asked


@pytest.fixture
def editor(staff: dict[Role, User], log_in: Callable[[User], Browser]) -> Browser:
    return log_in(staff[Role.TARIFF_EDITOR])


def test_another_price_at_the_counter_reaches_the_tariff_editors_without_a_name(
    desk: Browser, editor: Browser, promised: Case, today: date
) -> None:
    desk.post(f"/cases/{promised.reference}/facts/", sent(promised, today, paid="12,50"))

    page = text(editor.get("/tariffs/reports/"))
    assert "the tariff editors see it" in text(desk.get(f"/cases/{promised.reference}/"))
    assert "<b>12.50 €</b>" in page
    assert [secret in page for secret in ("Özdemir", promised.reference)] == [False, False]


def test_a_report_is_settled_by_the_right_price_or_by_verifying(
    editor: Browser, promised: Case, alice: User, today: date
) -> None:
    noted(promised, by=alice, paid=Decimal("12.50"))
    reports = [len(editor.get("/tariffs/reports/").context["reports"])]

    Tariff.objects.filter(pk=promised.tariff_id).update(verified_on=today)
    reports.append(len(editor.get("/tariffs/reports/").context["reports"]))
    Tariff.objects.filter(pk=promised.tariff_id).update(verified_on=None, amount=Decimal("12.50"))
    reports.append(len(editor.get("/tariffs/reports/").context["reports"]))

    assert reports == [1, 0, 0]


def test_a_payment_that_was_taken_back_is_no_report(editor: Browser, promised: Case, alice: User) -> None:
    noted(promised, by=alice, paid=Decimal("12.50"))

    actions.undo(promised, by=alice, on=timezone.localdate(), at=timezone.now())

    assert editor.get("/tariffs/reports/").context["reports"] == []


def test_an_adviser_does_not_read_the_reports(desk: Browser) -> None:
    assert desk.get("/tariffs/reports/").status_code == 403


# Opening


@pytest.fixture
def person(alice: User) -> str:
    assert alice.team is not None
    return str(a_client(team=alice.team).reference)


def test_the_form_of_a_procedure_offers_its_reasons_and_its_offices_with_prices(desk: Browser, person: str) -> None:
    page = text(desk.get(f"/cases/new/?client={person}"))

    assert "Uccle" in page
    assert '<span class="price">10.00 €</span>' in page
    assert "Koekelberg" not in page
    assert "Theft" not in page
    assert "Theft" in text(desk.get(f"/cases/new/?client={person}&procedure=e_card"))


def test_a_renewal_opens_with_its_window(desk: Browser, person: str, today: date) -> None:
    expires_on = today + timedelta(days=40)

    desk.post(
        f"/cases/new/?client={person}",
        {
            "procedure": "e_card",
            "reason": "renewal",
            "opened_on": today.isoformat(),
            "card_expires_on": expires_on.isoformat(),
            "office": "",
        },
    )

    case = Case.objects.get()
    assert (case.card_expires_on, case.due_kind, case.due_on) == (expires_on, "renewal", today + timedelta(days=10))


def test_a_case_of_the_same_kind_that_is_open_is_pointed_out(desk: Browser, alice: User, today: date) -> None:
    case = a_case(by=alice, on=today)

    page = text(desk.get(f"/cases/new/?client={case.client.reference}"))

    assert "A case of this kind is open already:" in page
    assert f'<a href="/cases/{case.reference}/">' in page


@pytest.mark.parametrize(
    "said",
    [
        {"opened_on": "31/02/2026"},
        {"opened_on": "\x00"},
        {"opened_on": "2999-01-01"},
        {"office": "nowhere"},
        {"reason": "\x00"},
        {"procedure": "visa"},
    ],
)
def test_what_makes_no_sense_opens_nothing(desk: Browser, person: str, today: date, said: dict[str, str]) -> None:
    good = {"procedure": "digital_key", "reason": "first", "opened_on": today.isoformat(), "office": ""}

    answer = desk.post(f"/cases/new/?client={person}", good | said)

    assert answer.status_code == 422
    assert Case.objects.count() == 0


@pytest.mark.parametrize("query", ["client=U-1999-0001", "client=", "client=%00"])
def test_nobody_s_case_is_a_missing_page(desk: Browser, query: str) -> None:
    assert desk.get(f"/cases/new/?{query}").status_code == 404
