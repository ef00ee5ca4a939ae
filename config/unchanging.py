"""Parts of a page that say the same every time: a template library that every template knows.

A page is made for one person and one moment, but not its icons, nor the rail of everybody with the same role.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def unchanging(template_name: str, **parts: Any) -> SafeString:
    """Include a template that depends on these parts and the language alone; it is rendered once for each of them.

    Nothing of a person belongs in the parts, nor of a request: no name, no token, no address that somebody asked for.
    """
    render = rendered.__wrapped__ if settings.DEBUG else rendered
    return render(template_name, get_language(), **parts)


@lru_cache(maxsize=2048)
def rendered(template_name: str, language: str | None, **parts: Any) -> SafeString:
    """`language` is the active one; it is here for the cache alone."""
    return render_to_string(template_name, parts)
