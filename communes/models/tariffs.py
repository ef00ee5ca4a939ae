"""Tariffs: what an office charges whom, with which residence document, for which service, from which day."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from communes.models.places import Office, in_language
from config.clean_text import CleanCharField, CleanTextField, CleanURLField

DEAREST = Decimal("9999.99")
FIRST_DAY = date(2000, 1, 1)


class Service(models.TextChoices):
    """What an office is asked for."""

    DIGITAL_KEY = "digital_key", _("digital key")
    E_CARD = "e_card", _("e-card")
    E_CARD_URGENT = "e_card_urgent", _("e-card, urgent procedure")
    CARD_CODES = "card_codes", _("new PIN and PUK codes")


class Residency(models.TextChoices):
    """Whom a tariff is for: registered in the commune of the office, registered elsewhere or nowhere, or anybody."""

    RESIDENT = "resident", _("residents")
    NON_RESIDENT = "non_resident", _("non-residents")
    EVERYONE = "everyone", _("everyone")


class DocumentClass(models.TextChoices):
    """The three kinds of residence document that tariffs tell apart."""

    ORANGE = "orange", _("orange card")
    PROTOCOL = "protocol", _("protocol card")
    OTHER = "other", pgettext_lazy("residence document", "other document")


class TariffDocument(models.TextChoices):
    """Which residence document a tariff is for."""

    ANY = "any", _("any document")
    ORANGE = DocumentClass.ORANGE.value, DocumentClass.ORANGE.label
    PROTOCOL = DocumentClass.PROTOCOL.value, DocumentClass.PROTOCOL.label
    OTHER = DocumentClass.OTHER.value, DocumentClass.OTHER.label


# Whom a tariff is for, in words that a sentence can end with: «The price for …».
PUBLICS = {
    (Residency.RESIDENT, TariffDocument.ANY): _("residents"),
    (Residency.RESIDENT, TariffDocument.ORANGE): _("residents with an orange card"),
    (Residency.RESIDENT, TariffDocument.PROTOCOL): _("residents with a protocol card"),
    (Residency.RESIDENT, TariffDocument.OTHER): _("residents with neither an orange nor a protocol card"),
    (Residency.NON_RESIDENT, TariffDocument.ANY): _("non-residents"),
    (Residency.NON_RESIDENT, TariffDocument.ORANGE): _("non-residents with an orange card"),
    (Residency.NON_RESIDENT, TariffDocument.PROTOCOL): _("non-residents with a protocol card"),
    (Residency.NON_RESIDENT, TariffDocument.OTHER): _("non-residents with neither an orange nor a protocol card"),
    (Residency.EVERYONE, TariffDocument.ANY): _("everyone"),
    (Residency.EVERYONE, TariffDocument.ORANGE): _("everyone with an orange card"),
    (Residency.EVERYONE, TariffDocument.PROTOCOL): _("everyone with a protocol card"),
    (Residency.EVERYONE, TariffDocument.OTHER): _("everyone with neither an orange nor a protocol card"),
}


def label_column() -> str:
    """The column that has what a residence document is called in the reader's language."""
    return "label_en" if get_language() == "en" else in_language("label_fr", "label_nl")


class ResidenceDocumentQuerySet(models.QuerySet["ResidenceDocument"]):
    def active(self) -> Self:
        return self.filter(active=True)


