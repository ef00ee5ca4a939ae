"""The leaflet «what a digital key costs», computed from the tariffs of a day: who finds which price where."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from communes.models import Commune, DocumentClass, Residency, Service, Tariff, TariffDocument
from communes.offers import Applicant, Offer, offers_among, rows_in_force


class Group(TextChoices):
    """How a commune treats people: the five paragraphs of the leaflet."""

    NOTHING = "nothing", _("does not offer it")
    FREE_FOR_RESIDENTS = "free_for_residents", _("free, for residents only")
    PAID_FOR_RESIDENTS = "paid_for_residents", _("at a price, for residents only")
    EVERYONE = "everyone", _("at one price, for everyone")
    MIXED = "mixed", _("the price depends on the person")


@dataclass(frozen=True)
class Cell:
    """One commune of the grid with its offered tariffs, the most precise public first."""

    commune: Commune
    group: Group
    tariffs: tuple[Tariff, ...]

    @property
    def amount(self) -> Decimal | None:
        """The one price of a commune that has one; None where nothing is offered, known, or the same for all."""
        amounts = {tariff.amount for tariff in self.tariffs}
        return amounts.pop() if len(amounts) == 1 else None


@dataclass(frozen=True)
class Leaflet:
    """What holds on one day: the grid of the Region's communes, and the offices that take people from elsewhere."""

    on: date
    grid: tuple[Cell, ...]
    elsewhere: tuple[Offer, ...]

    def group(self, group: Group) -> tuple[Cell, ...]:
        """The communes of a group, in the order of the grid."""
        return tuple(cell for cell in self.grid if cell.group == group)

    @property
    def groups(self) -> list[tuple[Group, tuple[Cell, ...]]]:
        """The five paragraphs with their communes; a group may be empty."""
        return [(group, self.group(group)) for group in Group]


def leaflet(*, on: date, service: Service = Service.DIGITAL_KEY) -> Leaflet:
    """The leaflet of a day. `elsewhere` is what a person without an office at home finds, with any other document."""
    rows = rows_in_force(service, on=on)
    communes = Commune.objects.in_region().by_name()
    stranger = Applicant(commune=None, document_class=DocumentClass.OTHER)
    return Leaflet(
        on=on,
        grid=tuple(
            cell(commune, [row for row in rows if row.office.commune_id == commune.pk]) for commune in communes
        ),
        elsewhere=tuple(offers_among(rows, stranger)),
    )


def cell(commune: Commune, rows: list[Tariff]) -> Cell:
    offered = sorted((row for row in rows if row.offered), key=most_precise_first)
    return Cell(commune, group_of(commune, rows), tuple(offered))


def most_precise_first(row: Tariff) -> tuple[int, int]:
    return list(Residency).index(Residency(row.residency)), row.document == TariffDocument.ANY


def group_of(commune: Commune, rows: list[Tariff]) -> Group:
    """The group that its rows make of a commune: what people find there decides, not how the rows are written."""
    residents = {prices(rows, Applicant(commune, document)) for document in DocumentClass}
    strangers = {prices(rows, Applicant(None, document)) for document in DocumentClass}
    closed, free = {()}, {(Decimal(0),)}
    if residents == strangers == closed:
        return Group.NOTHING
    if len(residents | strangers) == 1:
        return Group.EVERYONE
    if strangers == closed and len(residents) == 1:
        return Group.FREE_FOR_RESIDENTS if residents == free else Group.PAID_FOR_RESIDENTS
    return Group.MIXED


def prices(rows: list[Tariff], applicant: Applicant) -> tuple[Decimal | None, ...]:
    """What a person finds in the offices of a commune; nothing where none is open to them."""
    return tuple(offer.amount for offer in offers_among(rows, applicant))
