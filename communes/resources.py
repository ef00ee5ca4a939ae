"""Tariffs as a table that leaves and comes back: which columns, which line is which tariff, what the preview shows."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import Diff, ModelResource

from communes.cells import AmountCell, ChoiceCell, DayCell, OfficeCell, TextCell, YesNoCell
from communes.models import Residency, Service, Tariff, TariffDocument
from communes.models.tariffs import LINE
from communes.tables import CSVTable, XLSXTable
from config.clean_text import masked, scan
from config.clean_text.tidying import tidy_line

REQUIRED = frozenset({*LINE, "valid_from", "source"})
COLUMNS = (*LINE, "offered", "amount", "valid_from", "source", "source_url", "verified_on", "note")
LONGEST_REASON = 100  # what the history keeps of a reason


def column(name: str, cell: Any) -> Field:
    return Field(attribute=name, column_name=name, widget=cell)


class Changes(Diff):  # type: ignore[misc]
    """A line of the preview: what a cell was, struck out, and what it becomes."""

    def as_html(self) -> list[SafeString]:
        pairs = zip(self.left, self.right, strict=True)
        return [
            format_html("{}", shown(new))
            if self.new or old == new
            else format_html("<del>{}</del> <ins>{}</ins>", shown(old), shown(new))
            for old, new in pairs
        ]


def shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return number_format(value, decimal_pos=2)
    return date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, date) else str(value or "")


class TariffResource(ModelResource):  # type: ignore[misc]
    """One line is one tariff, known by its office, service, public and first day."""

    office = column("office", OfficeCell())
    service = column("service", ChoiceCell(Service))
    residency = column("residency", ChoiceCell(Residency))
    document = column("document", ChoiceCell(TariffDocument, default=TariffDocument.ANY))
    offered = column("offered", YesNoCell())
    amount = column("amount", AmountCell())
    valid_from = column("valid_from", DayCell())
    source = column("source", TextCell())
    source_url = column("source_url", TextCell())
    verified_on = column("verified_on", DayCell())
    note = column("note", TextCell())

    class Meta:
        model = Tariff
        fields = COLUMNS
        import_id_fields = (*LINE, "valid_from")
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True

    @classmethod
    def get_diff_class(cls) -> type[Changes]:
        return Changes

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Read every cell first, so that a line names all its wrong cells at once."""
        wrong = {}
        for name in row:
            try:
                self.fields[name].clean(row)
            except ValidationError as error:
                wrong[name] = error
        if wrong:
            raise ValidationError(wrong)

    def before_save_instance(self, instance: Tariff, row: Any, **kwargs: Any) -> None:
        name = tidy_line(kwargs.get("file_name") or "")  # a file may be called after somebody, number and all
        reason = _("import of %(file)s") % {"file": masked(name, scan(name))}
        instance._change_reason = reason[:LONGEST_REASON]  # type: ignore[attr-defined]


class TariffCSV(CSVTable):
    columns, required = COLUMNS, REQUIRED


class TariffXLSX(XLSXTable):
    columns, required = COLUMNS, REQUIRED
