"""Pages that belong to nobody in particular: is the server alive, is it ready."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse

from config.staff.policy import policy


@policy(public=True)
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: answers without touching the database."""
    return HttpResponse("ok", content_type="text/plain")


@policy(public=True)
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: the database answers and every migration is applied; 503 otherwise."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return HttpResponse("database not reachable", status=503, content_type="text/plain")
    if waiting:
        return HttpResponse(f"{len(waiting)} migrations to apply", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")
