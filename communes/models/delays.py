"""Delays: how long something lasts, from which day, as the administrators entered it."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from communes.models.tariffs import FIRST_DAY
from communes.terms import Term, Unit
from config.clean_text import CleanCharField, CleanTextField, CleanURLField

LONGEST = 1000


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
    CHASE_CLIENT = "chase_client", _("client: asked how it goes when nobody has been in touch for")
    PHOTO_AGE = "photo_age", _("photo: must be younger than")
    DOCSTOP_REVERSAL = "docstop_reversal", _("DocStop: a card found again can be unblocked")
    TARIFF_REVIEW = "tariff_review", _("tariff: verified again after")


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
    source_url = CleanURLField(_("address of the source"), blank=True)
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
            "day": date_format(self.valid_from, "SHORT_DATE_FORMAT"),
        }

    @property
    def term(self) -> Term:
        return Term(self.amount, Unit(self.unit))


def delay_in_force(code: str, *, on: date) -> Term:
    """The length of a delay on a day; before the first day that anybody entered one for, that first one.

    Raises Delay.DoesNotExist if there is none at all.
    """
    in_force = Delay.objects.in_force(on=on).filter(code=code).first()
    return (in_force or Delay.objects.filter(code=code).earliest("valid_from")).term
