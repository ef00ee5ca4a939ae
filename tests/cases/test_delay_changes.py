"""A changed delay: what it would do to open cases is seen first, and counts only from its own first day."""

from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser

from cases import actions
from cases.delay_changes import redated_by, redated_without
from cases.models import Case, Event
from communes.models import Delay
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import MONDAY, UserFactory, a_case, a_client, moved, noon, noted

pytestmark = pytest.mark.usefixtures("reference_data")

ADD = "/admin/communes/delay/add/"


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters", language="en")


@pytest.fixture
def registered(alice: User) -> Case:
    """Registered on 3 March 2026: to activate by 17 March."""
    case = noted(a_case(by=alice), by=alice, own_email="yes")
    return moved(moved(case, "choose_office", by=alice), "register", by=alice, on=date(2026, 3, 3))


@pytest.fixture
def admin(client: Browser) -> Browser:
    client.force_login(UserFactory(role=Role.ADMINISTRATOR, language="en"))
    return client


def ten_days(**changes: Any) -> dict[str, Any]:
    return {
        "code": "activation",
        "amount": 10,
        "unit": "days",
        "valid_from": "2026-03-01",
        "source": "Letter",
    } | changes


def days_of(**changes: Any) -> list[tuple[str, date | None, date]]:
    delay = Delay(**ten_days(valid_from=date(2026, 3, 1)) | changes)
    return [(found.case.reference, found.case.due_on, found.deadline.due_on) for found in redated_by(delay)]


@pytest.mark.parametrize(
    ("first_day", "changed"),
    [(date(2026, 1, 2), True), (date(2026, 3, 3), True), (date(2026, 3, 4), False), (date(2027, 1, 1), False)],
)
def test_the_row_in_force_on_the_day_of_the_registration_counts(
    registered: Case, first_day: date, *, changed: bool
) -> None:
    moves = [(registered.reference, date(2026, 3, 17), date(2026, 3, 13))]

    assert days_of(valid_from=first_day) == (moves if changed else [])


def test_a_delay_that_says_the_same_changes_nothing(registered: Case) -> None:
    assert days_of(amount=2, unit="weeks") == []


def test_a_later_row_hides_an_earlier_one(registered: Case) -> None:
    Delay.objects.create(code="activation", amount=14, unit="days", valid_from=date(2026, 3, 2), source="Letter")

    assert days_of(valid_from=date(2026, 3, 1)) == []


def test_a_deadline_that_was_agreed_stays(alice: User, registered: Case) -> None:
    day = date(2026, 3, 5)
    actions.reschedule(registered, date(2026, 3, 20), by=alice, on=day, at=noon(day), note="Agreed with the office")

    assert days_of() == []


def test_letters_cards_and_renewals_are_counted_anew_and_a_chased_letter_is_not(alice: User) -> None:
    assert alice.team is not None

    def card(*moves: str, reason: str = "first", **fields: Any) -> Case:
        client = a_client(team=alice.team, lives_in="uccle")
        return moved(a_case(by=alice, procedure="e_card", reason=reason, client=client, **fields), *moves, by=alice)

    letter = card("choose_office", "request")
    card("choose_office", "request", "chase")
    kept = card("choose_office", "request", "receive_letter")
    renewal = card(reason="renewal", card_expires_on=date(2026, 6, 30))

    assert days_of(code="codes_letter", amount=4, unit="weeks") == [
        (letter.reference, date(2026, 3, 24), date(2026, 3, 31))
    ]
    assert days_of(code="card_kept", amount=2, unit="months") == [(kept.reference, date(2026, 6, 4), date(2026, 5, 4))]
    assert days_of(code="renewal_closes", amount=20, unit="days") == [
        (renewal.reference, date(2026, 5, 31), date(2026, 6, 10))
    ]


# The page


def test_what_would_change_is_shown_before_anything_is_saved(admin: Browser, registered: Case) -> None:
    events = Event.objects.count()

    page = admin.post(ADD, ten_days()).content.decode()

    assert "Nothing is saved yet: 1 open case gets another deadline. Save again to confirm." in page
    assert registered.reference in page
    assert "Tuesday 17 March" in page
    assert "Friday 13 March" in page
    assert "Özdemir" not in page
    assert "Please correct the error" not in page
    assert (Delay.objects.filter(code="activation").count(), Event.objects.count()) == (1, events)


def test_the_confirmed_delay_is_saved_with_one_event_a_case(admin: Browser, registered: Case) -> None:
    seen = admin.post(ADD, ten_days()).context["adminform"].form.data["seen"]

    admin.post(ADD, ten_days(seen=seen))

    registered.refresh_from_db()
    event = registered.events.latest("seq")
    assert Delay.objects.get(valid_from=date(2026, 3, 1)).amount == 10
    assert (registered.due_on, registered.overdue_from) == (date(2026, 3, 13), date(2026, 3, 14))
    assert (event.kind, event.facts["due_since_fact"], event.facts["due_term"]) == (
        "rescheduled", "registered", "10 days",
    )  # fmt: skip


