"""The case export as a page: what the case list shows, with its filters, as a file."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.dialects import EXCEL
from cases.exports import FILE_KINDS
from cases.filters import CaseFilter
from cases.models import Case
from cases.paging import Sort, in_order
from config.staff.policy import policy
from config.staff.requests import StaffRequest

OWN = frozenset({"dialect", "named", "sort"})
# What the list's address may say beside its filters and its order: where one is in it, and how it is shown.
OF_THE_LIST = frozenset({"after", "before", "columns"})


@policy("cases.export_case", methods=("GET",))
def export(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """The cases one may open, as the filters say; with names when asked (`named=yes`) and allowed.

    What Sésame does not understand is refused: it must not widen what is exported.
    """
    today = timezone.localdate()
    filters = CaseFilter(request.GET, Case.objects.visible_to(request.user), on=today, request=request)
    kind = FILE_KINDS.get(request.GET.get("dialect", EXCEL.name))
    sort = request.GET.get("sort", Sort.NEWEST)
    named = request.GET.get("named", "no")
    refusals = [*map(str, filters.form.non_field_errors())]
    refusals += [
        _("%(label)s: %(value)s") % {"label": field.label, "value": error}
        for field in filters.form
        for error in field.errors
    ]
    if kind is None:
        refusals.append(_("A file is written in the dialect «excel», «plain» or «xlsx»."))
    if sort not in Sort:
        refusals.append(_("The list has no such order."))
    if named not in {"yes", "no"}:
        refusals.append(_("With names is «yes» or «no»."))
    unknown = sorted(set(request.GET) - set(filters.filters) - OWN - OF_THE_LIST)
    if unknown:
        refusals.append(_("No filter has this name: %(names)s.") % {"names": ", ".join(unknown)})
    if kind is None or refusals:
        return render(request, "cases/export_refused.html", {"refusals": refusals}, status=400)
    if named == "yes" and not request.user.has_perm("cases.export_named"):
        raise PermissionDenied
    return StreamingHttpResponse(
        kind.write(in_order(filters.qs, sort), on=today, named=named == "yes"),
        content_type=kind.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="sesame-{today:%Y-%m-%d}{kind.suffix}"',
            "Cache-Control": "no-store, private",
            "X-Accel-Buffering": "no",  # nginx would keep the first bytes back
        },
    )
