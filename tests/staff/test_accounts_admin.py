from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from config.staff.models import Team, User
from config.staff.roles import Role
from tests.factories import PASSWORD
from tests.staff.doors import give_app, give_codes, prove_again

type LogIn = Callable[[User | None], Client]
ACCOUNTS = "/admin/staff/user/"


@pytest.fixture
def ada(staff: dict[Role, User]) -> User:
    return staff[Role.ADMINISTRATOR]


@pytest.fixture
def desk(ada: User, log_in: LogIn) -> Client:
    """Ada's, who has proved a moment ago that it is she."""
    browser = log_in(ada)
    prove_again(browser, ada)
    return browser


def account(user: User, **changes: str) -> dict[str, str]:
    """What the form of an account sends back."""
    fields = {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "team": str(user.team_id or ""),
        "language": user.language,
        "is_active": "on" if user.is_active else "",
    }
    return {name: value for name, value in (fields | changes).items() if value}


def page_of(user: User) -> str:
    return f"{ACCOUNTS}{user.pk}/change/"


def test_a_new_account_gets_a_link_and_no_password(
    desk: Client, staff: dict[Role, User], mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: Callable
) -> None:
    given = {"email": "Bob@Example.org", "name": "Bob", "role": "adviser", "language": "en", "is_active": "on"}

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"{ACCOUNTS}add/", given | {"team": Team.objects.get().pk})

    bob = User.objects.get(email="bob@example.org")
    assert not bob.has_usable_password()
    assert [mail.to for mail in mailoutbox] == [["bob@example.org"]]
    assert "http://testserver/accounts/password/reset/key/" in mailoutbox[0].body


def test_an_administrator_gives_a_role(desk: Client, staff: dict[Role, User]) -> None:
    alice = staff[Role.ADVISER]

    desk.post(page_of(alice), account(alice, role="coordinator"))

    alice.refresh_from_db()
    assert alice.role == Role.COORDINATOR


@pytest.mark.parametrize("has_app", [True, False])
def test_without_a_fresh_proof_no_account_is_changed_and_none_added(
    has_app: bool, ada: User, staff: dict[Role, User], log_in: LogIn
) -> None:
    """As a session left open: the second factor is asked for, and the password alone of who has none."""
    alice = staff[Role.ADVISER]
    if has_app:
        give_app(ada)
    browser, there = log_in(ada), User.objects.count()
    way = "/accounts/2fa/reauthenticate/" if has_app else "/accounts/reauthenticate/"

    answers = [
        browser.get(page_of(alice)),
        browser.post(page_of(alice), account(alice, role="administrator", email="thief@example.org")),
        browser.get(f"{ACCOUNTS}add/"),
        browser.post(f"{ACCOUNTS}add/", account(alice, email="thief@example.org")),
    ]

    assert [(answer.status_code, answer.headers["Location"].partition("?")[0]) for answer in answers] == [
        (302, way)
    ] * 4
    alice.refresh_from_db()
    assert (alice.role, User.objects.count()) == (Role.ADVISER, there)
    assert not User.objects.filter(email="thief@example.org").exists()
    assert "Nothing was saved: show first that it is still you" in browser.get(way).content.decode()


def test_a_proof_by_the_second_factor_opens_it_again(ada: User, staff: dict[Role, User], log_in: LogIn) -> None:
    alice = staff[Role.ADVISER]
    give_app(ada)
    give_codes(ada)
    browser = log_in(ada)

    prove_again(browser, ada)
    browser.post(page_of(alice), account(alice, role="coordinator"))

    alice.refresh_from_db()
    assert alice.role == Role.COORDINATOR


def test_nobody_raises_their_own_role_nor_locks_themselves_out(desk: Client, ada: User) -> None:
    answer = desk.post(page_of(ada), account(ada, role="coordinator", is_active=""))

    assert answer.status_code == 302
    ada.refresh_from_db()
    assert (ada.role, ada.is_active) == (Role.ADMINISTRATOR, True)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_no_other_role_changes_anybody(role: Role, staff: dict[Role, User], log_in: LogIn) -> None:
    me = staff[role]

    answer = log_in(me).post(page_of(me), account(me, role="administrator"))

    assert answer.status_code == 403
    me.refresh_from_db()
    assert me.role == role


