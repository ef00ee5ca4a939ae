"""The page that a client takes home: one sheet of A4 for the next step, in a language that they read.

It says where, at what price, what to bring, by when, and what to tell nobody. It bears no name: who finds it in a tram
learns of nobody. What is not known of an office is said to be not known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import segno
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.checklists import FEE, IN_PERSON, Item, checklist
from cases.facts import DOCSTOP_ON
from cases.models import Case
from cases.models.case import OFFICE_STEPS
from cases.models.client import Language
from cases.replay import State
from cases.workflow import DueKind, Procedure, Reason, Step
from communes.models import Delay, DelayCode, Office
from communes.working_days import Calendar
from config.wording import long_day

LANGUAGES = (Language.FR, Language.NL, Language.EN)  # those in which every word of a sheet is there


@dataclass(frozen=True)
class Sheet:
    """What a sheet says at a step. Without `bring`, the checklist of the step; `at_office`: it says where to go."""

    title: Promise
    do: tuple[Promise, ...] = ()
    bring: tuple[Promise, ...] | None = None
    then: tuple[Promise, ...] = ()
    at_office: bool = False


KEEP_THE_LETTER = gettext_lazy("Keep the letter, and show it to nobody: you need it at the counter.")
NAME_ON_THE_LETTER_BOX = gettext_lazy("Is your name on your letter box? If not, put it there today.")
MOVED = gettext_lazy("If you have moved, ask at your former address and at your former commune.")
COME_BACK = gettext_lazy("Then come back to us, with this sheet.")

SHEETS: dict[Step, Sheet] = {
    Step.ORIENTATION: Sheet(
        gettext_lazy("Come back, to find your way in"),
        do=(gettext_lazy("We look together for the simplest way to log in, before you pay anything."),),
        bring=(
            gettext_lazy("Your identity card or your passport"),
            gettext_lazy("Your residence document"),
            gettext_lazy("Your telephone, and an e-mail address of your own that you can open"),
        ),
    ),
    Step.TO_REGISTER: Sheet(
        gettext_lazy("Register for your digital key"),
        then=(
            gettext_lazy("You receive a code on paper and a link by e-mail. Keep both."),
            gettext_lazy("From that day you have %(activation)s to activate your key. We help you: come soon."),
        ),
        at_office=True,
    ),
    Step.TO_ACTIVATE: Sheet(
        gettext_lazy("Activate your digital key"),
        do=(gettext_lazy("Do it at home with the link and the code, or come to us: we help you."),),
        bring=(
            gettext_lazy("The paper with your activation code"),
            gettext_lazy("The e-mail with the link; look among the unwanted mail too"),
            gettext_lazy("Your telephone, to open your mailbox yourself"),
        ),
        then=(gettext_lazy("After the last day the code is dead: you must register, and pay, again."),),
    ),
    Step.TO_REPORT: Sheet(
        gettext_lazy("Report your card"),
        do=(
            gettext_lazy("Go to the police yourself. Ask for their attestation, and keep it."),
            COME_BACK,
        ),
        bring=(gettext_lazy("Your passport or identity card, if you still have it"),),
        then=(gettext_lazy("With the attestation you ask your commune for a new card."),),
    ),
    Step.PREPARING: Sheet(
        gettext_lazy("Ask for your card"),
        then=(
            gettext_lazy("A letter with your codes comes by post, within about %(letter)s."),
            KEEP_THE_LETTER,
        ),
        at_office=True,
    ),
    Step.CODES_AWAITED: Sheet(
        gettext_lazy("Wait for the letter with your codes"),
        do=(NAME_ON_THE_LETTER_BOX, MOVED),
        bring=(),
        then=(KEEP_THE_LETTER, gettext_lazy("With the letter you collect your card. Tell us when it is there.")),
    ),
    Step.URGENT_ORDERED: Sheet(
        gettext_lazy("Collect your urgent card"),
        bring=(gettext_lazy("Your old card, or the attestation of the police"), gettext_lazy("Your passport")),
        then=(gettext_lazy("Go yourself: nobody can go for you. The codes come with the card."),),
        at_office=True,
    ),
    Step.TO_COLLECT: Sheet(
        gettext_lazy("Collect your card"),
        then=(gettext_lazy("After the last day the card is destroyed: you must ask, and pay, again."),),
        at_office=True,
    ),
    Step.TO_REQUEST: Sheet(
        gettext_lazy("Ask for new codes"),
        bring=(
            gettext_lazy("Your residence card"),
            gettext_lazy("The first letter with your codes, if you still have it"),
        ),
        then=(
            gettext_lazy("With the first letter you get new codes at once."),
            gettext_lazy("Without it a new letter comes by post, within about %(letter)s."),
        ),
        at_office=True,
    ),
    Step.NEW_CODES_AWAITED: Sheet(
        gettext_lazy("Wait for the letter with your new codes"),
        do=(NAME_ON_THE_LETTER_BOX, MOVED),
        bring=(),
        then=(KEEP_THE_LETTER, gettext_lazy("With the letter you go back to the counter to activate the codes.")),
    ),
    Step.TO_ACTIVATE_CODES: Sheet(gettext_lazy("Activate your new codes"), at_office=True),
}


@dataclass(frozen=True)
class Handout:
    """The sheet of one case on a day, in the language that is active when it is made."""

    sheet: Sheet
    case: Case
    office: Office | None
    when: str
    too_late: bool
    do: list[str]
    bring: list[str]
    then: list[str]
    call_docstop: bool
    about_a_card: bool

    @property
    def lacks(self) -> bool:
        """Is something missing that the client needs to find the counter open? The sheet leaves a line to write on."""
        return self.office is not None and not (self.office.address and self.office.hours and self.office.phone)

    @property
    def paid(self) -> Decimal | None:
        """What was paid for the step that is on paper; None while the fee is still to come."""
        return None if self.case.step in OFFICE_STEPS else self.case.paid_amount

    @property
    def link(self) -> str:
        """The office's page for appointments, or else its page; empty when neither is known."""
        return (self.office.booking_url or self.office.site) if self.office else ""

    @property
    def qr(self) -> str:
        """The link as a picture in an address of its own, which the strict content policy lets pass."""
        return segno.make(self.link, error="m").svg_data_uri(scale=4, border=2) if self.link else ""


