"""The controls of a list's filters, as HTML: the same for everybody who asks the same, and worked out once."""

from collections.abc import Callable
from functools import lru_cache
from typing import cast

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cases.directory import Directory
from cases.filters import ListFilter


def controls(filters: ListFilter, names: Directory) -> SafeString:
    form = cast("forms.Form", filters.form)
    if form.errors:
        filters.offer(form, names)
        return written(form)
    asked = tuple((name, value) for name in form.fields if (value := filters.data.get(name)))
    return kept(type(form), filters.offer, names, asked, language=get_language())


@lru_cache(maxsize=256)
def kept(
    fields: type[forms.Form],
    offer: Callable[[forms.Form, Directory], None],
    names: Directory,
    asked: tuple[tuple[str, str], ...],
    *,
    language: str | None,
) -> SafeString:
    """`asked`: each filter in use with its value, one of its choices or a day. `language` is the active one."""
    form = fields(dict(asked))
    offer(form, names)
    return written(form)


def written(form: forms.Form) -> SafeString:
    return render_to_string("includes/list_tools.html#controls", {"form": form})