def test_the_password_is_nowhere_on_the_page_of_an_account(desk: Client, staff: dict[Role, User]) -> None:
    alice = staff[Role.ADVISER]
    page = desk.get(page_of(alice)).content.decode()

    assert 'name="name"' in page
    assert "password" not in page.split("<form", 1)[1].partition('id="user_form"')[2]
    assert alice.password not in page


def test_a_posted_password_changes_nothing(desk: Client, staff: dict[Role, User]) -> None:
    alice = staff[Role.ADVISER]

    desk.post(page_of(alice), account(alice, password="x", password1="chosen by ada 2026", name="Alice B."))

    alice.refresh_from_db()
    assert alice.name == "Alice B."
    assert alice.check_password(PASSWORD)


def test_links_are_sent_to_those_who_may_log_in(
    desk: Client, staff: dict[Role, User], mailoutbox: list[EmailMessage]
) -> None:
    User.objects.filter(pk=staff[Role.COORDINATOR].pk).update(is_active=False)
    chosen = [staff[Role.ADVISER].pk, staff[Role.COORDINATOR].pk]

    page = desk.post(ACCOUNTS, {"action": "send_password_links", "_selected_action": chosen}, follow=True)

    assert [mail.to for mail in mailoutbox] == [[staff[Role.ADVISER].email]]
    assert [str(message) for message in page.context["messages"]] == [
        f"{staff[Role.ADVISER].email} gets a link to choose a password.",
        f"{staff[Role.COORDINATOR].email} may not log in: no link was sent.",
    ]


def test_a_former_mailbox_opens_nothing_any_more(
    desk: Client, staff: dict[Role, User], log_in: LogIn, mailoutbox: list[EmailMessage]
) -> None:
    alice = staff[Role.ADVISER]
    former = alice.email
    log_in(None).post("/accounts/password/reset/", {"email": former})  # allauth now knows this mailbox
    mailoutbox.clear()

    desk.post(page_of(alice), account(alice, email="alice@new.example"))
    log_in(None).post("/accounts/password/reset/", {"email": former})
    log_in(None).post("/accounts/password/reset/", {"email": "alice@new.example"})

    linked = [mail.to for mail in mailoutbox if "/password/reset/key/" in mail.body]
    assert linked == [["alice@new.example"]]


def test_an_adviser_without_a_team_is_refused_with_a_sentence(desk: Client, staff: dict[Role, User]) -> None:
    alice = staff[Role.ADVISER]

    page = desk.post(page_of(alice), account(alice, team="")).content.decode()

    assert "An adviser needs a team: choose one." in page


def test_the_same_address_twice_is_refused_with_a_sentence(desk: Client, staff: dict[Role, User]) -> None:
    alice, carmen = staff[Role.ADVISER], staff[Role.COORDINATOR]

    page = desk.post(page_of(alice), account(alice, email=carmen.email.upper())).content.decode()

    assert "already" in page
    alice.refresh_from_db()
    assert alice.email != carmen.email


def test_the_history_of_an_account_says_who_changed_what_and_holds_no_password(
    desk: Client, ada: User, staff: dict[Role, User]
) -> None:
    alice = staff[Role.ADVISER]
    desk.post(page_of(alice), account(alice, role="coordinator"))

    now, before = alice.history.order_by("-history_id")[:2]

    assert (before.role, now.role, now.history_user) == ("adviser", "coordinator", ada)
    assert not hasattr(now, "password")
    assert desk.get(f"{ACCOUNTS}{alice.pk}/history/").status_code == 200


def test_a_log_in_is_no_change_of_the_account(staff: dict[Role, User], log_in: LogIn) -> None:
    log_in(staff[Role.ADVISER])

    assert staff[Role.ADVISER].history.count() == 1


def test_nobody_deletes_an_account_in_the_administration(desk: Client, staff: dict[Role, User]) -> None:
    alice = staff[Role.ADVISER]

    assert desk.post(f"{ACCOUNTS}{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=alice.pk).exists()


def test_a_team_keeps_its_history(desk: Client, ada: User) -> None:
    team = Team.objects.get()

    desk.post(f"/admin/staff/team/{team.pk}/change/", {"name": "Forest"})

    assert [(row.name, row.history_user) for row in team.history.all()] == [("Forest", ada), ("Saint-Gilles", None)]
