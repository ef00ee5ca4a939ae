"""What everybody may know: the communes, their offices, what they offer and charge, and from which day. No person."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from communes.terms import Term, Unit
from config.clean_text import CleanCharField, CleanTextField

DEAREST = Decimal("9999.99")
LONGEST = 1000
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


class DelayCode(models.TextChoices):
    """The delays the office counts with."""

    ACTIVATION = "activation", _("digital key: time to activate after the registration")
    ACTIVATION_FIRST_REMINDER = "activation_first_reminder", _("digital key: first reminder after the registration")
    ACTIVATION_LAST_REMINDER = "activation_last_reminder", _("digital key: last reminder after the registration")
    CODES_LETTER = "codes_letter", _("letter with the codes: expected after the request")
    CARD_KEPT = "card_kept", _("e-card: kept by the commune, then destroyed")
    PICKUP_FIRST_REMINDER = "pickup_first_reminder", _("e-card: first reminder before it is destroyed")
    PICKUP_SECOND_REMINDER = "pickup_second_reminder", _("e-card: second reminder before it is destroyed")
    PICKUP_LAST_REMINDER = "pickup_last_reminder", _("e-card: last reminder before it is destroyed")
    RENEWAL_OPENS = "renewal_opens", _("e-card: renewal opens before the expiry")
    RENEWAL_CLOSES = "renewal_closes", _("e-card: renewal closes before the expiry")
    PHOTO_AGE = "photo_age", _("photo: must be younger than")
    DOCSTOP_REVERSAL = "docstop_reversal", _("DocStop: a card found again can be unblocked")
    TARIFF_REVIEW = "tariff_review", _("tariff: verified again after")


def in_language(french: str, dutch: str) -> str:
    """The name for the reader: Dutch in Dutch, French in French and in English."""
    return dutch if (get_language() or "").startswith("nl") else french


class CommuneQuerySet(models.QuerySet["Commune"]):
    def in_region(self) -> Self:
        """The 19 communes of the Brussels-Capital Region."""
        return self.filter(in_region=True)

    def by_name(self) -> Self:
        """In the alphabetical order of the reader's language: Ixelles is Elsene in Dutch."""
        return self.order_by(in_language("name_fr", "name_nl"))

    def with_postal_code(self, code: str) -> Self:
        """The communes that use a postal code: a suggestion, never a decision (1050 is Ixelles and the City)."""
        return self.filter(postal_codes__code=code)


class Commune(models.Model):
    """A commune, known by its NIS code; its slug stands in the files and imports."""

    nis = CleanCharField(
        _("NIS code"),
        max_length=5,
        unique=True,
        validators=[RegexValidator(r"^\d{5}\Z", _("A NIS code has five digits, such as 21009."))],
    )
    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    name_fr = CleanCharField(_("French name"), max_length=80, unique=True)
    name_nl = CleanCharField(_("Dutch name"), max_length=80, unique=True)
    in_region = models.BooleanField(_("in the Brussels-Capital Region"), default=True)
    aliases = CleanTextField(_("other names"), blank=True, help_text=_("One a line, as people say or write them."))

    objects = CommuneQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ("name_fr",)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_fr, self.name_nl)


