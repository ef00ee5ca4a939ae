"""Every page, in three languages, light and dark, on a phone and on a desk: nothing broken, nothing out of reach."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, product
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib import admin
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route
from pytest_django.live_server_helper import LiveServer

from cases.models import Case, Client
from cases.workflow import WORKFLOWS
from config.staff.models import User
from config.staff.policy import addresses, policy_of
from tests.conftest import FULL_SIZE
from tests.journeys.conftest import logged_in
from tests.staff.doors import give_app, give_codes, give_key, six_figures

pytestmark = [pytest.mark.browser, pytest.mark.sized]

ROLES = ("adviser", "coordinator", "tariffs", "privacy", "admin")
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}


class Look(NamedTuple):
    language: str
    scheme: str
    width: int


LOOKS = [Look(*look) for look in product(("fr", "nl", "en"), ("light", "dark"), (1440, 360))]

# Whoever refuses something by the policy of contents says so, whatever the console makes of it.
LISTENER = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`refused by the policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`))"""

# What answers a GET with no page: a file, a part of a page, data, or the way to somewhere else.
NO_PAGES = {
    "healthz", "readyz", "account_logout", "mfa_download_recovery_codes", "mfa_login_webauthn", "cases:calendar_file",
    "cases:export", "cases:export_visits", "cases:export_tariffs", "cases:underway", "cases:import_template",
    "cases:person_file_json", "cases:report_file", "cases:similar_clients", "cases:communes_of_postal_code",
}  # fmt: skip
# Pages that need more than an account: they are visited by tests of their own, below.
WITH_A_LIST = {"cases:import_columns", "cases:import_preview"}
WITH_A_PROOF = {
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_edit_webauthn",
    "mfa_remove_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
}  # fmt: skip
BEFORE_LOG_IN = {
    "account_login", "account_inactive", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_authenticate",
}  # fmt: skip
ELSEWHERE = NO_PAGES | WITH_A_LIST | WITH_A_PROOF | BEFORE_LOG_IN


# Which pages there are


def pages(user: User) -> list[str]:
    """Every page somebody may open: a case at each step, and one client and visit of theirs for the parameters."""
    visible = Case.objects.visible_to(user)
    cases = {
        step: case
        for workflow in WORKFLOWS.values()
        for step in workflow.steps
        if (case := visible.filter(step=step).first())
    }
    case = visible.filter(step="to_activate", visits__isnull=False).first()
    found = [f"/cases/{each.reference}/" for each in cases.values()]
    for route, name, pattern in addresses():
        rule = policy_of(name, pattern.callback)
        if rule is None or "GET" not in rule.methods or name in ELSEWHERE or route.startswith("admin/"):
            continue
        if rule.permission and not user.has_perm(rule.permission):
            continue
        if "<" not in route:
            found.append("/" + route)
        elif case is not None:
            about = cases["orientation"] if name == "cases:triage" else case
            visit, other = case.visits.first(), Client.objects.visible_to(user).exclude(pk=case.client.pk).first()
            assert visit is not None
            assert other is not None
            route = route.replace(
                "<str:reference>", about.reference if route.startswith("cases/") else case.client.reference
            )
            route = route.replace("<uuid:key>", str(visit.key)).replace("<str:other>", other.reference)
            route = route.replace("<str:name>", WORKFLOWS[case.procedure].leaving(case.step)[0].name)
            assert "<" not in route, f"a page that nobody looks at: {route}"
            found.append("/" + route)
    return found + administration(user)


