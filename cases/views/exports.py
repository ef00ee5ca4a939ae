"""The case export as a page: what the case list shows, with its filters, as a file."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.dialects import DIALECTS, EXCEL
from cases.exports import case_csv
from cases.filters import CaseFilter
from cases.models import Case
from config.staff.policy import policy
from config.staff.requests import StaffRequest

OWN = frozenset({"dialect", "named"})
# What the list's address may say beside its filters: where one is in it, and how it is sorted and shown.
OF_THE_LIST = frozenset({"after", "before", "sort", "columns"})


@policy("cases.export_case", methods=("GET",))
def export(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """The cases one may open, as the filters say; with names when asked (`named=yes`) and allowed.

    What Sésame does not understand is refused: it must not widen what is exported.
    """
    today = timezone.localdate()
    filters = CaseFilter(request.GET, Case.objects.visible_to(request.user), on=today, request=request)
    dialect = DIALECTS.get(request.GET.get("dialect", EXCEL.name))
    named = request.GET.get("named", "no")
    refusals = [*map(str, filters.form.non_field_errors())]
    refusals += [
        _("%(label)s: %(value)s") % {"label": field.label, "value": error}
        for field in filters.form
        for error in field.errors
    ]
    if dialect is None:
        refusals.append(_("A file is written in the dialect «excel» or «plain»."))
    if named not in {"yes", "no"}:
        refusals.append(_("With names is «yes» or «no»."))
    unknown = sorted(set(request.GET) - set(filters.filters) - OWN - OF_THE_LIST)
    if unknown:
        refusals.append(_("No filter has this name: %(names)s.") % {"names": ", ".join(unknown)})
    if dialect is None or refusals:
        return render(request, "cases/export_refused.html", {"refusals": refusals}, status=400)
    if named == "yes" and not request.user.has_perm("cases.export_named"):
        raise PermissionDenied
    lines = case_csv(filters.qs, dialect=dialect, on=today, named=named == "yes")
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="sesame-{today:%Y-%m-%d}.csv"',
            "Cache-Control": "no-store, private",
            "X-Accel-Buffering": "no",  # nginx would keep the first bytes back
        },
    )
