"""The rows of a long list, nearly alike: each is a mould of its template, filled in.

The template is the only place where a row is written. It is rendered once for each shape that a row can have, with a
hole for each value; what fills a hole is escaped as a template does it.
"""

import re
from collections.abc import Hashable, Iterable
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

KEY = "key"  # the hole of a UUID: an address takes nothing else for it
A_KEY = "5e5a3e5e-5a3e-45e5-a3e5-5e5a3e5e5a3e"


@lru_cache(maxsize=4096)
def mould(template_name: str, shape: Hashable, holes: tuple[str, ...], *, language: str | None) -> str:
    """The row of this shape with its holes, for `format_html`; `language` is the active one.

    The template knows `shape`, all that the row says with one of a few words, and `row`, which has the holes.
    """
    # Neither an address nor HTML writes these in another way.
    row = {hole: A_KEY if hole == KEY else f"__{hole}__" for hole in holes}
    written = render_to_string(template_name, {"shape": shape, "row": row}).replace("{", "{{").replace("}", "}}")
    hole_of = {stands_for: f"{{{hole}}}" for hole, stands_for in row.items()}
    return re.sub("|".join(hole_of), lambda found: hole_of[found[0]], written)


def joined(rows: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((row,) for row in rows))