def test_another_length_than_the_one_that_was_shown_is_shown_again(admin: Browser, registered: Case) -> None:
    seen = admin.post(ADD, ten_days()).context["adminform"].form.data["seen"]

    page = admin.post(ADD, ten_days(amount=9, seen=seen)).content.decode()

    assert "Nothing is saved yet" in page
    assert Delay.objects.filter(valid_from=date(2026, 3, 1)).count() == 0


def test_a_row_that_is_mended_counts_anew_what_it_had_counted(admin: Browser, registered: Case) -> None:
    row = Delay.objects.get(code="activation")
    address, said = f"/admin/communes/delay/{row.pk}/change/", ten_days(valid_from="2026-01-01")

    seen = admin.post(address, said).context["adminform"].form.data["seen"]
    admin.post(address, said | {"seen": seen})
    registered.refresh_from_db()
    once = registered.due_on
    back = said | {"amount": 14}
    seen = admin.post(address, back).context["adminform"].form.data["seen"]
    admin.post(address, back | {"seen": seen})

    registered.refresh_from_db()
    assert (once, registered.due_on) == (date(2026, 3, 13), date(2026, 3, 17))


def test_a_delay_that_touches_no_case_is_saved_at_once(admin: Browser, registered: Case) -> None:
    admin.post(ADD, ten_days(valid_from="2027-01-01"))

    assert Delay.objects.filter(code="activation").count() == 2


def test_who_sees_no_cases_sees_how_many_and_not_which(client: Browser, registered: Case) -> None:
    client.force_login(UserFactory(role=Role.TARIFF_EDITOR, language="en"))

    page = client.post(ADD, ten_days()).content.decode()

    assert "1 open case gets another deadline" in page
    assert registered.reference not in page


def test_the_history_of_the_case_says_why(alice: User, admin: Browser, registered: Case) -> None:
    seen = admin.post(ADD, ten_days()).context["adminform"].form.data["seen"]
    admin.post(ADD, ten_days(seen=seen))
    admin.force_login(alice)

    page = admin.get(registered.get_absolute_url()).content.decode()

    assert "The delay changed, and with it the deadline: 13 Mar" in page
    assert Case.objects.get().due_on == MONDAY.replace(day=13)


# Deleting


def delete(admin: Browser, row: Delay) -> str:
    return admin.post(f"/admin/communes/delay/{row.pk}/delete/", {"post": "yes"}).content.decode()


def test_a_delay_that_an_open_case_counts_with_is_not_deleted(admin: Browser, registered: Case) -> None:
    seen = admin.post(ADD, ten_days()).context["adminform"].form.data["seen"]
    admin.post(ADD, ten_days(seen=seen))
    row = Delay.objects.get(code="activation", amount=10)

    page = delete(admin, row)

    assert "1 open case that counts with it. Nothing was deleted: change the length first" in page
    assert Delay.objects.filter(pk=row.pk).exists()


def test_changed_to_what_counted_before_it_is_deleted_and_nothing_changes(admin: Browser, registered: Case) -> None:
    seen = admin.post(ADD, ten_days()).context["adminform"].form.data["seen"]
    admin.post(ADD, ten_days(seen=seen))
    row = Delay.objects.get(code="activation", amount=10)
    address, back = f"/admin/communes/delay/{row.pk}/change/", ten_days(amount=14)
    seen = admin.post(address, back).context["adminform"].form.data["seen"]
    admin.post(address, back | {"seen": seen})

    delete(admin, row)

    registered.refresh_from_db()
    assert not Delay.objects.filter(pk=row.pk).exists()
    assert registered.due_on == date(2026, 3, 17)
    assert list(redated_without([])) == []


def test_a_delay_that_no_open_case_counts_with_is_deleted(admin: Browser, registered: Case) -> None:
    admin.post(ADD, ten_days(valid_from="2027-01-01"))
    row = Delay.objects.get(code="activation", amount=10)

    delete(admin, row)

    assert not Delay.objects.filter(pk=row.pk).exists()


def test_the_first_length_of_a_delay_is_never_deleted(admin: Browser) -> None:
    """Whatever begins today needs a length to count with."""
    row = Delay.objects.get(code="card_kept")

    page = delete(admin, row)

    assert "the days for which no other length is known. Nothing was deleted" in page
    assert Delay.objects.filter(pk=row.pk).exists()


def test_several_delays_at_once_are_refused_alike(admin: Browser) -> None:
    rows = [str(pk) for pk in Delay.objects.filter(code__in=("card_kept", "activation")).values_list("pk", flat=True)]

    admin.post("/admin/communes/delay/", {"action": "delete_selected", "_selected_action": rows, "post": "yes"})

    assert Delay.objects.filter(pk__in=rows).count() == 2
