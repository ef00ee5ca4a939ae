"""The workflow of the office: three procedures, their steps, and every move there is.

This table is the truth. Buttons, permissions, forms, the database's own check, the diagram of the README
and the tests read it; nothing else says what may follow what. Nothing here touches the database or the clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases import facts
from cases.facts import Fact


class Procedure(TextChoices):
    DIGITAL_KEY = "digital_key", _("Digital key")
    E_CARD = "e_card", _("E-card")
    CARD_CODES = "card_codes", _("PIN and PUK codes")


class Step(TextChoices):
    """Where a case is. The open steps name what has to happen next; the closed ones what came of it."""

    # digital key
    ORIENTATION = "orientation", _("Orientation")
    TO_REGISTER = "to_register", _("To register")
    TO_ACTIVATE = "to_activate", _("To activate")
    ACTIVATED = "activated", _("Key active")
    NOT_NEEDED = "not_needed", _("Not needed")
    # e-card
    TO_REPORT = "to_report", _("To report to the police")
    PREPARING = "preparing", _("To request")
    CODES_AWAITED = "codes_awaited", _("Codes letter awaited")
    URGENT_ORDERED = "urgent_ordered", _("Urgent order placed")
    TO_COLLECT = "to_collect", _("To collect")
    COLLECTED = "collected", _("Card collected")
    DESTROYED = "destroyed", _("Card destroyed")
    # PIN and PUK codes
    TO_REQUEST = "to_request", _("New codes to request")
    NEW_CODES_AWAITED = "new_codes_awaited", _("New codes awaited")
    TO_ACTIVATE_CODES = "to_activate_codes", _("New codes to activate")
    CODES_ACTIVE = "codes_active", _("Codes active")
    # all
    ABANDONED = "abandoned", _("Abandoned")
    REFERRED = "referred", _("Referred elsewhere")


class Party(TextChoices):
    """Whose move it is."""

    US = "us", pgettext_lazy("whose move", "us")
    CLIENT = "client", pgettext_lazy("whose move", "the client")
    COMMUNE = "commune", pgettext_lazy("whose move", "the commune")
    POST = "post", pgettext_lazy("whose move", "the post")


class Reason(TextChoices):
    """Why a case was opened. Loss, theft and destruction of a card start with the police."""

    FIRST = "first", _("First request")
    RENEWAL = "renewal", _("Renewal")
    LOSS = "loss", _("Loss")
    THEFT = "theft", _("Theft")
    DAMAGE = "damage", _("Destruction of the card")
    NOT_COLLECTED = "not_collected", _("Earlier card not collected")
    CODES_LOST = "codes_lost", _("Codes lost")
    CODES_BLOCKED = "codes_blocked", _("Codes blocked")


class DueKind(TextChoices):
    """What a deadline is about. See cases.deadlines for how each is counted."""

    ACTIVATION = "activation", _("Last day to activate")
    LETTER = "letter", _("Codes letter expected")
    URGENT = "urgent", _("Urgent card available")
    PICKUP = "pickup", _("Last day before the card is destroyed")
    RENEWAL = "renewal", _("Renewal window closes")


class Need(StrEnum):
    """What must be true before a move; cases.needs says how each is checked and who can lift it."""

    OFFICE = "office"
    URGENT_QUOTE = "urgent_quote"
    OWN_EMAIL = "own_email"
    KEY_NEEDED = "key_needed"
    IN_TIME = "in_time"
    DEADLINE_PASSED = "deadline_passed"
    DOCSTOP_CALLED = "docstop_called"
    POLICE_REPORT = "police_report"
    NO_CARD_REQUEST_RUNNING = "no_card_request_running"
    LETTER_KEPT = "letter_kept"


@dataclass(frozen=True)
class Transition:
    """One move: its button, where it may start and where it ends, what it needs, records and starts.

    `asks` are the facts its form offers; those in `requires` cannot stay empty; those in `forgets` are no longer known
    after it. `starts` is the deadline that begins with it; a move that starts none ends the running one, unless it
    stays on its step.
    """

    name: str
    label: Promise
    past: Promise
    sources: tuple[Step, ...]
    target: Step
    permission: str = "cases.move_case"
    needs: tuple[Need, ...] = ()
    asks: tuple[Fact, ...] = ()
    requires: tuple[Fact, ...] = ()
    forgets: tuple[Fact, ...] = ()
    starts: DueKind | None = None


@dataclass(frozen=True)
class Workflow:
    """One procedure. `path` is the way it should go, as the stepper draws it; `letters` start its references."""

    procedure: Procedure
    letters: str
    opens: dict[Reason, Step]
    path: tuple[Step, ...]
    waits_for: dict[Step, Party]
    transitions: tuple[Transition, ...]

    @property
    def open_steps(self) -> tuple[Step, ...]:
        return tuple(self.waits_for)

    @property
    def closed_steps(self) -> tuple[Step, ...]:
        """The steps from which nothing leads, in the order of the table."""
        targets = dict.fromkeys(t.target for t in self.transitions)
        return tuple(step for step in targets if step not in self.waits_for)

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.open_steps + self.closed_steps

    def transition(self, name: str) -> Transition:
        """The move of that name. Raises KeyError when the procedure has none."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(name)

    def leaving(self, step: str) -> tuple[Transition, ...]:
        """Every move that may start at a step, in the order of the table; none from a closed one."""
        return tuple(t for t in self.transitions if step in t.sources)


