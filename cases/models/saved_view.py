"""A list as somebody wants to find it again: its address, under a name. No word that was searched for is in it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.clean_text import CleanCharField
from config.staff.models import Team, User


class ListName(models.TextChoices):
    CASES = "cases", _("Cases")
    VISITS = "visits", _("Visits")
    CLIENTS = "clients", _("Clients")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those that somebody gave to one's team."""
        mine = Q(by=user)
        return self.filter(mine | Q(team=user.team_id)) if user.team_id else self.filter(mine)

    def start_of(self, of: str, user: User) -> Self:
        """The view with which this person's list begins, if there is one."""
        return self.filter(pk__in=StartView.objects.filter(user=user, of=of).values("view"))


class SavedView(models.Model):
    """Filters, order and columns of a list, as its address says them after the «?»."""

    of = models.CharField(_("list"), max_length=10, choices=ListName, editable=False)
    name = CleanCharField(_("name"), max_length=60, help_text=_("What it is about, never who."))
    query = models.CharField(max_length=2000, editable=False)
    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", editable=False)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects: ClassVar[SavedViewQuerySet] = SavedViewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["by", "of", "name"], name="one_view_of_a_list_per_person_and_name"),
            models.CheckConstraint(condition=Q(of__in=ListName.values), name="saved_view_is_of_a_list"),
            models.CheckConstraint(condition=~Q(query=""), name="saved_view_has_an_address"),
        ]

    def __str__(self) -> str:
        return self.name


class StartView(models.Model):
    """With which view a person's list begins: one of their own, or one of their team."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    of = models.CharField(max_length=10, choices=ListName)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "of"], name="a_list_begins_with_one_view"),
            models.CheckConstraint(condition=Q(of__in=ListName.values), name="start_view_is_of_a_list"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.view}"
