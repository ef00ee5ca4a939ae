"""Finding a file again: by a name however it is spelled, a number, an address, or a reference.

A search is a list of things that must all be there, each in one of several spellings; the database looks them up in
its indexes of words and of trigrams (see the migration 0003), and what it finds, some hundreds of files, is then put
in order here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Lookup, OuterRef, Q
from django.db.models.functions import Coalesce

from cases.models import Client, Member, TwoPeople
from cases.models.client import ClientQuerySet
from cases.names import PARTICLES, sound, sounds, words_of
from cases.planner import without
from config.staff.models import User

CANDIDATES = 400
RESEMBLING = 200
SHOWN = 50
REFERENCE = re.compile(r"\s*([a-z]{1,3})[\s._-]*(20\d\d)[\s._-]*(\d{1,7})\s*", re.IGNORECASE)
NUMBER = re.compile(r"[\d\s+().\/-]+")

type Spellings = list[str]


@dataclass(frozen=True)
class Found:
    """The files found, the best first. `more`: there are others; another word of the name would tell them apart."""

    clients: list[Client]
    more: bool


class Holds(Lookup[Any]):
    """`search_key__holds=[["khoury", " 0kr "], ["georges"]]`: one spelling of each must be there."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """A whole word is looked up in the index of words, any other spelling in that of trigrams."""
        column, params = self.process_lhs(compiler, connection)
        escaped = connection.ops.prep_for_like_query
        each, values = [], []
        for spellings in self.rhs:
            whole = [spelling[1:-1] for spelling in spellings if is_word(spelling)]
            parts = [f"%{escaped(spelling)}%" for spelling in spellings if not is_word(spelling)]
            ways = [f"string_to_array({column}, ' ') @> ARRAY[%s]"] * len(whole) + [f"{column} LIKE %s"] * len(parts)
            each.append(f"({' OR '.join(ways)})")
            for value in whole + parts:
                values += [*params, value]
        return " AND ".join(each), values

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The trigram table is another one there: its row is the client's."""
        key = compiler.quote_name(self.lhs.alias) + ".id"
        quoted = [[f'"{spelling.replace('"', '""')}"' for spelling in spellings] for spellings in self.rhs]
        match = " AND ".join(f"({' OR '.join(spellings)})" for spellings in quoted)
        return f"{key} IN (SELECT rowid FROM cases_client_search WHERE cases_client_search MATCH %s)", [match]  # noqa: S608 (a column name of ours)


def is_word(spelling: str) -> bool:
    """Between spaces, as every word of a key stands: nothing of it lies before or behind."""
    return spelling[0] == spelling[-1] == " " and " " not in spelling[1:-1]


Client._meta.get_field("search_key").register_lookup(Holds)


def find(
    text: str,
    clients: ClientQuerySet,
    *,
    by: User | None = None,
    shown: int = SHOWN,
    files: ClientQuerySet | None = None,
) -> Found:
    """The files among `clients` that a search means, the likeliest first; nothing for a text that says nothing.

    `by`: whose search it is. `files`: how those found are read, unless as rows of a table.
    """
    rows = candidates(text, clients, by=by)
    words = words_of(text)
    best = sorted(rows, key=lambda row: (*closeness(row[1], words), row[1], row[0]))[:shown]
    # They were among `clients` a moment ago: who may see them is not found out twice.
    by_pk = (Client.objects.for_table() if files is None else files).in_bulk([pk for pk, _key in best])
    return Found([by_pk[pk] for pk, _key in best], more=len(rows) > shown)


def candidates(text: str, clients: ClientQuerySet, *, by: User | None = None) -> list[tuple[int, str]]:
    """The key and what it is found by of the files that may be meant, by hundreds at most.

    A short name is part of more names than can be put in order («Ali» is in Khalid and in Alina), so the files that
    hold the very words come first, then those that hold what was typed, then those that sound like it; and of those
    that are many still, the ones of the team of who asks.
    """
    found: dict[int, str] = {}
    rings = [clients]
    if by and by.team_id and not by.has_perm("cases.see_every_team"):
        # Often enough, and then nobody asks which of the others' files this person follows. Not a bare column: of an
        # index PostgreSQL would read all that team's files.
        own = clients.alias(own=Coalesce("team_id", 0)).filter(own=by.team_id)
        rings.insert(0, own)
    # A name that is wrongly expected in many files would be looked for in all of them, one by one: in an index it is
    # found at once.
    with without("seqscan"):
        for ways in wider_and_wider(text):
            for some in rings if ways else ():
                if len(found) <= CANDIDATES:
                    rows = some.filter(search_key__holds=ways).order_by().values_list("pk", "search_key")
                    found |= dict(rows[: CANDIDATES + 1])
    return list(found.items())


def wider_and_wider(text: str) -> list[list[Spellings]]:
    """What must be in a file's key, at first as strictly as it can be meant; one way only of what is no name."""
    loosest = spellings(text)
    if not is_name(text):
        return [loosest]
    return [[[f" {word} "] for word in telling_words(text)], [[typed] for typed, *_heard in loosest], loosest]


def is_name(text: str) -> bool:
    return not (reference_in(text) or NUMBER.fullmatch(text) or "@" in text)


def reference_in(text: str) -> str | None:
    """The reference that a person means by «u 2026 142» or «CN-2026-0142»; None when it is something else."""
    match = REFERENCE.fullmatch(text)
    return f"{match[1].upper()}-{match[2]}-{int(match[3]):04d}" if match else None


def spellings(text: str) -> list[Spellings]:
    """What must be in a file's key, each thing in its spellings. Every spelling has three letters or more."""
    if reference := reference_in(text):
        return [[f" {reference.casefold()} "]]
    if NUMBER.fullmatch(text):
        return number(text)
    if "@" in text:
        return [[part] for part in re.findall(r"[\w.+@-]{3,}", text.casefold())]
    return telling_spellings(text)


def telling_words(name: str) -> list[str]:
    """The words of a name that tell people apart: all but the particles, unless there is nothing else."""
    words = words_of(re.sub(r"['’ʼ`-]", "", name))
    return [word for word in words if word not in PARTICLES] or words


def telling_spellings(name: str) -> list[Spellings]:
    return [spellings_of(word) for word in telling_words(name)]


def spellings_of(word: str) -> Spellings:
    """A word as it is typed, anywhere in a name if it is long enough; else as it sounds."""
    heard = sound(word)
    typed = {1: f" {word} ", 2: f" {word}"}.get(len(word), word)
    if len(heard) < 2:
        return [typed]
    return [typed, f" 0{heard}" if len(heard) > 3 else f" 0{heard} "]


def number(text: str) -> list[Spellings]:
    """A telephone number, whole or in part, with or without its prefix; a short one is the end of a reference."""
    digits = re.sub(r"\D", "", text)
    if len(digits) > 4:
        digits = re.sub(r"^(?:00|0)", "", digits)
        return [[digits]]
    return [[f"-{digits:0>4} "]] if digits else []


def closeness(key: str, words: Iterable[str]) -> tuple[int, float]:
    """How far a file's key lies from the words typed: 0 each for the same word, then beginnings, parts and sounds."""
    names = [word for word in key.split() if word[0].isalpha()]
    far, unlike = 0, 0.0
    for word in words:
        if word in names:
            continue
        if f" {word}" in key:
            far += 1
        elif word in key:
            far += 2
        else:
            far += 3
            unlike += 1 - max((likeness(word, name) for name in names), default=0.0)
    return far, unlike


def likeness(one: str, other: str) -> float:
    """How many pairs of letters two words share, from 0 to 1."""
    pairs, others = ({a + b for a, b in zip(f" {w}", f"{w} ", strict=True)} for w in (one, other))
    return 2 * len(pairs & others) / (len(pairs) + len(others))


@dataclass(frozen=True)
class Similar:
    """A file that may be about the same person, and what speaks for it."""

    client: Client
    same_name: bool
    same_year: bool
    same_contact: bool

    @property
    def weight(self) -> int:
        return 4 * self.same_contact + 2 * self.same_name + self.same_year


def similar_to(client: Client, among: ClientQuerySet, *, at_most: int = 5) -> list[Similar]:
    """The files that may be about the same person, the likeliest first. A hint, never a decision.

    They are found by a name that sounds alike, by the telephone or e-mail, or by the family name and birth year. A
    name that only sounds alike counts for nothing when both birth years are known and are not the same. Whoever was
    told apart from the client, or lives with them, is not among them.
    """
    ways = [
        Q(search_key__holds=wanted) & only
        for wanted, only in (
            (telling_spellings(f"{client.given_name} {client.family_name}"), Q()),
            (telling_spellings(client.family_name) if client.birth_year else [], Q(birth_year=client.birth_year)),
            (contact_spellings(client), Q()),
        )
        if wanted
    ]
    if not ways:
        return []
    near = among.living().exclude(pk=client.pk).filter(Q(*ways, _connector=Q.OR))
    if client.pk:
        near = near.exclude(Exists(TwoPeople.objects.filter(told_apart_from(client.pk))))
        near = near.exclude(Exists(Member.objects.beside(client).filter(client=OuterRef("pk"))))
    compared = (compare(client, other) for other in near.for_table().order_by("-pk")[:RESEMBLING])
    likely = [found for found in compared if found is not None]
    return sorted(likely, key=lambda found: (-found.weight, found.client.pk))[:at_most]


def told_apart_from(pk: int) -> Q:
    """Inside a query of files: the pair of the row's file with this one."""
    return Q(one=pk, other=OuterRef("pk")) | Q(other=pk, one=OuterRef("pk"))


def compare(client: Client, other: Client) -> Similar | None:
    """What speaks for two files being about one person; None when that is not enough to trouble anybody with."""
    words, names = (words_of(f"{one.given_name} {one.family_name}") for one in (client, other))
    found = Similar(
        other,
        same_name=sorted(words) == sorted(names),
        same_year=client.birth_year is not None and client.birth_year == other.birth_year,
        same_contact=bool(client.phone and client.phone == other.phone)
        or bool(client.email and client.email.casefold() == other.email.casefold()),
    )
    theirs = sounds(f"{other.given_name} {other.family_name}")
    year_unknown = client.birth_year is None or other.birth_year is None
    alike = bool(words) and {sound(word) for word in words} <= theirs and (found.same_year or year_unknown)
    same_family = found.same_year and {sound(word) for word in words_of(client.family_name)} <= theirs
    close = same_family and likeness(client.given_name.casefold(), other.given_name.casefold()) > 0.4
    return found if found.same_name or found.same_contact or alike or close else None


def contact_spellings(client: Client) -> list[Spellings]:
    """The telephone or the e-mail, either of them; empty when the file has neither."""
    either = [re.sub(r"\D", "", client.phone), client.email.casefold()]
    return [found] if (found := [f" {way} " for way in either if way]) else []
