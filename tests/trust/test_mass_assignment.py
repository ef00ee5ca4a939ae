"""A form takes what it shows and nothing else: a field that somebody adds to it changes nothing."""

from collections.abc import Callable
from datetime import date

import pytest
from django.forms import modelform_factory
from django.test import Client as Browser

from cases.models import Client, Visit
from config.staff.models import User
from config.staff.roles import Role
from tests.trust.forms_of_a_page import forms_on
from tests.trust.office import Office

type Desk = Callable[[User | None], Browser]

# What no form of an adviser sets, by the name of its column: to another team, another person, another state.
ADDED = {
    "reference": "U-1999-0001", "opened_on": "1999-01-01", "restricted_on": "2026-03-02", "forget_on": "2026-03-02",
    "anonymised_on": "2026-03-02", "version": "900", "step": "activated", "closed_on": "2026-03-02", "seq": "1",
    "paid_amount": "1", "quoted_amount": "1", "home_amount": "1", "due_on": "2030-01-01", "recorded_at": "2000-01-01",
    "role": "administrator", "is_active": "", "is_staff": "on", "is_superuser": "on", "permissions": "1",
    "groups": "1", "search_key": "x", "kind": "undone", "transition": "activate",
}  # fmt: skip


@pytest.fixture
def browser(office: Office, desk: Desk) -> Browser:
    return desk(office.ours.adviser)


@pytest.fixture
def added(office: Office) -> dict[str, str]:
    theirs = office.theirs
    keys = {
        "id": theirs.client.pk, "pk": theirs.client.pk, "team": theirs.adviser.team_id, "by": theirs.adviser.pk,
        "assignee": theirs.adviser.pk, "user": theirs.adviser.pk, "merged_into": theirs.client.pk,
        "corrects": theirs.visit.pk, "tariff": 1, "recorded_by": theirs.adviser.pk,
    }  # fmt: skip
    return ADDED | {name: str(key) for name, key in keys.items()}


def sent(browser: Browser, page: str, added: dict[str, str], **typed: str) -> int:
    """The form of a page as it stands, with what was typed, and every field that somebody might add to it."""
    [form] = [form for form in forms_on(browser.get(page).content.decode(), at=page) if form.action.startswith(page)]
    own = form.fields | typed
    return browser.post(
        form.action, {name: value for name, value in added.items() if name not in own} | own
    ).status_code


# The columns of a file that its own form never writes.
NOT_IN_THE_FORM = (
    "pk", "reference", "opened_on", "restricted_on", "forget_on", "anonymised_on", "merged_into", "team",
)  # fmt: skip


def of(kind: type[Client | User], pk: int, *columns: str) -> dict[str, object]:
    return dict(kind._default_manager.values(*columns).get(pk=pk))


def test_a_file_takes_only_what_its_form_shows(browser: Browser, office: Office, added: dict[str, str]) -> None:
    client = office.ours.client
    before = of(Client, client.pk, *NOT_IN_THE_FORM)

    status = sent(browser, f"/clients/{client.reference}/edit/", added, speaks="berber")

    assert (status, of(Client, client.pk, *NOT_IN_THE_FORM)) == (302, before)
    assert Client.objects.get(pk=client.pk).speaks == "berber"


def test_a_visit_is_by_who_sends_it_and_of_their_team(browser: Browser, office: Office, added: dict[str, str]) -> None:
    status = sent(browser, "/visits/new/", added, topic="other", note="Only this.")

    visit = Visit.objects.get(note="Only this.")
    assert status == 302
    assert (visit.by, visit.team, visit.corrects, visit.case) == (
        office.ours.adviser, office.ours.adviser.team, None, None,
    )  # fmt: skip
    assert visit.recorded_at.date() > date(2026, 1, 1)


def test_an_account_takes_no_role_from_a_page_of_ones_own(
    browser: Browser, office: Office, added: dict[str, str]
) -> None:
    alice = office.ours.adviser
    before = of(User, alice.pk, "role", "team", "is_active", "email", "password", "name")

    for page in ("/language/", "/accounts/sessions/", "/accounts/2fa/", "/accounts/reauthenticate/", "/calendar/"):
        browser.post(page, added | {"language": "nl"})

    assert of(User, alice.pk, *before) == before


def test_an_administrator_does_not_raise_themselves_by_a_field_that_the_page_does_not_show(
    staff: dict[Role, User], desk: Desk
) -> None:
    ada = staff[Role.ADMINISTRATOR]
    said = {"email": ada.email, "name": "Ada Two", "team": str(ada.team_id), "language": "en"}

    desk(ada).post(
        f"/admin/staff/user/{ada.pk}/change/",
        said | {"role": Role.PRIVACY_OFFICER, "is_active": "", "password": "x", "last_login_0": "2000-01-01"},
    )

    after = User.objects.get(pk=ada.pk)
    assert (after.name, after.role, after.is_active, after.password) == (
        "Ada Two", Role.ADMINISTRATOR, True, ada.password,
    )  # fmt: skip


def test_control_a_form_with_the_column_takes_what_somebody_added(office: Office, added: dict[str, str]) -> None:
    client = office.ours.client

    modelform_factory(Client, fields=["team"])(added, instance=client).save()

    assert of(Client, client.pk, "team") == {"team": office.theirs.adviser.team_id}


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "[::1", ""])
def test_no_link_leads_to_a_host_that_somebody_made_up(
    host: str, office: Office, desk: Desk, mailoutbox: list[object]
) -> None:
    stranger = desk(None)

    asked = stranger.post("/accounts/password/reset/", {"email": office.ours.adviser.email}, headers={"Host": host})
    forwarded = stranger.post(
        "/accounts/password/reset/",
        {"email": office.ours.adviser.email},
        headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Host": "evil.example"},
    )

    assert (asked.status_code in {400, 302}, forwarded.status_code) == (True, 302)
    assert [mail for mail in mailoutbox if "evil" in mail.body] == []  # type: ignore[attr-defined]
    assert len(mailoutbox) >= 1
