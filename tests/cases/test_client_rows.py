"""A row of the list of clients is its template: the mould and what is filled in say what the template would."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from cases.directory import directory
from cases.models import Client
from cases.models.client import Language
from cases.views.client_rows import HOLES, TEMPLATE, Shape, client_rows
from cases.views.moulds import mould
from communes.models import Commune, ResidenceDocument
from config.staff.models import Team
from tests.factories import ClientFactory, a_client

ATTACK = "<script>alert('{reference}')</script> & __client__ {0} {{ 1 }}"
SHAPES = [Shape(language, n) for language in (Language.FR, Language.TI) for n in (0, 1, 2)]


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_a_filled_mould_is_the_template_with_the_same_values(language: str) -> None:
    values = {hole: f"{hole} of this row" for hole in HOLES} | {"reference": "U-2026-0042"}

    with translation.override(language):
        moulds = [mould(TEMPLATE, shape, HOLES, language=language).format(**values) for shape in SHAPES]
        rendered = [render_to_string(TEMPLATE, {"shape": shape, "row": values}) for shape in SHAPES]

    assert moulds == rendered
    assert len(set(moulds)) == len(SHAPES)


@pytest.mark.usefixtures("reference_data")
def test_what_people_and_places_are_called_is_text_in_every_hole(team: Team) -> None:
    file = a_client(team=team, lives_in="uccle", residence_document=ResidenceDocument.objects.first())
    Client.objects.filter(pk=file.pk).update(given_name="", family_name=ATTACK)
    Commune.objects.filter(slug="uccle").update(name_fr=ATTACK)
    ResidenceDocument.objects.update(label_en=ATTACK)

    with translation.override("en"):
        rows = client_rows(Client.objects.for_list(), directory())

    escaped = "&lt;script&gt;alert(&#x27;{reference}&#x27;)&lt;/script&gt; &amp; __client__ {0} {{ 1 }}"
    assert rows.count(escaped) == 3
    assert "<script>" not in rows


def test_a_file_that_says_little_has_empty_cells_and_no_number_of_cases(team: Team) -> None:
    ClientFactory(team=team, given_name="", family_name="Li", birth_year=None, commune=None, residence_document=None)

    with translation.override("en"):
        rows = client_rows(Client.objects.for_list(), directory())

    assert [f'<td data-label="{column}"></td>' in rows for column in ("Born", "Commune", "Document", "Cases")] == [
        True
    ] * 4