class PostalCode(models.Model):
    """A postal code that a commune uses; another commune may use it too."""

    code = CleanCharField(
        _("postal code"),
        max_length=4,
        validators=[RegexValidator(r"^[1-9]\d{3}\Z", _("A postal code has four digits, such as 1050."))],
    )
    commune = models.ForeignKey(
        Commune, verbose_name=_("commune"), on_delete=models.PROTECT, related_name="postal_codes"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("postal code")
        verbose_name_plural = _("postal codes")
        ordering = ("code", "commune__name_fr")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "commune"],
                name="one_row_per_postal_code_and_commune",
                violation_error_message=_("This commune already has this postal code."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class OfficeQuerySet(models.QuerySet["Office"]):
    def active(self) -> Self:
        return self.filter(active=True)

    def for_table(self) -> Self:
        return self.select_related("commune").fetch_mode(models.FETCH_RAISE)


class Office(models.Model):
    """A place where people go. What is not known about it stays empty and is never invented."""

    code = models.SlugField(
        _("short name"), max_length=40, unique=True, help_text=_("Names the office in tariff files: «uccle», «bosa».")
    )
    commune = models.ForeignKey(
        Commune,
        verbose_name=_("commune"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offices",
        help_text=_("Empty for a federal office: nobody is at home there."),
    )
    name_fr = CleanCharField(_("French name"), max_length=120)
    name_nl = CleanCharField(_("Dutch name"), max_length=120)
    address = CleanTextField(_("address"), blank=True)
    phone = CleanCharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    site = models.URLField(_("web page"), blank=True)
    booking_url = models.URLField(_("page for appointments"), blank=True)
    hours = CleanTextField(_("opening hours"), blank=True)
    payment = CleanCharField(_("means of payment"), max_length=120, blank=True)
    note = CleanTextField(_("note"), blank=True, help_text=_("Public facts only: never about a person."))
    active = models.BooleanField(
        _("in use"), default=True, help_text=_("An office no longer in use is offered to nobody.")
    )

    objects = OfficeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ("name_fr",)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_fr, self.name_nl)


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
        return self.label_en if get_language() == "en" else in_language(self.label_fr, self.label_nl)


class TariffQuerySet(models.QuerySet["Tariff"]):
    def in_force(self, *, on: date) -> Self:
        """The rows that hold on a day: for an office, service and public the last one begun."""
        later = Tariff.objects.filter(
            office=OuterRef("office"),
            service=OuterRef("service"),
            residency=OuterRef("residency"),
            document=OuterRef("document"),
            valid_from__gt=OuterRef("valid_from"),
            valid_from__lte=on,
        )
        return self.filter(~Exists(later), valid_from__lte=on)

    def announced(self, *, on: date) -> Self:
        """The rows that begin after a day."""
        return self.filter(valid_from__gt=on)

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
    source_url = models.URLField(_("address of the source"), blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    note = CleanTextField(_("note"), blank=True, help_text=_("Public facts only: never about a person."))

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
                fields=["office", "service", "residency", "document", "valid_from"],
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
            "public": self.get_residency_display(),
            "day": self.valid_from.isoformat(),
        }


class DelayQuerySet(models.QuerySet["Delay"]):
    def in_force(self, *, on: date) -> Self:
        """The delays that hold on a day: for each code, the last one begun."""
        later = Delay.objects.filter(code=OuterRef("code"), valid_from__gt=OuterRef("valid_from"), valid_from__lte=on)
        return self.filter(~Exists(later), valid_from__lte=on)

    def terms(self, *, on: date) -> dict[str, Term]:
        """The length of every delay on a day, by its code, in one query."""
        return {delay.code: delay.term for delay in self.in_force(on=on)}


class Delay(models.Model):
    """How long something lasts, from a day on; like a tariff it has no last day."""

    code = models.CharField(_("delay"), max_length=30, choices=DelayCode)
    amount = models.PositiveSmallIntegerField(
        _("length"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    unit = models.CharField(_("unit"), max_length=10, choices=Unit)
    valid_from = models.DateField(_("from"))
    source = CleanCharField(_("source"), max_length=200)
    source_url = models.URLField(_("address of the source"), blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    note = CleanTextField(_("note"), blank=True)

    objects = DelayQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("delay")
        verbose_name_plural = _("delays")
        ordering = ("code", "-valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="one_delay_per_code_and_first_day",
                violation_error_message=_("This delay already has a length from this day: change that one."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=1, amount__lte=LONGEST),
                name="delay_length_is_plausible",
                violation_error_message=_("A delay lasts between 1 and 1000 days, weeks or months."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="delay_has_a_source",
                violation_error_message=_("Say where this delay comes from."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__gte=FIRST_DAY),
                name="delay_begins_in_this_century",
                violation_error_message=_("The first day lies before the year 2000: check the year."),
            ),
            models.CheckConstraint(condition=Q(code__in=DelayCode.values), name="delay_code_is_known"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="delay_unit_is_known"),
        ]

    def __str__(self) -> str:
        return _("%(delay)s: %(length)s %(unit)s, from %(day)s") % {
            "delay": self.get_code_display(),
            "length": self.amount,
            "unit": self.get_unit_display(),
            "day": self.valid_from.isoformat(),
        }

    @property
    def term(self) -> Term:
        return Term(self.amount, Unit(self.unit))


def delay_in_force(code: str, *, on: date) -> Term:
    """The length of a delay on a day. Raises Delay.DoesNotExist if nobody entered one."""
    return Delay.objects.in_force(on=on).get(code=code).term


class ClosureQuerySet(models.QuerySet["Closure"]):
    def of(self, office: Office | None) -> Self:
        """The days on which an office is closed: its own and those of all; without an office, those of all."""
        return self.filter(Q(office=office) | Q(office__isnull=True))


class Closure(models.Model):
    """A day on which an office, or every office, is closed besides week-ends and legal holidays."""

    office = models.ForeignKey(
        Office,
        verbose_name=_("office"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="closures",
        help_text=_("Empty: every office is closed."),
    )
    day = models.DateField(_("day"))
    reason = CleanCharField(_("reason"), max_length=120, blank=True)

    objects = ClosureQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("closing day")
        verbose_name_plural = _("closing days")
        ordering = ("-day", F("office__name_fr").asc(nulls_first=True))
        constraints = [
            models.UniqueConstraint(
                fields=["office", "day"],
                name="one_closure_per_office_and_day",
                violation_error_message=_("This office is already closed on this day."),
            ),
            models.UniqueConstraint(
                fields=["day"],
                condition=Q(office__isnull=True),
                name="one_closure_of_every_office_per_day",
                violation_error_message=_("Every office is already closed on this day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.reason}".strip()
