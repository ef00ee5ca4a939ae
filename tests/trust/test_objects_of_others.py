"""What belongs to another team is, for who asks, exactly what does not exist: same status, same words, same work."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.test import Client as Browser
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

from cases.models import Case
from config.staff.models import User
from config.staff.policy import policy
from tests.conftest import FULL_SIZE
from tests.trust.conftest import undone
from tests.trust.office import NOBODY, Office, every_address

type Desk = Callable[[User | None], Browser]

# What differs each time: the token of a form, the key by which a visit is logged once, the reference of an error page.
CHANGES_EACH_TIME = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|name="key" value="[0-9a-f-]{36}"|\b[0-9a-f]{12}\b'
)
# What an address says after its question mark, or a form in its body, about an object: (name of the address, field).
IN_THE_QUESTION: dict[tuple[str, str], str] = {
    ("cases:clients", "before"): "client",
    ("cases:visits", "before"): "visit",
    ("cases:cases", "before"): "case",
    ("cases:cases", "after"): "case",
    ("cases:new_visit", "case"): "case",
    ("cases:new_visit", "client"): "client",
    ("cases:new_case", "client"): "client",
    ("cases:new_case", "follows"): "case",
    ("cases:handout", "lang"): "case",
}
IN_THE_FORM: dict[tuple[str, str], str] = {
    ("cases:clients", "q"): "client",
    ("cases:new_case", "q"): "client",
    ("cases:new_visit", "client"): "client",
    ("cases:new_visit", "who"): "client",
    ("cases:correct_visit", "client"): "client",
    ("cases:similar_clients", "given_name"): "client",
}


@dataclass(frozen=True)
class Answer:
    """What a request brings, without what differs for everybody; and how many queries it took."""

    status: int
    headers: Mapping[str, str]
    body: str
    queries: int


def ask(browser: Browser, method: str, where: str, typed: Iterable[str], data: Any = None, **headers: str) -> Answer:
    """The words of the request itself stand as «THIS» in the answer, which may give them back."""
    with undone(), CaptureQueriesContext(connection) as queries:
        if data is None:
            response = browser.generic(method, where, headers=headers)
        else:
            response = (browser.get if method == "GET" else browser.post)(where, data, headers=headers)
        body = (b"".join(response) if response.streaming else response.content).decode(errors="replace")
    headers_told = {
        name: without(typed, value.replace(quote(where, safe=""), "HERE")) for name, value in response.headers.items()
    }
    told = {name: value for name, value in headers_told.items() if name not in {"Content-Length", "Set-Cookie"}}
    plain = CHANGES_EACH_TIME.sub("…", without(typed, body))
    return Answer(response.status_code, told, plain, len(queries))


def without(typed: Iterable[str], text: str) -> str:
    """A number is too short to be told from others, and no page repeats it."""
    for word in typed:
        text = text.replace(word, "THIS") if len(word) > len("999999") else text
    return text


def differences(
    browser: Browser, theirs: Mapping[str, str], nobodys: Mapping[str, str], method: str, **headers: str
) -> list[str]:
    """The addresses that say something else for the other team's object than for nobody's."""
    told = []
    for one, other in zip(every_address(theirs), every_address(nobodys), strict=True):
        if one.path == other.path or not one.accepts(method) or one.name in BY_ITS_OWN_PROOF:
            continue
        a = ask(browser, method, one.path, gaps_of(one.path, other.path), **headers)
        b = ask(browser, method, other.path, gaps_of(other.path, one.path), **headers)
        if a != b:
            told.append(f"{method} {one.name}: {a} is told from {b}")
    return told


# The link of a mail: whoever holds it is nobody's colleague yet. See tests/staff/test_invitations.py. And the secret
# of a calendar belongs to whoever knows it: a revoked one is asked for below.
BY_ITS_OWN_PROOF = {"account_reset_password_from_key", "cases:calendar_file"}


def gaps_of(this: str, other: str) -> list[str]:
    """The words by which two addresses differ."""
    return [a for a, b in zip(this.split("/"), other.split("/"), strict=True) if a != b]


@pytest.mark.django_db
def test_what_every_address_names_is_said_so_that_it_is_asked_for_in_every_team() -> None:
    assert list(every_address(NOBODY))


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_the_object_of_another_team_is_a_missing_one(
    method: str, headers: dict[str, str], office: Office, desk: Desk
) -> None:
    assert differences(desk(office.ours.adviser), office.theirs.called, NOBODY, method, **headers) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_so_it_is_beside_an_object_of_ones_own(method: str, office: Office, desk: Desk) -> None:
    """An address that names two: the first is one's own."""
    ours = dict(office.ours.called)
    theirs = ours | {"other_client": office.theirs.called["client"]}
    nobodys = ours | {"other_client": NOBODY["other_client"]}

    assert differences(desk(office.ours.adviser), theirs, nobodys, method) == []


