"""What happens in the made-up office: how its cases go, beat by beat, counted in days before the day of the demo.

Each story is told `cases` times, by different people, each time between 0 and `spread` days earlier. A beat is a
move of the workflow, or one of the words that `telling` knows: open, note, choose_office, undo.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cases.facts import AbandonReason, Answer, OtherWay, ReferredTo
from cases.workflow import Procedure, Reason


@dataclass(frozen=True)
class Day:
    """A day in the facts of a story, so many days before the day of the demo; moved with the story."""

    ago: int


def ahead(days: int) -> Day:
    return Day(-days)


@dataclass(frozen=True)
class Beat:
    """One thing that happens, `ago` days before the day of the demo; `words` are a key of `cases.demo.notes`."""

    ago: int
    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""


def beat(ago: int, what: str, words: str = "", **facts: Any) -> Beat:
    return Beat(ago, what, facts, words)


@dataclass(frozen=True)
class Story:
    """How a case goes, told `cases` times. `then` is the case of the same client that follows it."""

    cases: int
    spread: int
    beats: tuple[Beat, ...]
    procedure: Procedure = Procedure.DIGITAL_KEY
    reason: Reason = Reason.FIRST
    card_expires: Day | None = None
    then: "Story | None" = None

    @property
    def starts(self) -> int:
        return self.beats[0].ago


YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
NEEDS_A_KEY = {"chip_card": NO, "eidas": NO, "itsme": NO, "register_number": YES}


def oriented(ago: int) -> tuple[Beat, ...]:
    """Opened, asked the five questions, and an office chosen, on one visit."""
    return (
        beat(ago, "open", "first_visit"),
        beat(ago, "note", **NEEDS_A_KEY, own_email=YES),
        beat(ago, "choose_office"),
    )


def registered(ago: int, *, paid: bool = True) -> Beat:
    return beat(ago, "register", "registered", code_received=True, link_received=True, paid=paid)


DIGITAL_KEYS = (
    # Ours to orient
    Story(9, 5, (beat(0, "open", "first_visit"), beat(0, "note", chip_card=NO, eidas=UNKNOWN, itsme=NO))),
    Story(6, 8, (beat(3, "open", "first_visit"), beat(3, "note", "no_email", **NEEDS_A_KEY, own_email=NO))),
    Story(3, 20, (beat(21, "open", "first_visit"),)),
    # To register, some without news for two weeks
    Story(14, 24, oriented(1)),
    Story(3, 6, (*oriented(4), beat(4, "undo"), beat(4, "choose_office"))),
    Story(3, 9, (*oriented(12), beat(12, "not_needed", other_way=OtherWay.ITSME), beat(11, "undo", "wrong_click"))),
    # To activate: fresh, link missing, due this week, late
    Story(13, 3, (*oriented(9), registered(2))),
    Story(
        5, 3,
        (*oriented(10), beat(3, "register", "link_missing", code_received=True, link_received=False, paid=True)),
    ),
    Story(8, 2, (*oriented(19), registered(11))),
    Story(6, 5, (*oriented(28), registered(18))),
    # The code expired or was lost, once
    Story(
        6, 3,
        (*oriented(49), registered(42), beat(22, "expire", "expired"), beat(22, "choose_office"), registered(5)),
    ),
    Story(3, 6, (*oriented(30), registered(24), beat(3, "expire", "expired"))),
    Story(3, 6, (*oriented(14), registered(8), beat(3, "lose_code", "code_lost"))),
    # Done
    Story(48, 215, (*oriented(30), registered(20), beat(12, "activate", "activated", login_works=True))),
    Story(4, 90, (*oriented(24), registered(16), beat(9, "activate", "level_too_low", login_works=False))),
    Story(
        5, 120,
        (*oriented(80), registered(72), beat(50, "expire", "expired"), registered(40),
         beat(33, "activate", "activated", login_works=True)),
    ),
    Story(2, 2, (*oriented(12), registered(7), beat(2, "activate", login_works=True), beat(1, "undo", "wrong_click"))),
    # No office needed
    Story(
        7, 210,
        (beat(2, "open", "first_visit"), beat(2, "note", chip_card=YES),
         beat(2, "not_needed", "not_needed", other_way=OtherWay.CHIP_CARD)),
    ),
    Story(
        4, 210,
        (beat(2, "open"), beat(2, "note", chip_card=NO, itsme=YES),
         beat(2, "not_needed", "not_needed", other_way=OtherWay.ITSME)),
    ),
    Story(
        5, 210,
        (beat(2, "open"), beat(2, "note", chip_card=NO, itsme=NO, eidas=YES),
         beat(2, "not_needed", "not_needed", other_way=OtherWay.EIDAS)),
    ),
    # Other ends
    Story(3, 180, (beat(9, "open", "first_visit"), beat(5, "refer", "referred", referred_to=ReferredTo.DIGITAL))),
    Story(2, 180, (beat(9, "open"), beat(9, "refer", "referred", referred_to=ReferredTo.LEGAL))),
    Story(5, 180, (*oriented(45), beat(10, "abandon", "abandoned", abandon_reason=AbandonReason.UNREACHABLE))),
    Story(3, 180, (*oriented(30), registered(25), beat(8, "abandon", abandon_reason=AbandonReason.GAVE_UP))),
    Story(2, 180, (*oriented(20), beat(8, "abandon", abandon_reason=AbandonReason.MOVED_AWAY))),
)  # fmt: skip


def card(cases: int, spread: int, *beats: Beat, reason: Reason = Reason.FIRST, **more: Any) -> Story:
    return Story(cases, spread, beats, procedure=Procedure.E_CARD, reason=reason, **more)


def prepared(ago: int) -> tuple[Beat, ...]:
    return beat(ago, "open", "card_first_visit"), beat(ago, "choose_office")


def requested(ago: int) -> Beat:
    return beat(ago, "request", "requested", paid=True)


def lost(ago: int) -> tuple[Beat, ...]:
    """DocStop first, the police the day after, then the commune."""
    return (
        beat(ago, "open", "lost"),
        beat(ago, "note", docstop_on=Day(ago)),
        beat(ago - 1, "note", police_on=Day(ago - 1)),
        beat(ago - 1, "report"),
    )


def collected(ago: int, *, expires: Day, recall: bool = True) -> Beat:
    return beat(ago, "collect", "collected" if recall else "", card_expires_on=expires, recall_agreed=recall)


NEW_CARD = card(1, 0, *prepared(20), requested(16), reason=Reason.NOT_COLLECTED)

E_CARDS = (
    # To report, to prepare
    card(3, 3, beat(1, "open", "lost"), reason=Reason.LOSS),
    card(4, 3, beat(3, "open", "lost"), beat(3, "note", docstop_on=Day(3)), reason=Reason.THEFT),
    card(3, 5, *lost(4), reason=Reason.LOSS),
    card(2, 5, *lost(6), beat(3, "choose_office"), reason=Reason.THEFT),
    card(1, 2, beat(3, "open"), beat(2, "note", police_on=Day(2)), beat(2, "report"), reason=Reason.DAMAGE),
    card(8, 10, *prepared(1)),
    # Renewals: the window is open, not open yet, closed; one card has expired
    card(7, 5, *prepared(6), reason=Reason.RENEWAL, card_expires=ahead(39)),
    card(4, 5, *prepared(4), reason=Reason.RENEWAL, card_expires=ahead(75)),
    card(3, 5, *prepared(24), reason=Reason.RENEWAL, card_expires=ahead(22)),
    card(1, 1, *prepared(12), reason=Reason.RENEWAL, card_expires=Day(3)),
    # The letter: on its way, expected this week, late, chased, lost
    card(10, 8, *prepared(6), requested(3)),
    card(6, 3, *prepared(24), requested(17), reason=Reason.RENEWAL, card_expires=ahead(14)),
    card(5, 4, *prepared(36), requested(27)),
    card(3, 2, *prepared(40), requested(34), beat(4, "chase", "chased")),
    card(2, 3, *prepared(36), requested(30), beat(6, "reorder_codes", "letter_lost")),
    card(2, 3, *prepared(16), requested(12), beat(5, "note", "moved", moved_on=Day(6))),
    # In extreme urgency
    card(3, 0, *prepared(1), beat(1, "order_urgently", "urgent", ordered_at="10:40", paid=True)),
    card(2, 40, *prepared(8), beat(7, "order_urgently", "urgent", ordered_at="14:20", paid=True),
         beat(5, "card_arrives"), collected(4, expires=ahead(1500))),
    # To collect: a card at the counter, one with a month to go, one about to be destroyed, one too late
    card(9, 8, *prepared(32), requested(30), beat(4, "receive_letter", "letter_here")),
    card(4, 6, *prepared(88), requested(85), beat(66, "receive_letter", "letter_here", card_ready_on=Day(68))),
    card(5, 2, *prepared(112), requested(109), beat(86, "receive_letter", "letter_here")),
    card(2, 2, *prepared(120), requested(118), beat(98, "receive_letter")),
    card(1, 3, *prepared(50), requested(48), beat(28, "receive_letter", "letter_here"),
         beat(6, "replace_codes", "letter_lost_here")),
    # Done, destroyed and begun again, or given up
    card(20, 170, *prepared(52), requested(50), beat(32, "receive_letter"), collected(24, expires=ahead(1780))),
    card(14, 165, *prepared(55), requested(54), beat(39, "receive_letter"),
         collected(30, expires=ahead(1770), recall=False)),
    card(4, 3, *prepared(210), requested(205), beat(186, "receive_letter"), collected(180, expires=ahead(42))),
    card(3, 10, *prepared(168), requested(165), beat(146, "receive_letter"), beat(43, "destroy", "destroyed"),
         then=NEW_CARD),
    card(3, 150, *prepared(40), beat(10, "abandon", "abandoned", abandon_reason=AbandonReason.MOVED_AWAY)),
    card(2, 150, beat(12, "open"), beat(12, "refer", "referred", referred_to=ReferredTo.LEGAL)),
    card(1, 30, beat(12, "open", "lost"), beat(9, "abandon", "found_again", abandon_reason=AbandonReason.OTHER),
         reason=Reason.LOSS),
)  # fmt: skip


def codes(cases: int, spread: int, *beats: Beat, reason: Reason = Reason.CODES_LOST) -> Story:
    return Story(cases, spread, beats, procedure=Procedure.CARD_CODES, reason=reason)


def asked(ago: int) -> tuple[Beat, ...]:
    return beat(ago, "open", "codes_first_visit"), beat(ago, "choose_office")


CARD_CODES = (
    codes(4, 6, *asked(1)),
    codes(2, 6, beat(2, "open", "codes_first_visit"), reason=Reason.CODES_BLOCKED),
    codes(7, 8, *asked(5), beat(4, "request_codes", paid=True)),
    codes(3, 3, *asked(29), beat(27, "request_codes")),
    codes(2, 2, *asked(38), beat(35, "request_codes"), beat(4, "chase", "chased")),
    codes(5, 6, *asked(22), beat(21, "request_codes"), beat(3, "receive_codes", "letter_here")),
    codes(1, 4, *asked(40), beat(36, "request_codes"), beat(18, "receive_codes"),
          beat(6, "reorder_codes", "letter_lost")),
    codes(6, 170, *asked(3), beat(3, "note", letter_kept=True), beat(1, "reset_at_counter", "codes_done", paid=True)),
    codes(12, 170, *asked(34), beat(32, "request_codes", paid=True), beat(14, "receive_codes"),
          beat(9, "activate_codes", "codes_done")),
    codes(2, 150, *asked(30), beat(12, "abandon", "abandoned", abandon_reason=AbandonReason.SOLVED_ELSEWHERE)),
    codes(1, 100, beat(9, "open"), beat(9, "refer", referred_to=ReferredTo.OTHER), reason=Reason.CODES_BLOCKED),
)  # fmt: skip

STORIES = (*DIGITAL_KEYS, *E_CARDS, *CARD_CODES)
