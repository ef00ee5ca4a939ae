"""What each need of the workflow asks, in words, and who can lift it. Pure: a situation in, a sentence out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.facts import Answer, OtherWay, Value
from cases.workflow import Need, Reason, Step, Transition


@dataclass(frozen=True)
class Situation:
    """What a move is judged by: the facts so far and those it brings, the day, and the client's other open cases."""

    facts: Mapping[str, Value]
    reason: str
    due_on: date | None
    on: date
    other_open_steps: frozenset[str] = frozenset()
    ordinary_quote: bool = False
    """Is the announced price the one of the ordinary e-card?"""


@dataclass(frozen=True)
class Rule:
    """A need in words: what stops the move, what lifts it. One that only warns does not stop it."""

    need: Need
    met: Callable[[Situation], bool]
    stops: Promise
    lifted_by: Promise
    only_warns: bool = False


def other_way(known: Mapping[str, Value]) -> OtherWay | None:
    """The way in that needs no office, if the triage found one; the safest first (facts A5)."""
    ways = (("chip_card", OtherWay.CHIP_CARD), ("itsme", OtherWay.ITSME), ("eidas", OtherWay.EIDAS))
    return next((way for name, way in ways if known.get(name) == Answer.YES), None)


def _in_time(situation: Situation) -> bool:
    return situation.due_on is None or situation.on <= situation.due_on


def _passed(situation: Situation) -> bool:
    return situation.due_on is not None and situation.on > situation.due_on


RULES: dict[Need, Rule] = {
    rule.need: rule
    for rule in (
        Rule(
            Need.OFFICE,
            lambda s: bool(s.facts.get("office")),
            _("No office is chosen yet."),
            _("Choose the office first: its price is then promised."),
        ),
        Rule(
            Need.URGENT_QUOTE,
            lambda s: not s.ordinary_quote,
            _("The announced price is the one of the ordinary procedure."),
            _("Announce the urgent price first: it is far higher."),
            only_warns=True,
        ),
        Rule(
            Need.OWN_EMAIL,
            lambda s: s.facts.get("own_email") == Answer.YES,
            _("The office asks for a personal e-mail address that the client can open."),
            _("Help the client to open one, then answer the question of the triage."),
        ),
        Rule(
            Need.KEY_NEEDED,
            lambda s: other_way(s.facts) is None,
            _("The triage found a free way without an office."),
            _("Go on only if that way does not work, for instance with a blocked card."),
            only_warns=True,
        ),
        Rule(
            Need.IN_TIME,
            _in_time,
            _("The last day to activate has passed."),
            _("Note that the code expired: the client registers, and pays, again."),
        ),
        Rule(
            Need.DEADLINE_PASSED,
            _passed,
            _("The last day has not passed yet."),
            _("Possible from the day after the deadline."),
        ),
        Rule(
            Need.DOCSTOP_CALLED,
            lambda s: s.reason == Reason.DAMAGE or bool(s.facts.get("docstop_on")),
            _("DocStop has not been called: the card is not blocked."),
            _("The client calls DocStop, day and night; note the day."),
        ),
        Rule(
            Need.POLICE_REPORT,
            lambda s: bool(s.facts.get("police_on")),
            _("There is no police report: the commune asks for its attestation."),
            _("The client goes to the police; note the day of the report."),
        ),
        Rule(
            Need.NO_CARD_REQUEST_RUNNING,
            lambda s: not s.other_open_steps & {Step.CODES_AWAITED, Step.URGENT_ORDERED},
            _("A request for a new card is running: no codes can be ordered meanwhile."),
            _("Wait until the new card is there: it comes with its own codes."),
        ),
        Rule(
            Need.LETTER_KEPT,
            lambda s: s.facts.get("letter_kept") is True,
            _("The counter renews the codes only against the first letter."),
            _("Note that the client still has the letter, or request new codes."),
        ),
    )
}


def unmet(transition: Transition, situation: Situation) -> list[Rule]:
    """The rules that a move breaks in a situation, those that only warn included."""
    return [RULES[need] for need in transition.needs if not RULES[need].met(situation)]
