"""The rows of the list of visits, day by day: see cases.views.moulds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language

from cases.directory import Directory
from cases.models import Visit
from cases.views.moulds import KEY, joined, mould
from config.staff.models import short_name
from config.wording import day, lowfirst

TEMPLATE = "cases/visits.html#row"
HOLES = (
    KEY, "reference", "client", "topic", "result", "channel", "minutes", "by", "recorded_on", "why", "note",
)  # fmt: skip
LONGEST = 160  # letters of a note


@dataclass(frozen=True)
class Shape:
    """What a row has to say."""

    named: bool
    entered_later: bool
    checked: bool
    corrects: bool
    noted: bool
    correctable: bool


@dataclass(frozen=True)
class Day:
    """A day of the list with the HTML of its visits."""

    on: date
    rows: SafeString


def days_of(visits: Iterable[Visit], names: Directory, *, correctable: bool) -> list[Day]:
    """The days of these visits, from `for_list()` and in the order of days."""
    days = groupby(visits, key=lambda visit: visit.happened_on)
    return [Day(on, joined(filled(of_day, names, correctable=correctable))) for on, of_day in days]


def filled(visits: Iterable[Visit], names: Directory, *, correctable: bool) -> Iterator[SafeString]:
    language = get_language()
    for visit in visits:
        shape = Shape(
            named=visit.client_id is not None,
            entered_later=visit.entered_later,
            checked=bool(visit.doubt_checked),
            corrects=visit.corrects_id is not None,
            noted=bool(visit.note),
            correctable=correctable,
        )
        yield format_html(
            mould(TEMPLATE, shape, HOLES, language=language),
            key=visit.key,
            reference=visit.client_reference,
            client=visit.client_name,
            topic=visit.get_topic_display(),
            result=lowfirst(visit.get_result_display()),
            channel=lowfirst(visit.get_channel_display()),
            minutes=visit.minutes,
            by=short_name(names.staff[visit.by_id].name),
            recorded_on=day(timezone.localdate(visit.recorded_at)) if shape.entered_later else "",
            why=visit.correction,
            note=Truncator(visit.note).chars(LONGEST),
        )
