"""Who may open which address, by which method: one reviewed table, and every address asked as everybody."""

import logging
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from http.cookies import SimpleCookie

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from config.staff.models import User
from config.staff.policy import Policy, addresses, every_url_has_a_policy, policy, policy_of
from config.staff.roles import PERMISSIONS, Role
from tests.conftest import FULL_SIZE

type LogIn = Callable[[User | None], Client]

ANYBODY, STAFF = "anybody", "staff"
ADVISER, COORDINATOR, TARIFFS, PRIVACY, ADMIN = Role
READERS = {ADVISER, COORDINATOR, PRIVACY, ADMIN}  # of clients, cases and visits
WORKERS = {ADVISER, COORDINATOR}
READ_REPORTS = {COORDINATOR, PRIVACY, ADMIN}

# The reviewed table. An address that is not here fails, and so does one whose policy says something else.
WHO: dict[str, str | set[Role]] = {
    "cases:today": READERS,
    "cases:clients": READERS,
    "cases:client": READERS,
    "cases:new_client": WORKERS,
    "cases:edit_client": WORKERS,
    "cases:similar_clients": WORKERS,
    "cases:tell_apart": WORKERS,
    "cases:take_back": WORKERS,
    "cases:choose_merge": WORKERS,
    "cases:merge": WORKERS,
    "cases:part": WORKERS,
    "cases:household": WORKERS,
    "cases:leave_household": WORKERS,
    "cases:communes_of_postal_code": READERS,
    "cases:import": {COORDINATOR, ADMIN},
    "cases:import_template": {COORDINATOR, ADMIN},
    "cases:import_columns": {COORDINATOR, ADMIN},
    "cases:import_preview": {COORDINATOR, ADMIN},
    "cases:cancel_import": {COORDINATOR, ADMIN},
    "cases:export": READERS,
    "cases:export_visits": READERS,
    "cases:export_tariffs": set(Role),
    "cases:underway": READERS,
    "cases:save_view": READERS,
    "cases:change_view": READERS,
    "cases:handout": READERS,
    "cases:visits": READERS,
    "cases:new_visit": WORKERS,
    "cases:correct_visit": WORKERS,
    "cases:cases": READERS,
    "cases:case": READERS,
    "cases:new_case": WORKERS,
    "cases:move": WORKERS,
    "cases:office": WORKERS,
    "cases:quote_again": WORKERS,
    "cases:keep_promise": WORKERS,
    "cases:reschedule": WORKERS,
    "cases:price_reports": {TARIFFS, ADMIN},
    "cases:facts": WORKERS,
    "cases:triage": WORKERS,
    "cases:note": WORKERS,
    "cases:undo": WORKERS,
    "cases:recall": WORKERS,
    "cases:assign": {Role.COORDINATOR},
    "cases:hand_over": {Role.COORDINATOR},
    "cases:leave": {Role.COORDINATOR},
    "cases:new_appointment": WORKERS,
    "cases:cancel_appointment": WORKERS,
    "cases:reports": READ_REPORTS,
    "cases:report_file": READ_REPORTS,
    "cases:calendar": READERS,
    "cases:privacy": {PRIVACY},
    "cases:forgetting": {PRIVACY},
    "cases:looks": {PRIVACY},
    "cases:exports": {PRIVACY},
    "cases:who_saw": {PRIVACY},
    "cases:person_file": {PRIVACY},
    "cases:person_file_json": {PRIVACY},
    "cases:restrict": {PRIVACY, COORDINATOR},
    "cases:erase": {PRIVACY},
    "cases:calendar_file": ANYBODY,  # the secret in the address is the key
    "communes:where": set(Role),
    "communes:leaflet": set(Role),
    "communes:tariffs": set(Role),
    "account_login": ANYBODY,
    "account_logout": STAFF,
    "account_inactive": ANYBODY,
    "account_reauthenticate": STAFF,
    "account_change_password": STAFF,
    "account_reset_password": ANYBODY,
    "account_reset_password_done": ANYBODY,
    "account_reset_password_from_key": ANYBODY,
    "account_reset_password_from_key_done": ANYBODY,
    "mfa_index": STAFF,
    "mfa_authenticate": ANYBODY,
    "mfa_reauthenticate": STAFF,
    "mfa_activate_totp": STAFF,
    "mfa_deactivate_totp": STAFF,
    "mfa_view_recovery_codes": STAFF,
    "mfa_download_recovery_codes": STAFF,
    "mfa_generate_recovery_codes": STAFF,
    "mfa_list_webauthn": STAFF,
    "mfa_add_webauthn": STAFF,
    "mfa_login_webauthn": ANYBODY,
    "mfa_reauthenticate_webauthn": STAFF,
    "mfa_edit_webauthn": STAFF,
    "mfa_remove_webauthn": STAFF,
    "usersessions_list": STAFF,
    "end_session": STAFF,
    "set_language": ANYBODY,
    "admin/login/": ANYBODY,
    "admin/password_change/": STAFF,
    "healthz": ANYBODY,
    "readyz": ANYBODY,
}
OPENS_ADMIN = {TARIFFS, ADMIN}
# In the administration the model's own permission decides, behind this verb of the address.
ADMIN_VERBS = {
    "changelist": "view",
    "add": "add",
    "change": "view",
    "delete": "delete",
    "import": "import",
    "process_import": "import",
    "export": "export",
}
SPECIMENS = {
    "int": "999999",
    "path": "999999",
    "slug": "nothing",
    "str": "nothing",
    "uuid": "00000000-0000-0000-0000-000000000000",
}
WRITTEN_OUT = {"account_reset_password_from_key": "/accounts/password/reset/key/1-abc/"}

