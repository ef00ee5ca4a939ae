"""Today: what there is to do, the first page of the day."""

from datetime import date

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cases.appointments import expected
from cases.forms.visits import VisitForm
from cases.models import Client
from cases.traces import shown
from cases.worklist import Whose, cases_of, sections
from communes.models import Delay, DelayCode, Tariff
from communes.price_list import needs_review
from config.staff.models import User
from config.staff.policy import policy
from config.staff.requests import StaffRequest

EXPECTED = 30  # appointments of one day that the page shows

SOON_FORGOTTEN = 10


@policy("cases.view_case")
def today(request: StaffRequest) -> HttpResponse:
    """Every open case that asks for something, by why; it empties as the work is done."""
    on, user = timezone.localdate(), request.user
    choices = looks(user)
    wanted = request.GET.get("whose", "")
    whose = Whose(wanted) if wanted in choices else choices[0]
    groups = sections(cases_of(whose, user), on=on)
    forgotten = soon_forgotten(user)
    agenda = list(expected(whose, user, on=on)[:EXPECTED])
    shown(
        request,
        [
            *(task.case.client_id for section in groups for task in section.tasks),
            *(appointment.client_id for appointment in agenda),
            *(client.pk for client in forgotten),
        ],
    )
    return render(
        request,
        "cases/today.html",
        {
            "today": on,
            "sections": groups,
            "agenda": agenda,
            "count": sum(section.count for section in groups),
            "whose": whose,
            "choices": choices,
            "visit_form": VisitForm(by=user, on=on) if user.has_perm("cases.add_visit") else None,
            "tariffs": tariffs_to_verify(user, on=on),
            "forgotten": forgotten,
        },
    )


def looks(user: User) -> list[Whose]:
    """Whose tasks a person may look at, the first by default: one's own, for those who have any."""
    own = [Whose.MINE] if user.has_perm("cases.move_case") else []
    team = [Whose.TEAM] if user.team_id else []
    return [*own, *team, Whose.ALL] if user.has_perm("cases.see_every_team") else [*own, *team]


def soon_forgotten(user: User) -> list[Client]:
    """The files that the nights will forget within two weeks, the first ones: whoever needs one still can say so."""
    soon = Client.objects.visible_to(user).filter(forget_on__isnull=False)
    return list(soon.order_by("forget_on", "pk")[:SOON_FORGOTTEN])


def tariffs_to_verify(user: User, *, on: date) -> list[Tariff]:
    """The tariffs in force that nobody verified for as long as the delay says; none for those who may not edit."""
    if not user.has_perm("communes.change_tariff"):
        return []
    review_after = Delay.objects.terms(on=on).get(DelayCode.TARIFF_REVIEW)
    in_force = Tariff.objects.in_force(on=on).filter(offered=True, office__active=True).for_table()
    oldest_first = in_force.order_by(F("verified_on").asc(nulls_first=True), "office__name_fr", "pk")
    return [tariff for tariff in oldest_first if needs_review(tariff, on=on, review_after=review_after)]
