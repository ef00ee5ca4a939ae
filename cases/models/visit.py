"""The visit: somebody came, called or wrote. Funders count visits, with or without a file behind them."""

import uuid
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.facts import Doubt
from cases.models.case import Case
from cases.models.client import CALLED, Client, Language, full_name
from config.clean_text import CleanCharField, CleanTextField
from config.staff.models import Team, User


class Channel(models.TextChoices):
    COUNTER = "counter", _("At the counter")
    PHONE = "phone", _("By phone")
    EMAIL = "email", _("By e-mail")
    OUTSIDE = "outside", _("Accompanied outside")
    HOME = "home", _("At home")


class Topic(models.TextChoices):
    DIGITAL_KEY = "digital_key", _("Digital key")
    E_CARD = "e_card", _("E-card")
    CARD_CODES = "card_codes", _("PIN and PUK codes")
    LOSS = "loss", _("Loss or theft")
    OTHER = "other", _("Something else")


class Result(models.TextChoices):
    INFORMED = "informed", _("Informed")
    STEP_DONE = "step_done", _("A step done")
    COMES_BACK = "comes_back", _("Comes back")
    REFERRED = "referred", _("Referred elsewhere")
    NOT_HELPED = "not_helped", _("Could not be helped")


NEWEST, WHOSE = ("-happened_on", "-id"), ("client", "team", "by")


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> Self:
        """The visits of one's team and those logged by oneself; all for those who see every team."""
        if not user.has_perm("cases.view_visit"):
            return self.none()
        open_to = self
        if not user.has_perm("cases.restrict_client"):
            open_to = self.exclude(client__in=Client.objects.restricted())
        if user.has_perm("cases.see_every_team"):
            return open_to
        own = Q(by=user)
        return open_to.filter(Q(team=user.team_id) | own if user.team_id else own)

    def of_team(self, team: Team, *, seen_by: User) -> Self:
        """Of another team one sees only one's own: said here too, or the database reads all that team to find out."""
        theirs = self.filter(team=team)
        everything = team.pk == seen_by.team_id or seen_by.has_perm("cases.see_every_team")
        return theirs if everything else theirs.filter(by=seen_by)

    def standing(self) -> Self:
        """Without the visits that a later row corrects: what a count must count.

        Not a join that finds nothing: PostgreSQL would expect one such visit, where nearly all are.
        """
        return self.filter(~Exists(Visit.objects.filter(corrects=OuterRef("pk"))))

    def for_table(self) -> Self:
        return self.select_related("client", "case", "by", "team").fetch_mode(models.FETCH_RAISE)

    def for_list(self) -> Self:
        """With `client_name` and `client_reference` alone of what they lead to: other names are in the directory."""
        return self.annotate(**CALLED).fetch_mode(models.FETCH_RAISE)


class Visit(models.Model):
    """One contact with a client, or with an anonymous drop-in. Corrected by a new row, never edited."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # Client, team and colleague have an index of their own in Meta.
    client = models.ForeignKey(
        Client, verbose_name=_("client"), null=True, blank=True, on_delete=models.PROTECT, related_name="visits",
        db_index=False,
    )  # fmt: skip
    case = models.ForeignKey(
        Case, verbose_name=_("case"), null=True, blank=True, on_delete=models.PROTECT, related_name="visits"
    )
    happened_on = models.DateField(_("day"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.COUNTER)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15, validators=[MaxValueValidator(600)])
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    language = models.CharField(_("language"), max_length=5, choices=Language, blank=True, default="")
    result = models.CharField(_("result"), max_length=12, choices=Result, default=Result.INFORMED)
    note = CleanTextField(_("note"), max_length=4000, blank=True)
    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(_("recorded at"))
    corrects = models.OneToOneField(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrected_by",
    )
    correction = CleanCharField(_("why corrected"), max_length=200, blank=True)
    doubt_checked = models.CharField(
        _("Kept after a check, although it resembled"), max_length=20, choices=Doubt, blank=True, default="",
        editable=False,
    )  # fmt: skip

    given_name: str  # these three: only for_list() knows
    family_name: str
    client_reference: str

    objects: ClassVar[VisitQuerySet] = VisitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ("-happened_on", "-pk")
        indexes = [
            models.Index(fields=[*NEWEST], name="visit_newest_first"),
            # One for each filter of the list: a walk through all visits for the few that were asked for takes seconds.
            models.Index(fields=["team", *NEWEST], name="visit_team"),
            # What else is asked of a visit stands in them too: two filters rule it out without reading it.
            models.Index(fields=["by", *NEWEST, "client", "team", "topic", "channel", "result"], name="visit_by"),
            models.Index(fields=["topic", *NEWEST, *WHOSE, "channel", "result"], name="visit_topic"),
            models.Index(fields=["channel", *NEWEST, *WHOSE, "topic", "result"], name="visit_channel"),
            models.Index(fields=["result", *NEWEST, *WHOSE, "topic", "channel"], name="visit_result"),
            # Not one for both: SQLite would take the anonymous visits for as few as those of one client.
            models.Index(fields=["client", *NEWEST], condition=Q(client__isnull=False), name="visit_of_client"),
            models.Index(fields=[*NEWEST], condition=Q(client=None), name="visit_anonymous"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__lte=600),
                name="visit_lasts_at_most_ten_hours",
                violation_error_message=_("A visit lasts at most 600 minutes."),
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="visit_channel_is_known"),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="visit_topic_is_known"),
            models.CheckConstraint(condition=Q(result__in=Result.values), name="visit_result_is_known"),
            models.CheckConstraint(
                condition=Q(case__isnull=True) | Q(client__isnull=False), name="visit_of_a_case_has_its_client"
            ),
            models.CheckConstraint(condition=~Q(corrects=F("id")), name="visit_does_not_correct_itself"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, correction="") | Q(corrects__isnull=False) & ~Q(correction=""),
                name="correction_of_a_visit_says_why",
                violation_error_message=_("Say why this visit is corrected."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.get_topic_display()}"

    # Django's own make a table of all the choices for each visit of a list.
    def get_topic_display(self) -> str:  # type: ignore[no-redef]
        return str(Topic(self.topic).label)

    def get_channel_display(self) -> str:  # type: ignore[no-redef]
        return str(Channel(self.channel).label)

    def get_result_display(self) -> str:  # type: ignore[no-redef]
        return str(Result(self.result).label)

    @property
    def client_name(self) -> str:
        """Empty when nobody knows who it was."""
        return full_name(self.given_name, self.family_name, reference=self.client_reference) if self.client_id else ""

    @property
    def entered_later(self) -> bool:
        """Was it written down on another day than it happened?"""
        return timezone.localdate(self.recorded_at) != self.happened_on