def ends(*open_steps: Step) -> tuple[Transition, ...]:
    """The two ends that every procedure has, from each of its open steps."""
    return (
        Transition(
            name="refer",
            label=_("Refer elsewhere…"),
            past=_("Referred elsewhere"),
            sources=open_steps,
            target=Step.REFERRED,
            asks=(facts.REFERRED_TO,),
            requires=(facts.REFERRED_TO,),
        ),
        Transition(
            name="abandon",
            label=_("Abandon…"),
            past=_("Abandoned"),
            sources=open_steps,
            target=Step.ABANDONED,
            asks=(facts.ABANDON_REASON,),
            requires=(facts.ABANDON_REASON,),
        ),
    )


DIGITAL_KEY = Workflow(
    procedure=Procedure.DIGITAL_KEY,
    letters="CN",
    opens={Reason.FIRST: Step.ORIENTATION},
    path=(Step.ORIENTATION, Step.TO_REGISTER, Step.TO_ACTIVATE, Step.ACTIVATED),
    waits_for={Step.ORIENTATION: Party.US, Step.TO_REGISTER: Party.CLIENT, Step.TO_ACTIVATE: Party.CLIENT},
    transitions=(
        Transition(
            name="choose_office",
            label=_("Choose the office"),
            past=_("Office chosen"),
            sources=(Step.ORIENTATION, Step.TO_REGISTER),
            target=Step.TO_REGISTER,
            needs=(Need.KEY_NEEDED,),
            asks=(facts.OFFICE,),
            requires=(facts.OFFICE,),
        ),
        Transition(
            name="register",
            label=_("Registered"),
            past=_("Registered at the office"),
            sources=(Step.TO_REGISTER,),
            target=Step.TO_ACTIVATE,
            needs=(Need.OFFICE, Need.OWN_EMAIL),
            asks=(facts.CODE_RECEIVED, facts.LINK_RECEIVED, facts.PAID),
            starts=DueKind.ACTIVATION,
        ),
        Transition(
            name="activate",
            label=_("Key activated"),
            past=_("Key activated"),
            sources=(Step.TO_ACTIVATE,),
            target=Step.ACTIVATED,
            needs=(Need.IN_TIME,),
            asks=(facts.LOGIN_WORKS,),
        ),
        Transition(
            name="expire",
            label=_("The code has expired"),
            past=_("The code expired: to register, and pay, again"),
            sources=(Step.TO_ACTIVATE,),
            target=Step.TO_REGISTER,
            needs=(Need.DEADLINE_PASSED,),
            forgets=(facts.CODE_RECEIVED, facts.LINK_RECEIVED),
        ),
        Transition(
            name="lose_code",
            label=_("Code or link lost"),
            past=_("Code or link lost: to register again"),
            sources=(Step.TO_ACTIVATE,),
            target=Step.TO_REGISTER,
            forgets=(facts.CODE_RECEIVED, facts.LINK_RECEIVED),
        ),
        Transition(
            name="not_needed",
            label=_("Not needed…"),
            past=_("No office needed"),
            sources=(Step.ORIENTATION, Step.TO_REGISTER),
            target=Step.NOT_NEEDED,
            asks=(facts.OTHER_WAY,),
            requires=(facts.OTHER_WAY,),
        ),
        *ends(Step.ORIENTATION, Step.TO_REGISTER, Step.TO_ACTIVATE),
    ),
)

