"""Where else a person's name stands: in words about others, in the administration's log, in the histories.

The whole name, the telephone and the e-mail address are always taken out. A single word of the name is, only when it
points to nobody and nothing else: «Zwxqvomir» is, «Dupont» or «Parc» is not.

A short word («Li», «Ngo», «Sow») is too often an ordinary one: it is taken out only where somebody is called so, after
«Mme», «M.», «mevrouw», «famille»… or before the other name of the person.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.db.models import F, Model, Q

from cases.models import Client
from cases.names import words_of
from cases.search import Holds
from communes.models import Commune, Office
from config.clean_text import CleanField
from config.staff.models import Team, User

MARK = "—"
LONG_ENOUGH = 5  # letters of a word that can point to one person by itself
# How people are called in a note, before a name.
TITLES = (
    "m.", "mr", "monsieur", "mme", "madame", "mlle", "mademoiselle", "famille", "usager", "usagère", "cliente",
    "dhr", "heer", "meneer", "mevr", "mevrouw", "mw", "juffrouw", "familie", "gezin", "cliënt", "cliënte",
    "mrs", "ms", "miss", "family", "client",
)  # fmt: skip
APPS = ("cases", "communes", "staff")
# The columns that name their own row: another client, a colleague, a team, a place. Every other text is searched.
OWN_NAMES: dict[type[Model], set[str]] = {
    Client: {"given_name", "family_name", "email", "phone"},
    User: {"name", "email"},
    Team: {"name"},
    Commune: {"name_fr", "name_nl"},
    Office: {"name_fr", "name_nl", "address"},
}


@dataclass(frozen=True)
class Names:
    """What to look for: `whole` in any case, `single` words as they are written or in capitals."""

    whole: str
    single: str

    def taken_out(self, text: str) -> str:
        for pattern, flags in ((self.whole, re.IGNORECASE), (self.single, 0)):
            if pattern:
                text = re.sub(pattern, MARK, text, flags=flags)
        return text


def names_of(files: Iterable[Client]) -> Names:
    """What names the person of these files, which are all theirs."""
    whole, single, called = [], [], []
    keys = [file.pk for file in files]
    for file in files:
        if file.given_name and file.family_name:
            whole += [f"{file.given_name} {file.family_name}", f"{file.family_name} {file.given_name}"]
        whole += [file.email] if file.email else []
        rare = [word for word in re.findall(r"\w+", f"{file.given_name} {file.family_name}") if is_rare(word, keys)]
        single += [word for word in rare if len(word) >= LONG_ENOUGH]
        called += [word for word in rare if len(word) < LONG_ENOUGH]
    patterns = [rf"(?<!\w){re.escape(text)}(?!\w)" for text in dict.fromkeys(whole)]
    patterns += [dialled(file.phone) for file in files if file.phone]
    alone = [rf"(?:{any_of(single)})"] if single else []
    alone += [rf"(?:{any_of(TITLES)})\.?\s+(?:{any_of(called)})"] if called else []
    return Names("|".join(patterns), rf"(?<!\w)(?:{'|'.join(alone)})(?!\w)" if alone else "")


def any_of(words: Iterable[str]) -> str:
    """Each of the words as it is written, at the beginning of a sentence and in capitals."""
    spelled = (each for word in words for each in (word, word[:1].upper() + word[1:], word.upper()))
    return "|".join(map(re.escape, dict.fromkeys(spelled)))


def is_rare(word: str, keys: list[int]) -> bool:
    """Does this word point to the person alone: no other client, colleague, commune or office bears it?"""
    plain = " ".join(words_of(word))
    if len(plain) < 2:
        return False
    others: list[Any] = [
        *User.objects.values_list("name", flat=True),
        *Office.objects.values_list("name_fr", flat=True),
        *Office.objects.values_list("name_nl", flat=True),
        *Commune.objects.values_list("name_fr", flat=True),
        *Commune.objects.values_list("name_nl", flat=True),
    ]
    if any(plain in words_of(name) for name in others):
        return False
    bears_it = Holds(F("search_key"), [[f" {plain} "]])
    return not Client.objects.exclude(pk__in=keys).filter(bears_it).exists()


def dialled(phone: str) -> str:
    """A telephone number as people write it: with or without the country, with anything between the figures."""
    digits = re.sub(r"\D", "", phone)
    national = digits.removeprefix("32") if phone.startswith("+32") else digits
    return r"(?<!\d)(?:(?:\+|00)?32|0|\+|00)?[ ./()-]*" + r"[ ./()-]*".join(national.lstrip("0")) + r"(?!\d)"


def remarks() -> Iterator[tuple[type[Model], str]]:
    """Every column in which somebody may have written a name that is not its own subject."""
    yield from ((LogEntry, name) for name in ("object_repr", "change_message"))
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            own = OWN_NAMES.get(getattr(model, "instance_type", model), set())  # a row of a history is of its model
            texts = (field.name for field in model._meta.concrete_fields if isinstance(field, CleanField))
            yield from ((model, name) for name in texts if name not in own)


def mentions(names: Names) -> Iterator[tuple[type[Model], str, Any, str]]:
    """The texts that name the person: model, column, key and the text."""
    for model, column in remarks():
        wanted = Q()
        if names.whole:
            wanted |= Q(**{f"{column}__iregex": names.whole})
        if names.single:
            wanted |= Q(**{f"{column}__regex": names.single})
        if wanted:
            found = model._default_manager.filter(wanted).order_by("pk")
            yield from ((model, column, key, text) for key, text in found.values_list("pk", column))


def take_out(names: Names) -> int:
    """Put a mark in place of the person's name wherever it stands; in how many texts. Needs the door open."""
    texts = list(mentions(names))
    for model, column, key, text in texts:
        row = model._default_manager.filter(pk=key)
        try:
            with transaction.atomic():
                row.update(**{column: names.taken_out(text)})
        except IntegrityError:  # only the name told it apart from another one, and now its key does
            row.update(**{column: f"{MARK} {key}"})
    return len(texts)
