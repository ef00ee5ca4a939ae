"""The one writer: everything that changes a case happens here, once, whole, or not at all.

Each function is one transaction: a compare-and-swap on the case's version and step, then one `Event`. Whoever
acted on an older version gets `CaseMoved`, and nothing is written.
"""

from cases.actions.due import count_anew, reschedule
from cases.actions.handing_over import assign, give_to_team, hand_over
from cases.actions.moves import abandon_to_forget, move, note_facts, situation, undo, write_note
from cases.actions.opening import open_case
from cases.actions.promises import (
    another_line,
    applicant,
    choose_office,
    keep_promise,
    offers_for_case,
    offers_to,
    price_now,
    quote_again,
)
from cases.actions.recalls import settle_recall
from cases.actions.refusals import (
    AlreadyCorrected,
    BadDay,
    Blocked,
    CaseMoved,
    MissingFact,
    NoDeadline,
    NoOfferToday,
    NotDone,
    NothingToKeep,
    NothingToRecall,
    NothingToUndo,
    NotInTheWorkflow,
)
from cases.actions.taking_over import OldCase, OldVisit, check_old_case, take_over, take_over_visits
from cases.actions.visits import Move, attach_visit, correct_visit, log_visit

__all__ = [
    "AlreadyCorrected",
    "BadDay",
    "Blocked",
    "CaseMoved",
    "MissingFact",
    "Move",
    "NoDeadline",
    "NoOfferToday",
    "NotDone",
    "NotInTheWorkflow",
    "NothingToKeep",
    "NothingToRecall",
    "NothingToUndo",
    "OldCase",
    "OldVisit",
    "abandon_to_forget",
    "another_line",
    "applicant",
    "assign",
    "attach_visit",
    "check_old_case",
    "choose_office",
    "correct_visit",
    "count_anew",
    "give_to_team",
    "hand_over",
    "keep_promise",
    "log_visit",
    "move",
    "note_facts",
    "offers_for_case",
    "offers_to",
    "open_case",
    "price_now",
    "quote_again",
    "reschedule",
    "settle_recall",
    "situation",
    "take_over",
    "take_over_visits",
    "undo",
    "write_note",
]
