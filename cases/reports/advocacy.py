"""The people who had to go to another commune because their own offers them nothing: what to tell the communes.

Counted are the choices of an office that still stand, the last of each case: somebody was sent away if on that day no
office of their commune of residence was open to them for that procedure. What nobody has entered yet is no refusal.
The tariffs are those noted by the day of the report; the offices are those in use now.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, DecimalField, Exists, OuterRef, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Event
from cases.models.event import EventKind, EventQuerySet
from cases.reports.scope import CHOICE, Scope
from cases.reports.tables import Chart, Column, Row, Table, Unit, most_first
from cases.workflow import Procedure
from communes.models import Commune, DocumentClass, Service, Tariff
from communes.noted_tariffs import first_days, noted_in_force
from communes.offers import Applicant, Why, explain, offers_among, rows_in_force, rows_of

SERVICE = {
    Procedure.DIGITAL_KEY: Service.DIGITAL_KEY,
    Procedure.E_CARD: Service.E_CARD,
    Procedure.CARD_CODES: Service.CARD_CODES,
}
COMMUNE, DOCUMENT = "case__client__commune", "case__client__residence_document__tariff_class"
EURO = DecimalField(max_digits=9, decimal_places=2)


def sent_away(scope: Scope) -> Table:
    """By commune of residence: how many people and cases went elsewhere, and what the offices there asked."""
    counted = {
        "people": Count("case__client", distinct=True),
        "cases": Count("case"),
        "announced": Sum(Cast(KT("facts__quoted"), EURO)),
    }
    choices = last_choices(scope).filter(Q.create(list(closed_at_home(scope)), connector=Q.OR) | Q(pk__in=[]))
    names = {commune.pk: commune.name for commune in Commune.objects.order_by("pk")}
    rows = most_first(
        Row(names[row[COMMUNE]], (row["people"], row["cases"], row["announced"] or 0))
        for row in choices.values(COMMUNE).annotate(**counted).order_by(COMMUNE)
    )
    # Somebody lives in one commune, and a case has one last choice: the rows share nothing.
    whole = [sum(column) for column in zip(*(row.figures for row in rows), strict=True)] or [0, 0, 0]
    return Table(
        name="sent_away",
        title=_("Sent to another commune"),
        rule=_(
            "People whose own commune offers them nothing: the last office chosen for their case, by the tariffs of "
            "that day."
        ),
        heading=_("Commune of residence"),
        columns=(
            Column("people", gettext_lazy("People")),
            Column("cases", gettext_lazy("Cases")),
            Column("announced", gettext_lazy("Asked elsewhere"), Unit.AMOUNT),
        ),
        rows=rows,
        total=Row(_("Total"), tuple(whole)),
        chart=Chart.BARS,
        drawn=("people",),
        ranked=True,
    )


def last_choices(scope: Scope) -> EventQuerySet:
    """The choices of an office made in the period, without those that another one followed."""
    later = Event.objects.filter(
        case=OuterRef("case"), seq__gt=OuterRef("seq"), kind=EventKind.MOVED, transition=CHOICE
    )
    return scope.events(CHOICE).filter(~Exists(scope.standing(later)))


def closed_at_home(scope: Scope) -> Iterator[Q]:
    """The choices of people to whom their commune offered nothing on the day, stretch of days by stretch."""
    communes = list(Commune.objects.with_office().order_by("pk"))
    for procedure, service in SERVICE.items():
        for first, last in stretches(scope, service):
            rows = rows_known(scope, service, on=first)
            for document in DocumentClass:
                closed = [
                    commune.pk
                    for commune in communes
                    if is_closed(commune, rows_of(commune, rows), Applicant(commune, document))
                ]
                of_document = Q(**{DOCUMENT: document})
                if document == DocumentClass.OTHER:
                    of_document |= Q(**{DOCUMENT: None})
                if closed:
                    yield of_document & Q(
                        procedure=procedure, happened_on__range=(first, last), **{f"{COMMUNE}__in": closed}
                    )


def rows_known(scope: Scope, service: Service, *, on: date) -> list[Tariff]:
    until = scope.known_until
    return noted_in_force(service, on=on, until=until) if until else rows_in_force(service, on=on)


def is_closed(commune: Commune, rows: list[Tariff], applicant: Applicant) -> bool:
    return not offers_among(rows, applicant) and explain(commune, rows, applicant).why != Why.NOT_KNOWN


def stretches(scope: Scope, service: Service) -> Iterator[tuple[date, date]]:
    """The period in pieces, from one change of tariffs to the next: within each the offers stay the same."""
    period = scope.period
    begins = [period.first, *sorted(day for day in first_days(service) if period.first < day <= period.last)]
    ends = [day - timedelta(days=1) for day in begins[1:]] + [period.last]
    return zip(begins, ends, strict=True)
