"""The privacy officer's pages: who looked, what left, and the rights of a person."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client as Browser
from django.utils import timezone, translation

from cases import actions, households, looks, pairs, restriction
from cases.models import Access, Appointment, Case, Client, Departure, Export, PrivacyAct, Visit
from cases.models.access import listed
from cases.models.export import Keys
from cases.models.privacy import ActReason
from cases.person_file import person_file
from communes.models import Office
from config.staff.models import User
from config.staff.policy import addresses
from config.staff.roles import Role
from tests.factories import MONDAY, PASSWORD, UserFactory, a_case, a_client, noon

pytestmark = pytest.mark.usefixtures("reference_data")

type LogIn = Callable[[User | None], Browser]
type Staff = dict[Role, User]


@pytest.fixture
def person(staff: Staff) -> Client:
    alice = staff[Role.ADVISER]
    person = a_client(team=alice.team, given_name="Zwxqvomir", family_name="Ademović", phone="+32470998877")
    case = a_case(by=alice, client=person)
    actions.write_note(case, "Waits under the plane tree.", by=alice, at=noon(MONDAY), sensitive=True)
    actions.log_visit(
        key=Visit().key, by=alice, team=person.team, on=MONDAY, at=noon(MONDAY), client=person, case=case,
        topic="other", note="Brings her passport.",
    )  # fmt: skip
    return person


@pytest.fixture
def petra(staff: Staff, log_in: LogIn) -> Browser:
    return log_in(staff[Role.PRIVACY_OFFICER])


def prove(browser: Browser) -> None:
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})


def saw(by: User, *clients: Client, at: datetime, place: str = "cases:client") -> None:
    opened = clients[0].pk if len(clients) == 1 else None
    keys = listed(client.pk for client in clients)
    Access.objects.create(by=by, at=at, place=place, clients=keys, count=len(clients), opened=opened)


def left(by: User | None, *clients: Client, at: datetime, **fields: Any) -> Export:
    export = Export.objects.create(by=by, at=at, subject="cases", kind="excel", **fields)
    keys = Keys()
    keys.add(client.pk for client in clients)
    Departure.objects.create(
        export=export, at=at, rows=len(clients), bytes=9, sha256="ab" * 32, whole=True, clients=keys.closed()
    )
    return export


# Who saw this client


def test_who_saw_a_client_is_told_with_lists_and_exports(staff: Staff, person: Client) -> None:
    alice, carmen = staff[Role.ADVISER], staff[Role.COORDINATOR]
    other = a_client(team=alice.team)
    saw(alice, person, at=noon(date(2026, 3, 3)))
    saw(alice, person, other, at=noon(date(2026, 3, 4)), place="cases:clients search")
    saw(alice, other, at=noon(date(2026, 3, 4)))
    saw(alice, person, at=noon(date(2026, 2, 3)))
    left(carmen, person, other, at=noon(date(2026, 3, 5)))
    left(carmen, other, at=noon(date(2026, 3, 5)))

    found = looks.looks_at([person.pk], since=noon(MONDAY), until=noon(date(2026, 4, 1)), at_most=None)

    assert [(look.at, look.by, look.place, look.count, look.opened) for look in found] == [
        (noon(date(2026, 3, 5)), carmen, "A file taken out", 2, False),
        (noon(date(2026, 3, 4)), alice, "A search", 2, False),
        (noon(date(2026, 3, 3)), alice, "File", 1, True),
    ]


def test_the_page_of_a_client_says_who_saw_them(staff: Staff, person: Client, petra: Browser) -> None:
    saw(staff[Role.ADVISER], person, at=timezone.now())

    page = petra.get(f"/privacy/clients/{person.reference}/")

    assert [look.by for look in page.context["looks"]] == [staff[Role.ADVISER]]
    assert Access.objects.order_by("pk").values_list("by", "place", "clients")[1:][0] == (
        staff[Role.PRIVACY_OFFICER].pk,
        "cases:who_saw",
        f",{person.pk},",
    )


def test_a_period_that_is_none_is_said_in_the_form(person: Client, petra: Browser) -> None:
    assert petra.get(f"/privacy/clients/{person.reference}/?since=yesterday").status_code == 422


@pytest.mark.parametrize("keys", [[], [1], [8, 9, 70_001], list(range(0, 5000, 3))], ids=len)
def test_a_set_of_keys_holds_just_those(keys: list[int]) -> None:
    held = Keys()
    held.add(keys)

    again = Keys.opened(held.closed())

    assert [key for key in range(71_000) if again.holds(key)] == keys


# What is unusual


def test_a_week_is_compared_with_ones_own_and_with_ones_peers(staff: Staff) -> None:
    alice, now = staff[Role.ADVISER], noon(date(2026, 3, 6))
    bob = UserFactory(name="Bob", team=alice.team)
    clients = [a_client(team=alice.team) for _ in range(24)]
    for client in clients:
        saw(alice, client, at=now - timedelta(days=1))
        saw(alice, client, at=now - timedelta(days=1))
    for client in clients[:2]:
        saw(bob, client, at=now - timedelta(days=2))
    for week in (1, 2, 3, 4):
        for client in clients[: 2 * week]:
            saw(alice, client, at=now - timedelta(days=7 * week + 1))

    found = looks.weeks([alice, bob], until=now)

    assert [(week.by, week.files, week.usual, week.peers, week.above_usual, week.above_peers) for week in found] == [
        (alice, 24, 5, 2, True, True),
        (bob, 2, None, 24, False, False),
    ]


def test_pages_at_night_and_on_sunday_are_counted_apart(staff: Staff, person: Client) -> None:
    alice = staff[Role.ADVISER]
    for hour in range(24):  # Thursday 5 March, by the clock of Brussels
        saw(alice, person, at=datetime(2026, 3, 4, 23, tzinfo=UTC) + timedelta(hours=hour))
    saw(alice, person, at=noon(date(2026, 3, 8)))

    (week,) = looks.weeks([alice], until=noon(date(2026, 3, 9)))

    assert (week.odd, week.at_odd_hours) == (7 + 4 + 1, True)


def test_who_opens_a_file_with_their_own_or_a_colleagues_name_is_told(staff: Staff) -> None:
    team = staff[Role.ADVISER].team
    alice, bob = UserFactory(name="Alice Peeters", team=team), UserFactory(name="Bob Çelik", team=team)
    hers, his, near = (
        a_client(team=team, given_name=given, family_name=family)
        for given, family in (("Alice", "Peeters"), ("Bob", "Celik"), ("Alice", "Peters"))
    )
    for client in (hers, his, near):
        saw(alice, client, at=noon(MONDAY))

    found = looks.namesakes([alice, bob], Client.objects.all(), since=noon(MONDAY), until=noon(date(2026, 3, 3)))

    assert [(each.client, each.colleague, each.is_own, len(each.looks)) for each in found] == [
        (hers, alice, True, 1),
        (his, bob, False, 1),
    ]


def test_a_file_counts_as_opened_whoever_else_stands_on_its_page(staff: Staff, log_in: LogIn) -> None:
    """Their housemate, a similar file, one told apart, who came along: all in one trace, and one of them was meant."""
    alice, at = staff[Role.ADVISER], noon(MONDAY)
    hers, alike, mate, apart, companion = (
        a_client(team=alice.team, given_name="Alice", family_name=family, birth_year=1987)
        for family in ("Peeters", "Peeters", "Diallo", "Peeters", "Lopez")
    )
    alice.name = "Alice Peeters"
    alice.save()
    case = a_case(by=alice, client=hers)
    households.join(hers, mate, by=alice, on=MONDAY)
    pairs.tell_apart(hers, [apart], by=alice, at=at)
    actions.log_visit(
        key=Visit().key, by=alice, team=alice.team, on=MONDAY, at=at, client=hers, topic="other",
        companions=[companion],
    )  # fmt: skip
    browser = log_in(alice)

    browser.get(f"/clients/{hers.reference}/")
    browser.get(f"/visits/new/?case={case.reference}")
    browser.get("/clients/")

    assert list(Access.objects.order_by("pk").values_list("place", "clients", "opened")) == [
        ("cases:client", listed(each.pk for each in (hers, alike, mate, apart, companion)), hers.pk),
        ("cases:new_visit", listed([hers.pk, mate.pk]), hers.pk),
        ("cases:clients", listed(each.pk for each in (hers, alike, mate, apart, companion)), None),
    ]
    since, until = timezone.now() - timedelta(days=1), timezone.now() + timedelta(minutes=1)
    assert [(week.by, week.files) for week in looks.weeks([alice], until=until)] == [(alice, 1)]
    found = looks.namesakes([alice], Client.objects.all(), since=since, until=until)
    assert [(each.client, each.is_own, [look.place for look in each.looks]) for each in found] == [
        (hers, True, ["Log a visit", "File"])
    ]


def test_every_page_of_one_client_says_whose_file_it_opens(staff: Staff, person: Client, log_in: LogIn) -> None:
    alice, case = staff[Role.ADVISER], Case.objects.get()
    mate = a_client(team=alice.team)
    households.join(person, mate, by=alice, on=MONDAY)
    browser = log_in(alice)
    addresses = [
        f"/clients/{person.reference}/", f"/clients/{person.reference}/edit/", f"/clients/{person.reference}/merge/",
        f"/clients/{person.reference}/household/", f"/clients/{person.reference}/merge/{mate.reference}/",
        f"/clients/{person.reference}/appointments/new/", f"/cases/{case.reference}/",
        f"/cases/{case.reference}/facts/", f"/cases/{case.reference}/handout/",
        f"/cases/new/?client={person.reference}", f"/visits/new/?client={person.reference}",
        f"/visits/{Visit.objects.get().key}/",
    ]  # fmt: skip

    assert [browser.get(address).status_code for address in addresses] == [200] * len(addresses)

    opened = Counter(Access.objects.values_list("opened", flat=True))
    assert opened == {person.pk: len(addresses), mate.pk: 1}  # the page of a merge opens both


def test_the_pages_of_looks_exports_and_forgetting_open(staff: Staff, person: Client, petra: Browser) -> None:
    left(staff[Role.COORDINATOR], person, at=timezone.now(), named=True, purpose="The yearly report", columns=["a"])
    left(None, at=timezone.now(), filters={"state": "open"})
    Export.objects.create(at=timezone.now(), subject="visits", kind="plain")
    saw(staff[Role.ADVISER], person, at=timezone.now())

    pages = [petra.get(f"/privacy/{name}") for name in ("", "looks/", "exports/", "retention/")]

    assert [page.status_code for page in pages] == [200, 200, 200, 200]
    assert [export.purpose for export in pages[2].context["exports"]] == ["", "", "The yearly report"]


# The person's file


@pytest.mark.parametrize("name", ["file/", "file.json"])
def test_the_whole_file_opens_only_to_who_proves_themselves_again(
    name: str, person: Client, petra: Browser, settings: Any
) -> None:
    where = f"/privacy/clients/{person.reference}/{name}"

    asked = petra.get(where)
    prove(petra)
    opened = petra.get(where)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0  # the few minutes are over
    later = petra.get(where)

    way = f"/accounts/reauthenticate/?next={where.replace('/', '%2F')}"
    assert (asked.status_code, asked.headers["Location"]) == (302, way)
    assert (opened.status_code, b"Zwxqvomir" in opened.content) == (200, True)
    assert later.headers["Location"] == way


def test_the_persons_file_holds_every_field_and_every_word(staff: Staff, person: Client, petra: Browser) -> None:
    saw(staff[Role.ADVISER], person, at=timezone.now())
    left(staff[Role.COORDINATOR], person, at=timezone.now(), purpose="The yearly report")
    prove(petra)

    data = json.loads(petra.get(f"/privacy/clients/{person.reference}/file.json").content)

    assert data["file"] == person.reference
    assert data["identity"][0]["family_name"] == {"label": "Nom de famille", "value": "Ademović", "words": "Ademović"}
    assert data["identity"][0]["phone"]["value"] == "+32470998877"
    assert [note["text"]["value"] for note in data["notes"]] == ["Waits under the plane tree."]
    assert [visit["note"]["value"] for visit in data["visits"]] == ["Brings her passport."]
    assert [case["reference"]["value"] for case in data["cases"]] == [Case.objects.get().reference]
    assert len(data["events"]) == 1
    # Colleagues by their function, the newest look first; this very look is written once the answer has left.
    assert [(look["by"]["value"], look["page"]["value"]) for look in data["looks"]] == [
        ("Coordination, Saint-Gilles", "Fichier exporté"),
        ("Accompagnement, Saint-Gilles", "Fiche"),
    ]


def test_the_persons_file_is_printed_in_their_language(person: Client, petra: Browser) -> None:
    Client.objects.update(contact_language="nl")
    prove(petra)

    page = petra.get(f"/privacy/clients/{person.reference}/file/")

    assert page.context["language"] == "nl"
    assert page.context["sections"][1].title == "Uw dossiers"
    assert b"Waits under the plane tree." in page.content


def test_the_persons_file_names_offices_and_colleagues_not_their_keys(staff: Staff, person: Client) -> None:
    alice, tuesday = staff[Role.ADVISER], MONDAY + timedelta(days=1)
    case, uccle = Case.objects.get(client=person), Office.objects.get(code="uccle")
    actions.choose_office(case, uccle, by=alice, on=tuesday, at=noon(tuesday))

    with translation.override("fr"):
        sections = person_file(
            person, colleagues_named=False, since=noon(MONDAY), until=noon(MONDAY) + timedelta(days=9)
        )

    events = next(section.entries for section in sections if section.name == "events")
    (words,) = (datum.words for datum in events[-1] if datum.name == "facts")
    assert words.partition("; ")[0] == "Bureau\u00a0: Uccle"
    assert "Tarif\u00a0: Uccle, clé numérique, tout le monde, dès le 01/01/2026" in words


def test_names_of_colleagues_come_only_when_asked(staff: Staff, person: Client, petra: Browser) -> None:
    saw(staff[Role.ADVISER], person, at=timezone.now())
    where = f"/privacy/clients/{person.reference}/file.json"
    prove(petra)

    assert b"Alice" not in petra.get(where).content
    assert b"Alice (" in petra.get(where + "?colleagues=named").content


def test_every_page_that_shows_a_client_has_its_name_in_words() -> None:
    shows_one = {name for route, name, _ in addresses() if name.startswith("cases:") and "<str:reference>" in route}
    only_changes = {
        "cases:tell_apart", "cases:take_back", "cases:leave_household", "cases:quote_again", "cases:keep_promise",
        "cases:restrict", "cases:part",
    }  # fmt: skip

    assert shows_one - only_changes - set(looks.PLACES) == set()


# Restricting


def test_a_restricted_file_is_closed_to_all_but_privacy_and_coordination(
    staff: Staff, person: Client, log_in: LogIn
) -> None:
    case, visit = Case.objects.get(), Visit.objects.get()
    Appointment.objects.create(
        client=person, adviser=staff[Role.ADVISER], starts_at=noon(MONDAY), made_by=staff[Role.ADVISER],
        recorded_at=noon(MONDAY),
    )  # fmt: skip

    restriction.restrict(person, reason=ActReason.CONTESTED, by=staff[Role.PRIVACY_OFFICER], at=noon(date(2026, 3, 3)))

    addresses = (f"/clients/{person.reference}/", f"/cases/{case.reference}/", f"/visits/{visit.key}/")
    opened = {
        role: [log_in(staff[role]).get(address).status_code for address in addresses[:2]]
        for role in (Role.ADVISER, Role.COORDINATOR, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)
    }
    assert opened == {
        Role.ADVISER: [404, 404],
        Role.COORDINATOR: [200, 200],
        Role.PRIVACY_OFFICER: [200, 200],
        Role.ADMINISTRATOR: [404, 404],
    }
    alice = staff[Role.ADVISER]
    assert (Visit.objects.visible_to(alice).count(), Appointment.objects.visible_to(alice).count()) == (0, 0)
    assert log_in(alice).post("/clients/", {"q": "Zwxqvomir"}).context["found"].clients == []


def test_a_restriction_is_written_down_once_and_lifted(staff: Staff, person: Client, petra: Browser) -> None:
    where = f"/privacy/clients/{person.reference}/restrict/"

    petra.post(where, {"reason": "contested"})
    petra.post(where, {"reason": "contested"})  # no reason to lift it
    assert Client.objects.get().restricted_on == timezone.localdate()
    petra.post(where, {"reason": "settled"})

    assert Client.objects.get().restricted_on is None
    assert list(PrivacyAct.objects.order_by("pk").values_list("kind", "reason", "by")) == [
        ("restricted", "contested", staff[Role.PRIVACY_OFFICER].pk),
        ("lifted", "settled", staff[Role.PRIVACY_OFFICER].pk),
    ]


# Erasing


def test_erasing_asks_for_a_proof_the_number_and_a_reason(person: Client, petra: Browser) -> None:
    where = f"/privacy/clients/{person.reference}/erase/"
    assert petra.get(where).headers["Location"] == f"/accounts/reauthenticate/?next={where.replace('/', '%2F')}"
    assert petra.post(where, {"reason": "asked", "reference": person.reference}).status_code == 302
    assert Client.objects.get().anonymised_on is None

    prove(petra)
    page = petra.get(where)
    assert (page.status_code, page.context["reach"].notes, page.context["reach"].open_cases) == (200, 1, 1)
    assert petra.post(where, {"reason": "asked", "reference": "U-2026-9999"}).status_code == 422
    assert Client.objects.get().anonymised_on is None

    assert petra.post(where, {"reason": "asked", "reference": person.reference.lower()}).status_code == 302
    erased = Client.objects.get()
    assert (erased.name, erased.anonymised_on) == (person.reference, timezone.localdate())
    assert petra.get(f"/privacy/clients/{person.reference}/").status_code == 200


def test_who_has_a_second_factor_proves_that_one(
    staff: Staff, person: Client, petra: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    totp.TOTP.activate(staff[Role.PRIVACY_OFFICER], totp.generate_totp_secret())
    browser = Browser()
    browser.force_login(staff[Role.PRIVACY_OFFICER])
    where = f"/privacy/clients/{person.reference}/erase/"

    prove(browser)  # the password alone is not enough

    assert browser.get(where).headers["Location"].startswith("/accounts/2fa/reauthenticate/?next=")


def test_a_file_that_is_erased_already_is_only_shown(person: Client, petra: Browser) -> None:
    Client.objects.update(anonymised_on=MONDAY)

    assert petra.get(f"/privacy/clients/{person.reference}/erase/").headers["Location"] == person.get_absolute_url()
