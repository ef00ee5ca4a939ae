"""The rows of the list of cases: see cases.views.moulds."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cases.directory import Directory
from cases.models import Case
from cases.views.moulds import joined, mould
from cases.workflow import WAITS_FOR, Party, Procedure, Step
from cases.worklist import Task
from config.wording import money, near_day

TEMPLATE = "cases/cases.html#row"
HOLES = ("reference", "version", "client", "due_on", "why", "closed_on", "office", "price", "assignee")


@dataclass(frozen=True)
class Shape:
    """What a row has, and all that it says with one of a few words."""

    procedure: Procedure
    step: Step
    ticked: bool
    due: str  # how its deadline is coloured; empty without one
    office: bool
    price_changed: bool
    assignee: bool

    @property
    def waits_for(self) -> Party | None:
        """None when the case is closed."""
        return WAITS_FOR.get(self.step)


def case_rows(
    cases: Iterable[Case], names: Directory, *, on: date, price_changed: Container[int], ticked: bool
) -> SafeString:
    """The HTML of these rows, from `for_list()`. `price_changed`: whose announced price no longer stands, by key."""
    return joined(filled(cases, names, on=on, price_changed=price_changed, ticked=ticked))


def filled(
    cases: Iterable[Case], names: Directory, *, on: date, price_changed: Container[int], ticked: bool
) -> Iterator[SafeString]:
    language = get_language()
    for case in cases:
        task = Task(case, on)
        values: dict[str, object] = {
            "reference": case.reference,
            "version": case.version,
            "client": case.client_name,
        }
        due = ""
        if case.due_on:
            due = task.tone.value or "still"
            values |= {"due_on": near_day(case.due_on, on=on), "why": task.why}
        if case.closed_on:
            values["closed_on"] = near_day(case.closed_on, on=on)
        if case.office_id:
            values |= {"office": names.offices[case.office_id].name, "price": money(case.quoted_amount)}
        if case.assignee_id:
            values["assignee"] = names.staff[case.assignee_id].name
        shape = Shape(
            procedure=Procedure(case.procedure),
            step=Step(case.step),
            ticked=ticked,
            due=due,
            office=case.office_id is not None,
            price_changed=case.pk in price_changed,
            assignee=case.assignee_id is not None,
        )
        yield format_html(mould(TEMPLATE, shape, HOLES, language=language), **values)
