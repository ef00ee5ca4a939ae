import pytest

from cases.names import folded


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Yıldız Özdemir", "ozdemir yildiz"),
        ("ÖZDEMİR, Yıldız", "ozdemir yildiz"),
        ("José Inácio Almeida", "almeida inacio jose"),
        ("N’Golo Kanté", "kante ngolo"),
        ("Jean-Pierre", "jeanpierre"),
        ("Łukasz Świątek", "lukasz swiatek"),
        ("Nguyễn Thị Lan", "lan nguyen thi"),
        ("Đorđević", "dordevic"),
        ("Strauß", "strauss"),
    ],
)
def test_a_name_has_the_same_key_however_it_is_typed(typed: str, key: str) -> None:
    assert folded(typed) == key