@pytest.mark.parametrize(("name", "field"), IN_THE_QUESTION, ids=lambda part: part)
def test_what_a_question_names_in_another_team_is_missing_too(
    name: str, field: str, office: Office, desk: Desk
) -> None:
    browser, what = desk(office.ours.adviser), IN_THE_QUESTION[name, field]
    where = next(address.path for address in every_address(office.ours.called) if address.name == name)
    # What is followed is a case of a client whom one may see.
    beside = {"client": office.ours.client.reference} if field == "follows" else {}

    theirs, nobodys = (
        ask(browser, "GET", where, [called[what]], beside | {field: called[what]})
        for called in (office.theirs.called, NOBODY)
    )

    assert theirs == nobodys


@pytest.mark.parametrize(("name", "field"), IN_THE_FORM, ids=lambda part: part)
def test_what_a_form_names_in_another_team_is_missing_too(name: str, field: str, office: Office, desk: Desk) -> None:
    browser, what = desk(office.ours.adviser), IN_THE_FORM[name, field]
    where = next(address.path for address in every_address(office.ours.called) if address.name == name)
    said = {"topic": "other", "key": "11111111-1111-4111-8111-111111111111"}

    theirs, nobodys = (
        ask(browser, "POST", where, [called[what]], {**said, field: called[what]})
        for called in (office.theirs.called, NOBODY)
    )

    assert theirs == nobodys


def test_the_addresses_that_find_by_name_find_nobody_of_another_team(office: Office, desk: Desk) -> None:
    browser, theirs = desk(office.ours.adviser), office.theirs
    theirs.client.given_name, theirs.client.family_name = "Oluwaseun", "Adébáyọ̀"
    theirs.client.search_key = theirs.client.key()
    theirs.client.save()

    for address in every_address(office.ours.called):
        for field in ("q", "who", "given_name", "family_name"):
            if address.accepts("POST"):
                with undone():
                    response = browser.post(address.path, {field: "Oluwaseun"})
                    page = (b"".join(response) if response.streaming else response.content).decode()
                assert theirs.client.reference not in page, (address.name, field)
                assert "Adébáyọ̀" not in page, (address.name, field)


def test_no_page_of_ours_shows_anything_of_the_other_team(office: Office, desk: Desk) -> None:
    browser = desk(office.ours.adviser)
    hidden = [office.theirs.called[what] for what in ("client", "case", "visit", "secret")]

    for address in every_address(office.ours.called):
        with undone():
            response = browser.get(address.path)
            page = (b"".join(response) if response.streaming else response.content).decode(errors="replace")
        assert [what for what in hidden if what in page] == [], address.name


def test_a_revoked_secret_and_one_of_a_disabled_colleague_are_missing_ones(office: Office, desk: Desk) -> None:
    browser, secret = desk(None), office.theirs.called["secret"]
    assert browser.get(f"/calendar/{secret}.ics").status_code == 200
    never = ask(browser, "GET", f"/calendar/{NOBODY['secret']}.ics", [NOBODY["secret"]])

    User.objects.filter(pk=office.theirs.adviser.pk).update(is_active=False)
    disabled = ask(browser, "GET", f"/calendar/{secret}.ics", [secret])

    assert (disabled.status, disabled.body, disabled.headers) == (never.status, never.body, never.headers)


@policy("cases.view_case")
def tells_apart(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_object_or_404(Case, reference=reference)
    found = Case.objects.visible_to(request.user).filter(pk=case.pk).exists()  # type: ignore[misc]
    return HttpResponse("yours" if found else "not yours", status=200 if found else 403)


urlpatterns = [path("cases/<str:reference>/", tells_apart, name="leak")]


def test_control_a_page_that_refuses_what_exists_and_misses_what_does_not_is_seen(office: Office, desk: Desk) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        told = differences(desk(office.ours.adviser), office.theirs.called, NOBODY, "GET")

    assert [line.partition(":")[0] for line in told] == ["GET leak"]


def everything_asked(office: Office) -> Iterator[str]:
    yield from (address.path for address in every_address(office.ours.called) if address.names_an_object)


def test_control_ones_own_objects_open(office: Office, desk: Desk) -> None:
    browser = desk(office.ours.adviser)
    codes = {path: browser.get(path).status_code for path in everything_asked(office)}

    assert [path for path, code in codes.items() if code == 404] == []
    assert FULL_SIZE or len(codes) > 20
