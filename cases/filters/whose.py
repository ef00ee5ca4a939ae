"""Cases by what is their client's: the commune, the residence document."""

from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef

from cases.filters.parts import FEW
from cases.models import Client
from cases.models.case import CaseQuerySet
from cases.models.client import ClientQuerySet

SOME = 50_000  # clients: so many lead to their cases where any of these will serve


@dataclass(frozen=True)
class Whose:
    """The clients by whom the cases are filtered, in the two ways that a list reads its cases.

    PostgreSQL finds its own way to them. SQLite is shown one, by how many there are (`found`): a few lead to their
    cases; in an order each case asks about its own, which is soon answered for a page; in no order some lead to their
    cases too, until there are enough of them, while of many every other case is one.
    """

    clients: ClientQuerySet
    has: dict[str, Any]
    found: int | None  # no more than SOME and one; None: nobody counts

    @classmethod
    def having(cls, *, using: str, **has: Any) -> "Whose":
        clients = Client.objects.filter(**has).order_by()
        counts = connections[using].vendor == "sqlite"
        return cls(clients, has, clients[: SOME + 1].count() if counts else None)

    def in_order(self, cases: CaseQuerySet) -> CaseQuerySet:
        if self.found is not None and self.found <= FEW:
            return cases.filter(client__in=self.clients.values("pk"))
        return cases.filter(Exists(self.clients.filter(pk=OuterRef("client"))))

    def in_any_order(self, cases: CaseQuerySet) -> CaseQuerySet:
        if self.found is not None and FEW < self.found <= SOME:
            return cases.filter(**{f"client__{name}": value for name, value in self.has.items()})
        return self.in_order(cases)