E_CARD = Workflow(
    procedure=Procedure.E_CARD,
    letters="CE",
    opens={
        Reason.FIRST: Step.PREPARING,
        Reason.RENEWAL: Step.PREPARING,
        Reason.LOSS: Step.TO_REPORT,
        Reason.THEFT: Step.TO_REPORT,
        Reason.DAMAGE: Step.TO_REPORT,
        Reason.NOT_COLLECTED: Step.PREPARING,
    },
    path=(Step.PREPARING, Step.CODES_AWAITED, Step.TO_COLLECT, Step.COLLECTED),
    waits_for={
        Step.TO_REPORT: Party.CLIENT,
        Step.PREPARING: Party.CLIENT,
        Step.CODES_AWAITED: Party.POST,
        Step.URGENT_ORDERED: Party.COMMUNE,
        Step.TO_COLLECT: Party.CLIENT,
    },
    transitions=(
        Transition(
            name="report",
            label=_("Loss reported"),
            past=_("Loss or theft reported"),
            sources=(Step.TO_REPORT,),
            target=Step.PREPARING,
            needs=(Need.DOCSTOP_CALLED, Need.POLICE_REPORT),
        ),
        Transition(
            name="choose_office",
            label=_("Choose the office"),
            past=_("Office chosen"),
            sources=(Step.PREPARING,),
            target=Step.PREPARING,
            asks=(facts.OFFICE,),
            requires=(facts.OFFICE,),
        ),
        Transition(
            name="request",
            label=_("Requested"),
            past=_("Card requested"),
            sources=(Step.PREPARING,),
            target=Step.CODES_AWAITED,
            needs=(Need.OFFICE,),
            asks=(facts.PAID,),
            starts=DueKind.LETTER,
        ),
        Transition(
            name="order_urgently",
            label=_("Ordered urgently"),
            past=_("Card ordered urgently"),
            sources=(Step.PREPARING,),
            target=Step.URGENT_ORDERED,
            needs=(Need.OFFICE, Need.URGENT_QUOTE),
            asks=(facts.ORDERED_AT, facts.PAID),
            requires=(facts.ORDERED_AT,),
            starts=DueKind.URGENT,
        ),
        Transition(
            name="receive_letter",
            label=_("Letter arrived"),
            past=_("Codes letter arrived"),
            sources=(Step.CODES_AWAITED,),
            target=Step.TO_COLLECT,
            asks=(facts.CARD_READY_ON,),
            starts=DueKind.PICKUP,
        ),
        Transition(
            name="chase",
            label=_("Chased"),
            past=_("The missing letter was chased"),
            sources=(Step.CODES_AWAITED,),
            target=Step.CODES_AWAITED,
            starts=DueKind.LETTER,
        ),
        Transition(
            name="reorder_codes",
            label=_("Codes ordered again"),
            past=_("Letter lost: codes ordered again"),
            sources=(Step.CODES_AWAITED,),
            target=Step.CODES_AWAITED,
            starts=DueKind.LETTER,
        ),
        Transition(
            name="card_arrives",
            label=_("Card at the counter"),
            past=_("Urgent card at the counter"),
            sources=(Step.URGENT_ORDERED,),
            target=Step.TO_COLLECT,
            starts=DueKind.PICKUP,
        ),
        Transition(
            name="collect",
            label=_("Collected"),
            past=_("Card collected"),
            sources=(Step.TO_COLLECT,),
            target=Step.COLLECTED,
            asks=(facts.CARD_EXPIRES_ON, facts.RECALL_AGREED),
            requires=(facts.CARD_EXPIRES_ON,),
        ),
        Transition(
            name="replace_codes",
            label=_("Letter lost: new codes ordered"),
            past=_("Letter lost after it came: new codes ordered"),
            sources=(Step.TO_COLLECT,),
            target=Step.TO_COLLECT,
        ),
        Transition(
            name="destroy",
            label=_("Card destroyed"),
            past=_("Card destroyed, not collected in time"),
            sources=(Step.TO_COLLECT,),
            target=Step.DESTROYED,
            needs=(Need.DEADLINE_PASSED,),
        ),
        *ends(Step.TO_REPORT, Step.PREPARING, Step.CODES_AWAITED, Step.URGENT_ORDERED, Step.TO_COLLECT),
    ),
)

