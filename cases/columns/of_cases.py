"""The columns of the cases, one a line. The CSV, the workbook, the list and the pages that explain them read this."""

from datetime import date
from functools import lru_cache

from django.db.models import Case, DateField, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.columns.column import WARNING, Column, Kind, contact_warning, label, summed, unnamed, yes_no
from cases.columns.days_per_step import days_per_step
from cases.dialects import DaysBetween, Labels
from cases.models import Event, Visit
from cases.models.client import Language
from cases.workflow import CLOSED_STEPS, OPEN_STEPS, WAITS_FOR, DueKind, Party, Procedure, Reason
from communes.models import DocumentClass, Service
from communes.models.places import in_language

DOCUMENT = "client__residence_document__tariff_class"
WAITING_FOR = {step: Party(party).label for step, party in WAITS_FOR.items()}
OUTCOME = {step: step.label for step in CLOSED_STEPS}
NEXT = {step: step.label for step in OPEN_STEPS}


def case_columns(*, on: date, named: bool = False) -> tuple[Column, ...]:
    """The columns in the active language, as they are on a day; those that name the client only when asked."""
    return columns_in(get_language(), on=on, named=named)


@lru_cache(maxsize=16)
def columns_in(_language: str | None, *, on: date, named: bool) -> tuple[Column, ...]:
    """The same all day; the language is the active one."""
    name = in_language("name_fr", "name_nl")
    visits = Visit.objects.standing().filter(case=OuterRef("pk")).order_by()
    table = (
        Column("reference", _("Case"), Kind.CODE, F("reference")),
        Column("procedure", _("Procedure"), Kind.LABEL, label("procedure", Procedure)),
        Column("reason", _("Reason"), Kind.LABEL, label("reason", Reason)),
        Column("step", _("Step"), Kind.LABEL, Labels("step", OUTCOME | NEXT)),
        Column("waiting_for", _("Waiting for"), Kind.LABEL, Labels("step", WAITING_FOR)),
        Column("opened_on", _("Opened on"), Kind.DAY, F("opened_on")),
        Column("days_open", _("Days open"), Kind.NUMBER, DaysBetween("opened_on", Coalesce("closed_on", Value(on)))),
        Column("client", _("Client"), Kind.CODE, F("client__reference")),
        Column("commune", _("Commune of residence"), Kind.TEXT, F(f"client__commune__{name}")),
        Column("document", _("Residence document"), Kind.LABEL, label(DOCUMENT, DocumentClass)),
        Column("language", _("Contact language"), Kind.LABEL, label("client__contact_language", Language)),
        Column("office", _("Office"), Kind.TEXT, F(f"office__{name}")),
        Column("service", _("Service"), Kind.LABEL, label("tariff__service", Service)),
        Column("quoted", _("Price announced"), Kind.AMOUNT, F("quoted_amount")),
        Column("paid", _("Paid"), Kind.AMOUNT, F("paid_amount")),
        Column("due_on", _("Due on"), Kind.DAY, F("due_on")),
        Column("due_kind", _("Deadline"), Kind.LABEL, label("due_kind", DueKind)),
        Column("overdue", _("Late"), Kind.LABEL, yes_no(Q(overdue_from__lte=on))),
        Column("expiries", _("Activations expired"), Kind.NUMBER, ACTIVATIONS_EXPIRED),
        Column("visits", _("Visits"), Kind.NUMBER, summed("COUNT", "pk"), of=visits),
        Column("minutes", _("Minutes"), Kind.NUMBER, Coalesce(summed("SUM", "minutes"), 0), of=visits),
        Column("last_visit", _("Last visit"), Kind.DAY, summed("MAX", "happened_on", DateField()), of=visits),
        Column("assignee", _("Followed by"), Kind.TEXT, F("assignee__name")),
        Column("team", _("Team"), Kind.TEXT, F("team__name")),
        Column("closed_on", _("Closed on"), Kind.DAY, F("closed_on")),
        Column("outcome", _("Outcome"), Kind.LABEL, Labels("step", OUTCOME)),
        *days_per_step(on=on),
        Column("given_name", _("Given name"), Kind.TEXT, F("client__given_name"), personal=True),
        Column("family_name", _("Family name"), Kind.TEXT, F("client__family_name"), personal=True),
        Column("birth_year", _("Birth year"), Kind.NUMBER, F("client__birth_year"), personal=True),
        Column("phone", _("Phone"), Kind.TEXT, F("client__phone"), personal=True, brings=WARNING),
        contact_warning("client__"),
        Column("email", _("E-mail address"), Kind.TEXT, F("client__email"), personal=True, brings=WARNING),
    )  # fmt: skip
    return table if named else unnamed(table)


# Not a join that finds nothing: as of a day SQLite would put all events of that day together for it, case by case.
UNDONE = Event.objects.filter(undoes=OuterRef("pk")).order_by()
# Only a digital key expires; the other procedures have no such number. An expiry noted by mistake and undone is none.
ACTIVATIONS_EXPIRED = Case(
    When(
        procedure=Procedure.DIGITAL_KEY,
        then=Subquery(
            Event.objects.filter(~Exists(UNDONE), case=OuterRef("pk"), transition="expire")
            .order_by()
            .values_list(summed("COUNT", "pk"))
        ),
    ),
    output_field=IntegerField(),
)
