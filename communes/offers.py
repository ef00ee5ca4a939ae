"""Where can this person go, and what does it cost there?

In each office the most specific tariff in force wins: residency first, then the residence document, even when it is
dearer. «Residents with an orange card» comes before «residents», and «non-residents» before «everyone with an orange
card». A row that is not offered closes the office to its people; an office without a row for this person is closed
to them. Offers are sorted by price, unknown prices last, the office at home first among equals.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communes.models import Commune, DocumentClass, Office, Residency, Service, Tariff, TariffDocument
from config.wording import long_day


@dataclass(frozen=True)
class Applicant:
    """What tariffs look at in a person. No commune: registered nowhere, or in a commune that Sésame does not know."""

    commune: Commune | None
    document_class: DocumentClass


@dataclass(frozen=True)
class Offer:
    """An office that is open to a person. No amount: the price is not known."""

    office: Office
    service: Service
    amount: Decimal | None
    tariff: Tariff
    is_home: bool

    @property
    def rule(self) -> str:
        """Which tariff decided: «Price for residents with an orange card»."""
        return _("Price for %(public)s") % {"public": self.tariff.public}


class Why(TextChoices):
    """Why nothing is open to a person in a commune."""

    NO_OFFICE = "no_office", gettext_lazy("No office in use.")
    NOT_KNOWN = "not_known", gettext_lazy("Nobody has entered yet whether this is offered here.")
    NOT_OFFERED = "not_offered", gettext_lazy("Does not offer this.")
    WITHDRAWN = "withdrawn", gettext_lazy("Does not offer this any more since %(day)s.")
    RESIDENTS_ONLY = "residents_only", gettext_lazy("Only for residents of this commune.")
    NON_RESIDENTS_ONLY = "non_residents_only", gettext_lazy("Only for people who live elsewhere.")
    OTHER_DOCUMENTS = "other_documents", gettext_lazy("Not with this residence document.")


@dataclass(frozen=True)
class Closed:
    """A commune where no office is open to a person; `since` is known for what was withdrawn."""

    commune: Commune
    why: Why
    since: date | None = None

    @property
    def sentence(self) -> str:
        return str(self.why.label) % {"day": long_day(self.since)}


@dataclass(frozen=True)
class Orientation:
    """The whole answer for one person, one service and one day."""

    offers: list[Offer]
    closed: list[Closed]

    @property
    def home(self) -> Offer | None:
        return next((offer for offer in self.offers if offer.is_home), None)

    @property
    def cheapest(self) -> Offer | None:
        """The offer with the lowest known price."""
        return next((offer for offer in self.offers if offer.amount is not None), None)

    @property
    def saving(self) -> Decimal | None:
        """What the cheapest office saves against the one at home; None for nothing, or for a price not known."""
        home, cheapest = self.home, self.cheapest
        if home is None or home.amount is None or cheapest is None or cheapest.amount is None:
            return None
        return home.amount - cheapest.amount or None


def where_to_go(applicant: Applicant, service: Service, *, on: date) -> Orientation:
    """The open offices, and for every other commune of the Region (and the person's own) why it is closed to them."""
    rows = rows_in_force(service, on=on)
    offers = offers_among(rows, applicant)
    open_communes = {offer.office.commune_id for offer in offers}
    communes = Commune.objects.in_region_or(applicant.commune).with_office().by_name()
    return Orientation(
        offers=offers,
        closed=[
            explain(commune, rows_of(commune, rows), applicant)
            for commune in communes
            if commune.pk not in open_communes
        ],
    )


def offers_for(applicant: Applicant, service: Service, *, on: date) -> list[Offer]:
    """The offices open to a person for a service on a day, best first."""
    return offers_among(rows_in_force(service, on=on), applicant)


def rows_in_force(service: Service, *, on: date) -> list[Tariff]:
    """Every row of a service that holds on a day in the offices in use, office by office."""
    rows = Tariff.objects.filter(service=service, office__active=True).in_force(on=on).with_past()
    return list(rows.for_table().order_by("office_id", "residency", "document"))


def rows_of(commune: Commune, rows: list[Tariff]) -> list[Tariff]:
    return [row for row in rows if row.office.commune_id == commune.pk]


def offers_among(rows: Iterable[Tariff], applicant: Applicant) -> list[Offer]:
    decisive = (deciding_row(group, applicant) for _office, group in groupby(rows, key=lambda row: row.office_id))
    offers = [
        Offer(row.office, Service(row.service), row.amount, row, is_home(row.office, applicant))
        for row in decisive
        if row is not None and row.offered
    ]
    return sorted(offers, key=best_first)


def deciding_row(rows: Iterable[Tariff], applicant: Applicant) -> Tariff | None:
    """The most specific of an office's rows for a person; None if it has none for them."""
    return max((row for row in rows if fits(row, applicant)), key=specificity, default=None)


def fits(row: Tariff, applicant: Applicant) -> bool:
    own = Residency.RESIDENT if is_home(row.office, applicant) else Residency.NON_RESIDENT
    return row.residency in {own, Residency.EVERYONE} and row.document in {
        applicant.document_class,
        TariffDocument.ANY,
    }


def specificity(row: Tariff) -> tuple[bool, bool]:
    return row.residency != Residency.EVERYONE, row.document != TariffDocument.ANY


def is_home(office: Office, applicant: Applicant) -> bool:
    """Is this an office of the commune where the person is registered? A federal office is nobody's home."""
    return applicant.commune is not None and office.commune_id == applicant.commune.pk


def best_first(offer: Offer) -> tuple[bool, Decimal, bool, str]:
    return offer.amount is None, offer.amount or Decimal(0), not offer.is_home, offer.office.name


def explain(commune: Commune, rows: list[Tariff], applicant: Applicant) -> Closed:
    """Why no office of a commune is open to a person, from the commune's rows in force."""
    if not rows:
        return Closed(commune, Why.NOT_KNOWN if commune.has_office else Why.NO_OFFICE)
    withdrawn = [row for row in rows if fits(row, applicant) and not row.offered and row.was_offered]
    if withdrawn:
        return Closed(commune, Why.WITHDRAWN, since=max(row.valid_from for row in withdrawn))
    offered_to = {row.residency for row in rows if row.offered}
    at_home = applicant.commune is not None and applicant.commune.pk == commune.pk
    own, other, only_other = (
        (Residency.RESIDENT, Residency.NON_RESIDENT, Why.NON_RESIDENTS_ONLY)
        if at_home
        else (Residency.NON_RESIDENT, Residency.RESIDENT, Why.RESIDENTS_ONLY)
    )
    if offered_to & {own, Residency.EVERYONE}:
        return Closed(commune, Why.OTHER_DOCUMENTS)
    return Closed(commune, only_other if other in offered_to else Why.NOT_OFFERED)
