"""What to bring and what to check at each step, in plain words. The page of a case and its hand-out read this table.

Sources: the leaflet (facts A9-A15) and the page on the e-card (facts B18-B44).
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.facts import Answer
from cases.models import Case
from cases.replay import State
from cases.workflow import Reason, Step

DOCSTOP = "00800 2123 2123"  # facts Y6: the source prints «.18» behind it, every public page does not


@dataclass(frozen=True)
class Item:
    """One line to tick. `done` is known only where a fact says so."""

    words: Promise
    fact: str = ""

    def done(self, state: State) -> bool:
        """A yes, or a day on which it was done."""
        return state.known.get(self.fact) not in {None, False, Answer.NO.value, Answer.UNKNOWN.value}


IN_PERSON = Item(_("Go in person: nobody else can go instead"))
IDENTITY = Item(_("National identity card of an EU country, or international passport"))
FEE = Item(_("Money for the fee"))
OLD_CARD = Item(_("The old residence card"))
LETTER = Item(_("The letter with the PIN and PUK codes, unopened by anybody else"))
PHOTO = (
    Item(_("A photo less than 6 months old, that looks like the person")),
    Item(_("Photo: the face fills 70 to 80 percent of it, on a light, even background")),
    Item(_("Photo: mouth closed, eyes, chin and outline of the face free")),
)
POLICE = Item(_("The attestation of the police"))
DOCUMENT_OF_TODAY = Item(_("The residence document held today"))

CHECKLISTS: dict[Step, tuple[Item, ...]] = {
    Step.TO_REGISTER: (
        IN_PERSON,
        IDENTITY,
        Item(_("An e-mail address of one's own, opened on the spot"), fact="own_email"),
        FEE,
    ),
    Step.TO_ACTIVATE: (
        Item(_("Activation code received on paper: the client keeps it"), fact="code_received"),
        Item(_("Activation link received by e-mail: look among the unwanted mail too"), fact="link_received"),
        Item(_("The client opens their mailbox on their own device")),
    ),
    Step.TO_REPORT: (
        Item(_("Call DocStop, day and night, to block the card: the client says who they are"), fact="docstop_on"),
        Item(_("Go to the police in person and keep their attestation")),
    ),
    Step.PREPARING: (IN_PERSON, OLD_CARD, *PHOTO, FEE),
    Step.CODES_AWAITED: (
        Item(_("The letter comes to the registered address: is the name on the letter box?")),
        Item(_("Moved lately? The letter may have gone to the former commune")),
    ),
    Step.TO_COLLECT: (IN_PERSON, LETTER, OLD_CARD),
    Step.TO_REQUEST: (
        Item(_("Still has the first letter: the counter renews the codes at once"), fact="letter_kept"),
        Item(_("Without the letter: ask for new codes at the counter or online")),
        Item(_("The residence card")),
    ),
    Step.NEW_CODES_AWAITED: (Item(_("Moved lately? The letter may have gone to the former commune")),),
    Step.TO_ACTIVATE_CODES: (IN_PERSON, LETTER, Item(_("The residence card"))),
}


def checklist(case: Case, state: State) -> list[tuple[Item, bool]]:
    """The lines of the case's step, each with whether it is known to be done.

    Where it is free nobody brings money. Not everybody has an old card: after a loss the police's paper stands for
    it, at a first request another document.
    """
    old_card = {
        Reason.LOSS: POLICE, Reason.THEFT: POLICE, Reason.DAMAGE: POLICE, Reason.FIRST: DOCUMENT_OF_TODAY,
    }.get(Reason(case.reason), OLD_CARD)  # fmt: skip
    items = [old_card if item is OLD_CARD else item for item in CHECKLISTS.get(Step(case.step), ())]
    return [(item, item.done(state)) for item in items if item is not FEE or case.quoted_amount != 0]
