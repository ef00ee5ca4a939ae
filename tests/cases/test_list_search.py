"""A search within a list: its filters stay in the address, the words travel in the body."""

import pytest
from django.test import Client as Browser

from cases import actions, search
from cases.models import Access, Client, SavedView, Visit
from cases.views import list_search
from config.staff.models import Team, User
from tests.factories import MONDAY, ClientFactory, UserFactory, a_case, a_client, noon

pytestmark = pytest.mark.usefixtures("reference_data")


def a_visit(*, by: User, client: Client | None = None) -> Visit:
    assert by.team is not None
    return actions.log_visit(
        key=Visit().key, by=by, team=by.team, on=MONDAY, at=noon(MONDAY), client=client, topic="other"
    )


def shown(page: object) -> list[str]:
    return [str(row) for row in page.context["page"].rows]  # type: ignore[attr-defined]


def test_the_cases_of_a_name_among_those_that_the_address_asks_for(desk: Browser, amina: User, team: Team) -> None:
    ali, khalid = a_client(team=team, family_name="Alaoui"), a_client(team=team, family_name="Zidane")
    meant = a_case(by=amina, client=ali)
    a_case(by=amina, client=ali, procedure="e_card", reason="first")
    a_case(by=amina, client=khalid)

    page = desk.post("/cases/?procedure=digital_key&sort=oldest", {"q": "Allaoui"})

    assert shown(page) == [str(meant)]
    assert page.context["sort"] == "oldest"
    assert [str(each.value) for each in page.context["chosen"]] == ["Digital key", "Allaoui"]
    assert page.context["export"] is None


def test_a_case_by_its_number_in_its_list(desk: Browser, amina: User, team: Team) -> None:
    meant = a_case(by=amina, client=a_client(team=team))
    a_case(by=amina, client=a_client(team=team))

    assert shown(desk.post("/cases/?sort=newest", {"q": meant.reference.lower()})) == [str(meant)]


def test_the_visits_of_a_name_and_no_anonymous_one(desk: Browser, amina: User, team: Team) -> None:
    meant = a_visit(by=amina, client=a_client(team=team, family_name="Alaoui"))
    a_visit(by=amina, client=a_client(team=team, family_name="Zidane"))
    a_visit(by=amina)

    assert shown(desk.post("/visits/?sort=newest", {"q": "alaoui"})) == [str(meant)]


def test_the_files_of_a_name_among_those_who_need_an_interpreter(desk: Browser, team: Team) -> None:
    meant = ClientFactory(team=team, family_name="Alaoui", interpreter=True)
    ClientFactory(team=team, family_name="Alaoui", interpreter=False)
    ClientFactory(team=team, family_name="Zidane", interpreter=True)

    assert shown(desk.post("/clients/?interpreter=yes", {"q": "alaoui"})) == [str(meant)]


def test_a_file_that_one_may_not_open_is_not_found_in_any_list(desk: Browser) -> None:
    stranger = ClientFactory(family_name="Alaoui")
    a_case(by=UserFactory(team=stranger.team), client=stranger)

    assert [shown(desk.post(f"/{of}/?sort=newest", {"q": "Alaoui"})) for of in ("cases", "visits", "clients")] == [
        [],
        [],
        [],
    ]


@pytest.mark.parametrize("of", ["cases", "visits", "clients"])
def test_the_words_are_in_no_address_of_the_page_and_in_no_saved_view(of: str, desk: Browser, team: Team) -> None:
    ClientFactory(team=team, family_name="Alaoui")

    page = desk.post(f"/{of}/?sort=newest", {"q": "Qwerty&<b>"})

    links = [part for part in page.content.decode().split('"') if part.startswith(("?", "/"))]
    assert links
    assert not any("werty" in link for link in links)
    assert "werty" not in page.context["views"]["now"]
    assert "Qwerty&amp;&lt;b&gt;" in page.content.decode()
    assert not SavedView.objects.exists()


def test_a_search_without_words_is_the_list(desk: Browser, team: Team) -> None:
    ClientFactory.create_batch(2, team=team)

    assert len(shown(desk.post("/clients/?sort=newest", {"q": "  "}))) == 2


def test_more_files_of_a_name_than_are_looked_at_are_said(
    desk: Browser, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    ClientFactory.create_batch(3, team=team, family_name="Alaoui")
    for module in (search, list_search):
        monkeypatch.setattr(module, "CANDIDATES", 2)

    page = desk.post("/clients/?sort=newest", {"q": "alaoui"})

    assert len(shown(page)) == 2
    assert "There are more. Add another word of the name to tell them apart." in page.content.decode()


def test_what_the_search_showed_leaves_its_trace(desk: Browser, team: Team) -> None:
    ali = ClientFactory(team=team, family_name="Alaoui")

    desk.post("/clients/?sort=newest", {"q": "alaoui"})

    trace = Access.objects.latest("pk")
    assert (trace.place, str(ali.pk) in trace.clients) == ("cases:clients search", True)
