"""What stands in one cell of an old list. A cell that cannot be read says what to write instead.

Every cell is looked at for national numbers and secrets before anything else; a refused one is never repeated.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Choices
from django.utils import translation
from django.utils.translation import gettext as _

from communes.amounts import parse_amount
from communes.models import Commune, Office, ResidenceDocument
from communes.names import folded, meaning_of
from config.clean_text.refusals import refuse_over_long, refuse_unbearable
from config.clean_text.tidying import tidy, tidy_line
from config.staff.models import User

HOUR = r"(?:[ T]\d{1,2}:\d\d(?::\d\d)?)?"
A_BELGIAN_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d\d)" + HOUR)
A_COMPUTED_DAY = re.compile(r"(\d{4}-\d\d-\d\d)" + HOUR)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
YES = {"yes", "oui", "ja", "true", "vrai", "waar", "1", "x", "o", "y", "j"}
NO = {"no", "non", "nee", "neen", "false", "faux", "onwaar", "0", "n", "-"}
SHOWN = 40  # characters of a cell that a message repeats

type Read = Callable[[str, "Known"], Any]


@dataclass
class Known:
    """What the cells of one file name: communes, documents, offices and colleagues, each fetched once."""

    today: date
    communes: list[Commune] = field(default_factory=list)
    documents: Mapping[str, ResidenceDocument] = field(default_factory=dict)
    offices: Mapping[str, list[Office]] = field(default_factory=dict)
    colleagues: Mapping[str, list[User]] = field(default_factory=dict)
    places: dict[str, Commune] = field(default_factory=dict)

    @classmethod
    def of_the_office(cls, *, today: date) -> "Known":
        offices: dict[str, list[Office]] = {}
        for office in Office.objects.for_table():
            for name in {folded(n) for n in (office.code, office.name_fr, office.name_nl)}:
                offices.setdefault(name, []).append(office)
        colleagues: dict[str, list[User]] = {}
        for user in User.objects.filter(is_active=True).order_by("pk"):
            for name in {user.email.casefold(), folded(user.name), folded(user.get_short_name())}:
                colleagues.setdefault(name, []).append(user)
        documents = {
            folded(name): document
            for document in ResidenceDocument.objects.order_by("-rank", "pk")
            for name in (document.label_fr, document.label_nl, document.label_en, document.code)
        }
        return cls(
            today, list(Commune.objects.by_name().prefetch_related("postal_codes")), documents, offices, colleagues
        )


def short(text: str) -> str:
    """A cell as a message repeats it."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def line(limit: int) -> Read:
    """One line of text."""

    def read(text: str, known: Known) -> str:
        return fitting(tidy_line(text), limit)

    return read


def text(limit: int) -> Read:
    """Text of several lines."""

    def read(text: str, known: Known) -> str:
        return fitting(tidy(text), limit)

    return read


def fitting(text: str, limit: int) -> str:
    refuse_over_long(text, limit=limit)
    refuse_unbearable(text)
    return text


def choice(choices: type[Choices], **also: str) -> Read:
    """A code, or its label in one of our languages; `also` are other words for a code, divided by commas."""
    others = {folded(word): code for code, words in also.items() for word in words.split(",")}

    def read(text: str, known: Known) -> str:
        found = spelled(choices).get(folded(text)) or others.get(folded(text))
        if found is None:
            raise ValidationError(
                _("«%(text)s» is not known here: write one of %(labels)s.")
                % {"text": short(text), "labels": ", ".join(f"«{label}»" for label in choices.labels)}
            )
        return found

    return read


