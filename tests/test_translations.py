"""Sésame speaks French and Dutch as well as English: every sentence of the code and the templates is in both."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LOCALE = Path("config") / "locale"
LANGUAGES = ["fr", "nl"]  # English is the language of the msgids
SOURCES = ["manage.py", "config", "communes", "cases", "templates"]

pytestmark = [
    pytest.mark.skipif(
        not (ROOT / LOCALE / "fr").exists(),
        reason="there are no catalogues yet: `make messages` writes them",
    ),
    pytest.mark.skipif(
        shutil.which("xgettext") is None and "CI" not in os.environ,
        reason="xgettext is not installed (Debian: apt-get install gettext)",
    ),
]


def extracted(root: Path) -> dict[str, Catalog]:
    """The catalogues of a copy of the code, after `make messages` in that copy."""
    locales = [word for language in LANGUAGES for word in ("--locale", language)]
    subprocess.run(
        [
            sys.executable,
            "manage.py",
            "makemessages",
            *locales,
            "--no-wrap",
            "--add-location",
            "file",
            "--verbosity",
            "0",
        ],
        cwd=root,
        env=os.environ | {"DEBUG": "1", "DATABASE_URL": "sqlite://:memory:"},
        check=True,
    )
    return {language: catalogue(root, language) for language in LANGUAGES}


def catalogue(root: Path, language: str) -> Catalog:
    with (root / LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sesame")
    for source in SOURCES:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, home / source, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "data"))
        else:
            shutil.copy(ROOT / source, home / source)
    return home


@pytest.fixture(scope="module")
def catalogues(copy: Path) -> dict[str, Catalog]:
    return extracted(copy)


def texts(message: Message) -> list[str]:
    """The translations of a message: one, or one for each plural form."""
    return list(message.string) if isinstance(message.string, (list, tuple)) else [message.string]


def source(message: Message) -> str:
    return message.id[-1] if isinstance(message.id, (list, tuple)) else message.id


def missing(found: Catalog) -> list[str]:
    return [source(message) for message in found if message.id and (message.fuzzy or not all(texts(message)))]


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}", text))


def tags(text: str) -> list[str]:
    return sorted(re.findall(r"</?\w+", text))


def typed(language: str, text: str) -> bool:
    """Has it a straight apostrophe, or, in French, a sign that the end of a line may part from its word?"""
    return re.search("'|« |(?<!\u00a0)»| [:;?!]" if language == "fr" else "'", text) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str, catalogues: dict[str, Catalog]) -> None:
    assert missing(catalogues[language]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_gaps_and_the_markup_of_its_sentence(
    language: str, catalogues: dict[str, Catalog]
) -> None:
    wrong = [
        source(message)
        for message in catalogues[language]
        if message.id and not message.fuzzy and any(
            # A singular may write «one» for its number.
            not placeholders(text) <= placeholders(source(message))
            or (len(texts(message)) == 1 and placeholders(text) != placeholders(source(message)))
            or tags(text) != tags(source(message))
            for text in texts(message) if text
        )
    ]  # fmt: skip

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_begins_and_ends_like_its_sentence(language: str, catalogues: dict[str, Catalog]) -> None:
    wrong = [
        source(message)
        for message in catalogues[language]
        if message.id and not message.fuzzy and any(
            (text[0] == " ", text[-1] in " \n", text[-1] == ".")
            != (source(message)[0] == " ", source(message)[-1] in " \n", source(message)[-1] == ".")
            for text in texts(message) if text
        )
    ]  # fmt: skip

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_signs_are_those_of_a_printed_page(language: str, catalogues: dict[str, Catalog]) -> None:
    found = [
        text for message in catalogues[language] if message.id for text in texts(message) if typed(language, text)
    ]

    assert found == []


def test_control_a_typed_sign_is_seen() -> None:
    typewritten = ["l'usager", "« usager\u00a0»", "Où ?", "«\u00a0usager »"]
    printed = ["l’usager", "«\u00a0usager\u00a0»", "Où\u00a0?", "10:12"]

    assert [typed("fr", text) for text in typewritten + printed] == [True] * 4 + [False] * 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_in_the_repository_is_the_one_that_was_extracted(
    language: str, catalogues: dict[str, Catalog]
) -> None:
    kept = {message.id for message in catalogue(ROOT, language)}

    assert {message.id for message in catalogues[language]} - kept == set()


def test_control_a_sentence_without_translation_is_missed(copy: Path, catalogues: dict[str, Catalog]) -> None:
    new = copy / "templates" / "new.html"
    new.write_text('{% translate "A sentence nobody has translated" %}')
    try:
        found = extracted(copy)
    finally:
        new.unlink()

    assert all("A sentence nobody has translated" in missing(found[language]) for language in LANGUAGES)
