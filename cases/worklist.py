"""What there is to do: which open cases ask for something on a day, why, and with which gesture.

A task lives in one group only, the first that fits. It leaves the list when the case moves on: there is nothing to
tick off.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, TextChoices
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.deadline_words import deadline_in_words
from cases.deadlines import reminders
from cases.models import Appointment, Case
from cases.models.case import CaseQuerySet
from cases.workflow import WORKFLOWS, DueKind, Party, Procedure, Reason, Step, Transition
from communes.models import Delay, DelayCode
from communes.terms import Term, Unit
from config.staff.models import User
from config.wording import long_day


class Tone(TextChoices):
    """How a task is coloured: late, due within the week, or neither."""

    LATE = "late", gettext_lazy("Late")
    DUE = "due", gettext_lazy("Due")
    CALM = "", ""


# The gesture that a step asks for, and the one it asks for once its deadline has passed.
GESTURES: Mapping[str, str] = {
    Step.ORIENTATION: "choose_office",
    Step.TO_REGISTER: "register",
    Step.TO_ACTIVATE: "activate",
    Step.TO_REPORT: "report",
    Step.PREPARING: "request",
    Step.CODES_AWAITED: "receive_letter",
    Step.URGENT_ORDERED: "card_arrives",
    Step.TO_COLLECT: "collect",
    Step.TO_REQUEST: "request_codes",
    Step.NEW_CODES_AWAITED: "receive_codes",
    Step.TO_ACTIVATE_CODES: "activate_codes",
}
LATE_GESTURES: Mapping[str, str] = {
    Step.TO_ACTIVATE: "expire",
    Step.CODES_AWAITED: "chase",
    Step.NEW_CODES_AWAITED: "chase",
    Step.TO_COLLECT: "destroy",
}
NEEDS_AN_OFFICE = frozenset({Step.TO_REGISTER, Step.PREPARING, Step.TO_REQUEST})
SOON = 7  # days: a key comes up on the day of its first reminder, 7 days after the registration (facts 4.2)


BINDING = [kind.value for kind in DueKind if kind != DueKind.LETTER]  # a letter is only ever expected
DESTROYED_SOON = Term(30, Unit.DAYS)  # unless the first reminder before a card is destroyed says otherwise (facts 4.4)
SHOWN = 25


class Group(TextChoices):
    """Why a case is on the list; in the order of the page."""

    LATE = "late", gettext_lazy("Late")
    WEEK = "week", gettext_lazy("Within a week")
    LETTERS = "letters", gettext_lazy("Without the letter expected")
    DESTROYED = "destroyed", gettext_lazy("Before the card is destroyed")
    WINDOWS = "windows", gettext_lazy("In the renewal window")
    OURS = "ours", gettext_lazy("Waiting for us")
    QUIET = "quiet", gettext_lazy("Without news of the client")
    RECALLS = "recalls", gettext_lazy("To recall before the card expires")


class Whose(TextChoices):
    """Whose tasks: one's own with those that nobody follows, the team's, or everybody's."""

    MINE = "mine", gettext_lazy("Mine")
    TEAM = "team", gettext_lazy("My team")
    ALL = "all", gettext_lazy("All teams")


@dataclass(frozen=True)
class Section:
    """A group on the page: its first rows, and how many there are in all."""

    group: Group
    tasks: list["Task"]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.tasks)


