"""The sheet for the client: what is next, on one page of paper."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation

from cases.checklists import DOCSTOP
from cases.handouts import LANGUAGES, handout
from cases.models import Case
from cases.replay import state_of
from cases.traces import shown
from communes.working_days import calendar_for
from config.staff.policy import policy
from config.staff.requests import StaffRequest


@policy("cases.view_case")
def handout_page(request: StaffRequest, reference: str) -> HttpResponse:
    """In the client's language if there are sheets in it; else in the one that the reader chooses."""
    cases = Case.objects.visible_to(request.user).select_related("client", "office__commune", "team")
    case = get_object_or_404(cases, reference=reference)
    shown(request, [], opened=case.client_id)
    theirs = case.client.contact_language
    wanted = request.GET.get("lang", theirs)
    language = wanted if wanted in LANGUAGES else translation.get_language()
    with translation.override(language):
        sheet = handout(case, state_of(case.events.all()), on=timezone.localdate(), calendar=calendar_for(case.office))
    if sheet is None:
        raise Http404("A closed case has no next step.")
    return render(
        request,
        "handouts/handout.html",
        {
            "handout": sheet,
            "case": case,
            "client": case.client,
            "language": language,
            "rtl": translation.get_language_info(language)["bidi"],
            "languages": [translation.get_language_info(code) for code in LANGUAGES],
            "in_their_language": theirs in LANGUAGES,
            "docstop": DOCSTOP,
            "today": timezone.localdate(),
        },
    )
