from datetime import date
from uuid import uuid4

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from cases import actions, files, pairs
from cases.models import Appointment, Case, Client, Household, Member, Merge
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.factories import (
    MONDAY,
    ClientFactory,
    TeamFactory,
    UserFactory,
    a_case,
    a_client,
    commune,
    moved,
    noon,
    office,
)


def text(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def test_a_file_that_says_another_commune_names_the_cases_whose_price_was_for_the_former_one(
    reference_data: None, desk: Browser, team: Team, amina: User
) -> None:
    person = a_client(team=team, lives_in="jette")
    case = a_case(by=amina, client=person)
    actions.choose_office(case, office("jette"), by=amina, on=MONDAY, at=noon(MONDAY))
    form = desk.get(f"/clients/{person.reference}/edit/").context["form"]
    typed = {name: form[name].value() or "" for name in form.fields if form[name].value() is not False}

    said = [
        text(desk.post(f"/clients/{person.reference}/edit/", typed | changes, follow=True))
        for changes in ({"given_name": "Yildiz"}, {"version": 2, "commune": commune("uccle").pk})
    ]

    words = f"By what the file says now, the office is to be chosen again: {case.reference}."
    assert [words in page for page in said] == [False, True]


# Finding


def test_the_list_shows_the_newest_files_of_ones_team(desk: Browser, team: Team) -> None:
    for name in ("Alice", "Bob"):
        ClientFactory(given_name="", family_name=name, team=team)
    ClientFactory(given_name="", family_name="Charlie")

    page = text(desk.get("/clients/"))

    assert page.index("Bob") < page.index("Alice")
    assert "Charlie" not in page


@pytest.mark.parametrize(("files_of_the_team", "queries"), [(1, 7), (3, 7), (120, 8)])
def test_the_list_takes_the_same_queries_for_one_file_and_for_many_and_counts_what_goes_on(
    files_of_the_team: int, queries: int, desk: Browser, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ClientFactory.create_batch(files_of_the_team, team=team)

    with django_assert_num_queries(queries):
        desk.get("/clients/")


def test_older_files_are_on_the_next_page_whose_address_names_a_reference(desk: Browser, team: Team) -> None:
    ClientFactory.create_batch(50, team=team)
    ClientFactory(given_name="", family_name="Zoé", team=team, reference="U-2025-0001", pk=1_000_000)
    first = desk.get("/clients/")

    last = first.context["edges"]["after"]

    assert f'href="?after={last}"' in first.content.decode()
    assert [c.pk for c in desk.get(f"/clients/?after={last}").context["page"].rows] == [
        Client.objects.exclude(pk=1_000_000).order_by("pk")[0].pk
    ]


def test_what_is_searched_for_never_reaches_an_address(desk: Browser, team: Team) -> None:
    ClientFactory(given_name="Mohammed", family_name="El Khoury", team=team)

    answer = desk.post("/clients/", {"q": "Muhamad elkhouri"})

    assert answer.status_code == 200
    assert "Mohammed El Khoury" in text(answer)
    assert "khouri" not in answer.request["PATH_INFO"] + answer.request["QUERY_STRING"]


def test_a_search_by_get_is_no_search(desk: Browser, team: Team) -> None:
    ClientFactory(given_name="", family_name="Alice", team=team)

    assert "Search: «Alice»" not in text(desk.get("/clients/?q=Bob"))


@pytest.mark.parametrize("typed", ["U-2026-0042", "u 2026 42", "U20260042"])
def test_a_reference_opens_its_file(typed: str, desk: Browser, team: Team) -> None:
    ClientFactory(reference="U-2026-0042", team=team)

    assert desk.post("/clients/", {"q": typed}).headers["Location"] == "/clients/U-2026-0042/"


def test_a_file_of_another_team_is_not_found(desk: Browser) -> None:
    ClientFactory(given_name="", family_name="Charlie", reference="U-2026-0042")

    assert "Nobody found" in text(desk.post("/clients/", {"q": "Charlie"}))
    assert "Nobody found" in text(desk.post("/clients/", {"q": "U-2026-0042"}))


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'\"; DROP TABLE", "<script>alert(1)</script>", "\\", "*"])
def test_a_strange_search_finds_nobody_and_stays_text(typed: str, desk: Browser, team: Team) -> None:
    ClientFactory(given_name="", family_name="Alice", team=team)

    answer = desk.post("/clients/", {"q": typed})

    assert answer.status_code == 200
    assert answer.context["found"].clients == []
    assert "<script>alert" not in answer.content.decode()


# The file


def test_the_file_shows_how_to_reach_a_person_with_its_warnings(desk: Browser, team: Team) -> None:
    ClientFactory(team=team, reference="U-2026-0042", phone="+32470123456", leave_no_message=True)

    page = text(desk.get("/clients/U-2026-0042/"))

    assert 'href="tel:+32470123456"' in page
    assert "0470 12 34 56" in page
    contact = page[page.index('class="stack tight contact"') :]
    assert contact.index("Leave no message") < contact.index("tel:+32470123456")


def test_the_file_says_which_document_has_expired(desk: Browser, team: Team) -> None:
    ClientFactory(
        team=team,
        reference="U-2026-0042",
        document_expires_on=date(2020, 5, 1),
        identity_document="passport",
        identity_expires_on=date(2099, 5, 1),
    )

    page = text(desk.get("/clients/U-2026-0042/"))

    assert "expired on 01/05/2020" in page
    assert "until 01/05/2099" in page


def test_the_file_shows_its_cases_with_step_and_whose_move_it_is(
    desk: Browser, amina: User, team: Team, reference_data: None
) -> None:
    yildiz = a_client(team=team, reference="U-2026-0042")
    a_case(by=amina, client=yildiz)
    over = moved(a_case(by=amina, client=yildiz), "abandon", by=amina, abandon_reason="gave_up")

    page = desk.get("/clients/U-2026-0042/")

    assert [task.case.waits_for.value for task in page.context["tasks"]] == ["us"]
    assert page.context["closed"] == [over]
    assert "Abandoned" in text(page)


@pytest.mark.parametrize("many", [1, 3, 300])
def test_the_file_takes_the_same_queries_whatever_is_in_it(
    many: int,
    desk: Browser,
    amina: User,
    team: Team,
    reference_data: None,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Cases open and closed, visits with companions, a household with cases, similar files, merges, appointments."""
    yildiz = a_client(team=team, reference="U-2025-0042")
    alike = ClientFactory.create_batch(4 * many, team=team)
    others, home, apart, gone = (alike[part::4] for part in range(4))
    household = Household.objects.create(noted_on=MONDAY)
    members = [Member(household=household, client=file, joined_on=MONDAY, by=amina) for file in (yildiz, *home)]
    Member.objects.bulk_create(members)
    pairs.tell_apart(yildiz, apart, by=amina, at=noon(MONDAY))
    Client.objects.filter(pk__in=[file.pk for file in gone]).update(merged_into=yildiz)
    Merge.objects.bulk_create(
        Merge(
            kept=yildiz, given_up=file, by=amina, at=noon(MONDAY), differing=["phone"], taken=[],
            moved={"cases": [], "visits": [], "appointments": []},
        )
        for file in gone
    )  # fmt: skip
    running, over, theirs = (
        a_case(by=amina, client=yildiz),
        a_case(by=amina, client=yildiz),
        a_case(by=amina, client=home[0]),
    )
    moved(over, "abandon", by=amina, abandon_reason="gave_up")
    for case, client in ((running, yildiz), (over, yildiz), (theirs, home[0])):
        case.refresh_from_db()
        copied(case, many - 1, client=client)
    for companion in others:
        actions.log_visit(
            key=uuid4(), by=amina, team=team, on=MONDAY, at=noon(MONDAY), client=yildiz, companions=[companion],
            topic="other",
        )  # fmt: skip
    Appointment.objects.bulk_create(
        Appointment(
            client=yildiz, adviser=amina, starts_at=noon(date(2099, 3, 2)), minutes=30, made_by=amina,
            recorded_at=noon(MONDAY),
        )
        for _ in range(many)
    )  # fmt: skip

    desk.force_login(amina)  # so much takes minutes to write on a busy machine: nobody was away meanwhile

    with django_assert_num_queries(14):
        page = desk.get("/clients/U-2025-0042/")

    assert (len(page.context["tasks"]), len(page.context["closed"]), len(page.context["housemates"])) == (many,) * 3
    assert len(page.context["merges"]) == len(page.context["apart"]) == many


def copied(case: Case, times: int, *, client: Client) -> None:
    """The same case again and again, under other references: what a page lists, not what the office did."""
    values = {
        field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields if field.name != "id"
    }
    Case.objects.bulk_create(
        Case(**{**values, "client_id": client.pk, "reference": f"{case.reference}-{number}"})
        for number in range(times)
    )


def test_a_file_of_another_team_looks_as_if_it_did_not_exist(desk: Browser) -> None:
    ClientFactory(reference="U-2026-0042")

    other, missing = desk.get("/clients/U-2026-0042/"), desk.get("/clients/U-2026-9999/")

    assert (other.status_code, missing.status_code) == (404, 404)
    assert without_reference(other) == without_reference(missing)


def without_reference(response: object) -> list[str]:
    lines = response.content.decode().splitlines()  # type: ignore[attr-defined]
    return [line for line in lines if "reference" not in line and "csrf" not in line.lower() and "U-2026" not in line]


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.ADVISER, [200, 200, 200]),
        (Role.COORDINATOR, [200, 200, 200]),
        (Role.PRIVACY_OFFICER, [200, 403, 403]),
        (Role.ADMINISTRATOR, [200, 403, 403]),
        (Role.TARIFF_EDITOR, [403, 403, 403]),
    ],
)
def test_each_role_opens_what_its_work_asks_for(role: Role, statuses: list[int], client: Browser, team: Team) -> None:
    ClientFactory(team=team, reference="U-2026-0042")
    client.force_login(UserFactory(role=role, team=team))

    pages = ["/clients/U-2026-0042/", "/clients/new/", "/clients/U-2026-0042/edit/"]

    assert [client.get(page).status_code for page in pages] == statuses


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_pages_speak_the_language_of_the_reader(language: str, client: Browser, team: Team) -> None:
    ClientFactory(team=team, reference="U-2026-0042")
    client.force_login(UserFactory(team=team, language=language))

    for page in ("/clients/", "/clients/new/", "/clients/U-2026-0042/", "/clients/U-2026-0042/edit/"):
        assert f'<html lang="{language}" dir="ltr">' in client.get(page).content.decode()


# Opening


def said(team: Team, **more: object) -> dict[str, object]:
    return {
        "given_name": "Yıldız", "family_name": "Özdemir", "birth_year": "1987", "contact_language": "tr",
        "phone": "0470 12 34 56", "email": "Yildiz@Example.org", "team": team.pk, **more,
    }  # fmt: skip


def test_a_name_is_enough_to_open_a_file(desk: Browser, team: Team) -> None:
    answer = desk.post("/clients/new/", {"family_name": "Özdemir", "contact_language": "tr", "team": team.pk})

    yildiz = Client.objects.get()
    assert answer.headers["Location"] == f"/clients/{yildiz.reference}/"
    assert (yildiz.name, yildiz.team, yildiz.version) == ("Özdemir", team, 1)


def test_telephone_and_mail_are_kept_in_one_form(desk: Browser, team: Team) -> None:
    desk.post("/clients/new/", said(team))

    assert Client.objects.values_list("phone", "email").get() == ("+32470123456", "yildiz@example.org")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("family_name", ""),
        ("family_name", "x" * 81),
        ("family_name", "A\x00B"),
        ("birth_year", "87"),
        ("birth_year", "twelve"),
        ("phone", "12"),
        ("phone", "my cousin’s"),
        ("email", "not an address"),
        ("commune", "999999"),
        ("document_expires_on", "31/31/2026"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_and_nothing_is_saved(
    field: str, typed: str, desk: Browser, team: Team
) -> None:
    answer = desk.post("/clients/new/", said(team, **{field: typed}))

    assert list(answer.context["form"].errors) == [field]
    assert Client.objects.count() == 0


def test_similar_files_are_shown_once_and_never_stop_the_opening(desk: Browser, team: Team) -> None:
    files.open_client(team=team, on=MONDAY, given_name="Yildiz", family_name="Ozdemir", contact_language="tr")

    asked = desk.post("/clients/new/", said(team))
    sure = desk.post("/clients/new/", said(team, sure="1"))

    assert "1 similar file" in text(asked)
    assert "Another person: open the file" in text(asked)
    assert 'value="Özdemir"' in text(asked)
    assert sure.status_code == 302
    assert Client.objects.count() == 2


def test_similar_files_of_another_team_are_not_told(desk: Browser, team: Team) -> None:
    files.open_client(team=TeamFactory(), on=MONDAY, given_name="Yildiz", family_name="Ozdemir")

    assert desk.post("/clients/new/", said(team)).status_code == 302


def test_similar_files_appear_while_typing(desk: Browser, team: Team) -> None:
    files.open_client(team=team, on=MONDAY, given_name="Yildiz", family_name="Ozdemir")

    answer = desk.post("/clients/new/similar/", {"given_name": "Yeldız", "family_name": "ozdemir"})

    assert "Yildiz Ozdemir" in text(answer)
    assert "<html" not in text(answer)


@pytest.mark.parametrize(
    ("typed", "communes"),
    [("1050", "Bruxelles-Ville"), ("1050", "Ixelles"), ("1180", "Uccle")],
)
def test_a_postal_code_suggests_communes(typed: str, communes: str, desk: Browser, reference_data: None) -> None:
    page = text(desk.post("/clients/new/communes/", {"postal_code": typed}))

    assert communes.split("-")[0] in page


@pytest.mark.parametrize("typed", ["", "10", "٣", "abcd", "1050' OR 1=1"])
def test_a_strange_postal_code_suggests_nothing(typed: str, desk: Browser, reference_data: None) -> None:
    assert text(desk.post("/clients/new/communes/", {"postal_code": typed})) == ""


# Changing


def test_a_change_is_saved_and_the_file_found_by_its_new_name(desk: Browser, team: Team) -> None:
    yildiz = files.open_client(team=team, on=MONDAY, family_name="Özdemir")

    desk.post(f"/clients/{yildiz.reference}/edit/", said(team, family_name="Kaya", version=1))

    yildiz.refresh_from_db()
    assert (yildiz.name, yildiz.version) == ("Yıldız Kaya", 2)
    assert "Yıldız Kaya" in text(desk.post("/clients/", {"q": "kaya"}))


def test_what_one_typed_stays_when_a_colleague_was_faster(desk: Browser, team: Team) -> None:
    yildiz = files.open_client(team=team, on=MONDAY, family_name="Özdemir", contact_language="tr")
    files.change_client(Client.objects.get(), phone="+32470000000")

    answer = desk.post(f"/clients/{yildiz.reference}/edit/", said(team, version=1))
    page = text(answer)

    assert answer.status_code == 409
    assert "A colleague changed this file in the meantime." in page
    assert 'value="0470 12 34 56"' in page
    assert "+32470000000" in page
    yildiz.refresh_from_db()
    assert (yildiz.phone, yildiz.given_name, yildiz.version) == ("+32470000000", "", 2)

    again = desk.post(
        f"/clients/{yildiz.reference}/edit/", said(team, version=answer.context["form"]["version"].value())
    )
    assert again.status_code == 302


@pytest.mark.parametrize("version", ["", "abc", "-1", "99999999999999999999"])
def test_a_change_without_a_sensible_version_changes_nothing(version: str, desk: Browser, team: Team) -> None:
    yildiz = files.open_client(team=team, on=MONDAY, family_name="Özdemir")

    answer = desk.post(f"/clients/{yildiz.reference}/edit/", said(team, version=version))

    assert answer.status_code in {200, 409}
    assert Client.objects.get().version == 1


def test_an_adviser_cannot_give_a_file_to_another_team(desk: Browser, team: Team) -> None:
    yildiz = files.open_client(team=team, on=MONDAY, family_name="Özdemir")

    answer = desk.post(f"/clients/{yildiz.reference}/edit/", said(TeamFactory(), version=1))

    assert list(answer.context["form"].errors) == ["team"]