@dataclass(frozen=True)
class Task:
    """A case as a row of work, on a day; with the group that asks for it, where one does.

    `terms` are the delays of that day, for the reminders of its deadline; without them nobody is reminded.
    """

    case: Case
    on: date
    group: Group | None = None
    terms: Mapping[str, Term] = field(default_factory=dict)

    @property
    def step(self) -> str:
        return str(Step(self.case.step).label)

    @property
    def procedure(self) -> str:
        return str(Procedure(self.case.procedure).label)

    @property
    def tone(self) -> Tone:
        if self.case.is_overdue(on=self.on):
            return Tone.LATE
        if self.case.due_on and not self.is_early and (self.case.due_on - self.on).days <= SOON:
            return Tone.DUE
        return Tone.CALM

    @property
    def is_early(self) -> bool:
        """Does its time only begin later: a renewal window or an urgent card that is still to come?"""
        return self.case.due_opens_on is not None and self.on < self.case.due_opens_on

    @property
    def gesture(self) -> Transition:
        """The move that the row offers."""
        late = LATE_GESTURES.get(self.case.step) if self.case.is_overdue(on=self.on) else None
        if not self.case.office_id and self.case.step in NEEDS_AN_OFFICE:
            late = "choose_office"
        return WORKFLOWS[self.case.procedure].transition(late or GESTURES[self.case.step])

    @property
    def gesture_url(self) -> str:
        """The page of the gesture, which also opens within the row."""
        if self.gesture.name == "choose_office":
            return reverse("cases:office", args=[self.case.reference])
        return reverse("cases:move", args=[self.case.reference, self.gesture.name])

    @property
    def day(self) -> date:
        """The face of the row: the deadline or the expiry, else the day since when it is open or quiet."""
        match self.group:
            case Group.QUIET:
                return self.case.in_touch_on
            case Group.RECALLS if self.case.card_expires_on:
                return self.case.card_expires_on
            case _:
                return self.case.due_on or self.case.opened_on

    @property
    def asks_for_news(self) -> bool:
        return self.group == Group.QUIET

    @property
    def reminds(self) -> bool:
        """Is a reminder of a deadline that binds the client due, and nobody has been in touch since its day?"""
        case, activation_term = self.case, self.terms.get(DelayCode.ACTIVATION)
        if case.due_on is None or self.on > case.due_on:
            return False
        registered = case.due_kind == DueKind.ACTIVATION and activation_term
        since = activation_term.before(case.due_on) if registered and activation_term else case.opened_on
        days = reminders(case.due_kind, since=since, due_on=case.due_on, terms=self.terms)
        return any(case.in_touch_on < day <= self.on for day in days)

    @property
    def renewal_url(self) -> str:
        """Where the case that follows a collected card is opened."""
        query = {"client": self.case.client.reference, "procedure": Procedure.E_CARD, "reason": Reason.RENEWAL}
        return f"{reverse('cases:new_case')}?{urlencode(query | {'follows': self.case.reference})}"

    @property
    def recalls(self) -> bool:
        return self.group == Group.RECALLS

    @property
    def why(self) -> str:
        """The deadline in a sentence, else for how long the case has been open."""
        if self.recalls:
            return _("the card expires on %(day)s") % {"day": long_day(self.day)}
        if self.case.due_on:
            return deadline_in_words(self.case, on=self.on)
        if self.asks_for_news:
            quiet = (self.on - self.case.in_touch_on).days
            return ngettext("no news for %(n)s day", "no news for %(n)s days", quiet) % {"n": quiet}
        days = (self.on - self.case.opened_on).days
        if days < 1:
            return _("open since today")
        return ngettext("open since yesterday", "open for %(n)s days", days) % {"n": days}


def groups(cases: CaseQuerySet, *, on: date, terms: Mapping[str, Term]) -> dict[Group, CaseQuerySet]:
    """The cases of each group, the most urgent first; no case is in two: the open ones without a deadline wait for us
    or for the client, and only closed ones are recalled.

    Each is one range of an index, or one a step. «Not late» and «without a deadline» are written as exclusions because
    their indexes would be the wrong ones.
    """
    week = on + timedelta(days=SOON)
    month = terms.get(DelayCode.PICKUP_FIRST_REMINDER, DESTROYED_SOON).after(on)
    running = cases.open().order_by("due_on", "pk")
    late = running.filter(overdue_from__lte=on, due_on__lt=on)
    ahead = running.exclude(overdue_from__lte=on)
    return {
        Group.LATE: late.filter(due_kind__in=BINDING),
        Group.WEEK: ahead.filter(due_kind__in=BINDING, due_on__lte=week),
        Group.LETTERS: late.filter(due_kind=DueKind.LETTER),
        Group.DESTROYED: ahead.filter(due_kind=DueKind.PICKUP, due_on__gt=week, due_on__lte=month),
        Group.WINDOWS: ahead.filter(due_kind=DueKind.RENEWAL, due_on__gt=week, due_opens_on__lte=on),
        Group.OURS: cases.open().waiting_for(Party.US).order_by("opened_on", "pk"),
        Group.QUIET: quiet(cases, on=on, terms=terms),
        Group.RECALLS: cases.to_recall(on=on).order_by("recall_on", "pk"),
    }


def quiet(cases: CaseQuerySet, *, on: date, terms: Mapping[str, Term]) -> CaseQuerySet:
    """The open cases that wait for a client of whom nobody heard for as long as the delay says, none expected."""
    ask_after = terms.get(DelayCode.CHASE_CLIENT)
    if ask_after is None:
        return cases.none()
    silent = cases.open().waiting_for(Party.CLIENT).filter(in_touch_on__lte=ask_after.before(on))
    expected = Appointment.objects.planned().from_day(on).filter(client=OuterRef("client"))
    return silent.exclude(due_on__isnull=False).filter(~Exists(expected)).order_by("in_touch_on", "pk")


def sections(cases: CaseQuerySet, *, on: date, shown: int = SHOWN) -> list[Section]:
    """What there is to do among these cases: one query counts, one for each group fetches its first rows."""
    terms = Delay.objects.terms(on=on)
    found = groups(cases, on=on, terms=terms)
    first, *others = (
        rows.order_by().values_list(models.Value(group.value)).annotate(Count("pk")) for group, rows in found.items()
    )
    counts = dict(first.union(*others, all=True).order_by())
    return [
        Section(group, [Task(case, on, group, terms) for case in rows.for_table()[:shown]], counts.get(group.value, 0))
        for group, rows in found.items()
    ]


def cases_of(whose: Whose, user: User) -> CaseQuerySet:
    """The cases that one looks at; a case that nobody follows is everybody's in its team."""
    visible = Case.objects.visible_to(user)
    match whose:
        case Whose.MINE:
            return visible.filter(Q(assignee=user) | Q(assignee=None, team=user.team_id))
        case Whose.TEAM:
            return visible.filter(team=user.team_id)
        case Whose.ALL:
            return visible
