"""What an adviser should know before doing anything with a case: sentences at the head of its page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import actions, facts
from cases.checklists import DOCSTOP
from cases.facts import Answer
from cases.models import Case, Event
from cases.models.case import OFFICE_STEPS
from cases.needs import other_way
from cases.replay import State, standing
from cases.story import moved_since_the_office
from cases.workflow import Procedure, Reason, Step
from communes.models import DelayCode
from communes.terms import Term
from communes.urgent import available_from, brussels, time_left
from communes.working_days import Calendar
from config.wording import long_day, lowfirst

EXPIRES_SOON = 30  # days: an orange card is extended again and again, so it is looked at in time (facts 6.9)
BEFORE_REGISTERING = {Step.ORIENTATION, Step.TO_REGISTER}
RUSH = 60  # minutes before the cut-off of the urgent procedure that are counted down

# What happens next, and who does it.
NEXT: dict[Step, Promise] = {
    Step.ORIENTATION: gettext_lazy("find out whether an office is needed, and which one"),
    Step.TO_REGISTER: gettext_lazy("the client registers in person"),
    Step.TO_ACTIVATE: gettext_lazy("activate with the code and the link"),
    Step.TO_REPORT: gettext_lazy("block the card, then go to the police"),
    Step.PREPARING: gettext_lazy("the client requests the card in person"),
    Step.CODES_AWAITED: gettext_lazy("the letter with the codes comes by post"),
    Step.URGENT_ORDERED: gettext_lazy("the urgent card comes to the commune"),
    Step.TO_COLLECT: gettext_lazy("the client collects the card with the letter"),
    Step.TO_REQUEST: gettext_lazy("the client requests new codes"),
    Step.NEW_CODES_AWAITED: gettext_lazy("the letter with the new codes comes by post"),
    Step.TO_ACTIVATE_CODES: gettext_lazy("the client activates the new codes at the counter"),
}


@dataclass(frozen=True)
class Notice:
    """A sentence, and how loud it is: info, warning or error."""

    level: str
    words: str


def notices(
    case: Case,
    state: State,
    events: Iterable[Event],
    *,
    on: date,
    at: datetime,
    calendar: Calendar,
    terms: Mapping[str, Term],
) -> list[Notice]:
    """What is worth a warning on an open case; nothing on a closed one."""
    if not case.is_open:
        return []
    return [
        *of_the_triage(case, state),
        *of_the_client(case, events, on=on),
        *of_the_letter(case, events, terms=terms),
        *of_the_card(case, state, at, calendar),
    ]


def of_the_triage(case: Case, state: State) -> Iterator[Notice]:
    """A way without an office, or what the office will ask and the client does not have (facts 3.1)."""
    if case.step not in BEFORE_REGISTERING:
        return
    if way := other_way(state.known):
        yield Notice(
            "warning", _("The triage found a free way without an office: %(way)s.") % {"way": lowfirst(str(way.label))}
        )
    if state.known.get(facts.REGISTER_NUMBER.name) == Answer.NO:
        yield Notice(
            "warning", _("Without a national register or BIS number, ask the office first whether it can help.")
        )


def of_the_client(case: Case, events: Iterable[Event], *, on: date) -> Iterator[Notice]:
    if moved_on := moved_since_the_office(events):
        words = (
            _("The client moved on %(day)s: choose the office again, and ask where letters may have gone.")
            if case.step in OFFICE_STEPS
            else _("The client moved on %(day)s: the card or the letter may be at the former commune, ask there.")
        )
        yield Notice("warning", words % {"day": long_day(moved_on)})
    elif case.office and actions.another_line(case, on=on):
        words = _("The announced price of %(office)s is no longer the one for this client: choose the office again.")
        yield Notice("warning", words % {"office": case.office.name})
    expires_on = case.client.document_expires_on
    if expires_on and expires_on < on:
        yield Notice("warning", _("The residence document expired on %(day)s.") % {"day": long_day(expires_on)})
    elif expires_on and (expires_on - on).days <= EXPIRES_SOON:
        yield Notice("info", _("The residence document expires on %(day)s.") % {"day": long_day(expires_on)})


def of_the_letter(case: Case, events: Iterable[Event], *, terms: Mapping[str, Term]) -> Iterator[Notice]:
    """The card waits, and the letter it is collected with was lost: a new one is on its way (facts B41, B42)."""
    lost_on = [event.happened_on for event in standing(events) if event.transition == "replace_codes"]
    if case.step == Step.TO_COLLECT and lost_on and (term := terms.get(DelayCode.CODES_LETTER)):
        words = _(
            "New codes were ordered on %(day)s: the letter is expected by %(expected)s. The card is not kept longer."
        )
        days = {"day": long_day(lost_on[-1]), "expected": long_day(term.after(lost_on[-1]))}
        yield Notice("warning", words % days)


def of_the_card(case: Case, state: State, at: datetime, calendar: Calendar) -> Iterator[Notice]:
    """DocStop before anything else; and, while a card can be ordered, when an urgent one would be there."""
    if case.step == Step.TO_REPORT and case.reason != Reason.DAMAGE and not state.day(facts.DOCSTOP_ON):
        words = _("First of all the client calls DocStop, %(number)s, free, day and night: the card is then blocked.")
        yield Notice("error", words % {"number": DOCSTOP})
    if case.procedure == Procedure.E_CARD and case.step == Step.PREPARING:
        there = brussels(available_from(at=at, calendar=calendar))
        when = {"day": long_day(there.date()), "time": f"{there:%H:%M}"}
        rest = time_left(at=at, calendar=calendar)
        if rest is None:
            words = _("Ordered urgently now, the card is there on %(day)s from %(time)s, at the earliest.")
            yield Notice("info", words % when)
        elif (minutes := int(rest.total_seconds() // 60)) <= RUSH:
            words = ngettext(
                "%(count)s minute left: ordered urgently before 15:00, the card is there on %(day)s from %(time)s.",
                "%(count)s minutes left: ordered urgently before 15:00, the card is there on %(day)s from %(time)s.",
                minutes,
            )
            yield Notice("warning", words % {"count": minutes, **when})
        else:
            words = _("Ordered urgently before 15:00, the card is there on %(day)s from %(time)s, at the earliest.")
            yield Notice("info", words % when)
