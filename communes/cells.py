"""What stands in one cell of a tariff table: read with a sentence when it is wrong, written for a spreadsheet."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Choices
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from communes.amounts import parse_amount
from communes.models import Office
from config.safe_cell import plain_cell, safe_cell

WAYS_TO_WRITE_A_DAY = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
YES = {"yes", "oui", "ja", "true", "1", ""}
NO = {"no", "non", "nee", "false", "0"}


def words(value: Any) -> str:
    return "" if value is None else plain_cell(str(value)).strip()


class TextCell(Widget):  # type: ignore[misc]
    """Text that never begins a formula."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return words(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return safe_cell(value or "")


class ChoiceCell(Widget):  # type: ignore[misc]
    """A code, or its name in the language of the reader; empty stands for the default, if there is one."""

    def __init__(self, choices: type[Choices], *, default: str | None = None) -> None:
        super().__init__()
        self.choices, self.default = choices, default

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = words(value)
        if not text and self.default:
            return self.default
        for code, label in self.choices.choices:
            if text.casefold() in {code, str(label).casefold()}:
                return str(code)
        raise ValidationError(
            _("«%(text)s» is not known here: write one of %(codes)s.")
            % {"text": text, "codes": ", ".join(self.choices.values)}
        )


class YesNoCell(Widget):  # type: ignore[misc]
    """Yes, or no; empty is yes."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        text = words(value).casefold()
        if text not in YES | NO:
            raise ValidationError(_("«%(text)s» is neither yes nor no.") % {"text": text})
        return text in YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "yes" if value else "no"


class AmountCell(Widget):  # type: ignore[misc]
    """An amount; empty is «price not known»."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        return parse_amount(words(value))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Decimal | None:
        return value  # type: ignore[no-any-return]


class DayCell(Widget):  # type: ignore[misc]
    """A day, written as a Belgian or as a computer does; empty is none."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        text = words(value)
        if isinstance(value, date) or not text:
            return value or None
        for way in WAYS_TO_WRITE_A_DAY:
            try:
                return datetime.strptime(text, way).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
        raise ValidationError(_("«%(text)s» is not a day: write 31/12/2026.") % {"text": text})

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> date | None:
        return value  # type: ignore[no-any-return]


class OfficeCell(Widget):  # type: ignore[misc]
    """An office by its short name or its name in French or Dutch. One query for a whole file: one cell a file."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, list[Office]] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Office:
        if not self.known:
            for office in Office.objects.for_table():
                for name in {office.code, office.name_fr.casefold(), office.name_nl.casefold()}:
                    self.known.setdefault(name, []).append(office)
        text = words(value)
        found = self.known.get(text.casefold(), [])
        if len(found) != 1:
            raise ValidationError(
                _("«%(text)s» is not the name of one office: write its short name, such as uccle.") % {"text": text}
            )
        return found[0]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return safe_cell(value.code) if value else ""
