"""The size asked for, and one line of a benchmark: what, the figure, its ratio to a floor, and what we want of it."""

import os

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000}


def size() -> int:
    wanted = os.environ.get("SIZE") or "10k"
    return SIZES.get(wanted) or int(wanted)


def say(what: str, figure: str, ratio: float | None = None, *, goal: str = "", note: str = "") -> None:
    times = "" if ratio is None else f"{ratio:.2f} ×"
    wanted = f"(goal {goal})" if goal else ""
    print(f"  {what:<52} {figure:>12}  {times:>9}  {wanted:<18} {note}".rstrip())
