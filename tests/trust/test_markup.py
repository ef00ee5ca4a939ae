"""What anybody may have written is shown as text and nothing else: 40 attacks in every text of the database."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Field
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from config.clean_text import CleanField
from config.staff.models import Team, User
from config.staff.policy import policy
from config.staff.roles import Role
from tests.conftest import FULL_SIZE
from tests.tables import history_open
from tests.trust.conftest import prove
from tests.trust.office import Office, every_address

type Desk = Callable[[User | None], Client]

# Each carries the word «zqx», by which what became of it is found again.
PAYLOADS = (
    "<script>alert('zqx')</script>",
    "<img src=x onerror=alert('zqx')>",
    "\"><img src=x onerror=alert('zqx')>",
    "'><svg onload=alert('zqx')>",
    "<svg/onload=alert('zqx')>",
    "<zqx>bold</zqx>",
    '"zqx="1',
    "' zqx='1",
    "\" onmouseover=alert('zqx') x=\"",
    "' onfocus=alert('zqx') autofocus '",
    "`onfocus=alert('zqx')`",
    "</title><script>alert('zqx')</script>",
    "</textarea><script>alert('zqx')</script>",
    "</script><script>alert('zqx')</script>",
    "</style><script>alert('zqx')</script>",
    "--><script>alert('zqx')</script>",
    "]]><script>alert('zqx')</script>",
    "</option></select><zqx>",
    "</a><a href=javascript:alert('zqx')>x</a>",
    "<iframe srcdoc=\"<script>alert('zqx')</script>\">",
    "<object data=javascript:alert('zqx')>",
    "<embed src=javascript:alert('zqx')>",
    "<form action=//zqx.example><button>x",
    "<base href=//zqx.example/>",
    "<meta http-equiv=refresh content=0;url=//zqx.example>",
    "<link rel=stylesheet href=//zqx.example>",
    "<style>@import '//zqx.example'</style>",
    "<math><mtext></form><form><mglyph><zqx>",
    "<details open ontoggle=alert('zqx')>",
    "<video><source onerror=alert('zqx')>",
    "<input autofocus onfocus=alert('zqx')>",
    "<template><zqx></template>",
    "{{ 7|add:7 }} zqx {% debug %}",
    "${alert('zqx')} #{7*7} <%= zqx %>",
    "\\u003cscript\\u003ealert('zqx')\\u003c/script\\u003e",
    "&lt;script&gt;alert('zqx')&lt;/script&gt;",
    "&#60;zqx&#62;",
    "%3Czqx%3E<zqx>",
    "＜script＞zqx＜/script＞",
    "<\u200bzqx><zqx\u2028onload=x>",
)
# For a column too short for them.
SHORT = ('"><zqx>', "'><zqx>", "<zqx>", "</a><zqx")
# Texts that break what takes a letter for a byte, or a line for a row.
ANY_UNICODE = (
    "\u202edetsrever\u202c \u2066zqx\u2069",
    "e\u0301" * 8 + "Z̴̡̛͔a҉lgo zqx",
    "👩🏽‍👩🏻‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 zqx",
    "𝕫𝕢𝕩 𐍈 𠜎 zqx",
    "فاطمة الزهراء zqx",
    "ﷺ﷽ ࿌ zqx",
    "zqx\u00a0\u2003\u3000\u200d x",
    "ǅ İ ı ſ ß ŉ zqx",
    "zqx; \"quoted\", 'single'\\ | \\n",
    "Ω≈ç√∫˜µ≤≥÷ zqx",
)


def texts() -> Iterator[Field]:
    """Every column that somebody can fill with words of their own."""
    for model in apps.get_models():
        yield from (field for field in model._meta.concrete_fields if isinstance(field, CleanField))


def fill(words: tuple[str, ...], turn: int) -> int:
    """Write one of the words into every text column of every row, past all forms; how many columns were filled.

    What must be unique stays so by its number. An address begins as one.
    """
    columns = 0
    connection.check_constraints()
    with history_open(), connection.cursor() as cursor:
        for column, field in enumerate(texts()):
            table, longest = field.model._meta.db_table, field.max_length or 10_000
            if longest < len(SHORT[0]) or (field.name == "email" and table.startswith("staff")):
                continue
            word = words[(column + turn) % len(words)]
            if len(word) + 8 > longest:
                word = SHORT[(column + turn) % len(SHORT)]
            if "URL" in type(field).__name__:
                word = f"https://example.org/{word}"
            if "Email" in type(field).__name__:
                word = f'"{word}"@example.org' if len(word) + 16 <= longest else '"<zqx>"@example.org'
            key = connection.ops.quote_name(field.model._meta.pk.column)
            name = connection.ops.quote_name(field.column)
            value = f"%s || CAST({key} AS VARCHAR(8))" if field.unique else "%s"
            cursor.execute(f"UPDATE {table} SET {name} = {value} WHERE {name} <> ''", [word])
            columns += cursor.rowcount > 0
    return columns


class Law(HTMLParser):
    """What a page may not hold: an element or an attribute that came from a text, or one that runs something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.broken: list[str] = []
        self.shown = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        if "zqx" in tag or any("zqx" in name for name in said):
            self.broken.append(self.get_starttag_text() or tag)
        if any(name.startswith("on") or name in {"style", "srcdoc"} for name in said):
            self.broken.append(self.get_starttag_text() or tag)
        if (
            tag == "script"
            and not (said.get("src") or "").startswith(("/static/", "/admin/jsi18n/"))
            and said.get("type") != "application/json"
        ):
            self.broken.append(self.get_starttag_text() or tag)
        if tag in {"base", "iframe", "object", "embed", "style"} or "http-equiv" in said:
            self.broken.append(self.get_starttag_text() or tag)
        for name in ("href", "src", "action", "formaction", "data"):
            where = (said.get(name) or "").strip().lower()
            if where.startswith(("javascript:", "data:text", "vbscript:", "//")):
                self.broken.append(self.get_starttag_text() or tag)

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        self.shown += "zqx" in data


