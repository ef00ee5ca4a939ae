"""The list of clients, and finding one. What is searched for travels in the body of a POST."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.columns import client_columns
from cases.directory import directory
from cases.filters import ClientFilter
from cases.forms.clients import SearchForm
from cases.models import Case, Client
from cases.models.client import ClientQuerySet
from cases.paging import CLIENTS, OfFiles
from cases.search import find, reference_in
from cases.traces import shown
from cases.views import kept_views, lists
from cases.views.client_rows import client_rows
from cases.views.controls import controls
from cases.views.list_search import chosen, narrowed, words_asked
from config.staff.policy import policy
from config.staff.requests import StaffRequest


@policy("cases.view_client", methods=("GET", "HEAD", "POST"))
def clients(request: StaffRequest) -> HttpResponse:
    """The files one may open, as the address says; by POST, a search among them, or among all when it says nothing."""
    visible = Client.objects.visible_to(request.user)
    if request.method == "POST" and not request.GET:
        return search(request, visible)
    if start := kept_views.start_of(request, "clients"):
        return redirect(start)
    filters = ClientFilter(request.GET, queryset=visible.living(), request=request)
    sort, order = lists.order_of(request, CLIENTS)
    words = words_asked(request)
    found = narrowed(filters.qs, words, client="pk")
    page = lists.page_asked(request, found.for_list(), order, among=visible, name="reference")
    table = client_columns()
    columns = lists.columns_asked(request, table)
    shown(request, [client.pk for client in page.rows], how="search" if words else "")
    names = directory()
    return render(
        request,
        "cases/clients.html",
        {
            "filter": filters,
            "controls": controls(filters, names),
            "page": page,
            "words": words,
            "edges": {} if words else lists.edges(page, "reference"),
            "rows": "" if columns else client_rows(page.rows, names),
            "lines": lists.lines(page.rows, columns, Client.get_absolute_url),
            "count": lists.counted(found.order_by(), page),
            "choices": lists.choices_of(table, columns),
            "views": kept_views.views_of(request, "clients", filters, sort, columns),
            "sort": sort,
            "sorts": lists.sorts(request, OfFiles, sort),
            "chips": lists.chips(
                request,
                [
                    (_("All clients"), {}),
                    (_("With an open case"), {"open": "yes"}),
                    (_("Without an open case"), {"open": "no"}),
                    (_("Interpreter"), {"interpreter": "yes"}),
                ],
                sort=sort,
            ),
            "chosen": chosen(request, filters, words),
        },
        status=200 if filters.form.is_valid() else 422,
    )


def search(request: StaffRequest, visible: ClientQuerySet) -> HttpResponse:
    """What a search finds, the likeliest first; a reference opens its page at once."""
    form = SearchForm(request.POST)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    reference = reference_in(text)
    if reference and (case := Case.objects.visible_to(request.user).filter(reference=reference).first()):
        return redirect(case)
    found = find(text, visible.living(), by=request.user, files=Client.objects.for_list())
    shown(request, [client.pk for client in found.clients], how="search")
    if len(found.clients) == 1 and reference:
        return redirect(found.clients[0])
    rows = client_rows(found.clients, directory()) if found.clients else ""
    return render(request, "cases/clients_found.html", {"form": form, "text": text, "found": found, "rows": rows})
