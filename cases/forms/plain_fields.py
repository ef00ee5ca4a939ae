"""The controls of the filters, written at once: Django renders a template for each, and one for every choice."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class DayInput(forms.DateInput):
    """The browser's own date field, which sends ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        given = self.format_value(value)
        shown = format_html(' value="{}"', given) if given else ""
        return format_html(
            '<input type="date" name="{}"{}{}>', name, shown, flatatt(self.build_attrs(self.attrs, dict(attrs or {})))
        )


class PlainSelect(forms.Select):
    """A list of choices; a page has a hundred of them."""

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
