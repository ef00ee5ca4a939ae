"""The parts of the README that the code writes: the workflow, who may what, the columns of the CSV."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import translation

from cases.columns import Column, Kind, case_columns, tariff_columns, visit_columns
from cases.diagram import diagram
from cases.workflow import WORKFLOWS
from config.staff.roles import KEEPS_TARIFFS, PERMISSIONS, READS_CASES, READS_TARIFFS, Role


@dataclass(frozen=True)
class Right:
    """A line of «who may what»: permissions that a role has all of, or none."""

    words: str
    permissions: frozenset[str]


RIGHTS = (
    Right("Look up where to go and at what price; print the leaflet", READS_TARIFFS),
    Right("See clients, cases and visits of the own team", READS_CASES),
    Right("… and of every team", frozenset({"cases.see_every_team"})),
    Right(
        "Open files and cases, log visits, move a case on",
        frozenset(f"cases.{verb}_{name}" for verb in ("add", "change") for name in ("client", "case"))
        | {"cases.add_visit", "cases.move_case"},
    ),
    Right("Give a case to a colleague", frozenset({"cases.assign_case"})),
    Right("Download the cases, without names", frozenset({"cases.export_case"})),
    Right("Download the cases with names", frozenset({"cases.export_named"})),
    Right("Import an old list of clients, cases and visits", frozenset({"cases.import_client"})),
    Right("Read the reports", frozenset({"cases.view_report"})),
    Right("Change tariffs, offices, delays, closing days; import tariffs", KEEPS_TARIFFS - READS_TARIFFS),
    Right(
        "Restrict a file to the privacy officer and the coordinators; open such a file",
        frozenset({"cases.restrict_client"}),
    ),
    Right("See who looked at a file, and every export; hand a person their file", frozenset({"cases.view_access"})),
    Right("Erase a person", frozenset({"cases.erase_client"})),
    Right(
        "Invite staff, change roles and teams",
        frozenset(f"staff.{verb}_{name}" for verb in ("view", "add", "change") for name in ("user", "team")),
    ),
)

KINDS = {
    Kind.CODE: "made by Sésame",
    Kind.TEXT: "text, guarded against formulas",
    Kind.LABEL: "label in the language of the export",
    Kind.NUMBER: "whole number",
    Kind.AMOUNT: "euro, two decimals",
    Kind.DAY: "day",
}


def workflow() -> str:
    """A chart for each procedure."""
    charts = (f"**{w.procedure.label}**\n\n```mermaid\n{diagram(w)}\n```" for w in WORKFLOWS.values())
    return "\n\n".join(charts)


def rights() -> str:
    head = ("", *(role.label for role in Role))
    return table(head, ((right.words, *(holds(role, right) for role in Role)) for right in RIGHTS))


def holds(role: Role, right: Right) -> str:
    return "✓" if right.permissions <= PERMISSIONS[role] else ""


def columns() -> str:
    """The tables of columns, one after the other."""
    tables = {
        "The cases": case_columns(on=date.min, named=True),
        "The visits": visit_columns(named=True),
        "The tariffs": tariff_columns(),
    }
    return "\n\n".join(f"**{of}**\n\n{described(found)}" for of, found in tables.items())


def described(found: Iterable[Column]) -> str:
    cells = (
        (
            str(column.header),
            KINDS[column.kind],
            "✓" if column.personal else "",
            "" if column.usual else "✓",
        )
        for column in found
    )
    return table(("Column", "Holds", "Only with names", "Only when chosen"), cells)


def table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    head = tuple(head)
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in (head, ("---",) * len(head), *rows))


PARTS: dict[str, Callable[[], str]] = {"workflow": workflow, "rights": rights, "columns": columns}


def written(text: str) -> str:
    """The text of a README with every part between its marks written anew, in English.

    Raises ValueError when a part has no marks: «<!-- part workflow -->» and «<!-- end workflow -->».
    """
    with translation.override("en"):
        for name, part in PARTS.items():
            opening, closing = f"<!-- part {name} -->", f"<!-- end {name} -->"
            between = re.compile(f"{re.escape(opening)}.*{re.escape(closing)}", re.DOTALL)
            if not between.search(text):
                raise ValueError(f"The README has no place for its part «{name}».")
            fresh = f"{opening}\n{part()}\n{closing}"
            text = between.sub(lambda _found, fresh=fresh: fresh, text)  # type: ignore[misc]
    return text
