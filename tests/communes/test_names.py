"""Which commune do these words mean: a name decides, a postal code only suggests."""

import pytest

from communes.models import Commune
from communes.names import meaning_of

pytestmark = pytest.mark.usefixtures("reference_data")


def looked_up(words):
    meaning = meaning_of(words, Commune.objects.prefetch_related("postal_codes"))
    return meaning.commune and meaning.commune.slug, [commune.slug for commune in meaning.perhaps]


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Ixelles", "ixelles"),
        ("elsene", "ixelles"),
        ("IXELLES (1050)", "ixelles"),
        ("1050 Elsene", "ixelles"),
        ("saint josse", "saint-josse-ten-noode"),
        ("St-Josse", "saint-josse-ten-noode"),
        ("Sint-Joost-ten-Node", "saint-josse-ten-noode"),
        ("watermael-boitsfort", "watermael-boitsfort"),
        ("Boitsfort", "watermael-boitsfort"),
        ("WSP", "woluwe-saint-pierre"),
        ("1000 Bruxelles", "bruxelles"),
        ("Laken", "bruxelles"),
        ("21016", "uccle"),
        ("ecaussinnes", "ecaussinnes"),
    ],
)
def test_a_name_in_french_or_dutch_an_alias_or_a_number_decides(words, slug):
    assert looked_up(words) == (slug, [])


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("1050", ["bruxelles", "ixelles"]),
        ("1170", ["watermael-boitsfort"]),
        ("woluwe", ["woluwe-saint-lambert", "woluwe-saint-pierre"]),
        ("molen", ["molenbeek-saint-jean"]),
        ("Skarbek", ["schaerbeek"]),
        ("Namur", []),
        ("5000", []),
        ("", []),
        ("!?", []),
    ],
)
def test_anything_else_only_suggests(words, slugs):
    assert looked_up(words) == (None, slugs)