CARD_CODES = Workflow(
    procedure=Procedure.CARD_CODES,
    letters="CP",
    opens={Reason.CODES_LOST: Step.TO_REQUEST, Reason.CODES_BLOCKED: Step.TO_REQUEST},
    path=(Step.TO_REQUEST, Step.NEW_CODES_AWAITED, Step.TO_ACTIVATE_CODES, Step.CODES_ACTIVE),
    waits_for={
        Step.TO_REQUEST: Party.CLIENT,
        Step.NEW_CODES_AWAITED: Party.POST,
        Step.TO_ACTIVATE_CODES: Party.CLIENT,
    },
    transitions=(
        Transition(
            name="choose_office",
            label=_("Choose the office"),
            past=_("Office chosen"),
            sources=(Step.TO_REQUEST,),
            target=Step.TO_REQUEST,
            asks=(facts.OFFICE,),
            requires=(facts.OFFICE,),
        ),
        Transition(
            name="request_codes",
            label=_("Codes requested"),
            past=_("New codes requested"),
            sources=(Step.TO_REQUEST,),
            target=Step.NEW_CODES_AWAITED,
            needs=(Need.NO_CARD_REQUEST_RUNNING,),
            asks=(facts.PAID,),
            starts=DueKind.LETTER,
        ),
        Transition(
            name="reset_at_counter",
            label=_("Renewed at the counter"),
            past=_("Codes renewed at the counter, with the letter"),
            sources=(Step.TO_REQUEST,),
            target=Step.CODES_ACTIVE,
            needs=(Need.LETTER_KEPT,),
            asks=(facts.PAID,),
        ),
        Transition(
            name="receive_codes",
            label=_("Letter arrived"),
            past=_("New codes letter arrived"),
            sources=(Step.NEW_CODES_AWAITED,),
            target=Step.TO_ACTIVATE_CODES,
        ),
        Transition(
            name="chase",
            label=_("Chased"),
            past=_("The missing letter was chased"),
            sources=(Step.NEW_CODES_AWAITED,),
            target=Step.NEW_CODES_AWAITED,
            starts=DueKind.LETTER,
        ),
        Transition(
            name="reorder_codes",
            label=_("Codes ordered again"),
            past=_("Letter lost: codes ordered again"),
            sources=(Step.NEW_CODES_AWAITED, Step.TO_ACTIVATE_CODES),
            target=Step.NEW_CODES_AWAITED,
            needs=(Need.NO_CARD_REQUEST_RUNNING,),
            starts=DueKind.LETTER,
        ),
        Transition(
            name="activate_codes",
            label=_("Codes activated"),
            past=_("New codes activated"),
            sources=(Step.TO_ACTIVATE_CODES,),
            target=Step.CODES_ACTIVE,
        ),
        *ends(Step.TO_REQUEST, Step.NEW_CODES_AWAITED, Step.TO_ACTIVATE_CODES),
    ),
)

WORKFLOWS: dict[str, Workflow] = {w.procedure: w for w in (DIGITAL_KEY, E_CARD, CARD_CODES)}

WAITS_FOR: dict[str, Party] = {step: party for w in WORKFLOWS.values() for step, party in w.waits_for.items()}
OPEN_STEPS: tuple[Step, ...] = tuple(dict.fromkeys(s for w in WORKFLOWS.values() for s in w.open_steps))
CLOSED_STEPS: tuple[Step, ...] = tuple(dict.fromkeys(s for w in WORKFLOWS.values() for s in w.closed_steps))


def moves() -> Iterator[tuple[Procedure, Transition, Step]]:
    """Every (procedure, transition, source) of the table: what the database checks and the tests walk."""
    for workflow in WORKFLOWS.values():
        for transition in workflow.transitions:
            for source in transition.sources:
                yield workflow.procedure, transition, source
