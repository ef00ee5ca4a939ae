"""Old lists for the tests: lines as a spreadsheet has them, planned and brought in."""

from collections.abc import Sequence
from datetime import date

from cases.imports.columns import guessed
from cases.imports.keeping import keep
from cases.imports.planning import plan
from cases.imports.plans import Plan
from cases.imports.writing import carry_out
from cases.models import Client, Import
from config.staff.models import User
from config.tables import Read
from tests.factories import noon

DAY = date(2026, 11, 23)
SOURCE = "Registre 2019-2026"

type Lines = Sequence[Sequence[str]]


def planned(*lines: Sequence[str], by: User, source: str = SOURCE, on: date = DAY, **decided: str) -> Plan:
    """The plan of a list whose columns are guessed; `line_2="U-2026-0001"` says who the person of line 2 is."""
    return plan(
        lines,
        guessed(lines[0], {}),
        source=source,
        among=Client.objects.visible_to(by),
        at=noon(on),
        decided={int(name.removeprefix("line_")): reference for name, reference in decided.items()},
    )


def brought_in(*lines: Sequence[str], by: User, source: str = SOURCE, on: date = DAY, **decided: str) -> Import:
    assert by.team is not None
    batch = keep(Read(lines=[list(line) for line in lines]), source=source, team=by.team, by=by, at=noon(on))
    return carry_out(planned(*lines, by=by, source=source, on=on, **decided), batch, by=by, at=noon(on))


def made(batch: Import) -> tuple[int, int, int]:
    return batch.clients, batch.cases, batch.visits


def wrong(plan: Plan) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.header, problem.sentence) for problem in plan.problems]