OURS = [(name or route, route, pattern) for route, name, pattern in addresses() if not name.startswith("admin:")]
# Addresses of ours stand before these two of the administration.
SHADOWED = {"admin:login", "admin:password_change"}
ADMINS = [(name, route) for route, name, _ in addresses() if name.startswith("admin:") and name not in SHADOWED]


def address(name: str, route: str) -> str:
    """The address with something in every gap that nothing is called."""
    if name in WRITTEN_OUT:
        return WRITTEN_OUT[name]
    route = re.sub(r"\(\?P<\w+>([\w|]+)\)", lambda choice: choice[1].partition("|")[0], route)  # one of several words
    route = re.sub(r"\((\?P<\w+>)?[^)]*\)|[\^$]", lambda gap: "999999" if gap[0].startswith("(") else "", route)
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda gap: SPECIMENS.get(gap[1] or "str", "nothing"), route)


def may(role: Role, rule: Policy) -> bool:
    return rule.public or rule.permission is None or rule.permission in PERMISSIONS[role]


# Where a second factor is required, who has only a password so far comes here, and to no other page.
WITH_A_PASSWORD_ALONE = {
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout", "set_language",
    "healthz", "readyz",
}  # fmt: skip


def test_every_address_is_in_the_reviewed_table_and_its_policy_says_the_same() -> None:
    said: dict[str, str | set[Role]] = {}
    for name, _, pattern in OURS:
        rule = policy_of(name, pattern.callback)
        assert rule is not None
        said[name] = (
            ANYBODY if rule.public
            else STAFF if rule.permission is None
            else {role for role in Role if may(role, rule)}
        )  # fmt: skip

    assert said == WHO, "A new address needs its row in WHO: who may open it."


class Said(StrEnum):
    LOG_IN = "leads to the log-in"
    SET_UP = "leads to the set-up of a second factor"
    REFUSED = "403"
    NOT_SO = "405"
    OPEN = "opens"


def what_it_says(response: HttpResponse) -> str:
    where = response.headers.get("Location", "")
    match response.status_code:
        case 302 if where.startswith("/accounts/login/?next="):
            return Said.LOG_IN
        case 302 if where == "/accounts/2fa/":
            return Said.SET_UP
        case 403:
            return Said.REFUSED
        case 405:
            return Said.NOT_SO
        case code:
            return Said.OPEN if code < 500 else f"breaks: {code}"


def due(name: str, method: str, role: Role | None, *, password_alone: bool = False) -> set[str]:
    """What the reviewed table lets the address say to this role; to nobody, without one."""
    who = WHO.get(name, OPENS_ADMIN)
    if password_alone and name not in WITH_A_PASSWORD_ALONE:
        return {Said.SET_UP}
    if role is None and who != ANYBODY:
        return {Said.LOG_IN}
    if method not in TAKES[name]:
        return {Said.NOT_SO}
    if name in WHO:
        # These two lead on to the log-in, or to the factors, by what they are for.
        leads_on = {Said.LOG_IN} if name == "admin/login/" else {Said.SET_UP} if name.startswith("mfa_") else set()
        return {Said.OPEN} | leads_on if who in (ANYBODY, STAFF) or role in who else {Said.REFUSED}
    if role not in OPENS_ADMIN:
        return {Said.REFUSED}
    return administration(name, method, role)


def administration(name: str, method: str, role: Role) -> set[str]:
    """Inside the administration the model's own permission decides."""
    verb = next((verb for verb in ("process_import", *ADMIN_VERBS) if name.endswith(f"_{verb}")), None)
    if verb is None or name.count("_") < 2:
        return {Said.OPEN, Said.REFUSED, Said.NOT_SO}
    app, _, model = name.removeprefix("admin:").removesuffix(f"_{verb}").partition("_")
    if f"{app}.{ADMIN_VERBS[verb]}_{model}" not in PERMISSIONS[role]:
        return {Said.REFUSED, Said.NOT_SO}
    return {Said.OPEN, Said.NOT_SO} if verb == "process_import" else {Said.OPEN}


