from datetime import date

import pytest
from django.db import connection

from cases import files
from cases.models import Client
from cases.names import search_key, sound, sounds, words_of
from cases.planner import without
from cases.search import CANDIDATES, Similar, candidates, compare, find, reference_in, similar_to, spellings
from config.staff.models import Team, User
from tests.factories import ClientFactory, TeamFactory

DAY = date(2026, 3, 2)


@pytest.fixture
def team(db: None) -> Team:
    return TeamFactory()


def people(team: Team, *names: str) -> None:
    """Files of these people, written «Given|Family»."""
    for name in names:
        given, _, family = name.rpartition("|")
        files.open_client(team=team, on=DAY, given_name=given, family_name=family)


def found(text: str) -> list[str]:
    return [client.name for client in find(text, Client.objects.all()).clients]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("yildiz", "Yıldız|Özdemir"),
        ("OZDEMIR yıldız", "Yıldız|Özdemir"),
        ("özdemir, yildiz", "Yıldız|Özdemir"),
        ("Mohamed", "Mohammed|Alaoui"),
        ("Muhammad", "Mohamed|Alaoui"),
        ("mehmet", "Muhammed|Kaya"),
        ("El Khoury", "Georges|Elkhoury"),
        ("Elkhoury", "Georges|El Khoury"),
        ("khouri", "Georges|El-Khoury"),
        ("Abdelkader", "Abd el-Kader|Bensaïd"),
        ("Abdul Qadir", "Abdelkader|Bensaïd"),
        ("Weiss", "Klaus|Weiß"),
        ("Weiß", "Klaus|Weiss"),
        ("Lukasz", "Łukasz|Wójcik"),
        ("wojcik", "Łukasz|Wójcik"),
        ("Kovaltchouk", "Anna|Kowalczyk"),
        ("Chevtchenko", "Andriy|Shevchenko"),
        ("Aicha", "Ayşe|Demir"),
        ("Julia", "Yulia|Petrova"),
        ("Josef", "Youssef|Amrani"),
        ("Volodymyr", "Vladimir|Bondar"),
        ("Wali", "Ahmed|Ouali"),
        ("Vandenberghe", "Jan|Van den Berghe"),
        ("van den berg", "Jan|Vandenberg"),
        ("Jean Pierre", "Jean-Pierre|D’Hondt"),
        ("jean-pierre dhondt", "Jean Pierre|D'Hondt"),
        ("Nguyen thi", "|Nguyễn Thị Lan"),
        ("Li", "|Li"),
        ("Kareem", "Karim|Haddad"),
        ("Hussein", "Hüseyin|Yılmaz"),
        ("Diallo", "Mamadou|Dialo"),
        ("ndiaye", "Awa|N’Diaye"),
        ("oconnor", "Sean|O'Connor"),
    ],
)
def test_a_name_is_found_however_it_is_spelled(typed: str, name: str, team: Team) -> None:
    people(team, name, "Zoé|Quinqueton", "Bob|Fitzgerald")

    assert found(typed) == [name.replace("|", " ").strip()]


@pytest.mark.parametrize("typed", ["özd", "demir", "zdem"])
def test_three_letters_anywhere_in_a_name_are_enough(typed: str, team: Team) -> None:
    people(team, "Yıldız|Özdemir", "Bob|Fitzgerald")

    assert found(typed) == ["Yıldız Özdemir"]


def test_the_same_word_comes_before_its_beginning_its_part_and_its_sound(team: Team) -> None:
    people(team, "Alya|Zimar", "Said|Omarov", "Sara|Maras", "Bob|Mara")

    assert found("mara")[:2] == ["Bob Mara", "Sara Maras"]


def test_every_word_counts(team: Team) -> None:
    people(team, "Mohamed|Alaoui", "Mohamed|Bensaïd", "Karim|Alaoui")

    assert found("alaoui mohammed") == ["Mohamed Alaoui"]


@pytest.mark.parametrize(
    "typed", ["0470 12 34 56", "+32 470 12 34 56", "0032470123456", "470/12.34.56", "0470 12 34", "123456"]
)
def test_a_telephone_number_is_found_whole_or_in_part(typed: str, team: Team) -> None:
    ClientFactory(given_name="", family_name="Alice", team=team, phone="+32470123456")
    ClientFactory(given_name="", family_name="Bob", team=team, phone="+32470999999")

    assert found(typed) == ["Alice"]


