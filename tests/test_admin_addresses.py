"""The pages of the administration that no verb decides: histories, old versions, suggestions, lists of an application.

tests/test_urls.py asks every address for a row that is not there; here each is asked for one that is.
"""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from simple_history.admin import SimpleHistoryAdmin

from communes.models import Closure, Commune, Delay, Office, ResidenceDocument, Tariff
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.factories import MONDAY
from tests.staff.doors import give_app
from tests.test_urls import ADMIN, ADMIN_VERBS, ADMINS, OPENS_ADMIN, TARIFFS

pytestmark = pytest.mark.usefixtures("reference_data")

type LogIn = Callable[[User | None], Client]

NOBODY: set[Role] = set()
BOTH = {TARIFFS, ADMIN}
# The reviewed table: whose rows, and with them their history and each old version, open to whom.
SEES: dict[str, set[Role]] = {
    "staff.team": {ADMIN},
    "staff.user": {ADMIN},
    "communes.commune": BOTH,
    "communes.office": BOTH,
    "communes.residencedocument": BOTH,
    "communes.closure": BOTH,
    "communes.tariff": BOTH,
    "communes.delay": BOTH,
    "auth.group": NOBODY,
    "account.emailaddress": NOBODY,
    "mfa.authenticator": NOBODY,
    "usersessions.usersession": NOBODY,
}
# Who is offered the names of what a field of a form refers to: (application, model, field).
SUGGESTS: dict[tuple[str, str, str], set[Role]] = {
    ("communes", "tariff", "office"): BOTH,
    ("communes", "closure", "office"): BOTH,
    ("communes", "office", "commune"): BOTH,
    ("staff", "user", "team"): {ADMIN},
}
# The list of an application is a missing page for whom it holds nothing.
LISTS: dict[str, set[Role]] = {
    "staff": {ADMIN},
    "communes": BOTH,
    "auth": NOBODY,
    "account": NOBODY,
    "mfa": NOBODY,
    "usersessions": NOBODY,
}
# These tell of no row: they open to whom the administration opens.
OF_NO_ROW = {"admin:index": 200, "admin:jsi18n": 200, "admin:password_change_done": 200}
# Asked by tests/test_urls.py: the way out, what nobody may, and two that only lead on or are missing.
ELSEWHERE = {"admin:logout", "admin:view_on_site", "admin:"}


@pytest.fixture
def rows(staff: dict[Role, User]) -> dict[str, Any]:
    """One row of everything that the administration shows, with a version in its history where it has one."""
    alice = staff[Role.ADVISER]
    Closure.objects.create(day=MONDAY, reason="Fair")
    for model in (Commune, Office, ResidenceDocument, Tariff, Delay):
        model.objects.order_by("pk")[0].save()
    give_app(alice)
    made: dict[str, Any] = {
        "staff.user": alice,
        "staff.team": Team.objects.get(),
        "auth.group": Group.objects.create(name="Group"),
        "account.emailaddress": EmailAddress.objects.create(user=alice, email=alice.email),
        "usersessions.usersession": UserSession.objects.create(user=alice, ip="127.0.0.1", session_key="x" * 32),
    }
    return {name: made.get(name) or apps.get_model(name)._default_manager.order_by("pk")[0] for name in SEES}


def asked(rows: dict[str, Any]) -> dict[str, tuple[set[Role], int]]:
    """Every address, with those to whom it opens, and what it says to the others whom the administration lets in."""
    said: dict[str, tuple[set[Role], int]] = {}
    for name, row in rows.items():
        place = f"admin:{name.replace('.', '_')}"
        said[reverse(f"{place}_history", args=[row.pk])] = (SEES[name], 403)
        if hasattr(row, "history"):
            version = row.history.latest().pk
            said[reverse(f"{place}_simple_history", args=[row.pk, version])] = (SEES[name], 403)
    for (app, model, field), who in SUGGESTS.items():
        query = f"?app_label={app}&model_name={model}&field_name={field}&term="
        said[reverse("admin:autocomplete") + query] = (who, 403)
    for app, who in LISTS.items():
        said[reverse("admin:app_list", args=[app])] = (who, 404)
    return said | {reverse(name): (OPENS_ADMIN, 403) for name in OF_NO_ROW}


def surprises(browser: Client, role: Role | None, rows: dict[str, Any]) -> list[str]:
    """Where the administration does not say what the tables say."""
    wrong = []
    for where, (who, refusal) in asked(rows).items():
        due = 302 if role is None else 200 if role in who else refusal if role in OPENS_ADMIN else 403
        code = browser.get(where).status_code
        if code != due:
            wrong.append(f"{where} says {code}; the reviewed table says {due}")
    return wrong


def test_every_address_of_the_administration_is_decided_by_a_verb_or_by_these_tables() -> None:
    by_a_verb = {name for name, _ in ADMINS if name.count("_") > 1 and name.rpartition("_")[2] in ADMIN_VERBS}
    by_a_verb |= {name for name, _ in ADMINS if name.endswith("_process_import")}
    of_rows = {f"admin:{name.replace('.', '_')}{end}" for name in SEES for end in ("_history", "_simple_history")}

    assert {model._meta.label_lower for model in admin.site._registry} == set(SEES)
    assert {name for name, _ in ADMINS} - by_a_verb - of_rows == {
        *OF_NO_ROW, *ELSEWHERE, "admin:autocomplete", "admin:app_list",
    }  # fmt: skip


@pytest.mark.parametrize("role", [*Role, None], ids=[*Role, "nobody"])
def test_a_row_that_is_there_opens_its_history_to_those_alone_who_may_see_it(
    role: Role | None, staff: dict[Role, User], log_in: LogIn, rows: dict[str, Any]
) -> None:
    assert surprises(log_in(staff[role] if role else None), role, rows) == []


@pytest.mark.parametrize(
    ("door", "check", "words"),
    [
        (SimpleHistoryAdmin, "has_view_history_or_change_history_permission", "/history/"),
        (AutocompleteJsonView, "has_perm", "/autocomplete/"),
    ],
)
def test_control_a_page_that_does_not_ask_who_may_see_the_row_is_seen(
    door: type, check: str, words: str, staff: dict[Role, User], log_in: LogIn, rows: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(door, check, lambda *args, **more: True)

    found = surprises(log_in(staff[TARIFFS]), TARIFFS, rows)

    assert found != []
    assert [line for line in found if words not in line or ("/staff/" not in line and "=staff" not in line)] == []
