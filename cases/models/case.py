"""The case: one procedure of one client, and where it stands."""

from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models.client import CALLED, Client, full_name
from cases.workflow import CLOSED_STEPS, OPEN_STEPS, WAITS_FOR, WORKFLOWS, DueKind, Party, Procedure, Reason, Step
from communes.models import Office, Tariff
from communes.models.tariffs import LINE
from config.staff.models import Team, User

# The steps at which the client has not been at the counter yet: its office, and so its price, can still change.
OFFICE_STEPS = tuple(
    step for w in WORKFLOWS.values() for t in w.transitions if t.name == "choose_office" for step in t.sources
)
NEWEST, WHOSE = ("-opened_on", "-id"), ("client", "team", "assignee")
RECALLED_FOR = timedelta(days=366)  # longer than any renewal window: it only bounds the search
NOT_KNOWN = Decimal(-1)  # a price that is not known is the same price as another that is not known


def newer_tariffs(*, on: date) -> models.QuerySet[Tariff]:
    """Inside a query of cases: the tariff that now stands where the promised one stood, if it says something else.

    A promise that was kept against that tariff is no longer in question.
    """
    line = {name: OuterRef(f"tariff__{name}") for name in LINE}
    in_force = Tariff.objects.in_force(on=on).filter(**line).exclude(pk=Coalesce(OuterRef("kept_tariff"), 0))
    price = Coalesce("amount", NOT_KNOWN, output_field=models.DecimalField())
    promised = Coalesce(OuterRef("quoted_amount"), NOT_KNOWN, output_field=models.DecimalField())
    return in_force.alias(price=price).filter(Q(offered=False) | ~Q(price=promised))


def in_question(*, on: date) -> Q:
    """Not paid yet, not at the counter yet, and the promised tariff is withdrawn or asks another price by now."""
    return Q(Exists(newer_tariffs(on=on)), step__in=OFFICE_STEPS, paid_amount=None)


# Written as its index holds it: few cases are meant, and the databases must see that they are the same.
PAID_OTHERWISE = Q(paid_amount__isnull=False, tariff__isnull=False) & (
    Q(quoted_amount__isnull=True) | ~Q(quoted_amount=F("paid_amount"))
)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> Self:
        """The cases a person may open: all for those who see every team, else their team's and their own."""
        if not user.has_perm("cases.view_case"):
            return self.none()
        open_to = self
        if not user.has_perm("cases.restrict_client"):
            open_to = self.exclude(client__in=Client.objects.restricted())
        if user.has_perm("cases.see_every_team"):
            return open_to
        own = Q(assignee=user)
        return open_to.filter(Q(team=user.team_id) | own if user.team_id else own)

    def of_team(self, team: Team, *, seen_by: User) -> Self:
        """Of another team one sees only one's own: said here too, or the database reads all that team to find out."""
        theirs = self.filter(team=team)
        everything = team.pk == seen_by.team_id or seen_by.has_perm("cases.see_every_team")
        return theirs if everything else theirs.filter(assignee=seen_by)

    def open(self) -> Self:
        return self.filter(closed_on=None)

    def closed(self) -> Self:
        return self.exclude(closed_on=None)

    def overdue(self, *, on: date) -> Self:
        """Past the last day of a hard deadline, or past the working day on which a soft one is chased.

        Only open cases have a deadline; saying so lets their index serve.
        """
        return self.open().filter(overdue_from__lte=on)

    def to_recall(self, *, on: date) -> Self:
        """The cards collected by people who agreed to be recalled, from then on until the card expires."""
        asked = self.filter(recall_on__range=(on - RECALLED_FOR, on), card_expires_on__gte=on)
        return asked.filter(client__anonymised_on=None)

    def waiting_for(self, party: Party | str) -> Self:
        return self.filter(step__in=[step for step, who in WAITS_FOR.items() if who == party])

    def price_changed(self, *, on: date) -> Self:
        """The cases whose announced price is no longer the price of that tariff, before it is paid."""
        return self.filter(in_question(on=on))

    def paid_otherwise(self) -> Self:
        """Another price was paid at the counter than the one announced, or one that nobody knew."""
        return self.filter(PAID_OTHERWISE)

    def for_table(self) -> Self:
        return self.select_related("client", "office", "assignee", "team").fetch_mode(models.FETCH_RAISE)

    def for_list(self) -> Self:
        """With `client_name` alone of what they lead to: the list has the other names from the directory."""
        return self.annotate(**CALLED).fetch_mode(models.FETCH_RAISE)


