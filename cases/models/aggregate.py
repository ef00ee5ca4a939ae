"""What stays of a case once its client is forgotten: a count, without anything that leads back to a person."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.workflow import Procedure, Step
from communes.models import Commune, DocumentClass

SMALLEST_PUBLISHED = 5  # fewer people in a cell could be recognised (facts 3.8)


class MonthlyCountQuerySet(models.QuerySet["MonthlyCount"]):
    def publishable(self) -> Self:
        """With `published_cases`: the number of cases, or None where they are too few to be told."""
        return self.annotate(
            published_cases=models.Case(models.When(cases__gte=SMALLEST_PUBLISHED, then="cases"), default=None)
        )


class MonthlyCount(models.Model):
    """How many cases of a kind were closed in a month, counted before their clients were made anonymous."""

    month = models.DateField(_("month"), help_text=_("Its first day."))
    procedure = models.CharField(_("procedure"), max_length=20, choices=Procedure)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Step)
    commune = models.ForeignKey(
        Commune, verbose_name=_("commune"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    document_class = models.CharField(_("document class"), max_length=10, choices=DocumentClass, blank=True)
    cases = models.PositiveIntegerField(_("cases"), default=0)
    visits = models.PositiveIntegerField(_("visits"), default=0)

    objects: ClassVar[MonthlyCountQuerySet] = MonthlyCountQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("monthly count")
        verbose_name_plural = _("monthly counts")
        ordering = ("month", "procedure", "outcome")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "procedure", "outcome", "commune", "document_class"],
                name="one_count_per_month_kind_and_commune",
            ),
            models.UniqueConstraint(
                fields=["month", "procedure", "outcome", "document_class"],
                condition=Q(commune__isnull=True),
                name="one_count_per_month_and_kind_without_commune",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.procedure} {self.outcome}"


class Erasure(models.Model):
    """That a file was erased, and when: what a restored backup must forget again. It names nobody."""

    client_key = models.BigIntegerField(unique=True)
    reference = models.CharField(_("file"), max_length=20)
    opened_on = models.DateField(_("file opened on"))
    erased_on = models.DateField(_("erased on"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def __str__(self) -> str:
        return f"{self.client_key} {self.erased_on}"
