"""The one writer of clients' files: open a file, change it."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cases.actions import NotDone
from cases.models import Client, Series
from config.staff.models import Team


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


def change_client(client: Client, **said: Any) -> Client:
    """Change a file as the person saw it: `client.version` is the one shown. Raises FileChanged."""
    for name, value in said.items():
        setattr(client, name, value)
    with transaction.atomic():
        swapped = Client.objects.filter(pk=client.pk, version=client.version).update(
            **said, search_key=client.key(), version=F("version") + 1
        )
        if not swapped:
            raise FileChanged
    client.version += 1
    return client
