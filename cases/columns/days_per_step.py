"""How many days a case spent at each of its open steps: numbers that a spreadsheet can add up.

A stay begins with the event that brings the case to the step and ends with the one that takes it on, as the statistics
count it («Days a step»); the stay that goes on counts up to the day of the file. Who comes back to a step has all the
days there in one number. A step that was never reached, or that is none of the procedure, is empty, so that an average
counts only those who were there. What came before an old list was taken over is not known, and counts nowhere.

They leave only when they are chosen: one column for every open step of three procedures, of which a case fills at most
five, and reading each case's whole history doubles the time of a file.
"""

from collections.abc import Iterator
from datetime import date

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.columns.column import Column, Kind, summed
from cases.dialects import DaysBetween
from cases.models import Event
from cases.models.event import EventKind, EventQuerySet
from cases.workflow import OPEN_STEPS


def days_per_step(*, on: date) -> Iterator[Column]:
    """A column for each open step, filled by one look at the events of a case.

    It asks for no order and no pairs: the days from each arrival until the day of the file, less those from each
    leaving until then, are the days between.
    """
    taken, until_then = steps_taken(), DaysBetween("happened_on", Value(on))
    for step in OPEN_STEPS:
        days = Case(
            When(target=step, then=until_then),
            When(source=step, kind=EventKind.MOVED, then=Value(0) - until_then),
            output_field=IntegerField(),
        )
        header = format_lazy(_("Days: {step}"), step=step.label)
        yield Column(f"days_{step}", header, Kind.NUMBER, summed("SUM", days), of=taken, usual=False)


def steps_taken() -> EventQuerySet:
    """The changes of step of a case that count. Nobody knows where a case was before an old list did."""
    undone = Event.objects.filter(undoes__isnull=False).order_by()
    brought = Event.objects.changing_step().filter(case=OuterRef("case"), kind=EventKind.TAKEN_OVER).order_by()
    known = Event.objects.changing_step().filter(~Q(kind=EventKind.OPENED) | ~Exists(brought))
    return known.exclude(pk__in=undone.values("undoes")).filter(case=OuterRef("pk")).order_by()
