"""The reference data that comes with Sésame, and how it is loaded without undoing anybody's work.

A row belongs to the loader as long as it is what the loader wrote last: its history keeps that version, marked LOADED.
Then a newer file updates it. Once somebody changed, moved or deleted it, or had entered it first, it is theirs, and
stays as it is. A row that left the files stays too: a case may refer to it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from simple_history.utils import bulk_create_with_history

from communes.models import Commune, Delay, Office, PostalCode, ResidenceDocument, Tariff

DATA = Path(__file__).parent / "data"
LOADED = gettext_noop("reference data")
YES_NO = {"yes": True, "no": False}

type Values = dict[str, Any]
type Named = dict[Any, dict[str, models.Model | None]]


class ReferenceFileError(Exception):
    """A file of reference data cannot be loaded; says which line and why."""


@dataclass(frozen=True)
class File:
    """A file, what its rows become, and the columns that make a row the same row."""

    name: str
    model: type[models.Model]
    key: tuple[str, ...]
    called: str = ""  # the column by which later files call a row


FILES = (
    File("communes.csv", Commune, key=("nis",), called="slug"),
    File("postal_codes.csv", PostalCode, key=("code", "commune_id")),
    File("offices.csv", Office, key=("code",), called="code"),
    File("residence_documents.csv", ResidenceDocument, key=("code",)),
    File("tariffs.csv", Tariff, key=("office_id", "service", "residency", "document", "valid_from")),
    File("delays.csv", Delay, key=("code", "valid_from")),
)


class Fate(Enum):
    """What becomes of a line of a file."""

    ADDED = "added"
    KEPT = "kept"
    UPDATED = "updated"
    LEFT_ALONE = "left alone"


@dataclass(frozen=True)
class Report:
    """The fate of each line of a file."""

    name: str
    fates: dict[int, Fate]

    def lines(self, fate: Fate) -> list[int]:
        return [line for line, found in self.fates.items() if found is fate]


def load(folder: Path = DATA) -> list[Report]:
    """Load every file, or nothing. Raises ReferenceFileError."""
    named: Named = {}
    with transaction.atomic():
        return [load_file(file, folder / file.name, named) for file in FILES]


def load_file(file: File, path: Path, named: Named) -> Report:
    """Load one file. `named` holds the rows of the former ones by name, None for one that somebody deleted."""
    shelf = Shelf(file)
    fates: dict[int, Fate] = {}
    fresh: list[models.Model] = []
    names = named[file.model] = {}
    for line, texts in lines(path):
        try:
            wanted = values_read(texts, file, named)
            fates[line], row = shelf.settle(wanted)
            if row is not None:
                row.clean_fields()
        except ValidationError as error:
            raise ReferenceFileError(
                _("%(file)s, line %(line)d: %(reasons)s")
                % {"file": file.name, "line": line, "reasons": " ".join(error.messages)}
            ) from error
        if fates[line] is Fate.ADDED:
            fresh.append(row)
        if fates[line] is Fate.UPDATED:
            row._change_reason = LOADED
            row.save()
        if file.called:
            names[texts[file.called]] = row
    try:
        bulk_create_with_history(fresh, file.model, default_change_reason=LOADED)
    except IntegrityError as error:
        raise ReferenceFileError(
            _("%(file)s: a new line and a row that somebody entered exclude each other: %(reason)s")
            % {"file": file.name, "reason": error}
        ) from error
    return Report(file.name, fates)


class Shelf:
    """What the database holds of a file: the rows of today, and each as the loader wrote it last."""

    def __init__(self, file: File) -> None:
        self.file = file
        manager: Any = file.model._default_manager
        self.rows = {row.pk: row for row in manager.all()}
        self.by_key = {self.key(values_of(row)): row for row in self.rows.values()}
        history: Any = file.model.history  # type: ignore[attr-defined]
        loaded = history.filter(history_change_reason=LOADED).order_by("history_date", "history_id")
        self.loaded = {self.key(values_of(version.instance)): version.instance for version in loaded}

    def key(self, values: Values) -> tuple[Any, ...]:
        return tuple(values[column] for column in self.file.key)

    def settle(self, wanted: Values | None) -> tuple[Fate, Any]:
        """The fate of a line and its row, None for a row that somebody deleted. Nothing is saved here."""
        if wanted is None:
            return Fate.LEFT_ALONE, None
        ours = self.loaded.get(self.key(wanted))
        row = self.rows.get(ours.pk) if ours else self.by_key.get(self.key(wanted))
        if row is None:
            return (Fate.LEFT_ALONE, None) if ours else (Fate.ADDED, self.file.model(**wanted))
        if wanted.items() <= values_of(row).items():
            return Fate.KEPT, row
        if ours is None or values_of(row) != values_of(ours):
            return Fate.LEFT_ALONE, row
        for column, value in wanted.items():
            setattr(row, column, value)
        return Fate.UPDATED, row


def values_of(row: models.Model) -> Values:
    return {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields[1:]}


def values_read(texts: dict[Any, Any], file: File, named: Named) -> Values | None:
    """The values of a line, by column; None if it refers to a row that somebody deleted."""
    if None in texts or None in texts.values():
        raise ValidationError(_("This line has more or fewer cells than the header."))
    values: Values = {}
    for name, text in texts.items():
        if name == "source" and file.model not in {Tariff, Delay}:
            continue  # says where the line comes from; only tariffs and delays keep it
        column: Any = file.model._meta.get_field(name)
        if column.is_relation:
            if text and text not in named[column.related_model]:
                raise ValidationError(_("«%(name)s» is in none of the former files."), params={"name": text})
            other = named[column.related_model][text] if text else None
            if text and other is None:
                return None
            values[column.attname] = other.pk if other else None
        elif isinstance(column, models.BooleanField):
            if text not in YES_NO:
                raise ValidationError(_("«%(text)s» is neither yes nor no."), params={"text": text})
            values[name] = YES_NO[text]
        elif isinstance(column, models.TextField):
            values[name] = text.replace("|", "\n")
        else:
            values[name] = column.to_python(text) if text or not column.null else None
    return values


def lines(path: Path) -> Iterator[tuple[int, dict[Any, Any]]]:
    """The lines of a file with their numbers; the first is the header."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        for texts in reader:
            yield reader.line_num, texts
