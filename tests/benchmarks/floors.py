"""The floor: what the database's own program takes for the raw values of the same rows, nothing in between."""

import os
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Func, Subquery, TextField

from cases.columns import case_columns, usual
from cases.dialects import Labels
from cases.models import Case
from tests.benchmarks.office import TODAY
from tests.engines import postgresql_programs


def address() -> str:
    """The test database as another process finds it, for DATABASE_URL."""
    here = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{here['NAME']}"
    return f"postgres://{here['USER']}:{here['PASSWORD']}@{here['HOST']}:{here['PORT']}/{here['NAME']}"


def raw_query() -> str:
    """The columns of the export as they are kept: no label, no dialect, no guard; the visits by one look here too."""
    columns = usual(case_columns(on=TODAY))
    summed = [column for column in columns if column.of is not None]
    function, joiner = ("CONCAT", ", ") if connection.vendor == "postgresql" else ("", " || ")
    totals = Func(*(column.value for column in summed), function=function, arg_joiner=joiner, output_field=TextField())
    values: list[Any] = [Subquery(summed[0].of.values_list(totals))]
    for column in columns:
        if column.of is None:
            plain = isinstance(column.value, Labels)
            values.append(column.value.get_source_expressions()[0] if plain else column.value)
    sql, params = Case.objects.values_list(*values).query.sql_with_params()
    if connection.vendor == "postgresql":
        from psycopg import ClientCursor

        connection.ensure_connection()
        return ClientCursor(connection.connection).mogrify(sql, params)
    return sql % tuple(p if isinstance(p, int) else "'{}'".format(str(p).replace("'", "''")) for p in params)


def floor_seconds() -> tuple[str, float]:
    """The name of the program, and how long it takes."""
    query = raw_query()
    if connection.vendor == "postgresql":
        programs = postgresql_programs()
        psql = shutil.which("psql") or str((programs or Path("/nowhere")) / "psql")
        return "psql COPY", timed([psql, "-q", "-X", "-d", address(), "-c", f"COPY ({query}) TO STDOUT (FORMAT csv)"])
    file = str(connection.settings_dict["NAME"])
    if sqlite := shutil.which("sqlite3"):
        return "sqlite3 -csv", timed([sqlite, "-readonly", "-csv", file, query])
    started = time.perf_counter()
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as reader:
        for _ in reader.execute(query):
            pass
    return "sqlite3 module", time.perf_counter() - started


def timed(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, env=os.environ, check=True)
    return time.perf_counter() - started
