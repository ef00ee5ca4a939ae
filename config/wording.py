"""How dates and money are written on every page: a template library that every template knows."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

import phonenumbers
from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

NO_BREAK = "\u00a0"
HALF_A_YEAR = 182  # days


@register.filter
def money(amount: Decimal | None) -> str:
    """An amount in euro: «10,00 €»; 0 is «free», None is «price not known»."""
    if amount is None:
        return _("price not known")
    if amount == 0:
        return _("free")
    return euro(amount, 2, language=get_language())


@register.filter
def short_money(amount: Decimal | None) -> str:
    """An amount as a leaflet writes it, whole euros without cents: «10 €», «10,10 €», «free», «price not known»."""
    if not amount or amount % 1:
        return money(amount)
    return euro(amount, 0, language=get_language())


@lru_cache(maxsize=2048)
def euro(amount: Decimal, decimals: int, *, language: str | None) -> str:
    """The prices of a list are the same few dozen; `language` is the active one."""
    return f"{number_format(amount, decimal_pos=decimals, force_grouping=True)}{NO_BREAK}€"


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """A day without its year: «25 nov.», «1ᵉʳ déc.»; empty when not known. An instant has its local day."""
    return "" if value is None else short_day(value.day, value.month, language=get_language())


def near_day(value: date, *, on: date) -> str:
    """A day as one says it on another: «3 déc.» within half a year, «3 déc. 2025» beyond, where it could be either."""
    return day(value) if abs((value - on).days) <= HALF_A_YEAR else f"{day(value)} {value.year}"


@lru_cache(maxsize=2048)
def short_day(day: int, month: int, *, language: str | None) -> str:
    """The days of a list are the same few hundred; `language` is the active one."""
    some_year = date(2024, month, day)  # a leap year
    return date_format(some_year, "SHORT_FIRST_FORMAT" if day == 1 else "SHORT_DAY_FORMAT")


@register.filter(expects_localtime=True)
def long_day(value: date | None) -> str:
    """A day in words: «mercredi 25 novembre 2026», «mardi 1ᵉʳ décembre 2026»; empty when not known."""
    if value is None:
        return ""
    return date_format(value, "LONG_FIRST_FORMAT" if value.day == 1 else "LONG_DAY_FORMAT")


@register.filter(expects_localtime=True)
def dated(value: date | None) -> str:
    """A day with its year: «25 novembre 2026», «1ᵉʳ janvier 2026»; empty when not known."""
    if value is None:
        return ""
    return date_format(value, "FIRST_DATE_FORMAT" if value.day == 1 else "DATE_FORMAT")


@register.filter
def lowfirst(label: object) -> str:
    """A label inside a sentence: «à activer»; abbreviations stay as they are: «PIN et PUK», «eID»."""
    text = str(label)
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


@register.filter
def phone(number: str) -> str:
    """A telephone number as one dials it from here: «0470 12 34 56», «+33 6 12 34 56 78»; as it is if not a number."""
    try:
        parsed = phonenumbers.parse(number, "BE")
    except phonenumbers.NumberParseException:
        return number
    at_home = parsed.country_code == phonenumbers.country_code_for_region("BE")
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, shape)


# In this order: each browser, and each system, also calls itself by the names of those after it.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {name: name for name in ("iPhone", "iPad", "Android", "Windows", "Mac", "Linux")}


@register.filter
def browser(user_agent: str) -> str:
    """«Firefox, Windows»: which of one's browsers that was, for its owner."""
    found = [next((name for mark, name in of.items() if mark in user_agent), "") for of in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or _("Unknown browser")
