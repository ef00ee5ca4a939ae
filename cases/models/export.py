"""Which files left, for whom, and who was in them. Only inserted; kept as long as the traces."""

import zlib
from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.clean_text import CleanCharField
from config.staff.models import User


class Subject(models.TextChoices):
    CASES = "cases", _("Cases")
    VISITS = "visits", _("Visits")
    CLIENTS = "clients", _("Clients")


class Export(models.Model):
    """A file that somebody asked for, written down before its first byte leaves."""

    by = models.ForeignKey(
        User, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Nobody: a command on the server."),
    )  # fmt: skip
    at = models.DateTimeField(_("at"), db_index=True)
    subject = models.CharField(_("of"), max_length=10, choices=Subject)
    kind = models.CharField(_("file"), max_length=10)
    filters = models.JSONField(_("filters"), default=dict, encoder=DjangoJSONEncoder)
    columns = models.JSONField(_("columns"), default=list)
    named = models.BooleanField(_("with names"), default=False)
    purpose = CleanCharField(_("purpose"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.subject}"


class Departure(models.Model):
    """What of an export has left: its rows, its bytes, and who was in it. Missing: the server died under it."""

    export = models.OneToOneField(Export, on_delete=models.PROTECT, related_name="departure")
    at = models.DateTimeField(_("at"))
    rows = models.PositiveIntegerField(_("rows"))
    bytes = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    whole = models.BooleanField(_("to the end"))
    clients = models.BinaryField(editable=False)

    objects: ClassVar[models.Manager["Departure"]] = models.Manager()

    class Meta:
        verbose_name = _("departure of an export")
        verbose_name_plural = _("departures of exports")

    def __str__(self) -> str:
        return f"{self.export_id} {self.sha256[:12]}"

    def holds(self, client_id: int) -> bool:
        return Keys.opened(self.clients).holds(client_id)


class Keys:
    """A set of keys of clients, one bit each: a million take an eighth of a megabyte, and far less on disk."""

    def __init__(self, bits: bytearray | None = None) -> None:
        self.bits = bytearray() if bits is None else bits

    def add(self, keys: Iterable[int]) -> None:
        bits = self.bits
        for key in keys:
            at = key >> 3
            if at >= len(bits):
                bits.extend(bytes(at + 1024 - len(bits)))
            bits[at] |= 1 << (key & 7)

    def holds(self, key: int) -> bool:
        return key >> 3 < len(self.bits) and bool(self.bits[key >> 3] & 1 << (key & 7))

    def closed(self) -> bytes:
        return zlib.compress(bytes(self.bits).rstrip(b"\0"))

    @classmethod
    def opened(cls, stored: Any) -> "Keys":
        return cls(bytearray(zlib.decompress(bytes(stored))))
