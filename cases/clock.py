"""The running deadline of a case in words: how long is left, until when, counted from what, and what is at stake."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import facts
from cases.deadlines import HARD, reminders
from cases.models import Case
from cases.replay import State
from cases.workflow import DueKind
from cases.worklist import Task
from communes.renewal import RenewalState, RenewalWindow
from communes.terms import Term, Unit
from communes.working_days import Calendar
from config.wording import dated, day, long_day, money

# How the day that a deadline is counted from is told: cases.deadlines names it.
COUNTED_FROM: dict[str, Promise] = {
    "registered": gettext_lazy("registered on %(day)s"),
    "requested": gettext_lazy("requested on %(day)s"),
    "chased": gettext_lazy("chased on %(day)s"),
    "ordered": gettext_lazy("ordered on %(day)s"),
    "card_ready": gettext_lazy("at the commune since %(day)s"),
    "letter": gettext_lazy("letter of %(day)s"),
    "expires": gettext_lazy("the card expires on %(day)s"),
    "rescheduled": gettext_lazy("agreed on %(day)s"),
}
AT_THE_COUNTER = {DueKind.PICKUP, DueKind.RENEWAL}  # what can only be done while the counter is open


@dataclass(frozen=True)
class Clock:
    """`days` of `of` are gone; `more` says what follows in practice, `remind` asks for a gesture of ours."""

    left: str
    until: str
    reason: str
    at_stake: str
    days: int
    of: int
    tone: str
    more: str
    remind: str


def clock(
    case: Case,
    state: State,
    *,
    on: date,
    terms: Mapping[str, Term],
    calendar: Calendar,
) -> Clock | None:
    """The deadline as it looks on a day; None without one."""
    since = state.day(facts.DUE_SINCE)
    if case.due_on is None or since is None:
        return None
    whole = max(abs((case.due_on - since).days), 1)
    days = (case.due_on - on).days
    return Clock(
        left=left(case, case.due_on, on=on),
        until=(_("at the latest on %(day)s") if case.due_kind in HARD else _("expected by %(day)s"))
        % {"day": long_day(case.due_on)},
        reason=reason(state, since),
        at_stake=at_stake(case),
        days=min(max(whole - days, 0), whole),
        of=whole,
        tone=Task(case, on).tone.value,
        more=more(case, case.due_on, on=on, calendar=calendar),
        remind=remind(case, on=on, since=since, terms=terms),
    )


def left(case: Case, due_on: date, *, on: date) -> str:
    """How long the client, or the post, still has."""
    days = (due_on - on).days
    if case.due_kind == DueKind.RENEWAL and case.card_expires_on and case.due_opens_on:
        return of_the_window(case.card_expires_on, case.due_opens_on, due_on, on=on)
    if days < 0:
        return ngettext("%(count)s day too late", "%(count)s days too late", -days) % {"count": -days}
    if days == 0:
        return _("Today is the last day") if case.due_kind in HARD else _("Expected today")
    return ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}


def of_the_window(expires_on: date, opens: date, closes: date, *, on: date) -> str:
    match RenewalWindow(expires_on=expires_on, opens=opens, closes=closes).state(on=on):
        case RenewalState.TOO_EARLY:
            days = (opens - on).days
            return ngettext("Opens in %(count)s day", "Opens in %(count)s days", days) % {"count": days}
        case RenewalState.IN_WINDOW:
            days = (closes - on).days + 1
            return ngettext("Open for %(count)s more day", "Open for %(count)s more days", days) % {"count": days}
        case RenewalState.LATE:
            return _("The window has closed, the card still holds until %(day)s") % {"day": day(expires_on)}
        case RenewalState.EXPIRED:
            return _("The card expired on %(day)s") % {"day": day(expires_on)}


def reason(state: State, since: date) -> str:
    """What the deadline is counted from: «registered on 11 Nov. + 14 days»."""
    since_fact = str(state.known.get(facts.DUE_SINCE_FACT.name) or "")
    counted = str(COUNTED_FROM[since_fact]) % {"day": dated(since) if since_fact == "expires" else day(since)}
    written = state.known.get(facts.DUE_TERM.name)
    if not written:
        return counted
    amount, _space, unit = str(written).partition(" ")
    return f"{counted} {'−' if since_fact == 'expires' else '+'} {Term(int(amount), Unit(unit))}"


def at_stake(case: Case) -> str:
    """What happens after the deadline, and what it costs."""
    price = {"price": money(case.quoted_amount)}
    match case.due_kind:
        case DueKind.ACTIVATION if case.quoted_amount:
            return _("After that day the client registers again, and pays %(price)s again.") % price
        case DueKind.ACTIVATION:
            return _("After that day the client registers again.")
        case DueKind.PICKUP if case.quoted_amount:
            return _("After that day the card is destroyed: a new request, and %(price)s again.") % price
        case DueKind.PICKUP:
            return _("After that day the card is destroyed: a new request, and a new fee.")
        case DueKind.LETTER:
            return _("After that day, ask the commune where the letter is.")
        case DueKind.URGENT:
            return _("Earliest, if the counter is open: from 14:00.")
        case _:
            return _("Later is still possible, but the card may expire before the new one is there.")


def more(case: Case, due_on: date, *, on: date, calendar: Calendar) -> str:
    """The day that matters in practice: the last open counter, or the day on which we ask after a letter."""
    if case.due_kind in AT_THE_COUNTER and (open_on := calendar.on_or_before(due_on)) != due_on:
        return _("The counter is open for the last time on %(day)s.") % {"day": long_day(open_on)}
    if case.due_kind not in HARD and case.overdue_from and case.overdue_from > on:
        return _("We ask after it from %(day)s on.") % {"day": long_day(case.overdue_from)}
    return ""


def remind(case: Case, *, on: date, since: date, terms: Mapping[str, Term]) -> str:
    """Asks to get in touch with the client once a reminder is due, until somebody has; else empty.

    A visit is news, and so is all that was noted of the case: what Today goes by too.
    """
    if case.due_on is None or on > case.due_on:
        return ""
    past = [each for each in reminders(case.due_kind, since=since, due_on=case.due_on, terms=terms) if each <= on]
    if not past or case.in_touch_on >= past[-1]:
        return ""
    return _("Nobody has been in touch since %(day)s: remind the client.") % {"day": day(case.in_touch_on)}
