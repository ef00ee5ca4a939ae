"""Places: the communes, their postal codes, the offices where people go and the days on which these are closed."""

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from config.clean_text import CleanCharField, CleanEmailField, CleanTextField, CleanURLField


def in_language(french: str, dutch: str) -> str:
    """The name for the reader: Dutch in Dutch, French in French and in English."""
    return dutch if (get_language() or "").startswith("nl") else french


class CommuneQuerySet(models.QuerySet["Commune"]):
    def in_region(self) -> Self:
        """The 19 communes of the Brussels-Capital Region."""
        return self.filter(in_region=True)

    def in_region_or(self, commune: "Commune | None") -> Self:
        """The 19 communes, and the one of a person who lives elsewhere."""
        return self.filter(Q(in_region=True) | Q(pk=commune.pk if commune else None))

    def by_name(self) -> Self:
        """In the alphabetical order of the reader's language: Ixelles is Elsene in Dutch."""
        return self.order_by(in_language("name_fr", "name_nl"))

    def with_office(self) -> Self:
        """With `has_office`: does the commune have an office in use?"""
        return self.annotate(has_office=Exists(Office.objects.active().filter(commune=OuterRef("pk"))))

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

    has_office: bool  # only with_office() knows

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
    email = CleanEmailField(_("e-mail address"), blank=True)
    site = CleanURLField(_("web page"), blank=True)
    booking_url = CleanURLField(_("page for appointments"), blank=True)
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
        return f"{date_format(self.day, 'SHORT_DATE_FORMAT')} {self.reason}".strip()
