"""What a person brings to the counter, and what the day there sets going: alike in every office."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from communes.models import DelayCode, Service
from communes.terms import Term
from communes.urgent import BRUSSELS, available_from
from communes.working_days import Calendar
from config.wording import long_day


@dataclass(frozen=True)
class Deadline:
    """A term that starts at the counter: what, until when (empty where the source names no first day), what then."""

    what: str
    when: str
    then: str


def what_to_bring(service: Service, *, terms: dict[str, Term]) -> list[str]:
    """The things to have at hand, the price aside; `terms` are the delays in force."""
    if service == Service.DIGITAL_KEY:
        return [
            _("National identity card of an EU country, or passport"),
            _("An e-mail address of their own, that they can open on the spot"),
            _("They go in person: nobody can go for them"),
        ]
    if service == Service.CARD_CODES:
        return [
            _("The residence card"),
            _("The letter with the codes, if they still have it: new codes are then made on the spot"),
        ]
    photo = terms.get(DelayCode.PHOTO_AGE)
    return [
        _("The old card; after loss or theft the attestation of the police"),
        _("A photo that follows the ICAO standard, less than %(term)s old") % {"term": photo}
        if photo
        else _("A recent photo that follows the ICAO standard"),
        _("Passport or national identity card, still valid"),
        _("They go in person: fingerprints are taken"),
    ]


def deadlines(service: Service, *, on: date, terms: dict[str, Term], calendar: Calendar) -> list[Deadline]:
    """What begins if the person goes on this day; a delay that nobody entered is left out."""
    if service == Service.DIGITAL_KEY:
        return activation(on=on, terms=terms)
    if service == Service.E_CARD_URGENT:
        return [*urgent(on=on, calendar=calendar), *kept(terms=terms)]
    if service == Service.E_CARD:
        return [*letter(on=on, terms=terms, calendar=calendar), *kept(terms=terms)]
    return letter(on=on, terms=terms, calendar=calendar)


def activation(*, on: date, terms: dict[str, Term]) -> list[Deadline]:
    term = terms.get(DelayCode.ACTIVATION)
    if term is None:
        return []
    return [
        Deadline(
            _("%(term)s to activate, with the code (on paper) and the link (by e-mail)") % {"term": term},
            _("At the latest on %(day)s") % {"day": long_day(term.after(on))},
            _("After that day they have to register again, and pay again."),
        )
    ]


def letter(*, on: date, terms: dict[str, Term], calendar: Calendar) -> list[Deadline]:
    term = terms.get(DelayCode.CODES_LETTER)
    if term is None:
        return []
    expected = term.after(on)
    return [
        Deadline(
            _("%(term)s until the letter with the PIN and PUK codes is there") % {"term": term},
            _("Expected by %(day)s") % {"day": long_day(expected)},
            _("Not there? Ask the commune from %(day)s.") % {"day": long_day(calendar.next_working(expected))},
        )
    ]


def urgent(*, on: date, calendar: Calendar) -> list[Deadline]:
    ready = available_from(at=datetime.combine(on, time(12), tzinfo=BRUSSELS), calendar=calendar)
    return [
        Deadline(
            _("Ordered before 15:00, the card is there the next working day"),
            _("From %(day)s, 14:00") % {"day": long_day(ready.date())},
            _("The codes come with the card."),
        )
    ]


def kept(*, terms: dict[str, Term]) -> list[Deadline]:
    term = terms.get(DelayCode.CARD_KEPT)
    if term is None:
        return []
    return [
        Deadline(
            _("The commune keeps the card for %(term)s") % {"term": term},
            "",
            _("Then it is destroyed: a new request, and a new payment."),
        )
    ]
