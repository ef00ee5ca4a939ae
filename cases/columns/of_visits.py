"""The columns of the visits, one a line. A note, and the reason of a correction, are words about a person."""

from django.db.models import DateField, F
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from cases.columns.column import Column, Kind, label, unnamed
from cases.models.client import Language
from cases.models.visit import Channel, Result, Topic
from cases.workflow import Procedure
from communes.models import DocumentClass
from communes.models.places import in_language

DOCUMENT = "client__residence_document__tariff_class"


def visit_columns(*, named: bool = False) -> tuple[Column, ...]:
    """The columns in the active language; those that name the client or speak of them only when asked."""
    name = in_language("name_fr", "name_nl")
    table = (
        Column("day", _("Day"), Kind.DAY, F("happened_on")),
        Column("topic", _("Topic"), Kind.LABEL, label("topic", Topic)),
        Column("channel", _("Channel"), Kind.LABEL, label("channel", Channel)),
        Column("minutes", _("Minutes"), Kind.NUMBER, F("minutes")),
        Column("language", _("Language"), Kind.LABEL, label("language", Language)),
        Column("result", _("Result"), Kind.LABEL, label("result", Result)),
        Column("client", _("Client"), Kind.CODE, F("client__reference")),
        Column("commune", _("Commune of residence"), Kind.TEXT, F(f"client__commune__{name}")),
        Column("document", _("Residence document"), Kind.LABEL, label(DOCUMENT, DocumentClass)),
        Column("case", _("Case"), Kind.CODE, F("case__reference")),
        Column("procedure", _("Procedure"), Kind.LABEL, label("case__procedure", Procedure)),
        Column("by", _("By"), Kind.TEXT, F("by__name")),
        Column("team", _("Team"), Kind.TEXT, F("team__name")),
        Column("recorded", _("Entered on"), Kind.DAY, TruncDate("recorded_at", output_field=DateField())),
        Column("given_name", _("Given name"), Kind.TEXT, F("client__given_name"), personal=True),
        Column("family_name", _("Family name"), Kind.TEXT, F("client__family_name"), personal=True),
        Column("note", _("Note"), Kind.TEXT, F("note"), personal=True),
        Column("correction", _("Why corrected"), Kind.TEXT, F("correction"), personal=True),
    )
    return table if named else unnamed(table)
