"""What happened in a case. Events are only inserted: the database itself refuses to change or delete one."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.workflow import WORKFLOWS, Procedure, Step, moves
from config.clean_text import CleanTextField
from config.staff.models import User


class EventKind(models.TextChoices):
    OPENED = "opened", _("Case opened")
    TAKEN_OVER = "taken_over", _("Taken over from an old list")
    MOVED = "moved", _("Moved on")
    NOTED = "noted", _("Noted")
    ASSIGNED = "assigned", _("Given to a colleague")
    RESCHEDULED = "rescheduled", _("Deadline changed")
    UNDONE = "undone", _("Corrected")


STAYS = [EventKind.NOTED.value, EventKind.ASSIGNED.value, EventKind.RESCHEDULED.value]
LEADS = [EventKind.OPENED.value, EventKind.TAKEN_OVER.value, EventKind.MOVED.value]


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))

    def changing_step(self) -> Self:
        """Those that brought a case to another step, the first one too; an undone one is still among them."""
        return self.filter(kind__in=LEADS).exclude(source=F("target"))

    def for_timeline(self) -> Self:
        """The events of a case as its page shows them, the oldest first."""
        return self.select_related("by", "visit").order_by("seq").fetch_mode(models.FETCH_RAISE)


class Event(models.Model):
    """One thing that happened in a case, with its facts: codes, days, amounts and yes/no, never words."""

    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="events")
    procedure = models.CharField(max_length=20, choices=Procedure)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=EventKind)
    transition = models.CharField(max_length=30, blank=True, default="")
    source = models.CharField(max_length=20, blank=True, default="")
    target = models.CharField(max_length=20, choices=Step)
    happened_on = models.DateField(_("happened on"))
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(
        "cases.Visit", verbose_name=_("visit"), null=True, on_delete=models.PROTECT, related_name="events"
    )
    facts = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")

    objects: ClassVar[EventQuerySet] = EventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("case", "seq")
        indexes = [
            models.Index(fields=["kind", "transition", "happened_on", "case", "id"], name="event_by_move"),
            models.Index(fields=["happened_on", "kind", "case", "id"], name="event_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="one_event_per_place_in_a_case"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="events_count_from_one"),
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(kind=EventKind.MOVED.value)
                | Q(
                    *[
                        Q(procedure=p.value, transition=t.name, source=s.value, target=t.target.value)
                        for p, t, s in moves()
                    ],
                    _connector=Q.OR,
                ),
                name="move_is_in_the_workflow",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EventKind.OPENED.value)
                | Q(
                    *[
                        Q(
                            procedure=name,
                            source="",
                            transition="",
                            seq=1,
                            target__in=[str(s) for s in w.opens.values()],
                        )
                        for name, w in WORKFLOWS.items()
                    ],
                    _connector=Q.OR,
                ),
                name="case_opens_at_a_first_step",
            ),
            # An old list says where a case stood, not how it came there: one event brings it from its first step.
            models.CheckConstraint(
                condition=~Q(kind=EventKind.TAKEN_OVER.value) | Q(seq=2, transition=""),
                name="a_case_is_taken_over_as_it_opens",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=STAYS) | Q(transition="", source=F("target")),
                name="only_moves_change_the_step",
            ),
            models.CheckConstraint(
                condition=Q(kind=EventKind.UNDONE.value, undoes__isnull=False)
                | ~Q(kind=EventKind.UNDONE.value) & Q(undoes__isnull=True),
                name="correction_names_what_it_undoes",
            ),
            models.CheckConstraint(
                condition=Q(
                    *[Q(procedure=name, target__in=[str(s) for s in w.steps]) for name, w in WORKFLOWS.items()],
                    _connector=Q.OR,
                ),
                name="event_step_belongs_to_its_procedure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.transition or self.kind}"


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User) -> Self:
        """The notes of the cases a person may open; a sensitive one only to who wrote it."""
        return self.filter(case__in=Case.objects.visible_to(user)).filter(Q(sensitive=False) | Q(by=user))


class Note(models.Model):
    """Words beside a case, or beside one of its events. Words are never in an event: these can be erased."""

    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="notes")
    event = models.ForeignKey(
        Event, verbose_name=_("event"), null=True, blank=True, on_delete=models.PROTECT, related_name="notes"
    )
    text = CleanTextField(_("note"), max_length=4000)
    sensitive = models.BooleanField(_("only for me"), default=False)
    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))

    objects: ClassVar[NoteQuerySet] = NoteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ("recorded_at", "pk")

    def __str__(self) -> str:
        return f"{self.case_id} {self.recorded_at:%Y-%m-%d}"