def handout(case: Case, state: State, *, on: date, calendar: Calendar) -> Handout | None:
    """The sheet for the next step of a case; None when it is closed."""
    sheet = SHEETS.get(Step(case.step))
    if sheet is None:
        return None
    delays = Delay.objects.terms(on=on)
    terms = {"activation": delays[DelayCode.ACTIVATION], "letter": delays[DelayCode.CODES_LETTER]}
    items = [item for item, _done in checklist(case, state)]
    return Handout(
        sheet=sheet,
        case=case,
        office=case.office if sheet.at_office else None,
        when=when(case, calendar=calendar),
        too_late=case.due_kind in {DueKind.ACTIVATION, DueKind.PICKUP} and case.is_overdue(on=on),
        do=[str(line) for line in (*sheet.do, *(item.words for item in items if item is IN_PERSON))],
        bring=list(to_bring(case, sheet, items)),
        then=[str(line) % terms for line in sheet.then],
        call_docstop=case.step == Step.TO_REPORT and case.reason != Reason.DAMAGE and not state.day(DOCSTOP_ON),
        about_a_card=case.procedure != Procedure.DIGITAL_KEY,
    )


def to_bring(case: Case, sheet: Sheet, items: list[Item]) -> Iterator[str]:
    """The sheet's own list or the checklist of the step; no money where the office asks none."""
    if sheet.bring is not None:
        yield from map(str, sheet.bring)
        return
    for item in items:
        if item is not IN_PERSON and (item is not FEE or case.quoted_amount != 0):
            yield str(item.words)


def when(case: Case, *, calendar: Calendar) -> str:
    """The day that counts for the client: where there is a counter, one on which it is open. Empty for none."""
    if case.due_on is None:
        return ""
    match case.due_kind:
        case DueKind.RENEWAL if case.due_opens_on:
            first, last = calendar.on_or_after(case.due_opens_on), calendar.on_or_before(case.due_on)
            return _("Between %(first)s and %(last)s") % {"first": long_day(first), "last": long_day(last)}
        case DueKind.LETTER:
            return _("The letter should be there by %(day)s") % {"day": long_day(case.due_on)}
        case DueKind.URGENT:
            return _("From %(day)s, 14:00") % {"day": long_day(case.due_on)}
        case DueKind.PICKUP:
            return _("At the latest on %(day)s") % {"day": long_day(calendar.on_or_before(case.due_on))}
        case _:
            return _("At the latest on %(day)s") % {"day": long_day(case.due_on)}