TAKES = {
    name or route: rule.methods for route, name, p in addresses() if (rule := policy_of(name or route, p.callback))
}
EVERYWHERE = [(name, route) for name, route, _ in OURS] + ADMINS
ASKED = ("GET", "HEAD", "PUT", "DELETE", "POST")


@pytest.fixture(autouse=True)
def without_a_log() -> Iterator[None]:
    """Of thousands of requests nobody reads the log, and writing it takes longer than refusing them."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def surprises(browser: Client, role: Role | None, *, password_alone: bool = False, beginning: str = "") -> list[str]:
    """Every address by every method, each as if it were the first: where it does not say what the tables say."""
    wrong, cookies = [], browser.cookies.output(header="", sep=";")
    for name, route in EVERYWHERE:
        if not name.startswith(beginning):
            continue
        for method in ASKED:
            browser.cookies = SimpleCookie(cookies)
            with transaction.atomic():
                said = what_it_says(browser.generic(method, where := address(name, route)))
                transaction.set_rollback(True)
            expected = due(name, method, role, password_alone=password_alone)
            if said not in expected:
                wrong.append(f"{method} {where} ({name}) {said}; the reviewed table says: {', '.join(expected)}")
    return wrong


@pytest.mark.parametrize("role", [*Role, None], ids=[*Role, "nobody"])
def test_every_address_by_every_method_says_to_everybody_what_the_reviewed_table_says(
    role: Role | None, staff: dict[Role, User], log_in: LogIn
) -> None:
    assert surprises(log_in(staff[role] if role else None), role) == []


@pytest.mark.sized
@pytest.mark.parametrize("role", Role if FULL_SIZE else [ADMIN])
def test_who_has_only_a_password_comes_to_no_page_but_those_that_set_up_the_factor(
    role: Role, staff: dict[Role, User], log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = log_in(staff[role])

    monkeypatch.setattr(settings, "MFA_REQUIRED", True)

    assert surprises(browser, role, password_alone=True) == []


@pytest.mark.sized
@pytest.mark.parametrize("role", Role if FULL_SIZE else [ADMIN])
def test_a_disabled_account_is_nobody_from_its_next_request(
    role: Role, staff: dict[Role, User], log_in: LogIn
) -> None:
    browser = log_in(staff[role])

    User.objects.update(is_active=False)

    assert surprises(browser, None) == []


@pytest.mark.sized
@pytest.mark.parametrize("role", Role if FULL_SIZE else [COORDINATOR])
def test_a_role_taken_away_is_refused_at_the_next_request(role: Role, staff: dict[Role, User], log_in: LogIn) -> None:
    """Whoever had a role has another one: at the next request they are exactly that one."""
    browser, after = log_in(staff[role]), ADVISER if role == TARIFFS else TARIFFS
    assert browser.get("/tariffs/").status_code == 200

    User.objects.filter(pk=staff[role].pk).update(role=after)

    assert surprises(browser, after) == []


def test_control_an_address_that_opens_to_the_wrong_people_is_seen(staff: dict[Role, User], log_in: LogIn) -> None:
    browser = log_in(staff[COORDINATOR])

    taken_for_an_adviser = surprises(browser, ADVISER, beginning="cases:")

    assert {line.partition("(")[2].partition(")")[0] for line in taken_for_an_adviser} == {
        "cases:assign", "cases:hand_over", "cases:leave", "cases:restrict", "cases:reports", "cases:report_file",
        "cases:import", "cases:import_template", "cases:import_columns", "cases:import_preview", "cases:cancel_import",
    }  # fmt: skip


@pytest.mark.parametrize(
    "where",
    [
        "/clients/%00/",
        "/cases/%00/",
        "/clients/?before=%00",
        "/visits/?after=%00",
        "/cases/?before=%00",
        "/cases/?after=%00",
    ],
)
def test_an_address_with_a_nul_is_a_missing_page(where: str, staff: dict[Role, User], log_in: LogIn) -> None:
    assert log_in(staff[ADVISER]).get(where).status_code == 404


def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse("an open door")


@policy("cases.view_case")
def for_readers(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a case")


urlpatterns = [path("open/", open_to_all, name="open"), path("closed/", for_readers, name="closed")]


@override_settings(ROOT_URLCONF="tests.test_urls")
def test_control_a_view_without_a_policy_stops_the_start() -> None:
    assert [(error.id, error.msg) for error in every_url_has_a_policy()] == [
        ("staff.E001", "The address «open/» (open) has no policy.")
    ]


@override_settings(ROOT_URLCONF="tests.test_urls")
def test_control_a_view_without_a_policy_is_closed_even_if_the_start_went_on(
    staff: dict[Role, User], log_in: LogIn
) -> None:
    assert log_in(staff[ADMIN]).get("/open/").status_code == 403
    assert log_in(staff[ADMIN]).get("/closed/").status_code == 200
