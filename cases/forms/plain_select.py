"""A list of choices written at once: Django renders a template for each option, a hundred of them a page."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class PlainSelect(forms.Select):
    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        own = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        choices = tuple((str(code or ""), str(label)) for code, label in self.choices)
        return format_html("<select{}>{}</select>", own, options(choices, tuple(self.format_value(value) or ())))


@lru_cache(maxsize=512)
def options(choices: tuple[tuple[str, str], ...], chosen: tuple[str, ...]) -> SafeString:
    """The same lists are on every page; only the choice differs."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((code, " selected" if code in chosen else "", label) for code, label in choices),
    )
