"""The office, and the price that is promised with it: tariff and amount are copied, and later ones change nothing."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from cases.actions.moves import move
from cases.actions.record import changing, record
from cases.actions.refusals import MissingFact, NoOfferToday, NothingToKeep
from cases.facts import Value
from cases.models import Case, Client, Event, Visit
from cases.models.case import OFFICE_STEPS
from cases.models.event import EventKind
from cases.workflow import Procedure, Step
from communes.models import DocumentClass, Office, Service, Tariff
from communes.models.tariffs import LINE
from communes.offers import Applicant, Offer, deciding_row, offers_for
from config.staff.models import User


def choose_office(
    case: Case, office: Office, *, by: User, on: date, at: datetime, urgent: bool = False, visit: Visit | None = None
) -> Event:
    """Choose where the client goes: tariff and price of that day are copied, and are the promise from then on.

    Raises NoOfferToday when the office offers this person nothing on that day, or what `move` raises.
    """
    facts = promise(case, office, on=on, urgent=urgent)
    return move(case, "choose_office", by=by, on=on, at=at, visit=visit, facts=facts)


def promise(case: Case, office: Office, *, on: date, urgent: bool) -> dict[str, Value]:
    """The office with its tariff and price of a day, as facts. Raises NoOfferToday."""
    offers = offers_for_case(case, on=on, urgent=urgent)
    chosen = next((offer for offer in offers if offer.office.pk == office.pk), None)
    if chosen is None:
        raise NoOfferToday(
            _("%(office)s does not offer this to this person on that day. Choose another office.")
            % {"office": office.name}
        )
    home = next((offer.amount for offer in offers if offer.is_home), None)
    return {"office": office.pk, "tariff": chosen.tariff.pk, "quoted": chosen.amount, "home_amount": home}


def quote_again(case: Case, *, by: User, on: date, at: datetime, urgent: bool | None = None) -> Event:
    """Choose the same office again: its tariff and price of that day become the promise. Raises as choose_office.

    `urgent` is another service than the one that was announced; None for the same. Once the urgent card is ordered,
    its price can still be announced.
    """
    if case.office is None:
        raise MissingFact(_("No office is chosen yet: there is no price to renew."))
    if urgent is None:
        urgent = case.tariff is not None and case.tariff.service == Service.E_CARD_URGENT
    if urgent and case.step == Step.URGENT_ORDERED:
        facts = promise(case, case.office, on=on, urgent=urgent)
        with changing(case) as history:
            return record(case, history, kind=EventKind.NOTED, target=case.step, facts=facts, by=by, on=on, at=at)
    return choose_office(case, case.office, by=by, on=on, at=at, urgent=urgent)


def keep_promise(case: Case, *, by: User, on: date, at: datetime) -> Event:
    """Keep the price that was announced, though the tariff changed: the case is no longer flagged for that tariff."""
    with changing(case) as history:
        newer = price_now(case, on=on)
        if newer is None:
            raise NothingToKeep(_("The announced price is still the price of today: there is nothing to decide."))
        return record(
            case,
            history,
            kind=EventKind.NOTED,
            target=case.step,
            facts={"kept_tariff": newer.pk},
            by=by,
            on=on,
            at=at,
        )


def price_now(case: Case, *, on: date) -> Tariff | None:
    """The tariff that stands where the promised one stood, if the case's price is in question; else None."""
    found = Case.objects.filter(pk=case.pk).price_changed(on=on).exists()
    if not found or case.tariff is None:
        return None
    line = {name: getattr(case.tariff, name) for name in LINE}
    return Tariff.objects.in_force(on=on).get(**line)


def another_line(case: Case, *, on: date) -> bool:
    """Does another line of the office's tariffs than the promised one hold for the client by now, or none at all?

    So it is when they moved, or hold another document. Only asked while the office can still change.
    """
    if case.tariff is None or case.paid_amount is not None or case.step not in OFFICE_STEPS:
        return False
    rows = Tariff.objects.in_force(on=on).filter(office=case.office_id, service=case.tariff.service)
    now = deciding_row(rows.for_table(), applicant(case.client))
    return now is None or any(getattr(now, name) != getattr(case.tariff, name) for name in LINE)


def offers_for_case(case: Case, *, on: date, urgent: bool = False) -> list[Offer]:
    """What the offices offer the client of a case on a day, by the commune and document in their file."""
    return offers_to(case.client, case.procedure, on=on, urgent=urgent)


def offers_to(client: Client, procedure: str, *, on: date, urgent: bool = False) -> list[Offer]:
    """What the offices offer a client for a procedure on a day; `urgent` asks for the urgent e-card."""
    service = {
        Procedure.DIGITAL_KEY: Service.DIGITAL_KEY,
        Procedure.E_CARD: Service.E_CARD_URGENT if urgent else Service.E_CARD,
        Procedure.CARD_CODES: Service.CARD_CODES,
    }[Procedure(procedure)]
    return offers_for(applicant(client), service, on=on)


def applicant(client: Client) -> Applicant:
    """What the communes need to know of a client: where they live and the class of their document."""
    document = client.residence_document
    return Applicant(
        commune=client.commune,
        document_class=DocumentClass(document.tariff_class) if document else DocumentClass.OTHER,
    )
