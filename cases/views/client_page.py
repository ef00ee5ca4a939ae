"""The page of one file: who, how to reach them, their documents, cases, visits, and who is near them."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cases import households, merging
from cases.forms.privacy import RestrictForm
from cases.models import Appointment, Case, Client, TwoPeople
from cases.models.client import ClientQuerySet
from cases.search import similar_to
from cases.traces import shown
from cases.worklist import Task
from config.staff.policy import policy
from config.staff.requests import StaffRequest

VISITS = 10
APPOINTMENTS = 3


@policy("cases.view_client")
def client(request: StaffRequest, reference: str) -> HttpResponse:
    """One file at a glance. The reference of a file that was merged leads to the file that it went up in."""
    today, visible = timezone.localdate(), Client.objects.visible_to(request.user)
    file = visible.for_table().filter(reference=reference, merged_into=None).first()
    if file is None:
        return redirect(get_object_or_404(visible, merged__reference=reference))
    cases = list(Case.objects.visible_to(request.user).filter(client=file).for_table().order_by("-opened_on", "-pk"))
    visits = households.visits_of(file, seen_by=request.user, at_most=VISITS + 1)
    mates = households.housemates(file, seen_by=request.user)
    planned = Appointment.objects.visible_to(request.user).planned().from_day(today).filter(client=file)
    expected = planned.select_related("adviser", "office").order_by("starts_at", "pk")
    similar = similar_to(file, visible) if request.user.has_perm("cases.change_client") else []
    apart = told_apart(file, visible)
    merges = merging.traces(file)
    near = [
        *(mate.client for mate in mates),
        *(found.client for found in similar),
        *(other for other, _said in apart),
        *(done.merge.given_up for done in merges),
    ]
    people = [*near, *(one for there in visits[:VISITS] for one in there.people)]
    shown(request, [person.pk for person in people], opened=file.pk)
    return render(
        request,
        "cases/client.html",
        {
            "client": file,
            "today": today,
            "tasks": [Task(case, today) for case in cases if case.is_open],
            "closed": [case for case in cases if not case.is_open],
            "visits": visits[:VISITS],
            "more_visits": len(visits) > VISITS,
            "restrict": RestrictForm(client=file) if request.user.has_perm("cases.restrict_client") else None,
            "appointments": list(
                expected.select_related("adviser", "office").order_by("starts_at", "pk")[:APPOINTMENTS]
            ),
            "housemates": mates,
            "similar": similar,
            "apart": apart,
            "merges": merges,
        },
    )


def told_apart(file: Client, visible: ClientQuerySet) -> list[tuple[Client, TwoPeople]]:
    """The files that were said to be about somebody else, with who said so and when."""
    pairs = TwoPeople.objects.filter(Q(one=file, other__in=visible) | Q(other=file, one__in=visible))
    return [
        (pair.other if pair.one_id == file.pk else pair.one, pair)
        for pair in pairs.select_related("one", "other", "by").order_by("-pk")
    ]
