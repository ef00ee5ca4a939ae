"""The price list of a day: for each office, service and public the tariff in force, those before, those announced."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from communes.models import Tariff
from communes.terms import Term


@dataclass(frozen=True)
class Line:
    """What one office charges one public for one service. Not in force: announced only, or not offered any more."""

    current: Tariff | None
    past: tuple[Tariff, ...]
    announced: tuple[Tariff, ...]
    review: bool

    @property
    def shown(self) -> Tariff:
        """The tariff that names the office, the service and the public."""
        return self.current or self.announced[0]


def price_list(tariffs: Iterable[Tariff], *, on: date, review_after: Term | None) -> list[Line]:
    """The lines of tariffs that come line by line, in their order; `review_after` is the delay for verifying again."""
    return [line(list(rows), on=on, review_after=review_after) for _public, rows in groupby(tariffs, key=public_of)]


def public_of(tariff: Tariff) -> tuple[int, str, str, str]:
    return tariff.office_id, tariff.service, tariff.residency, tariff.document


def line(rows: list[Tariff], *, on: date, review_after: Term | None) -> Line:
    begun = [row for row in rows if row.valid_from <= on]
    current = begun[0] if begun else None
    return Line(
        current=current,
        past=tuple(begun[1:]),
        announced=tuple(row for row in reversed(rows) if row.valid_from > on),
        review=current is not None and needs_review(current, on=on, review_after=review_after),
    )


def needs_review(tariff: Tariff, *, on: date, review_after: Term | None) -> bool:
    """Nobody ever verified it, or not for longer than the delay «tariff: verified again after»."""
    if tariff.verified_on is None:
        return True
    return review_after is not None and review_after.after(tariff.verified_on) < on
