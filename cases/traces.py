"""Leaves a trace of every client that a page showed: the view says whom, one row is written with the answer."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cases.models import Access
from cases.models.access import listed


def shown(request: HttpRequest, client_ids: Iterable[int | None], *, opened: int | None = None, how: str = "") -> None:
    """Say that this request shows these clients. Called by every view that puts a client on a page or in a file.

    `opened` is the one whom the page is about, whoever else stands on it: that one is shown too. A page about two, as
    that of a merge, says each in a call of its own. `how` tells a search from the list that has the same address.
    """
    seen: set[int] = request.__dict__.setdefault("clients_shown", set())
    seen.update(key for key in client_ids if key is not None)
    if opened is not None:
        seen.add(opened)
        request.__dict__.setdefault("clients_opened", {})[opened] = True
    if how:
        request.__dict__["clients_shown_by"] = how


class AccessMiddleware:
    """Writes the trace of a request once its view has answered; a trace that cannot be written fails the request.

    One row, or one for each file that was opened.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        seen = getattr(request, "clients_shown", None)
        if seen and request.user.is_authenticated:
            first, *others = getattr(request, "clients_opened", None) or [min(seen) if len(seen) == 1 else None]
            leave(request, seen.difference(others), by=request.user.pk, opened=first)
            for other in others:
                leave(request, {other}, by=request.user.pk, opened=other)
        return response


def leave(request: HttpRequest, clients: set[int], *, by: int, opened: int | None) -> None:
    """A row for the file that was opened and whoever stands beside it."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    Access.objects.create(
        by_id=by,
        at=timezone.now(),
        place=f"{page} {getattr(request, 'clients_shown_by', '')}".strip(),
        clients=listed(clients),
        count=len(clients),
        opened=opened,
    )