def crawled(browser: Client, called: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every page that somebody may open, and the part that htmx gets of it."""
    for address in every_address(called):
        if not address.accepts("GET"):
            continue
        for headers in ({}, {"HX-Request": "true"}):
            response = browser.get(address.path, headers=headers)
            body = (b"".join(response) if response.streaming else response.content).decode(errors="replace")
            assert response.status_code < 500, f"{address.path} breaks: {response.status_code}"
            if response.headers.get("Content-Type", "").startswith("text/html"):
                yield address.path, body
    for where in (
        f"/clients/?q={quote(PAYLOADS[1])}",
        f"/where/?commune={quote(PAYLOADS[2])}",
        f"/{quote(PAYLOADS[0])}",
    ):
        yield where, browser.get(where).content.decode()


@pytest.mark.sized
@pytest.mark.parametrize("role", Role)
def test_what_was_written_is_shown_as_text_on_every_page(
    role: Role, office: Office, staff: dict[Role, User], desk: Desk
) -> None:
    """One turn writes each text once; forty turns write each of the forty into each."""
    browser, called = desk(staff[role]), dict(office.ours.called)
    shown = 0
    for turn in range(len(PAYLOADS)) if FULL_SIZE else [list(Role).index(role)]:
        prove(browser, staff[role])
        assert fill(PAYLOADS, turn) > 20
        for where, page in crawled(browser, called):
            law = Law(page)
            assert law.broken == [], where
            shown += law.shown
    assert shown > 20


@pytest.mark.sized
@pytest.mark.parametrize("role", Role)
def test_no_page_breaks_on_any_letter_of_any_script(
    role: Role, office: Office, staff: dict[Role, User], desk: Desk
) -> None:
    browser, called = desk(staff[role]), dict(office.ours.called)
    for turn in range(len(ANY_UNICODE)) if FULL_SIZE else [list(Role).index(role)]:
        prove(browser, staff[role])
        fill(ANY_UNICODE, turn)
        assert sum(Law(page).shown for _, page in crawled(browser, called)) > 20


@policy("cases.view_case")
def believes_a_name(request: HttpRequest) -> HttpResponse:
    name = Team.objects.latest("pk").name
    return HttpResponse(f"<p>{name}</p>")


urlpatterns = [path("believes/", believes_a_name, name="believes")]


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("payload", [one for one in PAYLOADS if "<" in one and "\\u" not in one and "{" not in one])
def test_control_a_page_that_believes_a_text_is_seen(payload: str, staff: dict[Role, User], desk: Desk) -> None:
    Team.objects.update(name=payload[:80])

    page = desk(staff[Role.ADVISER]).get("/believes/").content.decode()

    assert Law(page).broken != []
