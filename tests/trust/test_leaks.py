"""What somebody types stays in its place: in no log, session, redirect, error page, temporary file or other table."""

import io
import logging
import logging.config
import pickle
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.db import DataError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from cases.models import Client as Person
from config.staff.log import PlainFormatter
from config.staff.models import User
from config.staff.policy import policy
from config.staff.roles import Role
from tests.factories import a_client
from tests.trust.conftest import undone
from tests.trust.forms_of_a_page import Form, forms_on
from tests.trust.office import Address, Office, every_address

type Desk = Callable[[User | None], Client]

NAME, PHONE, EMAIL, SECRET = "Quintaliotte", "0479 61 83 27", "zq7731@quintal.example", "Rumpelstilz-9917-kaboom"
# How each would look in a log, an address or a pickle.
MARKS = (NAME, "quintaliotte", PHONE, "479618327", quote(PHONE), quote_plus(PHONE), "zq7731", SECRET)
# Where a text belongs: a client's file, the words about them, a list's own name, public facts, who is of the staff.
ITS_PLACE = re.compile(
    r"^(cases_(client(_search\w*)?|visit|note|savedview)|communes_\w+|staff_(user|team|historicaluser|historicalteam))$"
)
# The log of the administration names the row that was changed: these fields are the name of a public thing.
NAMES_A_PUBLIC_THING = re.compile(r"^(name|name_fr|name_nl|label_\w+|code|slug|email|reason|aliases|nis)$")


class Capture:
    """Everything that was said outside the pages."""

    def __init__(self) -> None:
        self.log = io.StringIO()
        self.redirects: list[str] = []
        self.error_pages: list[str] = []
        self.cookies: list[str] = []

    def note(self, response: HttpResponse, *, posted: bool) -> None:
        if posted:
            self.redirects.append(response.headers.get("Location", ""))
        if response.status_code == 405 or "error.html" in [template.name for template in response.templates]:
            self.error_pages.append(response.content.decode(errors="replace"))
        self.cookies.append(response.cookies.output())
        if waiting := response.cookies.get(CookieStorage.cookie_name):  # messages lie packed in theirs
            unpacked = CookieStorage(HttpRequest())._decode(waiting.value) or []
            self.cookies.append(" ".join(str(message) for message in unpacked))


@pytest.fixture
def capture() -> Iterator[Capture]:
    """All loggers write to one buffer, through the very formatter and levels of production."""
    said, loggers = Capture(), deepcopy(settings.LOGGING)
    loggers["formatters"]["plain"]["quote"] = False
    for handler in loggers["handlers"].values():
        handler["stream"] = said.log
    root, handlers = logging.getLogger(), logging.getLogger().handlers[:]
    logging.config.dictConfig(loggers)
    yield said
    logging.config.dictConfig(settings.LOGGING)
    root.handlers[:] = handlers


