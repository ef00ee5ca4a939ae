"""The filters of the clients."""

from datetime import date

import django_filters
from django.db.models import Exists, OuterRef, TextChoices
from django.utils.translation import gettext_lazy as _

from cases.filters.parts import ListFilter, OneOf, OneRow, documents, few
from cases.forms.plain_fields import DayInput
from cases.models import Case, Client
from cases.models.client import ClientQuerySet, Language
from communes.models import Commune, DocumentClass
from config.staff.models import Team


class YesNo(TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")


class ClientFilter(ListFilter):
    """With data that are not valid `qs` is empty. A name is not a filter: it is searched for by POST."""

    open = OneOf(choices=YesNo, label=_("An open case"), method="with_open_case")
    commune = OneRow(
        among="communes",
        queryset=lambda request: Commune.objects.by_name(),
        to_field_name="slug",
        label=_("Commune of residence"),
    )
    document = OneOf(choices=DocumentClass, label=_("Residence document"), method="of_document")
    language = OneOf(field_name="contact_language", choices=Language, label=_("Contact language"))
    interpreter = OneOf(choices=YesNo, label=_("Interpreter"), method="with_interpreter")
    team = OneRow(among="teams", queryset=lambda request: Team.objects.all(), label=_("Team"), method="of_team")
    expires_to = django_filters.DateFilter(
        method="expiring",
        label=_("Document expires until"),
        input_formats=["%Y-%m-%d"],
        widget=DayInput,
    )

    @property
    def qs(self) -> ClientQuerySet:
        clients: ClientQuerySet = super().qs if self.form.is_valid() or not self.is_bound else self.queryset.none()
        return clients

    def of_document(self, clients: ClientQuerySet, name: str, document: str) -> ClientQuerySet:
        return clients.filter(residence_document__in=documents(document))

    def expiring(self, clients: ClientQuerySet, name: str, day: date) -> ClientQuerySet:
        these = Client.objects.filter(document_expires_on__lte=day)
        return (
            clients.filter(pk__in=these.order_by().values("pk"))
            if few(these)
            else clients.filter(document_expires_on__lte=day)
        )

    def with_open_case(self, clients: ClientQuerySet, name: str, wanted: str) -> ClientQuerySet:
        if wanted == YesNo.YES:  # few cases are open: they lead to their clients
            return clients.filter(pk__in=Case.objects.open().order_by().values("client"))
        return clients.filter(~Exists(Case.objects.open().filter(client=OuterRef("pk"))))

    def with_interpreter(self, clients: ClientQuerySet, name: str, wanted: str) -> ClientQuerySet:
        return clients.filter(interpreter=wanted == YesNo.YES)
