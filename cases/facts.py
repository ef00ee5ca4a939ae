"""The facts an event may record: codes, days, amounts and yes/no. Never words, never a code of the client's.

A fact has one name for good: it is a key of `Event.facts`, in a table that is never rewritten.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum, auto

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Json = bool | int | str | None
type Value = bool | int | str | date | datetime | Decimal | None


class Kind(Enum):
    """How a fact is written in JSON: a day and a moment as ISO text, an amount as text with two decimals."""

    DAY = auto()
    MOMENT = auto()
    AMOUNT = auto()
    YES_NO = auto()
    CODE = auto()
    KEY = auto()


class Answer(TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Not known")


class AbandonReason(TextChoices):
    UNREACHABLE = "unreachable", _("Cannot be reached")
    GAVE_UP = "gave_up", _("Gave up")
    MOVED_AWAY = "moved_away", _("Moved away")
    SOLVED_ELSEWHERE = "solved_elsewhere", _("Solved elsewhere")
    OTHER = "other", _("Another reason")


class ReferredTo(TextChoices):
    LEGAL = "legal", _("Legal service")
    SOCIAL = "social", _("Social service")
    DIGITAL = "digital", _("Public digital space")
    FEDERAL = "federal", _("Federal office (BOSA)")
    OTHER = "other", _("Another organisation")


class Recall(TextChoices):
    """What came of a recall before the card expires."""

    RENEWED = "renewed", _("A new card is being requested")
    TOLD = "told", _("The client knows, and goes by themselves")
    NOT_WANTED = "not_wanted", _("Not wanted any more")


class Doubt(TextChoices):
    """What a text resembled before a person said that it is nothing of the kind. Never the text."""

    NATIONAL_NUMBER = "national_number", _("a national number")
    CODE = "code", _("a code")
    PASSWORD = "password", _("a password")


class OtherWay(TextChoices):
    """How to reach the government sites without an office (facts A4, A6, 3.1)."""

    CHIP_CARD = "chip_card", _("A card with a working chip, and a reader")
    ITSME = "itsme", _("itsme")
    EIDAS = "eidas", _("The electronic identity card of another EU country")


@dataclass(frozen=True)
class Fact:
    """One fact: its key in `Event.facts`, how it is written, its label, and the codes it allows."""

    name: str
    kind: Kind
    label: Promise
    choices: type[TextChoices] | None = None


# What a person may note at any open step
CODE_RECEIVED = Fact("code_received", Kind.YES_NO, _("Activation code received on paper"))
LINK_RECEIVED = Fact("link_received", Kind.YES_NO, _("Activation link received by e-mail"))
LETTER_KEPT = Fact("letter_kept", Kind.YES_NO, _("Still has the codes letter"))
DOCSTOP_ON = Fact("docstop_on", Kind.DAY, _("Called DocStop on"))
POLICE_ON = Fact("police_on", Kind.DAY, _("Police report of"))
MOVED_ON = Fact("moved_on", Kind.DAY, _("Moved to another commune on"))
CARD_READY_ON = Fact("card_ready_on", Kind.DAY, _("Card at the commune since"))
PAID = Fact("paid", Kind.AMOUNT, _("Paid at the counter"))

# The triage of the digital key: no office, no fee, when another way is open (facts A4-A8, 3.1)
CHIP_CARD = Fact("chip_card", Kind.CODE, _("Does the card have a working chip?"), Answer)
EIDAS = Fact("eidas", Kind.CODE, _("An electronic identity card of another EU country?"), Answer)
ITSME = Fact("itsme", Kind.CODE, _("itsme on the phone?"), Answer)
REGISTER_NUMBER = Fact("register_number", Kind.CODE, _("Does a national register or BIS number exist?"), Answer)
OWN_EMAIL = Fact("own_email", Kind.CODE, _("An e-mail address of their own, that they can open today?"), Answer)
TRIAGE = (CHIP_CARD, EIDAS, ITSME, REGISTER_NUMBER, OWN_EMAIL)

# What a move records
OFFICE = Fact("office", Kind.KEY, _("Office"))
TARIFF = Fact("tariff", Kind.KEY, _("Tariff"))
QUOTED = Fact("quoted", Kind.AMOUNT, _("Price announced"))
HOME_AMOUNT = Fact("home_amount", Kind.AMOUNT, _("Price at home"))
KEPT_TARIFF = Fact("kept_tariff", Kind.KEY, _("Announced price kept against the tariff"))
ORDERED_AT = Fact("ordered_at", Kind.MOMENT, _("Ordered at"))
CARD_EXPIRES_ON = Fact("card_expires_on", Kind.DAY, _("Expiry date printed on the card"))
RECALL_AGREED = Fact("recall_agreed", Kind.YES_NO, _("Agrees to be recalled before it expires"))
RECALL_ON = Fact("recall_on", Kind.DAY, _("Recall from"))
RECALLED = Fact("recalled", Kind.CODE, _("Recall"), Recall)
LOGIN_WORKS = Fact("login_works", Kind.YES_NO, _("Logged in to the site they need"))
ABANDON_REASON = Fact("abandon_reason", Kind.CODE, _("Why"), AbandonReason)
REFERRED_TO = Fact("referred_to", Kind.CODE, _("Referred to"), ReferredTo)
DOUBT_CHECKED = Fact("doubt_checked", Kind.CODE, _("Kept after a check, although it resembled"), Doubt)
OTHER_WAY = Fact("other_way", Kind.CODE, _("Use instead"), OtherWay)

# What the actions add: the deadline that an event leaves, with its reason
DUE_ON = Fact("due_on", Kind.DAY, _("Due on"))
DUE_KIND = Fact("due_kind", Kind.CODE, _("Deadline"))
DUE_OPENS_ON = Fact("due_opens_on", Kind.DAY, _("Opens on"))
OVERDUE_FROM = Fact("overdue_from", Kind.DAY, _("Late from"))
DUE_SINCE = Fact("due_since", Kind.DAY, _("Counted from"))
DUE_SINCE_FACT = Fact("due_since_fact", Kind.CODE, _("What it is counted from"))
DUE_TERM = Fact("due_term", Kind.CODE, _("Term"))
ASSIGNEE = Fact("assignee", Kind.KEY, _("Followed by"))
DEADLINE = (DUE_ON, DUE_KIND, DUE_OPENS_ON, OVERDUE_FROM, DUE_SINCE, DUE_SINCE_FACT, DUE_TERM)

NOTABLE: tuple[Fact, ...] = (
    CODE_RECEIVED, LINK_RECEIVED, LETTER_KEPT, DOCSTOP_ON, POLICE_ON, MOVED_ON, CARD_READY_ON, PAID, *TRIAGE,
)  # fmt: skip

FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        *NOTABLE, OFFICE, TARIFF, QUOTED, HOME_AMOUNT, KEPT_TARIFF, ORDERED_AT, CARD_EXPIRES_ON, RECALL_AGREED,
        RECALL_ON, RECALLED, LOGIN_WORKS, ABANDON_REASON, REFERRED_TO, OTHER_WAY, DOUBT_CHECKED, *DEADLINE, ASSIGNEE,
    )
}  # fmt: skip


class BadFact(ValueError):
    """A value that is not what its fact records."""


def written(fact: Fact, value: Value) -> Json:
    """The JSON form of a value. Raises BadFact when the value is not of the fact's kind; None stays None."""
    match fact.kind, value:
        case _, None:
            return None
        case Kind.YES_NO, bool():
            return value
        case Kind.KEY, int() if not isinstance(value, bool):
            return value
        case Kind.MOMENT, datetime() if value.tzinfo is not None:
            return value.isoformat(timespec="minutes")
        case Kind.DAY, date() if not isinstance(value, datetime):
            return value.isoformat()
        case Kind.AMOUNT, Decimal() if value >= 0:
            return str(value.quantize(Decimal("0.01")))
        case Kind.CODE, str() if fact.choices is None or value in fact.choices.values:
            return str(value)
        case _:
            raise BadFact(f"{value!r} is not a value of «{fact.name}»")


def read(fact: Fact, value: Json) -> Value:
    """The value behind its JSON form. Raises BadFact when the text cannot be read."""
    try:
        match fact.kind, value:
            case Kind.DAY, str():
                return date.fromisoformat(value)
            case Kind.MOMENT, str():
                return datetime.fromisoformat(value)
            case Kind.AMOUNT, str():
                return Decimal(value)
            case _:
                return value
    except (ValueError, InvalidOperation) as error:
        raise BadFact(f"{value!r} is not a value of «{fact.name}»") from error
