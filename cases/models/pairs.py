"""Two files side by side: said to be about two people, or merged because they were about one."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.client import Client
from config.staff.models import User


class TwoPeopleQuerySet(models.QuerySet["TwoPeople"]):
    def about(self, client: Client) -> Self:
        return self.filter(Q(one=client) | Q(other=client))

    def between(self, client: Client, other: Client) -> Self:
        one, other = sorted((client, other), key=lambda file: file.pk)
        return self.filter(one=one, other=other)


class TwoPeople(models.Model):
    """Two files that resemble each other, and that a colleague said are about two people. Taken back by deletion."""

    one = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(_("said at"))

    objects: ClassVar[TwoPeopleQuerySet] = TwoPeopleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("two people")
        verbose_name_plural = _("two people")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="two_files_are_told_apart_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="the_older_file_of_a_pair_comes_first"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> Self:
        """Those that nobody took back."""
        return self.filter(parting=None)

    def into(self, client: Client) -> Self:
        """The merges whose file a client's file holds today, also by way of another, the newest first."""
        files = self.standing().filter(given_up__merged_into=client)
        return files.select_related(
            "by", "given_up__commune", "given_up__residence_document", "given_up__team"
        ).order_by("-pk")


class Merge(models.Model):
    """That one file went up in another, who said so, and what moved. Insert-only; it holds keys and names of fields.

    The values that were given up stay in the file that was given up: where its value was taken, the two changed
    places. So both files can be told as they were, and forgetting the person forgets all of it.
    """

    kept = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    given_up = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    differing = models.JSONField(help_text=_("The fields that said two things."))
    taken = models.JSONField(help_text=_("Those of them whose value came from the file that was given up."))
    moved = models.JSONField(help_text=_("The keys of what moved, by its kind."))
    ties = models.JSONField(
        default=dict, help_text=_("What a taking back needs beside it: other keys, and what the file then held.")
    )

    objects: ClassVar[MergeQuerySet] = MergeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("given_up")), name="a_file_is_not_merged_with_itself")
        ]

    def __str__(self) -> str:
        return f"{self.given_up_id} into {self.kept_id}"


class Parting(models.Model):
    """That a merge was wrong and was taken back: the two files stand as they stood, and are about two people."""

    merge = models.OneToOneField(Merge, on_delete=models.PROTECT, related_name="parting")
    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects: ClassVar[models.Manager["Parting"]] = models.Manager()

    class Meta:
        verbose_name = _("merge taken back")
        verbose_name_plural = _("merges taken back")
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.merge_id)
