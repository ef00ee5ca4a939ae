"""A list kept under a name: for oneself or for the team, perhaps the one that the list begins with."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from cases.models import SavedView, StartView
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import UserFactory, a_case

pytestmark = pytest.mark.usefixtures("reference_data")

type LogIn = Callable[[User], Browser]


@pytest.fixture
def alice(staff: dict[Role, User]) -> User:
    return staff[Role.ADVISER]


@pytest.fixture
def desk(alice: User, log_in: LogIn) -> Browser:
    return log_in(alice)


@pytest.fixture
def bob(alice: User) -> User:
    return UserFactory(name="Bob", team=alice.team, language="en")


def saved(browser: Browser, **said: str) -> object:
    return browser.post("/views/", {"of": "cases", "name": "Late", "query": "overdue=yes&sort=due", **said})


def names(browser: Browser, where: str = "/cases/?sort=newest") -> list[str]:
    return [each.view.name for each in browser.get(where).context["views"]["kept"]]


def test_a_list_is_kept_under_a_name_and_found_again(desk: Browser, alice: User) -> None:
    answer = saved(desk)

    assert answer.headers["Location"] == "/cases/?overdue=yes&sort=due"  # type: ignore[attr-defined]
    assert list(SavedView.objects.values_list("of", "name", "query", "by", "team")) == [
        ("cases", "Late", "overdue=yes&sort=due", alice.pk, None)
    ]
    page = desk.get("/cases/?overdue=yes&sort=due")
    assert [(each.query, each.current) for each in page.context["views"]["kept"]] == [("?overdue=yes&sort=due", True)]


@pytest.mark.parametrize(
    ("of", "query", "kept"),
    [
        ("cases", "q=%C3%96zdemir&state=open&phone=0470", "state=open&sort=newest"),
        ("cases", "columns=step&columns=reference&after=CN-2026-0001", "sort=newest&columns=step&columns=reference"),
        ("visits", "topic=e_card&note=brother", "topic=e_card&sort=newest"),
        ("clients", "name=Yildiz&open=yes&sort=document", "open=yes&sort=document"),
    ],
)
def test_what_somebody_typed_is_never_kept(desk: Browser, of: str, query: str, kept: str) -> None:
    saved(desk, of=of, query=query)

    assert SavedView.objects.get().query == kept


@pytest.mark.parametrize(
    "said",
    [
        {"of": "people"},
        {"query": "state=perhaps"},
        {"query": "sort=colour"},
        {"query": "columns=colour"},
        {"query": "opened_from=Özdemir"},
    ],
)
def test_a_list_that_says_nonsense_is_not_kept(desk: Browser, said: dict[str, str]) -> None:
    answer = saved(desk, **said)

    assert answer.status_code == 404  # type: ignore[attr-defined]
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize("name", ["", "85.07.30-033.28", "x" * 61])
def test_a_name_that_is_none_or_holds_a_national_number_is_refused(desk: Browser, name: str) -> None:
    saved(desk, name=name)

    assert SavedView.objects.count() == 0


def test_a_view_of_one_s_own_is_nobody_else_s(desk: Browser, bob: User, log_in: LogIn) -> None:
    saved(desk)

    assert names(log_in(bob)) == []
    assert log_in(bob).post(f"/views/{SavedView.objects.get().pk}/", {"do": "start"}).status_code == 404


def test_a_view_of_the_team_is_its_members_and_no_other_team_s(desk: Browser, bob: User, log_in: LogIn) -> None:
    saved(desk, share="on")

    assert names(log_in(bob)) == ["Late"]
    assert names(log_in(UserFactory())) == []


def test_each_list_has_its_own_views(desk: Browser) -> None:
    saved(desk)

    assert names(desk, "/visits/?sort=newest") == []


def test_the_same_name_again_means_the_new_list(desk: Browser) -> None:
    saved(desk)
    saved(desk, query="state=open")

    assert [view.query for view in SavedView.objects.all()] == ["state=open&sort=newest"]


def test_a_list_begins_with_the_view_that_one_chose(desk: Browser, alice: User) -> None:
    a_case(by=alice)
    saved(desk, start="on")

    assert desk.get("/cases/").headers["Location"] == "/cases/?overdue=yes&sort=due"
    assert desk.get("/cases/?sort=newest").status_code == 200


def test_a_colleague_begins_with_a_view_of_the_team_without_imposing_it(
    desk: Browser, bob: User, log_in: LogIn
) -> None:
    saved(desk, share="on")
    view = SavedView.objects.get()

    log_in(bob).post(f"/views/{view.pk}/", {"do": "start"})

    assert log_in(bob).get("/cases/").headers["Location"] == "/cases/?overdue=yes&sort=due"
    assert desk.get("/cases/").status_code == 200


def test_one_view_at_a_time_begins_a_list_until_one_says_stop(desk: Browser, alice: User) -> None:
    saved(desk, start="on")
    saved(desk, name="Open", query="state=open", start="on")

    assert [start.view.name for start in StartView.objects.filter(user=alice)] == ["Open"]
    desk.post(f"/views/{SavedView.objects.get(name='Open').pk}/", {"do": "stop"})
    assert desk.get("/cases/").status_code == 200


def test_a_view_is_deleted_by_whoever_made_it_or_by_a_coordinator(
    desk: Browser, bob: User, staff: dict[Role, User], log_in: LogIn
) -> None:
    saved(desk, share="on", start="on")
    view = SavedView.objects.get()

    refused = log_in(bob).post(f"/views/{view.pk}/", {"do": "delete"})
    allowed = log_in(staff[Role.COORDINATOR]).post(f"/views/{view.pk}/", {"do": "delete"})

    assert (refused.status_code, allowed.status_code) == (403, 302)
    assert (SavedView.objects.count(), StartView.objects.count()) == (0, 0)


def test_who_changes_team_keeps_their_views_and_leaves_those_of_the_team(
    desk: Browser, bob: User, log_in: LogIn
) -> None:
    saved(desk, share="on")
    log_in(bob).post(f"/views/{SavedView.objects.get().pk}/", {"do": "start"})
    bob.team = UserFactory().team
    bob.save()

    assert log_in(bob).get("/cases/").status_code == 200
    assert names(log_in(bob)) == []
