"""The pages where the public facts are kept: communes, offices, documents, tariffs, delays, closing days."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from simple_history.admin import SimpleHistoryAdmin

from communes.amounts import AmountField
from communes.models import Closure, Commune, Delay, Office, PostalCode, ResidenceDocument, Tariff
from communes.resources import TariffCSV, TariffResource, TariffXLSX
from communes.uploads import ConfirmForm, DownloadForm, Upload, UploadForm
from config.tables import UnreadableTableError
from config.wording import money


class ReferenceAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    """A page of public facts: with its history, and nothing deleted that something refers to."""

    formfield_overrides = {models.DecimalField: {"form_class": AmountField}}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], list[Any]]:
        """What refers to a row is counted, not named: it may be a file that this person may not see."""
        doomed, counts, lacking, referring = super().get_deleted_objects(objs, request)
        if not referring:
            return doomed, counts, lacking, referring
        sentence = ngettext(
            "%(count)d other record. Nothing was deleted: enter what follows this one, or say it is not in use.",
            "%(count)d other records. Nothing was deleted: enter what follows this one, or say it is not in use.",
            len(referring),
        )
        return doomed, counts, lacking, [sentence % {"count": len(referring)}]


class NamedFields(BaseInlineFormSet[PostalCode, Commune, ModelForm[PostalCode]]):
    """Rows of a table have no labels on the page, only the heads of the columns: each field says its name itself."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = field.label or ""


class PostalCodeInline(admin.TabularInline):  # type: ignore[type-arg]
    model = PostalCode
    formset = NamedFields
    extra = 0


@admin.register(Commune)
class CommuneAdmin(ReferenceAdmin):
    list_display = ("name_fr", "name_nl", "nis", "in_region")
    list_filter = ("in_region",)
    search_fields = ("name_fr", "name_nl", "aliases", "nis", "postal_codes__code")
    readonly_fields = ("nis", "slug")
    inlines = (PostalCodeInline,)


@admin.register(Office)
class OfficeAdmin(ReferenceAdmin):
    list_display = ("name_fr", "name_nl", "commune", "phone", "hours", "active")
    list_filter = ("active", "commune")
    list_select_related = ("commune",)
    search_fields = ("code", "name_fr", "name_nl", "commune__aliases", "address")
    prepopulated_fields = {"code": ("name_fr",)}


@admin.register(ResidenceDocument)
class ResidenceDocumentAdmin(ReferenceAdmin):
    list_display = ("label_fr", "label_nl", "label_en", "tariff_class", "has_chip", "rank", "active")
    list_filter = ("tariff_class", "has_chip", "active")
    search_fields = ("code", "label_fr", "label_nl", "label_en")


@admin.register(Delay)
class DelayAdmin(ReferenceAdmin):
    list_display = ("code", "amount", "unit", "valid_from", "source", "verified_on")
    list_filter = ("code",)
    search_fields = ("source", "note")
    save_as = True


@admin.register(Closure)
class ClosureAdmin(ReferenceAdmin):
    list_display = ("day", "office", "reason")
    list_filter = ("office",)
    list_select_related = ("office",)
    search_fields = ("reason", "office__name_fr", "office__name_nl")
    date_hierarchy = "day"


class InForceFilter(admin.SimpleListFilter):
    title = _("validity")
    parameter_name = "valid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("today", _("in force today")), ("later", _("announced")), ("past", _("replaced"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Tariff]:
        today = timezone.localdate()
        in_force = Tariff.objects.in_force(on=today)
        chosen: dict[str | None, QuerySet[Tariff]] = {
            "today": queryset.in_force(on=today),
            "later": queryset.announced(on=today),
            "past": queryset.filter(valid_from__lte=today).exclude(pk__in=in_force),
        }
        found: QuerySet[Tariff] = chosen.get(self.value(), queryset)
        return found


@admin.register(Tariff)
class TariffAdmin(ImportExportMixin, ReferenceAdmin):  # type: ignore[misc]
    """Tariffs, with their import (a preview first, then all lines or none) and export as CSV and XLSX."""

    list_display = ("office", "service", "whom", "price", "valid_from", "verified_on")
    list_filter = (InForceFilter, "service", "residency", "document", "offered", "office")
    list_select_related = ("office",)
    search_fields = ("office__name_fr", "office__name_nl", "office__code", "source", "note")
    actions = ("mark_as_verified",)
    save_as = True  # «as a new one»: the price of 1 January starts from the price of today

    resource_classes = (TariffResource,)
    formats = (TariffCSV, TariffXLSX)
    import_form_class = UploadForm
    confirm_form_class = ConfirmForm
    export_form_class = DownloadForm
    tmp_storage_class = Upload

    @admin.display(description=_("for whom"), ordering="residency")
    def whom(self, tariff: Tariff) -> str:
        return tariff.public

    @admin.display(description=_("price"), ordering="amount")
    def price(self, tariff: Tariff) -> str:
        return money(tariff.amount) if tariff.offered else gettext("not offered")

    @admin.action(description=_("Mark as verified today"), permissions=["change"])
    def mark_as_verified(self, request: HttpRequest, queryset: QuerySet[Tariff]) -> None:
        for tariff in queryset:
            tariff.verified_on = timezone.localdate()
            tariff.save()

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        plain = gettext("This file cannot be read as the format you chose: choose the right format, or save it again.")
        form.add_error("import_file", str(e) if isinstance(e, UnreadableTableError) else plain)

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """After the confirmation: the tariffs may have changed since the preview, and then nothing was imported."""
        if result.has_errors() or result.has_validation_errors():
            self.message_user(request, gettext("Nothing was imported: the tariffs changed meanwhile."), messages.ERROR)
            return redirect("admin:communes_tariff_import")
        return super().process_result(result, request)  # type: ignore[no-any-return]
