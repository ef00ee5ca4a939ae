"""When the client comes back is said in the form of the visit: one form, one transaction, once."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from cases import appointments
from cases.models import Appointment, Case, Client, Visit
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import UserFactory, a_case, a_client, noon

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice(staff: dict[Role, User]) -> User:
    return staff[Role.ADVISER]


@pytest.fixture
def desk(alice: User, log_in: Callable[[User], Browser]) -> Browser:
    return log_in(alice)


@pytest.fixture
def person(alice: User) -> Client:
    assert alice.team is not None
    return a_client(team=alice.team, reference="U-2026-0042")


@pytest.fixture
def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def typed(day: date, hour: str = "14:30", **said: str) -> dict[str, str]:
    return {
        "key": str(uuid4()), "client": "U-2026-0042", "who": "Yıldız Özdemir", "topic": "other",
        "next-day": day.isoformat(), "next-time": hour, **said,
    }  # fmt: skip


def brussels(day: date, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def test_the_next_appointment_is_planned_with_the_visit(
    desk: Browser, alice: User, person: Client, tomorrow: date
) -> None:
    case = a_case(by=alice, client=person)

    desk.post(f"/visits/new/?case={case.reference}", typed(tomorrow))

    assert list(Appointment.objects.values_list("client", "case", "adviser", "starts_at", "minutes")) == [
        (person.pk, case.pk, alice.pk, brussels(tomorrow, 14, 30), 30)
    ]


def test_the_same_form_sent_twice_is_one_visit_and_one_appointment(
    desk: Browser, person: Client, tomorrow: date
) -> None:
    form = typed(tomorrow)

    answers = [desk.post("/visits/new/", form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (Visit.objects.count(), Appointment.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"next-time": ""}, "An appointment has a day and a time."),
        ({"next-day": ""}, "An appointment has a day and a time."),
        ({"next-day": "2020-01-01"}, "This moment has passed: an appointment is planned ahead."),
        ({"client": "", "who": ""}, "An appointment needs a file: choose the person, or leave it empty."),
    ],
)
def test_an_appointment_that_cannot_be_keeps_the_visit_and_all_that_was_typed(
    desk: Browser, person: Client, tomorrow: date, said: dict[str, str], sentence: str
) -> None:
    answer = desk.post("/visits/new/", typed(tomorrow, note="Comes back with the letter.") | said)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Comes back with the letter." in page
    assert (Visit.objects.count(), Appointment.objects.count()) == (0, 0)


def test_a_move_that_is_overtaken_writes_no_appointment_either(
    desk: Browser, alice: User, person: Client, tomorrow: date
) -> None:
    case = a_case(by=alice, client=person, on=timezone.localdate())
    move = {f"{case.reference}-version": "9", f"{case.reference}-move": "abandon"}

    answer = desk.post("/visits/new/", typed(tomorrow) | move | {f"{case.reference}-abandon_reason": "gave_up"})

    assert answer.status_code == 409
    assert (Visit.objects.count(), Appointment.objects.count()) == (0, 0)
    assert f'value="{tomorrow.isoformat()}"' in answer.content.decode()


def test_what_was_typed_of_it_stays_while_a_person_is_looked_for(desk: Browser, tomorrow: date) -> None:
    page = desk.post("/visits/new/", typed(tomorrow, ask="who")).content.decode()

    assert f'value="{tomorrow.isoformat()}"' in page
    assert 'value="14:30"' in page


def test_today_shows_who_is_expected_in_the_order_of_the_hours(desk: Browser, alice: User, person: Client) -> None:
    today = timezone.localdate()
    case: Case = a_case(by=alice, client=person)
    midnight = brussels(today + timedelta(days=1), 0, 0)
    for moment, subject in ((brussels(today, 15, 5), None), (brussels(today, 9, 5), case), (midnight, None)):
        appointments.plan(person, adviser=alice, starts_at=moment, minutes=30, by=alice, at=noon(today), case=subject)

    answer = desk.get("/")

    assert [timezone.localtime(each.starts_at).hour for each in answer.context["agenda"]] == [9, 15]
    assert "Expected today" in answer.content.decode()
    assert case.get_absolute_url() in answer.content.decode()


def test_mine_are_my_appointments_and_the_team_s_those_of_its_clients(
    desk: Browser, alice: User, person: Client
) -> None:
    today, bob = timezone.localdate(), UserFactory(team=alice.team)
    for adviser in (alice, bob):
        appointments.plan(
            person, adviser=adviser, starts_at=brussels(today, 23, 55), minutes=30, by=alice, at=noon(today)
        )

    found = [[a.adviser for a in desk.get("/", {"whose": whose}).context["agenda"]] for whose in ("mine", "team")]

    assert found == [[alice], [alice, bob]]
