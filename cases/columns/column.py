"""What a column is: its header, what kind of value it has, and the value as the database works it out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.db.models import Case, CharField, F, Field, Func, IntegerField, Q, QuerySet, Subquery, TextChoices, When
from django.db.models import Value as Literal
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from cases.dialects import AmountCell, DayCell, Dialect, LabelCell, Labels, TextCell


class Kind(Enum):
    """What a value is. A CODE is made by Sésame and needs no care; a TEXT was typed by somebody."""

    CODE = auto()
    TEXT = auto()
    LABEL = auto()
    NUMBER = auto()
    AMOUNT = auto()
    DAY = auto()


class UnknownColumn(Exception):
    """The table has no column of this name."""


@dataclass(frozen=True)
class Column:
    """One column. `of` are the rows behind a row that its value sums up; columns of the same rows stand together.

    `brings` names the column that is never left out where this one is shown. One that is not `usual` is in a file
    only when it is chosen. `also` are the keys, in one text, of the clients whom it names beside the row's own.
    """

    name: str
    header: Promise
    kind: Kind
    value: Combinable
    personal: bool = False
    of: QuerySet[Any, Any] | None = None
    brings: str = ""
    usual: bool = True
    also: Combinable | None = None

    @property
    def expression(self) -> Combinable:
        """The value as something that a query of the rows can select."""
        return self.value if self.of is None else Subquery(self.of.values_list(self.value))

    def cell(self, dialect: Dialect) -> Combinable:
        """The value as it is written in a CSV of that dialect."""
        match self.kind, self.value:
            case Kind.TEXT, value:
                return TextCell(value, dialect)
            case Kind.LABEL, Labels() as value:
                return LabelCell(value, dialect)
            case Kind.AMOUNT, value:
                return AmountCell(value, dialect)
            case Kind.DAY, value:
                return DayCell(value, dialect)
            case _, value:
                return value


def unnamed(table: Iterable[Column]) -> tuple[Column, ...]:
    """The columns that name nobody."""
    return tuple(column for column in table if not column.personal)


def usual(table: Iterable[Column]) -> tuple[Column, ...]:
    """The columns of a file for which none were chosen."""
    return tuple(column for column in table if column.usual)


EVERY = "all"


def for_file(table: Sequence[Column], names: Sequence[str], *, named: bool) -> tuple[Column, ...]:
    """The columns of a file: those of these names, else the usual ones; every one for the name «all».

    Without `named` only a column that was asked for by its own name may be personal. Raises UnknownColumn.
    """
    if names and list(names) != [EVERY]:
        return picked(table, names)
    offered = tuple(table) if names else usual(table)
    return offered if named else unnamed(offered)


def picked(table: Iterable[Column], names: Iterable[str]) -> tuple[Column, ...]:
    """The columns of these names, in their order, each once, with those that they bring. Raises UnknownColumn."""
    by_name = {column.name: column for column in table}
    try:
        wanted = dict.fromkeys(one for name in names for one in (name, by_name[name].brings) if one)
        return tuple(by_name[name] for name in wanted)
    except KeyError as unknown:
        raise UnknownColumn(str(unknown.args[0])) from None


def label(field: str, choices: type[TextChoices]) -> Labels:
    return Labels(field, dict(choices.choices))


def yes_no(condition: Q) -> Labels:
    answer = Case(When(condition, then=Literal("yes")), default=Literal("no"), output_field=CharField())
    return Labels(answer, {"yes": gettext("Yes"), "no": gettext("No")})


def summed(function: str, of: str | Combinable, output_field: Field[Any, Any] | None = None) -> Func:
    """An aggregate as a plain function: one of Django's own would add a GROUP BY, and its price."""
    return Func(F(of) if isinstance(of, str) else of, function=function, output_field=output_field or IntegerField())


def yes_no_field(name: str) -> Labels:
    """A field that says yes or no."""
    return yes_no(Q(**{name: True}))


WARNING = "contact_warning"


def contact_warning(client: str = "") -> Column:
    """What to mind before one writes or calls: it stands beside every telephone number and e-mail address.

    `client` leads from the row to the client, as «client__».
    """
    silent, agreed = Q(**{f"{client}leave_no_message": True}), Q(**{f"{client}ask_before_contact": True})
    mind = Case(
        When(silent & agreed, then=Literal("both")),
        When(silent, then=Literal("silent")),
        When(agreed, then=Literal("agreed")),
        default=Literal(""),
        output_field=CharField(),
    )
    said = {
        "both": gettext("Leave no message; contact only as agreed"),
        "silent": gettext("Leave no message"),
        "agreed": gettext("Contact only as agreed"),
    }
    return Column(WARNING, gettext_lazy("To mind"), Kind.LABEL, Labels(mind, said), personal=True)
