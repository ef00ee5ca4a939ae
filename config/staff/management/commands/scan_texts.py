"""Look every night at what is stored: does a text hold what the guards should have refused?"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models

from config.clean_text import scan
from config.clean_text.tidying import is_bearable

# No words in these: session data, keys of second factors, names of models, counters of failed log-ins.
WORDLESS_APPS = frozenset({"sessions", "mfa", "usersessions", "contenttypes", "auth"})
WORDLESS_MODELS = frozenset({"staff.CacheEntry", "staff.Tries"})
WORDLESS_FIELDS = frozenset({"password"})


def text_fields(model: type[models.Model]) -> list[str]:
    return [
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and field.attname not in WORDLESS_FIELDS
    ]


def texts_in(value: Any) -> Iterator[str]:
    """The texts of a column: its own, or each one in its JSON."""
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from texts_in(one)
        case list():
            for one in value:
                yield from texts_in(one)
        case int() if not isinstance(value, bool):
            yield str(value)


def kinds_in(value: Any, *, doubtful: bool) -> set[str]:
    kinds = set()
    for text in texts_in(value):
        kinds |= {str(finding.kind) for finding in scan(text) if finding.doubtful <= doubtful}
        if not is_bearable(text):
            kinds.add("control")
    return kinds


class Command(BaseCommand):
    help = (
        "Read every stored text and print model, field, key and kind of what must not be kept: national numbers, "
        "codes, passwords, activation links, control characters. Never the value. Ends with 1 if it found any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--doubtful", action="store_true", help="also what somebody may have checked and let pass (no error)"
        )

    def handle(self, *args: Any, doubtful: bool, **options: Any) -> None:
        found = False
        for model in apps.get_models():
            names = text_fields(model)
            if not names or model._meta.app_label in WORDLESS_APPS or model._meta.label in WORDLESS_MODELS:
                continue
            rows = model._base_manager.order_by("pk").values_list("pk", *names)
            for key, *values in rows.iterator(chunk_size=2000):
                for name, value in zip(names, values, strict=True):
                    certain = kinds_in(value, doubtful=False)
                    found = found or bool(certain)
                    for kind in sorted(certain):
                        self.stdout.write(f"{model._meta.label} {name} {key}: {kind}")
                    if doubtful:
                        for kind in sorted(kinds_in(value, doubtful=True) - certain):
                            self.stdout.write(f"{model._meta.label} {name} {key}: {kind}, doubtful")
        if found:
            raise CommandError("Texts hold what must not be kept: open them and take it out.", returncode=1)
