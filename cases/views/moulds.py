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


@lru_cache(maxsize=4096)
def mould(template_name: str, shape: Hashable, holes: tuple[str, ...], *, language: str | None) -> str:
    """The row of this shape with its holes, for `format_html`; `language` is the active one.

    The template knows `shape`, all that the row says with one of a few words, and `row`, which has the holes.
    """
    row = {hole: f"__{hole}__" for hole in holes}  # neither an address nor HTML writes these in another way
    written = render_to_string(template_name, {"shape": shape, "row": row})
    return re.sub(rf"__({'|'.join(holes)})__", r"{\1}", written.replace("{", "{{").replace("}", "}}"))


def joined(rows: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((row,) for row in rows))