@pytest.mark.parametrize("typed", ["alice_1@mail.example", "ALICE_1@mail", "@mail.example"])
def test_an_address_is_found_whole_or_in_part(typed: str, team: Team) -> None:
    ClientFactory(given_name="", family_name="Alice", team=team, email="alice_1@mail.example")
    ClientFactory(given_name="", family_name="Bob", team=team, email="aliceX1@mai1.example")

    assert found(typed) == ["Alice"]


@pytest.mark.parametrize("typed", ["U-2026-0042", "u 2026 42", "u20260042", "U.2026.0042", "42", "0042"])
def test_a_reference_is_found_however_it_is_typed(typed: str, team: Team) -> None:
    ClientFactory(given_name="", family_name="Alice", team=team, reference="U-2026-0042")
    ClientFactory(given_name="", family_name="Bob", team=team, reference="U-2026-0420")

    assert found(typed) == ["Alice"]


@pytest.mark.parametrize(
    ("typed", "reference"),
    [("cn-2026-142", "CN-2026-0142"), (" CE 2026 12345 ", "CE-2026-12345"), ("Ali 2026", None), ("2026-0142", None)],
)
def test_a_reference_is_told_from_other_words(typed: str, reference: str | None) -> None:
    assert reference_in(typed) == reference


@pytest.mark.parametrize(
    "typed", ["", " ", "%", "_", "***", '"', "'", "\x00", "NEAR(", "-", "👩‍🦽", "()", "--", "@", "@@", "+"]
)
def test_what_says_nothing_finds_nobody(typed: str, team: Team) -> None:
    people(team, "Yıldız|Özdemir")

    assert found(typed) == []


@pytest.mark.parametrize("typed", ['or" OR "a', "a* AND b", "search_key:özdemir^2", "NOT x", "x" * 120, "0' OR 1=1"])
def test_the_grammar_of_the_index_is_only_letters_here(typed: str, team: Team) -> None:
    people(team, "Bob|Fitzgerald")

    assert found(typed) == []


def test_a_search_stops_at_what_one_can_read(team: Team) -> None:
    ClientFactory.create_batch(60, given_name="Mohamed", team=team)

    answer = find("mohamed", Client.objects.all())

    assert (len(answer.clients), answer.more) == (50, True)


def test_a_changed_file_is_found_by_what_it_says_now(team: Team) -> None:
    people(team, "Yıldız|Özdemir")
    yildiz = Client.objects.get()

    files.change_client(yildiz, family_name="Kaya")

    assert (found("kaya"), found("ozdemir")) == (["Yıldız Kaya"], [])


@pytest.mark.parametrize(
    ("typed", "meant", "given_name", "family_name"),
    [("ali", "Ali|Alaoui", "Khalid", "Alina"), ("yousef", "Omar|Yousefi", "Yussuf", "Alaoui")],
    ids=["the very name among names that hold it", "a name that holds it among names that sound like it"],
)
def test_the_closer_name_is_found_among_more_names_than_can_be_put_in_order(
    typed: str, meant: str, given_name: str, family_name: str, team: Team
) -> None:
    others = [(DAY, {"given_name": given_name, "family_name": f"{family_name} {n}"}) for n in range(CANDIDATES + 1)]
    files.open_clients(others, team=team)
    people(team, meant)

    answer = find(typed, Client.objects.all())

    assert answer.clients[0].name == meant.replace("|", " ")
    assert answer.more


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one index for both")
@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("spelling", "index"), [(" ali ", "client_found_by_words"), (" 0alx", "client_found_by_trigrams")]
)
def test_a_whole_word_is_looked_up_in_the_index_of_words(spelling: str, index: str) -> None:
    with without("seqscan"):
        plan = Client.objects.filter(search_key__holds=[[spelling]]).order_by().explain()

    assert index in plan


def test_of_more_files_than_can_be_put_in_order_those_of_one_s_own_team_come_first(amina: User) -> None:
    assert amina.team is not None
    elsewhere = [(DAY, {"given_name": "Khalid", "family_name": f"Alaoui {n}"}) for n in range(CANDIDATES + 1)]
    files.open_clients(elsewhere, team=TeamFactory(name="Forest"))
    people(amina.team, "Khalid|Zouaoui")
    own = Client.objects.get(family_name="Zouaoui")

    answers = [find("khalid", Client.objects.all(), by=by) for by in (amina, None)]

    assert [own.pk in dict(candidates("khalid", Client.objects.all(), by=by)) for by in (amina, None)] == [True, False]
    assert [answer.more for answer in answers] == [True, True]