@cache
def spelled(choices: type[Choices]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, label in choices.choices:
                found.setdefault(folded(str(label)), str(code))
                found.setdefault(folded(str(code)), str(code))
    return found


def yes_no(text: str, known: Known) -> bool:
    word = text.strip().casefold()
    if word not in YES | NO:
        raise ValidationError(_("«%(text)s» is neither yes nor no.") % {"text": short(text)})
    return word in YES


def amount(text: str, known: Known) -> Decimal | None:
    found = parse_amount(text)
    if found is not None and found >= 100_000:
        raise ValidationError(_("This amount is too large: check it."))
    return found


def day(text: str, known: Known) -> date:
    """A day as a Belgian or a computer writes it; an hour behind it is left out."""
    belgian, computed = A_BELGIAN_DAY.fullmatch(text.strip()), A_COMPUTED_DAY.fullmatch(text.strip())
    try:
        if belgian:
            number, month, written = (int(part) for part in belgian.groups())
            found = date(written + 2000 * (written < 100), month, number)
        elif computed:
            found = date.fromisoformat(computed[1])
        else:
            raise ValueError(text)
    except ValueError:
        raise ValidationError(_("«%(text)s» is not a day: write 31/12/2026.") % {"text": short(text)}) from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise ValidationError(_("«%(text)s» is no day of this century: check the year.") % {"text": short(text)})
    return found


def past_day(text: str, known: Known) -> date:
    found = day(text, known)
    if found > known.today:
        raise ValidationError(_("«%(text)s» lies in the future: check the day.") % {"text": short(text)})
    return found


def year(text: str, known: Known) -> int:
    """The year alone of a year or of a day: no more than that is kept."""
    found = re.fullmatch(r"(?:\d{1,2}[/.-]\d{1,2}[/.-])?(\d{4})(?:-\d{1,2}-\d{1,2}(?: \d\d:\d\d)?)?", text.strip())
    if not found or not 1900 <= int(found[1]) <= known.today.year:
        raise ValidationError(
            _("«%(text)s» is no birth year: write it with four digits, such as 1987.") % {"text": short(text)}
        )
    return int(found[1])


def minutes(text: str, known: Known) -> int:
    found = re.fullmatch(
        r"(?:(\d{1,2}) ?(?:h|u|:) ?)?(\d{1,3})? ?(?:min|minutes?|minuten|m|')?", text.strip().casefold()
    )
    total = int(found[1] or 0) * 60 + int(found[2] or 0) if found and (found[1] or found[2]) else None
    if total is None or total > 600:
        raise ValidationError(_("«%(text)s» is no number of minutes up to 600.") % {"text": short(text)})
    return total


def phone(text: str, known: Known) -> str:
    try:
        number = phonenumbers.parse(text, "BE")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValidationError(_("This is no telephone number: write it as 0470 12 34 56 or +33 6 12 34 56 78."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str, known: Known) -> str:
    address = fitting(tidy_line(text), 254).lower()
    validate_email(address)
    return address


def commune(text: str, known: Known) -> Commune:
    if text not in known.places:
        meaning = meaning_of(text, known.communes)
        found = meaning.commune or (
            meaning.perhaps[0] if len(meaning.perhaps) == 1 and text.strip().isdecimal() else None
        )
        if found is None:
            perhaps = ", ".join(one.name for one in meaning.perhaps[:3])
            raise ValidationError(
                _("«%(text)s» can be %(communes)s: write the commune.") % {"text": short(text), "communes": perhaps}
                if perhaps
                else _("«%(text)s» is no commune known here: write its name, or leave it empty.")
                % {"text": short(text)}
            )
        known.places[text] = found
    return known.places[text]


def document(text: str, known: Known) -> ResidenceDocument:
    found = known.documents.get(folded(text))
    if found is None:
        labels = ", ".join(f"«{label}»" for label in dict.fromkeys(d.label for d in known.documents.values()))
        raise ValidationError(
            _("«%(text)s» is not known here: write one of %(labels)s.") % {"text": short(text), "labels": labels}
        )
    return found


def office(text: str, known: Known) -> Office:
    found = known.offices.get(folded(text), [])
    if len(found) != 1:
        raise ValidationError(
            _("«%(text)s» is not the name of one office: write its short name, such as uccle.") % {"text": short(text)}
        )
    return found[0]


def colleague(text: str, known: Known) -> User | None:
    """A colleague by name or e-mail address. One who left follows nothing any more: the cell must be empty then."""
    found = known.colleagues.get(text.strip().casefold()) or known.colleagues.get(folded(text), [])
    if len(found) != 1:
        raise ValidationError(
            _("«%(text)s» is not one colleague with an account: write the e-mail address, or leave it empty.")
            % {"text": short(text)}
        )
    return found[0]
