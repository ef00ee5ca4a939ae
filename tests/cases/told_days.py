"""Prints every day that Sésame counts from a few instants: run under several server clocks, it must say the same."""

import json
from datetime import UTC, date, datetime

DAYS = [date(2026, 8, 31), date(2026, 11, 28), date(2028, 2, 15), date(2028, 2, 29), date(2026, 10, 16)]
INSTANTS = [
    datetime(2026, 12, 31, 23, 30, tzinfo=UTC),  # already the new year in Brussels
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # the night in which the clocks go back
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    datetime(2027, 3, 28, 0, 59, tzinfo=UTC),  # the night in which they go forward
    datetime(2027, 3, 28, 1, 1, tzinfo=UTC),
    datetime(2026, 11, 23, 13, 59, tzinfo=UTC),  # a minute before the urgent cut-off, in winter
    datetime(2026, 7, 20, 12, 59, tzinfo=UTC),  # and in summer, on the eve of a holiday
    datetime(2026, 7, 20, 13, 0, tzinfo=UTC),
]


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from cases import deadlines
    from communes.terms import Term, Unit
    from communes.working_days import Calendar

    calendar = Calendar()
    told = [
        [
            deadlines.activation(day, term=Term(14, Unit.DAYS)).due_on,
            deadlines.letter(day, term=Term(3, Unit.WEEKS), calendar=calendar).overdue_from,
            deadlines.pickup(card_ready_on=day, letter_on=None, requested_on=None, term=Term(3, Unit.MONTHS)).due_on,
            deadlines.renewal(day, opens=Term(45, Unit.DAYS), closes=Term(30, Unit.DAYS)).opens_on,
        ]
        for day in DAYS
    ]
    told += [[timezone.localtime(at).date(), deadlines.urgent(at, calendar=calendar).due_on] for at in INSTANTS]
    print(json.dumps(told, default=str))


if __name__ == "__main__":
    main()
