"""The deadline of a case in one sentence, for the rows of Today and of the lists. Its whole story: cases.clock."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case
from cases.workflow import DueKind
from config.wording import day as short_day


def deadline_in_words(case: Case, *, on: date) -> str:
    """Why a case is due, and how long that still is; empty without a deadline."""
    if case.due_on is None:
        return ""
    left = (case.due_on - on).days
    words = {
        DueKind.ACTIVATION: activation,
        DueKind.LETTER: letter,
        DueKind.URGENT: urgent,
        DueKind.PICKUP: pickup,
    }
    if case.due_kind == DueKind.RENEWAL:
        return renewal(case.due_opens_on, case.due_on, on=on)
    return words[DueKind(case.due_kind)](case.due_on, left)


def activation(due_on: date, left: int) -> str:
    if left < 0:
        return ngettext("the code expired yesterday", "the code expired %(n)s days ago", -left) % {"n": -left}
    if left == 0:
        return _("last day to activate")
    return ngettext("%(n)s day left to activate", "%(n)s days left to activate", left) % {"n": left}


def letter(due_on: date, left: int) -> str:
    if left < 0:
        return _("the codes letter should have come by %(day)s") % {"day": short_day(due_on)}
    return _("the codes letter is expected by %(day)s") % {"day": short_day(due_on)}


def urgent(due_on: date, left: int) -> str:
    if left <= 0:
        return _("the urgent card should be there since %(day)s, 14:00") % {"day": short_day(due_on)}
    return _("the urgent card will be there on %(day)s at 14:00") % {"day": short_day(due_on)}


def pickup(due_on: date, left: int) -> str:
    if left < 0:
        return _("the card was kept until %(day)s: it may be destroyed") % {"day": short_day(due_on)}
    if left == 0:
        return _("last day before the card is destroyed")
    return ngettext(
        "%(n)s day left to collect the card before it is destroyed",
        "%(n)s days left to collect the card before it is destroyed",
        left,
    ) % {"n": left}


def renewal(opens_on: date | None, closes_on: date, *, on: date) -> str:
    if on > closes_on:
        return _("the renewal window closed on %(day)s: go as soon as possible") % {"day": short_day(closes_on)}
    if opens_on and on < opens_on:
        return _("the renewal window opens on %(day)s") % {"day": short_day(opens_on)}
    return _("the renewal window closes on %(day)s") % {"day": short_day(closes_on)}