def administration(user: User) -> list[str]:
    """Of each kind of record in the administration: its list, an empty form, and one record with all its pages."""
    if not user.has_perm("staff.open_admin"):
        return []
    request = RequestFactory().get("/admin/")
    request.user = user
    found = [reverse("admin:index")]
    for model, page in admin.site._registry.items():
        if not page.has_view_permission(request):
            continue
        record = model._default_manager.order_by("pk").last()
        asked: list[tuple[str, tuple[Any, ...]]] = [("changelist", ())]
        if page.has_add_permission(request):
            asked.append(("add", ()))
        if record is not None:
            asked += [("change", (record.pk,)), ("history", (record.pk,))]
            if page.has_delete_permission(request, record):
                asked.append(("delete", (record.pk,)))
            if hasattr(model, "history"):
                asked.append(("simple_history", (record.pk, record.history.latest().pk)))
        asked += [("import", ()), ("export", ())]
        for kind, parameters in asked:
            try:
                found.append(
                    reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=parameters)
                )
            except NoReverseMatch:
                assert kind in {"import", "export"}
    return found


# Looking at one


class Seat:
    """Somebody before a browser: what the browser complains of is written down until the next page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.said: list[str] = []
        page.on("console", lambda told: self.said.append(told.text) if told.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def faults(self, path: str, *looks: Look, status: int = 200, lands: bool = True) -> dict[Look, list[str]]:
        """What is wrong with one page, opened once in one language and looked at in the colours and widths asked."""
        language = looks[0].language
        self.page.context.add_cookies([{"name": "django_language", "value": language, "url": self.address}])
        self.said.clear()
        self.turn(looks[0])
        answer = self.page.goto(self.address + path, wait_until="load")
        assert answer is not None
        found: dict[Look, list[str]] = {look: [] for look in looks}
        first = found[looks[0]]
        if answer.status != status:
            first.append(f"status {answer.status}")
        if lands and urlsplit(self.page.url).path != urlsplit(path).path:
            first.append(f"leads to {self.page.url}")
        if (lang := self.page.get_attribute("html", "lang")) != language:
            first.append(f"lang is {lang}")
        # The browser complains of the very answer too, when it is the page of an error.
        first += [each for each in self.said if status == 200 or "Failed to load resource" not in each]
        for look in looks:
            self.turn(look)
            if (wide := self.page.evaluate("document.documentElement.scrollWidth")) > look.width:
                found[look].append(f"{wide} pixels wide")
            # Contrast and order depend on the colours and the width: at full size one language is enough for axe.
            if not FULL_SIZE or language == "fr":
                report = Axe().run(self.page, options=WCAG).response
                found[look] += [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in report["violations"]]
        return found

    def turn(self, look: Look) -> None:
        self.page.emulate_media(color_scheme=look.scheme)  # type: ignore[arg-type]
        self.page.set_viewport_size({"width": look.width, "height": 900})


@contextmanager
def seat(chromium: Browser, address: str, *, who: str | None = None, code: str = "") -> Iterator[Seat]:
    context = chromium.new_context(reduced_motion="reduce")
    context.add_init_script(LISTENER)
    if who:
        logged_in(context, address, who=who, code=code)
    yield Seat(context.new_page(), address)
    context.close()


turns = cycle(LOOKS)


def looks() -> list[list[Look]]:
    """In which looks the next page is seen, by language: all at full size, else one, and each page another."""
    if not FULL_SIZE:
        return [[next(turns)]]
    by_language = [[look for look in LOOKS if look.language == language] for language in ("fr", "nl", "en")]
    # Each language opens it in other colours and another width, before it is turned to the rest.
    return [each[place:] + each[:place] for place, each in enumerate(by_language)]


def look_at(at: Seat, *paths: str, status: int = 200, lands: bool = True) -> list[str]:
    """Every fault of these pages, one a line."""
    return [
        f"{path} {' '.join(map(str, look))}: {fault}"
        for path in paths
        for asked in looks()
        for look, faults in at.faults(path, *asked, status=status, lands=lands).items()
        for fault in faults
    ]


@pytest.fixture(autouse=True)
def a_proof_lasts(settings: Any) -> None:
    """Looking at every page in every look takes longer than a proof is good for."""
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * 60


# The tests


@pytest.mark.parametrize("who", list(ROLES) if FULL_SIZE else ["adviser"])
def test_every_page_is_whole_in_every_look(
    demo: None,
    chromium: Browser,
    live_server: LiveServer,
    who: str,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    asked = pages(User.objects.get(email=f"{who}@example.org"))
    record_testsuite_property(f"pages of {who}", len(asked))

    with seat(chromium, live_server.url, who=who) as at:
        wrong = look_at(at, *asked)

    assert wrong == [], "\n".join(wrong)


def test_the_pages_before_the_log_in_are_whole(demo: None, chromium: Browser, live_server: LiveServer) -> None:
    user = User.objects.get(email="adviser@example.org")
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    give_app(User.objects.get(email="coordinator@example.org"))

    with seat(chromium, live_server.url) as at:
        wrong = look_at(
            at,
            *(reverse(name) for name in BEFORE_LOG_IN - {"account_reset_password_from_key", "mfa_authenticate"}),
            f"/accounts/password/reset/key/{user_pk_to_url_str(user)}-outworn/",
        )
        wrong += look_at(at, f"/accounts/password/reset/key/{key}/", lands=False)
        wrong += look_at(at, "/nothing/here/", status=404)
        at.page.goto(f"{live_server.url}/accounts/login/")
        at.page.fill("[name=login]", "coordinator@example.org")
        at.page.fill("[name=password]", settings.DEMO_PASSWORD)
        at.page.press("[name=password]", "Enter")
        at.page.wait_for_url("**/2fa/authenticate/")
        wrong += look_at(at, "/accounts/2fa/authenticate/")

    assert wrong == [], "\n".join(wrong)


def test_the_pages_of_a_second_factor_are_whole(demo: None, chromium: Browser, live_server: LiveServer) -> None:
    user = User.objects.get(email="adviser@example.org")
    secret, key = give_app(user), give_key(user)
    give_codes(user)
    parameters = {name: [key.pk] for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")}

    with seat(chromium, live_server.url, who="adviser", code=six_figures(secret, timezone.now())) as at:
        wrong = look_at(
            at,
            *(reverse(name, args=parameters.get(name)) for name in WITH_A_PROOF),
            *(reverse(name) for name in ("mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "usersessions_list")),
        )
        wrong += look_at(at, "/reports/", status=403)

    assert wrong == [], "\n".join(wrong)


def test_the_pages_of_a_list_on_its_way_in_are_whole(demo: None, chromium: Browser, live_server: LiveServer) -> None:
    text = "Prénom;Nom;Né en;Langue\nYésica;Quispe;1990;es\nBlanche;;dix-neuf;fr\n"

    with seat(chromium, live_server.url, who="coordinator") as at:
        at.page.goto(f"{live_server.url}/clients/import/")
        at.page.set_input_files(
            "[type=file]", {"name": "liste.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")}
        )
        at.page.fill("[name=source]", "Permanence du jeudi")
        at.page.click("main form.sheet [type=submit]")
        at.page.wait_for_url("**/columns/")
        columns = urlsplit(at.page.url).path
        wrong = look_at(at, columns)
        at.page.click("main [type=submit]")
        at.page.wait_for_url(lambda url: not url.endswith("/columns/"))
        wrong += look_at(at, urlsplit(at.page.url).path)

    assert wrong == [], "\n".join(wrong)


def test_what_the_policy_refuses_is_reported(demo: None, chromium: Browser, live_server: LiveServer) -> None:
    """The control: a page with a style, a script or a picture of its own from elsewhere does not pass."""
    slipped_in = '<p style="color: red">x</p><script>window.x = 1</script><img src="https://example.org/x.png" alt="">'

    def slip_in(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</main>", f"{slipped_in}</main>"))

    with seat(chromium, live_server.url) as at:
        at.page.route("**/accounts/login/", slip_in)
        found = at.faults("/accounts/login/", LOOKS[0])[LOOKS[0]]

    refused = sorted(each.split()[4] for each in found if each.startswith("refused by the policy: "))
    assert refused == ["img-src", "script-src-elem", "style-src-attr"]
