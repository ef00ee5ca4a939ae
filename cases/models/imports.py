"""Old lists that were brought in: the file that waits for its confirmation, and which of its lines are here."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.client import Client
from cases.models.visit import Visit
from config.clean_text import CleanCharField
from config.staff.models import Team, User


class ImportQuerySet(models.QuerySet["Import"]):
    def of(self, user: User) -> Self:
        """A file is for whoever chose it: it shows people whom no list shows yet."""
        return self.filter(by=user) if user.has_perm("cases.import_client") else self.none()

    def waiting(self, *, at: datetime) -> Self:
        return self.filter(done_at=None, waits_until__gt=at)

    def over(self, *, at: datetime) -> Self:
        """Never confirmed, and their time is over: they are deleted with their file."""
        return self.filter(done_at=None, waits_until__lte=at)

    def done(self) -> Self:
        return self.exclude(done_at=None).select_related("by", "team").order_by("-done_at", "-pk")


class Import(models.Model):
    """One file. Its lines lie sealed until it is confirmed, cancelled or over; of a confirmed one the counts stay."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    source = CleanCharField(_("name of the list"), max_length=80)
    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("chosen at"))
    waits_until = models.DateTimeField(_("waits until"))
    content = models.BinaryField(editable=False)
    columns = models.JSONField(default=list, editable=False)  # by place: the mark of its header, what it means
    done_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    clients = models.PositiveIntegerField(_("clients"), default=0, editable=False)
    cases = models.PositiveIntegerField(_("cases"), default=0, editable=False)
    visits = models.PositiveIntegerField(_("visits"), default=0, editable=False)

    objects: ClassVar[ImportQuerySet] = ImportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(content=b""), name="confirmed_import_keeps_no_file"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.uploaded_at:%Y-%m-%d}"


class RowKind(models.TextChoices):
    CLIENT = "client", _("Client")
    CASE = "case", _("Case")
    VISIT = "visit", _("Visit")


class ImportedRow(models.Model):
    """One thing that came from an old list. Its key knows the line again, and says nothing of it."""

    batch = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rows")
    kind = models.CharField(max_length=6, choices=RowKind)
    key = models.CharField(max_length=64)
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("imported line")
        verbose_name_plural = _("imported lines")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="a_line_is_imported_once"),
            models.CheckConstraint(
                condition=Q(kind=RowKind.CLIENT.value, client__isnull=False, case=None, visit=None)
                | Q(kind=RowKind.CASE.value, client=None, case__isnull=False, visit=None)
                | Q(kind=RowKind.VISIT.value, client=None, case=None, visit__isnull=False),
                name="imported_line_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"