class Case(models.Model):
    """One procedure of one client. Only `cases.actions` changes it: its columns are what the last event left.

    `in_touch_on` alone also moves on with the visits of the client; it never goes back.
    """

    # Client, colleague, team and office have an index of their own in Meta.
    reference = models.CharField(_("case number"), max_length=20, unique=True, editable=False)
    client = models.ForeignKey(
        Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    procedure = models.CharField(_("procedure"), max_length=20, choices=Procedure)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    step = models.CharField(_("step"), max_length=20, choices=Step)
    opened_on = models.DateField(_("opened on"))
    assignee = models.ForeignKey(
        User, verbose_name=_("followed by"), null=True, blank=True, on_delete=models.PROTECT, related_name="cases",
        db_index=False,
    )  # fmt: skip
    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    office = models.ForeignKey(
        Office, verbose_name=_("office"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    tariff = models.ForeignKey(
        Tariff, verbose_name=_("tariff"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kept_tariff = models.ForeignKey(
        Tariff, verbose_name=_("announced price kept against"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", editable=False,
    )  # fmt: skip
    quoted_amount = models.DecimalField(_("price announced"), max_digits=7, decimal_places=2, null=True, blank=True)
    home_amount = models.DecimalField(_("price at home"), max_digits=7, decimal_places=2, null=True, blank=True)
    paid_amount = models.DecimalField(_("paid"), max_digits=7, decimal_places=2, null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_kind = models.CharField(_("deadline"), max_length=20, choices=DueKind, blank=True, default="")
    due_opens_on = models.DateField(_("opens on"), null=True, blank=True)
    overdue_from = models.DateField(_("late from"), null=True, blank=True)
    card_expires_on = models.DateField(_("card expires on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    recall_on = models.DateField(_("recall from"), null=True, blank=True)
    in_touch_on = models.DateField(_("last in touch on"), editable=False)
    follows = models.ForeignKey(
        "self", verbose_name=_("follows"), null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    given_name: str  # these three: only for_list() knows
    family_name: str
    client_reference: str

    objects: ClassVar[CaseQuerySet] = CaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ("-opened_on", "-pk")
        permissions = [
            ("move_case", "Can move a case on"),
            ("assign_case", "Can give a case to a colleague"),
            ("see_every_team", "Can see the files of every team"),
            ("export_case", "Can export cases without names"),
            ("export_named", "Can export cases with names"),
            ("view_report", "Can see the reports"),
        ]
        indexes = [
            # Those of the orders of the list end with whose case it is: who may see it, and what its client is
            # filtered by, is found out from the index alone.
            models.Index(fields=[*NEWEST, *WHOSE], name="case_newest_first"),
            models.Index(fields=[*NEWEST, *WHOSE], condition=Q(closed_on=None), name="case_open"),
            models.Index(fields=["client", "assignee", "closed_on", "team"], name="case_of_client"),
            models.Index(fields=["step", *NEWEST, *WHOSE], name="case_step"),
            models.Index(fields=["office", *NEWEST, *WHOSE], name="case_office"),
            models.Index(fields=["team", *NEWEST, "client", "assignee"], name="case_team"),
            models.Index(fields=["assignee", *NEWEST, "client", "team"], name="case_assignee"),
            # Today looks for one's own among everybody's: whose a case is stands in these, and what else is asked.
            models.Index(
                fields=["overdue_from", *WHOSE, "due_kind", "due_on"],
                condition=Q(closed_on=None),
                name="case_overdue",
            ),
            models.Index(fields=["due_on", "id"], condition=Q(closed_on=None), name="case_due"),
            models.Index(
                fields=["due_kind", "due_on", *WHOSE, "overdue_from"],
                condition=Q(closed_on=None),
                name="case_due_by_kind",
            ),
            models.Index(fields=["recall_on", "id"], condition=Q(recall_on__isnull=False), name="case_recall"),
            models.Index(
                fields=["step", "in_touch_on", *WHOSE, "due_on"], condition=Q(closed_on=None), name="case_quiet"
            ),
            models.Index(fields=["-opened_on", "-id"], condition=PAID_OTHERWISE, name="case_paid_otherwise"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *[Q(procedure=name, step__in=[str(s) for s in w.steps]) for name, w in WORKFLOWS.items()],
                    _connector=Q.OR,
                ),
                name="case_step_belongs_to_its_procedure",
            ),
            models.CheckConstraint(
                condition=Q(
                    *[Q(procedure=name, reason__in=[str(r) for r in w.opens]) for name, w in WORKFLOWS.items()],
                    _connector=Q.OR,
                ),
                name="case_reason_belongs_to_its_procedure",
            ),
            models.CheckConstraint(
                condition=Q(step__in=[str(s) for s in OPEN_STEPS], closed_on__isnull=True)
                | Q(step__in=[str(s) for s in CLOSED_STEPS], closed_on__isnull=False),
                name="closed_case_has_a_closing_day",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(due_on__isnull=True),
                name="closed_case_has_no_deadline",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, overdue_from__isnull=True, due_opens_on__isnull=True, due_kind="")
                | Q(due_on__isnull=False, overdue_from__isnull=False, due_kind__in=DueKind.values),
                name="case_deadline_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(overdue_from__isnull=True) | Q(overdue_from__gt=F("due_on")),
                name="case_is_late_after_its_deadline",
            ),
            models.CheckConstraint(
                condition=(Q(quoted_amount__isnull=True) | Q(quoted_amount__gte=0))
                & (Q(paid_amount__isnull=True) | Q(paid_amount__gte=0))
                & (Q(home_amount__isnull=True) | Q(home_amount__gte=0)),
                name="case_amounts_are_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(quoted_amount__isnull=True) | Q(tariff__isnull=False),
                name="announced_price_comes_from_a_tariff",
            ),
            models.CheckConstraint(
                condition=Q(tariff__isnull=True) | Q(office__isnull=False), name="case_tariff_has_its_office"
            ),
            models.CheckConstraint(
                condition=Q(kept_tariff__isnull=True) | Q(tariff__isnull=False), name="only_an_announced_price_is_kept"
            ),
            models.CheckConstraint(
                condition=Q(recall_on__isnull=True) | Q(step=Step.COLLECTED.value, card_expires_on__isnull=False),
                name="only_a_collected_card_is_recalled",
            ),
            models.CheckConstraint(
                condition=Q(in_touch_on__gte=F("opened_on")), name="nobody_is_in_touch_before_the_case_opens"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="case_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("cases:case", args=[self.reference])

    @property
    def client_name(self) -> str:
        return full_name(self.given_name, self.family_name, reference=self.client_reference)

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def waits_for(self) -> Party | None:
        """Whose move it is; None when the case is closed."""
        return WAITS_FOR.get(self.step)

    def is_overdue(self, *, on: date) -> bool:
        return self.overdue_from is not None and self.overdue_from <= on
