"""The columns of the visits, one a line. A note, and the reason of a correction, are words about a person."""

from django.db.models import DateField, F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim, TruncDate
from django.utils.translation import gettext_lazy as _

from cases.columns.column import Column, Kind, label, summed, unnamed
from cases.dialects import Listed
from cases.models import Client, Companion
from cases.models.client import Language
from cases.models.visit import Channel, Result, Topic
from cases.workflow import Procedure
from communes.models import DocumentClass
from communes.models.places import in_language
from config.staff.models import User

DOCUMENT = "client__residence_document__tariff_class"


def visit_columns(*, named: bool = False, seen_by: User | None = None) -> tuple[Column, ...]:
    """The columns in the active language; those that name the client or speak of them only when asked.

    Of those who came along, all are counted, and named are those whose file `seen_by` may open (None: every one).
    """
    there = Companion.objects.filter(visit=OuterRef("pk"))
    named_ones = there.filter(client__in=Client.objects.visible_to(seen_by)) if seen_by else there
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
        Column("companions", _("People who came along"), Kind.NUMBER, counted(there)),
        Column("by", _("By"), Kind.TEXT, F("by__name")),
        Column("team", _("Team"), Kind.TEXT, F("team__name")),
        Column("recorded", _("Entered on"), Kind.DAY, TruncDate("recorded_at", output_field=DateField())),
        Column("given_name", _("Given name"), Kind.TEXT, F("client__given_name"), personal=True),
        Column("family_name", _("Family name"), Kind.TEXT, F("client__family_name"), personal=True),
        Column("came_along", _("Who came along"), Kind.TEXT, names(named_ones), personal=True, also=keys(named_ones)),
        Column("note", _("Note"), Kind.TEXT, F("note"), personal=True),
        Column("correction", _("Why corrected"), Kind.TEXT, F("correction"), personal=True),
    )
    return table if named else unnamed(table)


def counted(there: QuerySet[Companion]) -> Combinable:
    return Subquery(there.order_by().values_list(summed("COUNT", "pk")))


def names(there: QuerySet[Companion]) -> Combinable:
    """As their own pages call them, in the order in which they were noted."""
    name = Trim(Concat("client__given_name", Value(" "), "client__family_name", output_field=TextField()))
    called = Coalesce(NullIf(name, Value("")), "client__reference", output_field=TextField())
    return Listed(there.order_by("pk").values(text=called))


def keys(there: QuerySet[Companion]) -> Combinable:
    return Listed(there.order_by("pk").values(text=Cast("client_id", TextField())), separator=" ")
