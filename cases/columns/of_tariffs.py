"""The columns of the tariffs, one a line: every row that was ever entered, public facts all of them."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from cases.columns.column import Column, Kind, label, yes_no_field
from communes.models import Residency, Service, TariffDocument
from communes.models.places import in_language


def tariff_columns() -> tuple[Column, ...]:
    name = in_language("name_fr", "name_nl")
    return (
        Column("office", _("Office"), Kind.TEXT, F(f"office__{name}")),
        Column("commune", _("Commune"), Kind.TEXT, F(f"office__commune__{name}")),
        Column("service", _("Service"), Kind.LABEL, label("service", Service)),
        Column("residency", _("For whom"), Kind.LABEL, label("residency", Residency)),
        Column("document", _("Residence document"), Kind.LABEL, label("document", TariffDocument)),
        Column("offered", _("Offered"), Kind.LABEL, yes_no_field("offered")),
        Column("amount", _("Amount in euro"), Kind.AMOUNT, F("amount")),
        Column("valid_from", _("From"), Kind.DAY, F("valid_from")),
        Column("source", _("Source"), Kind.TEXT, F("source")),
        Column("source_url", _("Address of the source"), Kind.TEXT, F("source_url")),
        Column("verified_on", _("Verified on"), Kind.DAY, F("verified_on")),
        Column("note", _("Note"), Kind.TEXT, F("note")),
    )
