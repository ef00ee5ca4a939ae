"""The rows of the list of clients, and of what a search finds: see cases.views.moulds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cases.directory import Directory
from cases.models import Client
from cases.models.client import Language
from cases.views.moulds import joined, mould

TEMPLATE = "includes/client_table.html#row"
HOLES = ("reference", "client", "birth_year", "commune", "document")


@dataclass(frozen=True)
class Shape:
    """What a row says with one of a few words."""

    language: Language
    open_cases: int


def client_rows(clients: Iterable[Client], names: Directory) -> SafeString:
    """The HTML of these rows, from `for_list()`."""
    return joined(filled(clients, names))


def filled(clients: Iterable[Client], names: Directory) -> Iterator[SafeString]:
    language = get_language()
    for client in clients:
        commune, document = client.commune_id, client.residence_document_id
        yield format_html(
            mould(TEMPLATE, Shape(Language(client.contact_language), client.open_cases), HOLES, language=language),
            reference=client.reference,
            client=client.name,
            birth_year=client.birth_year or "",
            commune=names.communes[commune].name if commune else "",
            document=names.documents[document].name if document else "",
        )
