"""What was done with the rights of a person: a file restricted, opened again, erased. Only inserted, no words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.client import Client
from config.staff.models import User


class ActKind(models.TextChoices):
    RESTRICTED = "restricted", _("File restricted")
    LIFTED = "lifted", _("Restriction lifted")
    ERASED = "erased", _("Person erased")
    ERASED_AGAIN = "erased_again", _("Erased again after a restore")


class ActReason(models.TextChoices):
    ASKED = "asked", _("The person asks for it")
    CONTESTED = "contested", _("The person contests what the file says")
    UNLAWFUL = "unlawful", _("It should not have been kept")
    CLAIM = "claim", _("It is needed for a legal claim")
    SETTLED = "settled", _("The question is settled")
    TIME_OVER = "time_over", _("Its time was over")
    RESTORED = "restored", _("A backup had brought it back")


class PrivacyAct(models.Model):
    """One decision on a file, by the privacy officer or a coordinator, or by the clock."""

    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="privacy_acts")
    kind = models.CharField(_("what"), max_length=12, choices=ActKind)
    reason = models.CharField(_("reason"), max_length=10, choices=ActReason)
    by = models.ForeignKey(User, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), db_index=True)

    class Meta:
        verbose_name = _("privacy decision")
        verbose_name_plural = _("privacy decisions")
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=ActKind.values), name="privacy_act_is_known"),
            models.CheckConstraint(condition=models.Q(reason__in=ActReason.values), name="privacy_reason_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.kind}"
