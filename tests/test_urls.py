"""Who may open which address, by which method: one reviewed table, and every address asked as everybody."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, path

from config.staff.models import User
from config.staff.policy import Policy, addresses, every_url_has_a_policy, policy, policy_of
from config.staff.roles import PERMISSIONS, Role

type LogIn = Callable[[User | None], Client]

ANYBODY, STAFF = "anybody", "staff"
ADVISER, COORDINATOR, TARIFFS, PRIVACY, ADMIN = Role
READERS = {ADVISER, COORDINATOR, PRIVACY, ADMIN}  # of clients, cases and visits
WORKERS = {ADVISER, COORDINATOR}

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
    "cases:communes_of_postal_code": READERS,
    "cases:export": READERS,
    "cases:export_visits": READERS,
    "cases:export_tariffs": set(Role),
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
    "cases:calendar": READERS,
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


def turned_to_log_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/")


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

    assert said == WHO


def answers(client: Client, where: str, methods: tuple[str, ...]) -> Iterator[tuple[str, HttpResponse]]:
    for method in methods:
        yield method, client.generic(method, where)


METHODS = ("GET", "HEAD", "PUT", "DELETE", "POST")  # POST last: it may log out


@pytest.mark.parametrize(("name", "route", "pattern"), OURS, ids=[name for name, _, _ in OURS])
def test_the_address_opens_for_whom_its_policy_says(
    name: str, route: str, pattern: URLPattern, staff: dict[Role, User], log_in: LogIn
) -> None:
    rule = policy_of(name, pattern.callback)
    assert rule is not None
    where = address(name, route)

    for method, response in answers(log_in(None), where, METHODS):
        if not rule.public:
            assert turned_to_log_in(response), f"nobody, {method}"
        elif method not in rule.methods:
            assert response.status_code == 405, f"nobody, {method}"
        else:
            assert response.status_code < 500, f"nobody, {method}"

    for role, user in staff.items():
        for method, response in answers(log_in(user), where, METHODS):
            if method not in rule.methods:
                assert response.status_code == 405, f"{role}, {method}"
            elif not may(role, rule):
                assert response.status_code == 403, f"{role}, {method}"
            else:
                assert response.status_code not in (403, 405), f"{role}, {method}"
                assert response.status_code < 500, f"{role}, {method}"


@pytest.mark.parametrize(("name", "route", "pattern"), OURS, ids=[name for name, _, _ in OURS])
def test_a_disabled_account_is_nobody_from_its_next_request(
    name: str, route: str, pattern: URLPattern, staff: dict[Role, User], log_in: LogIn
) -> None:
    rule = policy_of(name, pattern.callback)
    assert rule is not None
    clients = [log_in(user) for user in staff.values()]

    User.objects.update(is_active=False)

    for client in clients:
        response = client.get(address(name, route))
        assert turned_to_log_in(response) or rule.public


@pytest.mark.parametrize(
    ("name", "route"),
    [(name, route) for name, route in ADMINS if name.rpartition("_")[2] in ADMIN_VERBS and name.count("_") > 1],
)
def test_the_administration_opens_for_whom_the_role_table_says(
    name: str, route: str, staff: dict[Role, User], log_in: LogIn
) -> None:
    verb = next(verb for verb in ("process_import", *ADMIN_VERBS) if name.endswith(f"_{verb}"))
    model = name.removeprefix("admin:").removesuffix(f"_{verb}").partition("_")
    permission = f"{model[0]}.{ADMIN_VERBS[verb]}_{model[2]}"
    where = address(name, route)

    assert turned_to_log_in(log_in(None).get(where))
    for role, user in staff.items():
        client = log_in(user)
        refused = client.get(where).status_code in (403, 405) and client.post(where).status_code in (403, 405)
        assert refused is not (role in OPENS_ADMIN and permission in PERMISSIONS[role]), role


@pytest.mark.parametrize(("name", "route"), ADMINS)
def test_the_administration_is_closed_to_who_has_no_business_there(
    name: str, route: str, staff: dict[Role, User], log_in: LogIn
) -> None:
    where = address(name, route)

    assert turned_to_log_in(log_in(None).get(where))
    for role in set(Role) - OPENS_ADMIN:
        assert log_in(staff[role]).get(where).status_code in (403, 405), role
    for role in OPENS_ADMIN:
        assert log_in(staff[role]).put(where).status_code == 405, role
        assert log_in(staff[role]).get(where).status_code < 500, role


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
