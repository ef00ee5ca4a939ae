"""The sentences of the leaflet: its summary of the communes, group by group."""

from decimal import Decimal
from typing import Literal

from babel.lists import format_list
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from communes.leaflet import Cell, Group, Leaflet
from communes.models import Tariff
from config.wording import short_money


def summary(leaflet: Leaflet) -> list[tuple[str, str]]:
    """A heading and a sentence for every group that has a commune."""
    sentences = {
        Group.NOTHING: nothing,
        Group.FREE_FOR_RESIDENTS: free_for_residents,
        Group.PAID_FOR_RESIDENTS: paid_for_residents,
        Group.EVERYONE: everyone,
        Group.MIXED: mixed,
    }
    return [(capfirst(str(group.label)), sentences[group](cells, leaflet)) for group, cells in leaflet.groups if cells]


def nothing(cells: tuple[Cell, ...], leaflet: Leaflet) -> str:
    first = ngettext(
        "%(count)d commune does not issue it: %(communes)s.",
        "%(count)d communes do not issue it: %(communes)s.",
        len(cells),
    ) % {"count": len(cells), "communes": names(cells)}
    offices = [priced(offer.office.name, offer.amount) for offer in leaflet.elsewhere if offer.amount is not None]
    if not offices:
        return first
    then = _("People who live there have to go to %(offices)s.") % {"offices": listed(offices, style="or")}
    return f"{first} {then}"


def free_for_residents(cells: tuple[Cell, ...], leaflet: Leaflet) -> str:
    return ngettext(
        "%(count)d commune issues it free of charge to the people who live there: %(communes)s.",
        "%(count)d communes issue it free of charge to the people who live there: %(communes)s.",
        len(cells),
    ) % {"count": len(cells), "communes": names(cells)}


def paid_for_residents(cells: tuple[Cell, ...], leaflet: Leaflet) -> str:
    values = {"count": len(cells), "communes": names_with_price(cells)}
    known = {cell.amount for cell in cells if cell.amount is not None}
    if len(known) > 1:
        # Translators: only for two communes or more; the singular is never shown.
        words = ngettext(
            "%(count)d commune issues it only to the people who live there, "
            "at a price between %(lowest)s and %(highest)s: %(communes)s.",
            "%(count)d communes issue it only to the people who live there, "
            "at a price between %(lowest)s and %(highest)s: %(communes)s.",
            len(cells),
        )
        return words % {**values, "lowest": short_money(min(known)), "highest": short_money(max(known))}
    words = ngettext(
        "%(count)d commune issues it only to the people who live there, at a price: %(communes)s.",
        "%(count)d communes issue it only to the people who live there, at a price: %(communes)s.",
        len(cells),
    )
    return words % values


def everyone(cells: tuple[Cell, ...], leaflet: Leaflet) -> str:
    return ngettext(
        "%(count)d commune issues it to everyone, whether they live there or not: %(communes)s.",
        "%(count)d communes issue it to everyone, whether they live there or not: %(communes)s.",
        len(cells),
    ) % {"count": len(cells), "communes": names_with_price(cells)}


def mixed(cells: tuple[Cell, ...], leaflet: Leaflet) -> str:
    return ngettext(
        "%(count)d commune has several prices: %(communes)s.",
        "%(count)d communes have several prices: %(communes)s.",
        len(cells),
    ) % {"count": len(cells), "communes": "; ".join(with_every_price(cell) for cell in cells)}


def with_every_price(cell: Cell) -> str:
    """«Schaerbeek (free for residents with an orange card, 10 € for residents, 25 € for non-residents)»."""
    return f"{cell.commune.name} ({', '.join(price_for(tariff) for tariff in cell.tariffs)})"


def price_for(tariff: Tariff) -> str:
    return _("%(price)s for %(public)s") % {"price": short_money(tariff.amount), "public": tariff.public}


def names(cells: tuple[Cell, ...]) -> str:
    return listed([cell.commune.name for cell in cells])


def names_with_price(cells: tuple[Cell, ...]) -> str:
    return listed([priced(cell.commune.name, cell.amount) for cell in cells])


def priced(name: str, amount: Decimal | None) -> str:
    return f"{name} ({short_money(amount)})"


def listed(words: list[str], *, style: Literal["standard", "or"] = "standard") -> str:
    """«Uccle and Ixelles», «Uccle or Ixelles», in the language of the reader."""
    return format_list(words, style=style, locale=get_language() or "fr")
