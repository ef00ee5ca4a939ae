"""Whose announced price no longer stands, among the cases of a page."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from cases.models import Case
from cases.models.case import OFFICE_STEPS


def price_changed_among(cases: Iterable[Case], *, on: date) -> set[int]:
    """By key. The database is asked only about those that can be meant at all: announced, not paid, not yet there."""
    waiting = [case.pk for case in cases if case.tariff_id and case.paid_amount is None and case.step in OFFICE_STEPS]
    if not waiting:
        return set()
    asked, rest = question(len(waiting), on)
    with connection.cursor() as cursor:
        cursor.execute(asked, [*waiting, *rest])
        return {key for (key,) in cursor.fetchall()}


@lru_cache(maxsize=128)
def question(cases: int, on: date) -> tuple[str, tuple[Any, ...]]:
    """About so many cases, their keys first: to put it together takes longer than the answer."""
    some = Case.objects.filter(pk__in=range(1, cases + 1)).price_changed(on=on)
    asked, params = some.order_by().values_list("pk").query.sql_with_params()
    return asked, params[cases:]