class ResidenceDocument(models.Model):
    """A document that shows under which title a person stays here; its class decides on the tariff."""

    code = models.SlugField(_("short name"), max_length=40, unique=True)
    label_fr = CleanCharField(_("French label"), max_length=120)
    label_nl = CleanCharField(_("Dutch label"), max_length=120)
    label_en = CleanCharField(_("English label"), max_length=120)
    has_chip = models.BooleanField(
        _("has a chip"), default=False, help_text=_("With a chip that works, no digital key from an office is needed.")
    )
    tariff_class = models.CharField(
        _("class for the tariffs"), max_length=10, choices=DocumentClass, default=DocumentClass.OTHER
    )
    rank = models.PositiveSmallIntegerField(_("place in the list"), default=100)
    active = models.BooleanField(_("in use"), default=True)

    objects = ResidenceDocumentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("residence document")
        verbose_name_plural = _("residence documents")
        ordering = ("rank", "label_fr")
        constraints = [
            models.CheckConstraint(
                condition=Q(tariff_class__in=DocumentClass.values), name="residence_document_class_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return str(getattr(self, label_column()))


# Rows of one line follow each other: the last one begun is in force.
LINE = ("office", "service", "residency", "document")
SAME_LINE = {field: OuterRef(field) for field in LINE}


class TariffQuerySet(models.QuerySet["Tariff"]):
    def in_force(self, *, on: date) -> Self:
        """The rows that hold on a day: for an office, service and public the last one begun."""
        later = Tariff.objects.filter(**SAME_LINE, valid_from__gt=OuterRef("valid_from"), valid_from__lte=on)
        return self.filter(~Exists(later), valid_from__lte=on)

    def with_past(self) -> Self:
        """With `was_offered`: did an earlier row offer the same to the same people?"""
        earlier = Tariff.objects.filter(**SAME_LINE, valid_from__lt=OuterRef("valid_from"), offered=True)
        return self.annotate(was_offered=Exists(earlier))

    def announced(self, *, on: date) -> Self:
        """The rows that begin after a day."""
        return self.filter(valid_from__gt=on)

    def line_by_line(self) -> Self:
        """Office by office in the order of the reader's language, the rows of a line together, the newest first."""
        return self.order_by(in_language("office__name_fr", "office__name_nl"), *LINE, "-valid_from")

    def for_table(self) -> Self:
        """With the office and its commune; any other relation raises when a page reaches for it."""
        return self.select_related("office__commune").fetch_mode(models.FETCH_RAISE)


class Tariff(models.Model):
    """What an office charges whom for what, from a day on. It has no last day: the next row ends it.

    Amount 0.00 is free, no amount is «price not known»; not offered withdraws the service from that day.
    """

    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="tariffs")
    service = models.CharField(_("service"), max_length=20, choices=Service)
    residency = models.CharField(_("for whom"), max_length=20, choices=Residency)
    document = models.CharField(
        _("residence document"), max_length=10, choices=TariffDocument, default=TariffDocument.ANY
    )
    offered = models.BooleanField(
        _("offered"), default=True, help_text=_("No: from this day on the office does not do this for these people.")
    )
    amount = models.DecimalField(
        _("amount in euro"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0), _("An amount is never negative."))],
        help_text=_("0 is free. Empty is «price not known»."),
    )
    valid_from = models.DateField(_("from"))
    source = CleanCharField(_("source"), max_length=200, help_text=_("Who says so: a document, a page, a phone call."))
    source_url = CleanURLField(_("address of the source"), blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    note = CleanTextField(_("note"), blank=True, help_text=_("Public facts only: never about a person."))

    was_offered: bool  # only with_past() knows

    objects = TariffQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")
        ordering = ("office__name_fr", "service", "residency", "document", "-valid_from")
        permissions = [
            ("import_tariff", "Can import tariffs"),
            ("export_tariff", "Can export tariffs"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=[*LINE, "valid_from"],
                name="one_tariff_per_office_service_public_and_first_day",
                violation_error_message=_(
                    "This office already has a tariff for this service and public from this day: change that one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0, amount__lte=DEAREST),
                name="tariff_amount_is_not_negative",
                violation_error_message=_("An amount is between 0 and 9999.99 euro."),
            ),
            models.CheckConstraint(
                condition=Q(offered=True) | Q(amount__isnull=True),
                name="tariff_not_offered_has_no_amount",
                violation_error_message=_(
                    "What is not offered has no price: empty the amount, or say that it is offered."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="tariff_has_a_source",
                violation_error_message=_("Say where this tariff comes from."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__gte=FIRST_DAY),
                name="tariff_begins_in_this_century",
                violation_error_message=_("The first day lies before the year 2000: check the year."),
            ),
            models.CheckConstraint(condition=Q(service__in=Service.values), name="tariff_service_is_known"),
            models.CheckConstraint(condition=Q(residency__in=Residency.values), name="tariff_residency_is_known"),
            models.CheckConstraint(condition=Q(document__in=TariffDocument.values), name="tariff_document_is_known"),
        ]

    def __str__(self) -> str:
        return _("%(office)s, %(service)s, %(public)s, from %(day)s") % {
            "office": self.office,
            "service": self.get_service_display(),
            "public": self.public,
            "day": date_format(self.valid_from, "SHORT_DATE_FORMAT"),
        }

    @property
    def public(self) -> str:
        """Whom this tariff is for: «residents with an orange card»."""
        return str(PUBLICS[Residency(self.residency), TariffDocument(self.document)])
