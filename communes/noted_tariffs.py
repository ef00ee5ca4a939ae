"""The tariffs as they were noted by an instant: what was entered, changed or deleted since is as if it were not.

Their history tells it. The offices are those in use today.
"""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any

from communes.models import Office, Service, Tariff

DELETED = "-"


def noted_in_force(service: Service, *, on: date, until: datetime) -> list[Tariff]:
    """As `offers.rows_in_force`, by what was noted before an instant."""
    rows = sorted(noted_rows(service, until=until), key=lambda row: (*line(row), row.valid_from))
    found = []
    for _line, group in groupby(rows, key=line):
        begun = [row for row in group if row.valid_from <= on]
        if begun:
            *earlier, row = begun
            row.was_offered = any(each.offered for each in earlier)
            found.append(row)
    return found


def noted_rows(service: Service, *, until: datetime) -> Iterator[Tariff]:
    """The rows of a service, those of the past and those announced too, as they were before an instant."""
    offices = Office.objects.active().select_related("commune").in_bulk()
    history: Any = Tariff.history.filter(history_date__lt=until).order_by("history_date", "history_id")
    for entry in {entry.id: entry for entry in history}.values():  # what was last noted of each row
        if entry.history_type != DELETED and entry.service == service and entry.office_id in offices:
            row: Tariff = entry.instance
            row.office = offices[entry.office_id]
            yield row


def first_days(service: Service) -> set[date]:
    """The days from which rows of a service hold or ever held, whatever became of those rows."""
    return set(Tariff.history.filter(service=service).values_list("valid_from", flat=True).order_by())


def line(row: Tariff) -> tuple[int, str, str]:
    """In the order of `rows_in_force`: office by office."""
    return row.office_id, row.residency, row.document
