"""Who saw which client, when and where. Only inserted; the database lets go of a row after two years, not before."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.staff.models import User


class AccessQuerySet(models.QuerySet["Access"]):
    def of(self, client_id: int) -> Self:
        """The requests that showed a client. It reads the whole trace: a question asked now and then."""
        return self.filter(clients__contains=f",{client_id},")


class Access(models.Model):
    """One request that showed clients: all of them in one row, however long the list was."""

    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), db_index=True)
    place = models.CharField(_("page"), max_length=60, help_text=_("The name of the address, never what was typed."))
    clients = models.TextField(_("clients"), editable=False)
    count = models.PositiveIntegerField(_("number of clients"))
    # The key of the client whom the page was about, or who was shown alone; a list has none.
    opened = models.PositiveBigIntegerField(_("file opened"), null=True, editable=False)

    objects: ClassVar[AccessQuerySet] = AccessQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["by", "-at"], name="access_by_person")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.place}"


def listed(client_ids: Iterable[int]) -> str:
    """The keys of clients as `Access.clients` holds them: «,3,14,15,»; empty for nobody."""
    keys = sorted(set(client_ids))
    return f",{','.join(map(str, keys))}," if keys else ""