def stored() -> Iterator[tuple[str, str]]:
    """Every row of every table where such a text does not belong; sessions opened, for they are packed."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not ITS_PLACE.match(table):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                yield from ((table, repr(row)) for row in cursor.fetchall())
        cursor.execute("SELECT session_data FROM django_session")
        packed = [row[0] for row in cursor.fetchall()]
    from django.contrib.sessions.backends.db import SessionStore

    yield from (("django_session", repr(SessionStore().decode(data))) for data in packed)


def leaks(capture: Capture) -> list[str]:
    """Where a mark was found."""
    places = [
        *(("a log", line) for line in capture.log.getvalue().splitlines()),
        *(("a redirect", where) for where in capture.redirects),
        *(("an error page", page) for page in capture.error_pages),
        *(("a cookie", cookie) for cookie in capture.cookies),
        *stored(),
        ("the cache", repr([pickle.loads(value) for value in cache._cache.values()])),
        *(
            (f"the file {file.name}", file.name + file.read_bytes().decode(errors="replace"))
            for file in Path(tempfile.gettempdir()).rglob("*")
            if file.is_file() and file.name != "test.sqlite3"
        ),
    ]
    return [
        f"{place}: …{text[max(at - 100, 0) : at + 100]}…"
        for place, text in places
        for mark in MARKS
        if (at := text.find(mark)) >= 0
    ]


def said_to(name: str, kind: str, *, administration: bool) -> str | None:
    """What is typed into a field; None to leave it as it is."""
    if administration and NAMES_A_PUBLIC_THING.match(name):
        return "Watermael" if kind in {"text", "textarea"} else None
    match kind:
        case "password":
            return SECRET
        case "email":
            return EMAIL
        case "tel":
            return PHONE
        case "url":
            return f"https://example.org/{NAME}"
        case _ if name in {"minutes", "amount", "code", "valid_from_0", "postal_code", "time", "birth_year"}:
            return None
    return f"{NAME} {PHONE} {EMAIL}" if kind == "textarea" else NAME


def typed(form: Form, *, administration: bool) -> dict[str, str]:
    said = {name: said_to(name, kind, administration=administration) for name, kind in form.texts()}
    return form.fields | {name: value for name, value in said.items() if value is not None}


EVERY_FIELD = {
    **dict.fromkeys(("q", "who", "given_name", "family_name", "speaks", "note", "text", "name", "reason"), NAME),
    **dict.fromkeys(("email", "login"), EMAIL),
    **dict.fromkeys(("password", "password1", "password2", "oldpassword", "code", "credential"), SECRET),
    **dict.fromkeys(("phone", "client", "case", "to", "key", "assignee", "office", "team", "version"), PHONE),
}


def use(
    browser: Client, addresses: list[Address], capture: Capture, *, each: Callable[[], AbstractContextManager[None]]
) -> None:
    """Type into every form of every page and send it; then send every field one can think of to every address."""

    def post(where: str, data: dict[str, str]) -> None:
        with each():
            capture.note(browser.post(where, data), posted=True)

    for address in addresses:
        if address.name in {"account_logout", "usersessions_list", "set_language"}:
            continue
        administration = address.name.startswith("admin:")
        page = browser.get(address.path)
        capture.note(page, posted=False)
        html = (b"".join(page) if page.streaming else page.content).decode(errors="replace")
        for form in forms_on(html, at=address.path):
            if "logout" not in form.action and "language" not in form.action:
                post(form.action, typed(form, administration=administration))
        if address.accepts("POST") and not administration:
            post(address.path, EVERY_FIELD)
        capture.note(browser.get(address.path, {"q": NAME, "who": PHONE, "before": EMAIL, "sort": NAME}), posted=False)


def lose_the_way(browser: Client, capture: Capture) -> None:
    """Wrong addresses, broken requests."""
    for mark in (NAME, PHONE, EMAIL, SECRET):
        for where in (
            "/{}/",
            "/clients/{}/",
            "/cases/{}/",
            "/calendar/{}.ics",
            "/admin/{}/",
            "/visits/{}/",
            "/static/{}",
        ):
            for method in ("GET", "POST", "PUT", "OPTIONS"):
                capture.note(browser.generic(method, where.format(quote(mark))), posted=False)
        for headers in (
            {"Host": f"{SECRET}.example"},
            {"Cookie": f"sessionid={mark.encode('ascii', 'ignore').decode()}"},
            {"Referer": f"https://example.org/?q={mark}"},
            {"Content-Type": f"multipart/form-data; boundary={SECRET}"},
        ):
            response = Client(raise_request_exception=False).get("/clients/", headers=headers)
            capture.note(response, posted=False)
        browser.post("/visits/new/", mark.encode(), content_type="multipart/form-data; boundary=x")
        browser.post("/visits/new/", f'{{"note": "{mark}"}}', content_type="application/json")
        strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
        for headers in ({}, {"Origin": f"https://{SECRET}.example"}, {"Referer": f"https://x.example/{NAME}"}):
            response = strict.post(
                "/accounts/login/", {"login": EMAIL, "password": SECRET}, headers=headers, secure=True
            )
            capture.note(response, posted=True)


def breaking(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """The database refuses to write, and says what it was given, as databases do."""
    if re.match(r"(INSERT|UPDATE)[^a-z]+(cases_(?!access)|communes|staff_(user|team))", sql):
        raise DataError(f"value too long: {params}")
    return execute(sql, params, many, context)


@pytest.mark.parametrize("who", [*Role, None], ids=[*Role, "nobody"])
def test_what_was_typed_everywhere_is_found_nowhere_but_in_its_place(
    who: Role | None, office: Office, staff: dict[Role, User], desk: Desk, capture: Capture,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    browser, addresses = desk(staff[who] if who else None), list(every_address(office.ours.called))

    with undone(), connection.execute_wrapper(breaking):
        use(browser, addresses, capture, each=undone)
    use(browser, addresses, capture, each=nullcontext)
    lose_the_way(browser, capture)

    told = capsys.readouterr()
    found = leaks(capture)
    assert found == [], "\n".join(found)
    assert [mark for mark in MARKS if mark in told.out + told.err] == []
    log = capture.log.getvalue()
    assert '"status": 404' in log
    assert '"status": 500' in log or who is None
    # What may be kept was kept: the forms were truly filled in.
    if who in {Role.ADVISER, Role.COORDINATOR}:
        assert Person.objects.filter(family_name=NAME).exists()


def test_what_is_said_after_a_gesture_between_two_people_names_neither(
    office: Office, desk: Desk, capture: Capture
) -> None:
    browser, one = desk(office.ours.adviser), office.ours.client
    other = a_client(team=one.team)
    Person.objects.filter(pk__in=(one.pk, other.pk)).update(given_name=NAME, family_name=NAME)

    for gesture in ("tell_apart", "take_back", "household", "leave_household"):
        where = reverse(f"cases:{gesture}", args=[one.reference])
        capture.note(browser.post(where, {"other": other.reference}), posted=True)

    said = " ".join(capture.cookies)
    assert leaks(capture) == []
    assert f"Noted: {other.reference} is another person." in said
    assert f"Noted: {one.reference} and {other.reference} live together." in said
    assert f"Noted: {other.reference} left the household." in said


@policy("cases.view_case", methods=("GET", "HEAD", "POST"))
def forgetful(request: HttpRequest) -> HttpResponse:
    """Does with what was typed all that a page must not."""
    name = request.POST.get("q", "")
    if not name:
        return HttpResponse()
    request.session["last-search"] = name
    messages.success(request, f"searched {name}")
    cache.set("last-search", name)
    logging.getLogger("sesame.request").info("searched %s", name)
    logging.getLogger("cases.search").warning("found nobody called %s", name)
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write(name)
    return HttpResponse(status=302, headers={"Location": f"/clients/?q={name}"})


urlpatterns = [path("forgetful/", forgetful, name="forgetful")]


def test_control_every_leak_is_seen(staff: dict[Role, User], desk: Desk, capture: Capture) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        use(desk(staff[Role.ADVISER]), list(every_address({})), capture, each=nullcontext)

    found = {leak.partition(":")[0] for leak in leaks(capture)}
    for file in Path(tempfile.gettempdir()).glob("tmp*"):
        file.unlink()

    assert {re.sub(r" tmp\w+$", "", place) for place in found} == {
        "a log", "a redirect", "a cookie", "django_session", "the cache", "the file",
    }  # fmt: skip


def test_control_the_words_of_an_error_would_be_told_by_a_plain_log(capture: Capture) -> None:
    told = []
    for quotes in (True, False):
        try:
            raise DataError(f"value too long: {NAME}")
        except DataError as error:
            record = logging.LogRecord(
                "x", logging.ERROR, "", 1, "broke", (), (type(error), error, error.__traceback__)
            )
        told.append(NAME in PlainFormatter(quote=quotes).format(record))

    assert told == [True, False]
