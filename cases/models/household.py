"""People who live together, and who came along to a visit."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.client import Client
from cases.models.visit import Visit
from config.staff.models import User


class Household(models.Model):
    """Several people at one table. It says nothing of how they are related."""

    noted_on = models.DateField(_("noted on"))

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return str(self.pk)


class MemberQuerySet(models.QuerySet["Member"]):
    def today(self) -> Self:
        """Those who have not left."""
        return self.filter(left_on=None)

    def beside(self, client: Client) -> Self:
        """Those who live today with a client, without the client."""
        theirs = Member.objects.today().filter(client=client).values("household")
        return self.today().filter(household__in=theirs).exclude(client=client)


class Member(models.Model):
    """A client in a household, from a day on and until another; in one household at a time."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="memberships")
    joined_on = models.DateField(_("joined on"))
    left_on = models.DateField(_("left on"), null=True)
    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[MemberQuerySet] = MemberQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("member of a household")
        verbose_name_plural = _("members of a household")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(left_on__isnull=True), name="one_household_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")), name="nobody_leaves_before_joining"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.client_id}"


class Companion(models.Model):
    """Somebody who was there at a visit beside its own client. One visit, several people."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="companions")
    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="companies")

    objects: ClassVar[models.Manager["Companion"]] = models.Manager()

    class Meta:
        verbose_name = _("companion")
        verbose_name_plural = _("companions")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["visit", "client"], name="a_companion_is_there_once")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.client_id}"
