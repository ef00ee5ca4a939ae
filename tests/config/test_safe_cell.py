import itertools

import pytest
from django.db.models import F, Value
from hypothesis import given
from hypothesis import strategies as st

from config.safe_cell import FORMULA_CODE_POINTS, FORMULA_STARTS, plain_cell, safe_cell, safe_cell_in_sql
from config.staff.models import Team

TRICKY = "0E/.%'\"= +-@\t\n\r＝＋－＠\u00a0\u3000\ufeff,;a1"
OPENINGS = ["".join(start) for n in (1, 2, 3) for start in itertools.product("'=- \t＠a", repeat=n)]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", ""),
        ("Fatima Ben-Ali", "Fatima Ben-Ali"),
        ("=1+1", "'=1+1"),
        ("+32 470 12 34 56", "'+32 470 12 34 56"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'\t=1+1"),
        ("\r\n=1+1", "'\r\n=1+1"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
        ("  =1+1", "'  =1+1"),
        ("\ufeff=1+1", "'\ufeff=1+1"),
        ("'=1+1", "''=1+1"),
        ("' =1+1", "'' =1+1"),
        ("''-", "'''-"),
        ("'t Kint", "'t Kint"),
        ("'", "'"),
        ('"=1+1"', '"=1+1"'),
        ("a=1", "a=1"),
        ("0470123456", "'0470123456"),
        ("12345678901234567890", "'12345678901234567890"),
        ("1/2", "'1/2"),
        ("1-2", "'1-2"),
        ("1E5", "'1E5"),
        ("12:30", "'12:30"),
        ("10 %", "'10 %"),
        ("1\u202f234,50", "'1\u202f234,50"),
        (" 0470", "' 0470"),
        ("'0470", "''0470"),
        ("12 rue de la Loi", "12 rue de la Loi"),
        ("3e étage", "3e étage"),
        ("1000 Bruxelles", "1000 Bruxelles"),
        ("A12", "A12"),
    ],
)
def test_a_cell_never_begins_a_formula_and_comes_back_as_it_was(text, cell):
    assert safe_cell(text) == cell
    assert plain_cell(cell) == text


@given(st.one_of(st.text(), st.text(alphabet=TRICKY)))
def test_any_text_survives_the_way_out_and_back(text):
    assert plain_cell(safe_cell(text)) == text
    assert safe_cell(text)[:1] not in FORMULA_STARTS
    assert safe_cell(text).strip()[:1] not in FORMULA_STARTS


def test_without_care_for_the_text_s_own_apostrophe_a_text_would_come_back_changed():
    def naive(text):
        return f"'{text}" if text[:1] in FORMULA_STARTS else text

    changed = [text for text in OPENINGS if plain_cell(naive(text)) != text]

    assert "'=" in changed
    assert [text for text in OPENINGS if plain_cell(safe_cell(text)) != text] == []


def test_the_code_points_are_the_characters_of_the_rule():
    assert "".join(map(chr, FORMULA_CODE_POINTS)) == "=+-@\t\n\r＝＋－＠"


@pytest.mark.django_db
def test_the_database_states_the_same_rule():
    texts = [*OPENINGS, "", "\ufeff=1", "\u00a0@", "\u3000+1", "\u202f=", "\u200b=", "É", "😀", "'t Kint", "+32 470"]
    texts += ["0470", "1/2", "' 12", "1\u00a0000", "12 rue", "3e", "12\n", "1E5", "10%", "٣", "1\u30002"]
    Team.objects.create(name="Molenbeek")

    for text in texts:
        (cell,) = Team.objects.values_list(safe_cell_in_sql(Value(text)), flat=True)
        assert cell == safe_cell(text)


@pytest.mark.django_db
def test_a_column_leaves_the_database_as_a_safe_cell():
    Team.objects.bulk_create([Team(name="=1+1"), Team(name="Antenne d'Ixelles")])

    cells = Team.objects.order_by(F("name").desc()).values_list(safe_cell_in_sql("name"), flat=True)

    assert sorted(cells) == ["'=1+1", "Antenne d'Ixelles"]
