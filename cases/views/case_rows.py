"""The rows of the list of cases, fifty a page and nearly alike: each is a mould of its template, filled in.

The template is the only place where a row is written. It is rendered once for each shape that a row can have, with a
hole for each value; what fills a hole is escaped as a template does it.
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cases.directory import Directory
from cases.models import Case
from cases.workflow import WAITS_FOR, Party, Procedure, Step
from cases.worklist import Task
from config.wording import day, money

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


@lru_cache(maxsize=4096)
def mould(shape: Shape, *, language: str | None) -> str:
    """The row of this shape with its holes, for `format_html`; `language` is the active one."""
    row = {hole: f"__{hole}__" for hole in HOLES}  # neither an address nor HTML writes these in another way
    written = render_to_string("cases/cases.html#row", {"shape": shape, "row": row})
    return re.sub(rf"__({'|'.join(HOLES)})__", r"{\1}", written.replace("{", "{{").replace("}", "}}"))


def case_rows(
    cases: Iterable[Case], names: Directory, *, on: date, price_changed: Container[int], ticked: bool
) -> SafeString:
    """The HTML of these rows, from `for_list()`. `price_changed`: whose announced price no longer stands, by key."""
    rows = filled(cases, names, on=on, price_changed=price_changed, ticked=ticked)
    return format_html_join("", "{}", ((row,) for row in rows))


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
            values |= {"due_on": day(case.due_on), "why": task.why}
        if case.closed_on:
            values["closed_on"] = day(case.closed_on)
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
        yield format_html(mould(shape, language=language), **values)
