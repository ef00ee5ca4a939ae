"""A writer that is killed in the middle: `python -m tests.cases.killed_writer KILLS [without-atomic]`.

Each child does an adviser's morning on a case of its own and dies by SIGKILL just before its n-th statement;
n goes on from child to child, so that every place between two writes is hit.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

STATEMENTS = 60  # about what one morning takes


@contextmanager
def nothing_at_all(**_: Any) -> Iterator[None]:
    yield


def morning(by: Any, *, number: int) -> None:
    from cases import actions
    from tests.factories import MONDAY, a_case, a_client, moved, noon, noted

    client = a_client(team=by.team, reference=f"U-2026-9{number:04d}")
    case = noted(moved(a_case(by=by, client=client), "choose_office", by=by), by=by, own_email="yes")
    actions.log_visit(
        key=uuid4(), by=by, team=by.team, on=MONDAY.replace(day=4), at=noon(MONDAY.replace(day=4)), client=client,
        case=case, topic="digital_key", moves=[actions.Move(case, "register", {"paid": Decimal(10)})],
    )  # fmt: skip
    moved(case, "activate", by=by, on=MONDAY.replace(day=5))
    actions.undo(case, by=by, on=MONDAY.replace(day=5), at=noon(MONDAY.replace(day=5)))


def die_before(statement: int) -> Callable[..., Any]:
    seen = 0

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    return count


def main() -> None:
    import django

    django.setup()
    from django.db import connection, transaction

    from config.staff.models import User

    if "without-atomic" in sys.argv:
        transaction.atomic = nothing_at_all  # type: ignore[assignment]
    connection.settings_dict["OPTIONS"].pop("pool", None)  # its threads do not survive a fork
    alice = User.objects.select_related("team").get(name="Alice Peeters")
    connection.close()
    for number in range(int(sys.argv[1])):
        child = os.fork()
        if child == 0:
            failed = 1
            try:
                with connection.execute_wrapper(die_before(number % STATEMENTS + 1)):
                    morning(alice, number=number)
                connection.close()
                failed = 0
            finally:
                os._exit(failed)
        _pid, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) and "without-atomic" not in sys.argv:
            sys.exit("A writer failed by itself.")


if __name__ == "__main__":
    main()
