"""Appointments, and the secret link by which an adviser reads their own in a calendar."""

import secrets
from datetime import date, datetime
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.client import Client
from communes.models import Office
from config.staff.models import User


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: User) -> Self:
        """The appointments with the clients whose file a person may open, and their own."""
        open_to = self
        if not user.has_perm("cases.restrict_client"):
            open_to = self.exclude(client__in=Client.objects.restricted())
        return open_to.filter(Q(client__in=Client.objects.visible_to(user)) | Q(adviser=user))

    def planned(self) -> Self:
        return self.filter(cancelled_at=None)

    def from_day(self, day: date) -> Self:
        return self.filter(starts_at__date__gte=day)


class Appointment(models.Model):
    """A client is expected by an adviser, or accompanied to an office, at a moment."""

    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="appointments")
    case = models.ForeignKey(
        Case, verbose_name=_("case"), null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    adviser = models.ForeignKey(User, verbose_name=_("adviser"), on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("at"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=30, validators=[MinValueValidator(5), MaxValueValidator(600)]
    )
    office = models.ForeignKey(
        Office,
        verbose_name=_("at the office"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: here, with us."),
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(editable=False)

    objects: ClassVar[AppointmentQuerySet] = AppointmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ("starts_at", "pk")
        indexes = [
            models.Index(fields=["adviser", "starts_at"], name="appointment_of_adviser"),
            models.Index(fields=["starts_at"], name="appointment_by_moment"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 600)),
                name="appointment_lasts_five_minutes_to_ten_hours",
                violation_error_message=_("An appointment lasts between 5 and 600 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.starts_at:%Y-%m-%d %H:%M}"


class CalendarLink(models.Model):
    """A secret address that shows one adviser's appointments, without names, until it is revoked."""

    adviser = models.ForeignKey(User, verbose_name=_("adviser"), on_delete=models.CASCADE, related_name="+")
    secret = models.CharField(max_length=64, unique=True, editable=False, default=secrets.token_urlsafe)
    made_at = models.DateTimeField(editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["adviser"], condition=Q(revoked_at__isnull=True), name="one_calendar_link_per_adviser"
            )
        ]

    def __str__(self) -> str:
        return f"{self.adviser_id} {self.made_at:%Y-%m-%d}"

    @classmethod
    def renew(cls, adviser: User, *, at: datetime) -> "CalendarLink":
        """A new address; the old one is dead from now on."""
        cls.revoke(adviser, at=at)
        return cls.objects.create(adviser=adviser, made_at=at)

    @classmethod
    def revoke(cls, adviser: User, *, at: datetime) -> None:
        cls.objects.filter(adviser=adviser, revoked_at=None).update(revoked_at=at)
