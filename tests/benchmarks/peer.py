"""The same file as one makes it with import-export: what the export of cases is compared with.

It does what its manual advises: relations by attribute and joined, the rows behind a row fetched beforehand, a method
for what is worked out, long pages. Its cells are those of the plain dialect (`test_benchmarks_run.py` compares them).
"""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch
from import_export.fields import Field
from import_export.formats.base_formats import CSV
from import_export.resources import ModelResource

from cases.models import Case, Event, Visit
from cases.models.case import CaseQuerySet
from cases.workflow import Procedure
from communes.models.places import in_language
from tests.benchmarks.office import TODAY

RELATED = ("client__commune", "client__residence_document", "office", "tariff", "assignee", "team")


class CaseResource(ModelResource):  # type: ignore[misc]
    procedure = Field(attribute="get_procedure_display")
    reason = Field(attribute="get_reason_display")
    step = Field(attribute="get_step_display")
    waiting_for = Field(attribute="waits_for__label")
    days_open = Field()
    client = Field(attribute="client__reference")
    commune = Field()
    document = Field(attribute="client__residence_document__get_tariff_class_display")
    language = Field(attribute="client__get_contact_language_display")
    office = Field()
    service = Field(attribute="tariff__get_service_display")
    quoted = Field(attribute="quoted_amount")
    paid = Field(attribute="paid_amount")
    due_kind = Field(attribute="get_due_kind_display")
    overdue = Field()
    expiries = Field()
    visits = Field()
    minutes = Field()
    last_visit = Field()
    assignee = Field(attribute="assignee__name")
    team = Field(attribute="team__name")
    outcome = Field()

    class Meta:
        model = Case
        chunk_size = 2_000
        fields = export_order = (
            "reference", "procedure", "reason", "step", "waiting_for", "opened_on", "days_open", "client", "commune",
            "document", "language", "office", "service", "quoted", "paid", "due_on", "due_kind", "overdue", "expiries",
            "visits", "minutes", "last_visit", "assignee", "team", "closed_on", "outcome",
        )  # fmt: skip

    def dehydrate_days_open(self, case: Case) -> int:
        return ((case.closed_on or TODAY) - case.opened_on).days

    def dehydrate_commune(self, case: Case) -> str:
        commune = case.client.commune
        return getattr(commune, in_language("name_fr", "name_nl")) if commune else ""

    def dehydrate_office(self, case: Case) -> str:
        return getattr(case.office, in_language("name_fr", "name_nl")) if case.office else ""

    def dehydrate_overdue(self, case: Case) -> str:
        return "Oui" if case.is_overdue(on=TODAY) else "Non"

    def dehydrate_expiries(self, case: Case) -> int | str:
        return len(case.expired) if case.procedure == Procedure.DIGITAL_KEY else ""  # type: ignore[attr-defined]

    def dehydrate_visits(self, case: Case) -> int:
        return len(case.counted)  # type: ignore[attr-defined]

    def dehydrate_minutes(self, case: Case) -> int:
        return sum(visit.minutes for visit in case.counted)  # type: ignore[attr-defined]

    def dehydrate_last_visit(self, case: Case) -> date | str:
        return max((visit.happened_on for visit in case.counted), default="")  # type: ignore[attr-defined]

    def dehydrate_outcome(self, case: Case) -> str:
        return "" if case.is_open else case.get_step_display()


def file_of(cases: CaseQuerySet) -> Iterator[bytes]:
    """The file of these cases, in French."""
    undone = Event.objects.filter(undoes=OuterRef("pk"))
    expired = Event.objects.filter(~Exists(undone), transition="expire")
    behind = (
        Prefetch("visits", Visit.objects.standing(), to_attr="counted"),
        Prefetch("events", expired, to_attr="expired"),
    )
    yield CSV().export_data(CaseResource().export(cases.select_related(*RELATED).prefetch_related(*behind))).encode()