def test_a_deleted_file_is_found_no_more(team: Team) -> None:
    people(team, "Yıldız|Özdemir")

    Client.objects.all().delete()

    assert found("ozdemir") == []


# The pure part


@pytest.mark.parametrize(
    "names",
    [
        "Mohamed Mohammed Muhammad Mohamad Mehmet Muhammed",
        "Youssef Yusuf Yousef Iosif",
        "Aicha Ayşe Aïsha Aisha",
        "Kowalczyk Kovalchuk Kovaltchouk",
        "Oleksandr Aleksander Alexandre",
        "Hussein Hüseyin Hossain Houssin",
        "Müller Mueller Muller",
        "Ahmed Ahmet",
        "Jamila Djamila",
        "Fatima Fatma",
    ],
)
def test_spellings_of_one_name_sound_alike(names: str) -> None:
    assert len({sound(words_of(name)[0]) for name in names.split()}) == 1


@pytest.mark.parametrize("names", ["Mohamed Mamadou", "Amina Fatima", "Karim Marika", "Ali Lea", "Anna Nina"])
def test_other_names_sound_otherwise(names: str) -> None:
    assert len({sound(words_of(name)[0]) for name in names.split()}) == 2


def test_a_name_is_found_by_its_words_glued_and_without_its_article() -> None:
    assert sounds("El Khoury") == {"al", "kr", "alkr"}


def test_a_search_key_stands_between_spaces() -> None:
    key = search_key("Yıldız Özdemir", reference="U-2026-0042", phone="+32470123456", email="Y@Example.org")

    assert key.split() == [
        *("yildiz", "ozdemir", "yildizozdemir"),
        *("0alds", "0aldssdmr", "0asdmr", "0jlds", "0jldssdmr"),
        *("32470123456", "y@example.org", "u-2026-0042"),
    ]
    assert (key[0], key[-1]) == (" ", " ")


def test_every_spelling_has_the_three_letters_that_the_index_needs() -> None:
    typed = ["a", "li", "x y z", "o'", "12", "1", "a@b", "él", "0032", "ça va"]

    assert [s for text in typed for alternatives in spellings(text) for s in alternatives if len(s) < 3] == []


# Similar files


def person(name: str, *, born: int | None = None, phone: str = "", email: str = "", pk: int = 1) -> Client:
    given, _, family = name.rpartition("|")
    return Client(pk=pk, given_name=given, family_name=family, birth_year=born, phone=phone, email=email)


ALICE = person("Mohamed|Alaoui", born=1980, phone="+32470123456", email="m@example.org", pk=2)


@pytest.mark.parametrize(
    ("typed", "speaks_for_it"),
    [
        (person("Mohamed|Alaoui"), (True, False, False)),
        (person("Mohamed|Alaoui", born=1992), (True, False, False)),
        (person("Alaoui|Mohamed", born=1980), (True, True, False)),
        (person("Mohammed|Alami"), None),
        (person("Muhammad|Alaoui"), (False, False, False)),
        (person("Muhammad|Alaoui", born=1980), (False, True, False)),
        (person("Muhammad|Alaoui", born=1992), None),
        (person("Karim|Haddad", phone="+32470123456"), (False, False, True)),
        (person("Karim|Haddad", email="M@example.org"), (False, False, True)),
        (person("Karim|Haddad", born=1980), None),
        (person("Mohand|Alaoui", born=1980), (False, True, False)),
        (person("Sara|Alaoui", born=1980), None),
        (person("|"), None),
    ],
)
def test_what_makes_two_files_similar(typed: Client, speaks_for_it: tuple[bool, bool, bool] | None) -> None:
    expected = Similar(ALICE, *speaks_for_it) if speaks_for_it else None

    assert compare(typed, ALICE) == expected


def test_the_likeliest_comes_first(team: Team) -> None:
    for name, year in (("Mohamed|Alaoui", 1992), ("Mohamed|Alaoui", 1980), ("Muhammad|Alaoui", None)):
        given, family = name.split("|")
        files.open_client(team=team, on=DAY, given_name=given, family_name=family, birth_year=year)

    similar = similar_to(person("Mohamed|Alaoui", born=1980, pk=0), Client.objects.all())

    assert [(s.client.given_name, s.client.birth_year) for s in similar] == [
        ("Mohamed", 1980),
        ("Mohamed", 1992),
        ("Muhammad", None),
    ]


def test_a_file_does_not_resemble_itself(team: Team) -> None:
    people(team, "Yıldız|Özdemir")

    assert similar_to(Client.objects.get(), Client.objects.all()) == []
