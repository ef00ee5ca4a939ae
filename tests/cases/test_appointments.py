from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from django.test import Client as Browser
from django.utils import timezone

from cases.models import Appointment, CalendarLink, Client
from config.staff.models import User
from tests.factories import TeamFactory, UserFactory, a_case, a_client, office

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters", language="en")


@pytest.fixture
def browser(alice: User) -> Browser:
    browser = Browser()
    browser.force_login(alice)
    return browser


def planned(by: User, **fields: object) -> Appointment:
    now = timezone.now()
    return Appointment.objects.create(
        **{
            "client": a_client(team=by.team), "adviser": by, "starts_at": now + timedelta(days=3), "made_by": by,
            "recorded_at": now, **fields,
        }
    )  # fmt: skip


def test_an_appointment_is_planned_from_the_clients_file(alice: User, browser: Browser) -> None:
    person = a_client(team=alice.team)
    day = timezone.localdate() + timedelta(days=7)

    browser.post(
        f"/clients/{person.reference}/appointments/new/",
        {"day": day.isoformat(), "time": "14:30", "minutes": 45, "adviser": alice.pk, "office": office("uccle").pk},
    )

    appointment = Appointment.objects.get()
    assert (appointment.client, appointment.office, appointment.minutes) == (person, office("uccle"), 45)
    assert timezone.localtime(appointment.starts_at).strftime("%Y-%m-%d %H:%M") == f"{day.isoformat()} 14:30"


def test_an_appointment_in_the_past_is_refused_with_a_sentence(alice: User, browser: Browser) -> None:
    person = a_client(team=alice.team)

    answer = browser.post(
        f"/clients/{person.reference}/appointments/new/",
        {"day": "2020-03-02", "time": "14:30", "minutes": 45, "adviser": alice.pk},
    )

    assert answer.status_code == 422
    assert "This moment has passed" in answer.content.decode()
    assert Appointment.objects.count() == 0


def test_a_client_of_another_team_is_a_missing_one(browser: Browser) -> None:
    stranger = a_client(team=TeamFactory())

    answers = [
        browser.get(f"/clients/{reference}/appointments/new/") for reference in (stranger.reference, "U-2026-999999")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_an_appointment_is_cancelled_once(alice: User, browser: Browser) -> None:
    appointment = planned(alice)

    browser.post(f"/appointments/{appointment.pk}/cancel/")
    first = Appointment.objects.get().cancelled_at
    browser.post(f"/appointments/{appointment.pk}/cancel/")

    assert first is not None
    assert Appointment.objects.get().cancelled_at == first


def test_the_calendar_holds_references_and_no_name(alice: User) -> None:
    person = a_client(team=alice.team, given_name="Yıldız", family_name="Özdemir")
    case = a_case(by=alice, client=person)
    starts_at = timezone.now().replace(microsecond=0) + timedelta(days=3)
    planned(alice, client=person, case=case, starts_at=starts_at, office=office("uccle"))
    planned(alice, client=person, cancelled_at=timezone.now())
    link = CalendarLink.renew(alice, at=timezone.now())

    answer = Browser().get(f"/calendar/{link.secret}.ics")

    calendar = icalendar.Calendar.from_ical(answer.content)
    assert calendar.errors == []
    assert [
        (str(event["summary"]), str(event["location"]), event.decoded("dtstart"), event.errors)
        for event in calendar.walk("VEVENT")
    ] == [(f"Appointment {case.reference}", "Uccle", starts_at.astimezone(UTC), [])]
    assert "Özdemir" not in answer.content.decode()


def test_a_revoked_address_is_a_missing_one(alice: User, browser: Browser) -> None:
    browser.post("/calendar/", {"gesture": "renew"})
    old = CalendarLink.objects.get().secret
    browser.post("/calendar/", {"gesture": "renew"})
    new = CalendarLink.objects.get(revoked_at=None).secret

    def found(secret: str) -> int:
        return Browser().get(f"/calendar/{secret}.ics").status_code

    assert (found(old), found(new), found("invented")) == (404, 200, 404)
    browser.post("/calendar/", {"gesture": "revoke"})
    assert found(new) == 404


def test_the_calendar_of_somebody_who_left_is_closed(alice: User) -> None:
    link = CalendarLink.renew(alice, at=timezone.now())
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert Browser().get(f"/calendar/{link.secret}.ics").status_code == 404


def test_the_calendar_forgets_a_file_that_was_restricted(alice: User) -> None:
    person, other = a_client(team=alice.team), a_client(team=alice.team, family_name="Sarigül")
    planned(alice, client=person)
    planned(alice, client=other)
    link = CalendarLink.renew(alice, at=timezone.now())

    Client.objects.filter(pk=person.pk).update(restricted_on=date(2026, 3, 2))

    told = Browser().get(f"/calendar/{link.secret}.ics").content.decode()
    assert [one.reference in told for one in (person, other)] == [False, True]


def test_an_appointment_keeps_its_hour_over_the_change_of_clocks(alice: User) -> None:
    planned(alice, starts_at=datetime(2027, 3, 28, 8, 0, tzinfo=UTC))
    link = CalendarLink.renew(alice, at=timezone.now())

    calendar = icalendar.Calendar.from_ical(Browser().get(f"/calendar/{link.secret}.ics").content)

    assert [event.decoded("dtstart") for event in calendar.walk("VEVENT")] == [datetime(2027, 3, 28, 8, tzinfo=UTC)]
