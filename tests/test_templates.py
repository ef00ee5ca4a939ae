"""The law of the templates: no script or style of their own, every word translated, no need of JavaScript."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template import Context, Engine, Origin, Template
from django.template.loader import get_template

from tests.conftest import UnknownVariableError

HOME = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(str(path.relative_to(HOME)) for path in HOME.rglob("*") if path.is_file())
# What Django itself asks for by name.
ASKED_BY_DJANGO = {"400.html", "403.html", "404.html", "500.html", "403_csrf.html", "429.html"}
# Words that are the same in every language.
SAME_EVERYWHERE = {"Sésame", "FR", "NL", "EN", "Français", "Nederlands", "English", "CSV", "XLSX"}
# The second half of one page, in a file of its own: it knows all that its page knows.
HALVES = {"communes/orientation.html"}

type Rule = Callable[[str], Iterator[str]]

TAG = re.compile(r"<[a-zA-Z](?:\{%.*?%\}|\{\{.*?\}\}|\"[^\"]*\"|'[^']*'|[^>\"'])*>", re.DOTALL)


def tags(source: str) -> list[str]:
    """The HTML tags of a template, without what stands in quotes inside its own tags."""
    return TAG.findall(source)


def without_comments(source: str) -> str:
    source = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", source, flags=re.DOTALL)
    return re.sub(r"\{#.*?#\}", "", source)


def no_script_or_style_of_its_own(source: str) -> Iterator[str]:
    """The Content-Security-Policy would refuse them, in silence."""
    for tag in tags(source):
        data = 'type="application/json"' in tag  # which no browser runs
        if tag.startswith("<style") or (tag.startswith("<script") and "src=" not in tag and not data):
            yield tag
        if re.search(r"\s(style|on\w+)\s*=", tag) or re.search(r"=\s*[\"']?\s*javascript:", tag):
            yield tag


def nothing_is_declared_safe(source: str) -> Iterator[str]:
    yield from re.findall(r"\|\s*safe(?:seq)?\b|\{% autoescape off %\}", source)


def every_word_is_translated(source: str) -> Iterator[str]:
    """What stands between two tags, or in an attribute that is read out, is a translation or a variable."""
    source = re.sub(r"<script type=\"application/json\".*?</script>", "", source, flags=re.DOTALL)
    source = re.sub(r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|&\w+;|<!doctype html>|<!--.*?-->", " ", source, flags=re.DOTALL)
    read_out = re.findall(r"\s(?:aria-label|aria-description|placeholder|title|alt)=\"([^\"]*)\"", source)
    between = re.sub(r"<[^>]*>", "\n", source)
    words = re.findall(r"[^\W\d_]{2,}", "\n".join([*read_out, between]))
    yield from (word for word in words if word not in SAME_EVERYWHERE)


def all_works_without_javascript(source: str) -> Iterator[str]:
    """htmx adds: whatever it fetches or sends has an address that works without it."""
    for tag in tags(source):
        if re.search(r"\shx-(get|post|put|patch|delete)=", tag) and not re.search(r"\s(href|action|formaction)=", tag):
            yield tag


def a_form_that_changes_something_has_its_token(source: str) -> Iterator[str]:
    for form in re.findall(r"<form\b.*?</form>", source, flags=re.DOTALL):
        if re.search(r"method=[\"']?post", form) and "{% csrf_token %}" not in form:
            yield form.partition(">")[0]


def a_part_gets_what_it_is_given(source: str) -> Iterator[str]:
    """An included part sees what the include hands over, and no more: {% include … only %}."""
    for part, name in re.findall(r"(\{% include \"(.*?)\".*?%\})", source):
        if not part.endswith(" only %}") and not name.startswith("admin/") and name not in HALVES:
            yield part


BREACHES: dict[Rule, list[str]] = {
    no_script_or_style_of_its_own: [
        "<style>p { color: red }</style>",
        "<script>alert(1)</script>",
        '<p style="color: red">x</p>',
        '<button class="{% if a > b %}x{% endif %}" onclick="go()">x</button>',
        '<a href="javascript:go()">x</a>',
    ],
    nothing_is_declared_safe: ["{{ note|safe }}", "{% autoescape off %}{{ note }}{% endautoescape %}"],
    every_word_is_translated: [
        "<p>Log a visit</p>",
        '<input aria-label="Search">',
        "<p>{{ count }} cases</p>",
        "{% if late %}late{% endif %}",
    ],
    all_works_without_javascript: ['<a hx-get="/cases/">x</a>', '<div hx-post="/cases/">x</div>'],
    a_form_that_changes_something_has_its_token: ['<form method="post" action="/cases/"><input></form>'],
    a_part_gets_what_it_is_given: ['{% include "includes/icon.html" with name="leave" %}'],
}


@pytest.mark.parametrize("rule", BREACHES, ids=lambda rule: rule.__name__)
def test_the_templates_keep_the_law(rule: Rule) -> None:
    broken = [
        f"{name}: {what}" for name in NAMES if name.endswith(".html")
        for what in rule(without_comments((HOME / name).read_text()))
    ]  # fmt: skip

    assert broken == []


@pytest.mark.parametrize(
    ("rule", "source"),
    [(rule, source) for rule, sources in BREACHES.items() for source in sources],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_control_a_template_that_breaks_the_law_is_seen(rule: Rule, source: str) -> None:
    assert list(rule(source))


@pytest.mark.parametrize("name", NAMES)
def test_the_template_is_well_formed(name: str) -> None:
    get_template(name)


def test_no_template_lies_about_unused() -> None:
    """Each is named by a view or another template, or takes the place of one of a package."""
    root = Path(settings.BASE_DIR)
    sources = [path for app in ("cases", "communes", "config", "templates") for path in (root / app).rglob("*")]
    text = "\n".join(path.read_text() for path in sources if path.suffix in {".py", ".html", ".txt"})
    packages = [
        Path(app.path) / "templates"
        for app in apps.get_app_configs()
        if app.name.split(".")[0] not in ("cases", "communes", "config")
    ]

    unused = [
        name
        for name in NAMES
        if f'"{name}"' not in text and f'"{name}#' not in text and name not in ASKED_BY_DJANGO
        and not any((package / name).exists() for package in packages)
    ]  # fmt: skip

    assert unused == []


def test_control_a_variable_that_no_view_gives_fails_the_page() -> None:
    ours = Origin(str(HOME / "cases" / "case.html"), template_name="cases/case.html")
    theirs = Origin("/site-packages/admin/base.html", template_name="admin/base.html")
    engine = Engine(string_if_invalid=settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"])

    with pytest.raises(UnknownVariableError, match=r"cases/case\.html: nobody"):
        Template("{{ nobody }}", ours, engine=engine).render(Context())
    assert Template("{{ nobody }}", theirs, engine=engine).render(Context()) == ""
