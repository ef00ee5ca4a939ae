"""The writer of clients' files: open a file, change it. (`cases.merging` makes one of two.)"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.actions import NotDone, give_to_team
from cases.models import Case, Client, Series
from config.staff.models import Team

BATCH = 500


class FileChanged(NotDone):
    """Somebody else changed the file since it was shown."""

    def __init__(self) -> None:
        super().__init__(
            _("A colleague changed this file in the meantime. What you typed is still here: compare, then save again.")
        )


def open_client(*, team: Team, on: date, **said: Any) -> Client:
    """Open the file of a person, with the next reference of the year. `said` holds the fields of `Client`."""
    with transaction.atomic():
        client = Client(reference=Series.next_reference("U", year=on.year), team=team, opened_on=on, **said)
        client.search_key = client.key()
        client.save(force_insert=True)
    return client


def open_clients(people: Iterable[tuple[date, Mapping[str, Any]]], *, team: Team) -> list[Client]:
    """Open the files of many people at once, in their order: each the day and what `open_client` takes."""
    wanted = list(people)
    with transaction.atomic():
        references = {
            year: iter(Series.next_references("U", year=year, count=count))
            for year, count in sorted(Counter(on.year for on, _said in wanted).items())
        }
        clients = [Client(reference=next(references[on.year]), team=team, opened_on=on, **said) for on, said in wanted]
        for client in clients:
            client.search_key = client.key()
        return Client.objects.bulk_create(clients, batch_size=BATCH)


def change_client(client: Client, **said: Any) -> Client:
    """Change a file as the person saw it: `client.version` is the one shown. Raises FileChanged.

    Its open cases follow it into another team: who no longer sees the file must not read it on their pages.
    """
    for name, value in said.items():
        setattr(client, name, value)
    with transaction.atomic():
        swapped = Client.objects.filter(pk=client.pk, version=client.version).update(
            **said, search_key=key_of(client), version=F("version") + 1
        )
        if not swapped:
            raise FileChanged
        if "team" in said:
            give_to_team(Case.objects.filter(client=client), said["team"])
    client.version += 1
    return client


def key_of(client: Client) -> str:
    """What a file is found by: by all that it says, and all that the files said that went up in it."""
    others = Client.objects.filter(merged_into=client.pk, anonymised_on=None).order_by("pk")
    return f" {' '.join(key.strip() for key in (client.key(), *(other.key() for other in others)))} "


def label(name: str) -> str:
    """The name of a field of a file, as a person reads it."""
    return capfirst(str(Client._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def reads(client: Client, name: str) -> str:
    """What a file says in one of its fields, as a person reads it; «—» for nothing."""
    display = getattr(client, f"get_{name}_display", None)
    value = display() if display else getattr(client, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return localize(value) if value not in (None, "") else "—"
