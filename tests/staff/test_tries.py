"""Who is wrong too often waits: counted right however many try at once, and alike for who exists and who does not."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.handlers.wsgi import WSGIHandler
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend as LocmemBackend
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from config.staff import tries
from config.staff.models import Tries, User
from config.staff.tries import LIMITS, Door, Limit
from tests.factories import PASSWORD
from tests.staff.doors import give_app, give_codes, is_in, six_figures, type_code, type_password

type LogIn = Callable[[User | None], Client]
type Count = Callable[[], bool]
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT_ONCE = 32
TOO_MANY = "Too many tries. Wait five minutes, then try again."
WRONG = "This e-mail address and this password do not go together."


# The count itself


def test_five_tries_pass_and_the_sixth_waits_until_the_five_minutes_are_over(db: None) -> None:
    def tried(at: datetime) -> bool:
        return tries.count(Door.ACCOUNT, "alice@example.org", at=at)

    assert [tried(NINE + timedelta(seconds=n)) for n in range(7)] == [True] * 5 + [False] * 2
    assert tried(NINE + timedelta(minutes=4, seconds=59)) is False
    assert [tried(NINE + timedelta(minutes=5, seconds=n)) for n in range(6)] == [True] * 5 + [False]


def test_each_account_and_each_door_is_counted_for_itself(db: None) -> None:
    for _ in range(6):
        tries.count(Door.ACCOUNT, "alice@example.org", at=NINE)

    assert tries.count(Door.ACCOUNT, "bob@example.org", at=NINE) is True
    assert tries.count(Door.CODE, "alice@example.org", at=NINE) is True
    assert tries.count(Door.ACCOUNT, "alice@example.org", at=NINE) is False


def test_patience_does_not_pay_at_the_door_of_the_codes(db: None) -> None:
    let_in = [tries.count(Door.CODE, "7", at=NINE + timedelta(minutes=10 * n)) for n in range(100)]

    assert sum(let_in) == 30


def test_what_was_refused_at_once_does_not_count_for_the_whole_day(db: None) -> None:
    for _ in range(100):
        tries.count(Door.CODE, "7", at=NINE)

    assert tries.count(Door.CODE, "7", at=NINE + timedelta(minutes=5)) is True


def test_a_right_password_takes_back_its_own_try_only(db: None) -> None:
    for _ in range(4):
        tries.count(Door.ACCOUNT, "alice@example.org", at=NINE)
    for _ in range(3):
        assert tries.count(Door.ACCOUNT, "alice@example.org", at=NINE) is True
        tries.take_back(Door.ACCOUNT, "alice@example.org", at=NINE)

    assert [tries.count(Door.ACCOUNT, "alice@example.org", at=NINE) for _ in range(2)] == [True, False]


def test_a_count_keeps_neither_the_address_nor_the_network(db: None) -> None:
    tries.count(Door.ACCOUNT, "alice@example.org", at=NINE)
    tries.count(Door.NETWORK, "192.0.2.7", at=NINE)

    assert [len(row.key) for row in Tries.objects.order_by("key")] == [64, 64]
    assert not Tries.objects.filter(key__contains="alice").exists()


def test_counts_that_are_long_over_are_swept_away(db: None) -> None:
    for number in range(20):
        tries.count(Door.ACCOUNT, f"stranger{number}@example.org", at=NINE)

    tries.count(Door.ACCOUNT, "alice@example.org", at=NINE + timedelta(days=2))

    assert Tries.objects.count() == 1


# Thirty-two at one instant


def all_at_once(count: Callable[[], bool]) -> int:
    """How many of the tries were let in."""
    start = Barrier(AT_ONCE)

    def one(_: int) -> bool:
        start.wait()
        try:
            return count()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as people:
        return sum(people.map(one, range(AT_ONCE)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", [Door.ACCOUNT, Door.CODE, Door.USED_CODE])
def test_of_thirty_two_tries_at_one_instant_only_the_allowed_ones_pass(door: Door) -> None:
    assert all_at_once(lambda: tries.count(door, "alice@example.org", at=NINE)) == LIMITS[door][0].tries


@pytest.mark.django_db(transaction=True)
def test_control_a_count_that_is_read_and_then_written_lets_more_pass() -> None:
    limit = Limit(5, timedelta(minutes=5))

    def read_then_write() -> bool:
        row, _ = Tries.objects.get_or_create(key="k" * 64, defaults={"tries": 0, "until": NINE + limit.within})
        time.sleep(0.05)
        Tries.objects.filter(key=row.key).update(tries=row.tries + 1)
        return row.tries + 1 <= limit.tries

    assert all_at_once(read_then_write) > limit.tries


@pytest.mark.django_db(transaction=True)
def test_of_thirty_two_wrong_passwords_at_one_instant_five_are_looked_at(log_in: LogIn) -> None:
    User.objects.create_user("alice@example.org", PASSWORD, name="Alice", role="administrator", language="en")
    login = {"login": "alice@example.org", "password": "not this one"}

    looked_at = all_at_once(lambda: WRONG in log_in(None).post("/accounts/login/", login).content.decode())

    assert looked_at == 5
    assert TOO_MANY in log_in(None).post("/accounts/login/", login | {"password": PASSWORD}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_thirty_two_wrong_codes_at_one_instant_five_are_looked_at(log_in: LogIn) -> None:
    alice = User.objects.create_user("alice@example.org", PASSWORD, name="Alice", role="administrator", language="en")
    give_app(alice)
    browsers = [log_in(None) for _ in range(AT_ONCE)]
    for browser in browsers:
        type_password(browser, alice)

    looked_at = all_at_once(lambda: "This code is not right" in type_code(browsers.pop(), "000000").content.decode())

    assert looked_at == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["code of the app", "recovery code"])
def test_one_right_code_at_one_instant_opens_one_door_only(
    kind: str, log_in: LogIn, clock_of_codes: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, Door.CODE, (Limit(100, timedelta(minutes=5)),))
    alice = User.objects.create_user("alice@example.org", PASSWORD, name="Alice", role="administrator", language="en")
    shown = six_figures(give_app(alice), datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC))
    code = shown if kind == "code of the app" else give_codes(alice)[0]
    browsers = [log_in(None) for _ in range(AT_ONCE)]
    for browser in browsers:
        type_password(browser, alice)

    def opens() -> bool:
        return type_code(browsers.pop(), code).status_code == 302

    assert all_at_once(opens) == 1


# The doors


def guess(browser: Client, email: str, times: int) -> list[str]:
    """What the log-in page says to each of so many wrong passwords."""
    pages = [
        browser.post("/accounts/login/", {"login": email, "password": f"guess {n}"}).content.decode()
        for n in range(times)
    ]
    return [next(sentence for sentence in (WRONG, TOO_MANY) if sentence in page) for page in pages]


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_after_five_wrong_passwords_one_waits_whether_the_account_exists_or_not(
    email: str, browser: Client, alice: User
) -> None:
    assert guess(browser, email, 7) == [WRONG] * 5 + [TOO_MANY] * 2


def test_while_one_waits_the_right_password_opens_nothing(browser: Client, alice: User) -> None:
    guess(browser, alice.email, 5)

    assert TOO_MANY in type_password(browser, alice).content.decode()
    assert not is_in(browser)


def test_after_five_minutes_the_right_password_opens_again(browser: Client, alice: User) -> None:
    guess(browser, alice.email, 9)
    for row in Tries.objects.all():
        Tries.objects.filter(pk=row.pk).update(until=row.until - timedelta(minutes=5))

    type_password(browser, alice)

    assert is_in(browser)


def test_capitals_and_spaces_make_no_other_account(browser: Client, alice: User) -> None:
    guess(browser, "alice@example.org", 3)
    guess(browser, " ALICE@example.org ", 2)

    assert TOO_MANY in type_password(browser, alice).content.decode()


def test_a_colleague_on_the_same_network_logs_in_all_the_same(browser: Client, alice: User, log_in: LogIn) -> None:
    bob = User.objects.create_user("bob@example.org", PASSWORD, name="Bob", role="administrator", language="en")
    guess(browser, alice.email, 9)

    type_password(browser, bob)

    assert is_in(browser)


def test_who_tries_one_password_on_many_accounts_waits_too(browser: Client, db: None) -> None:
    said = [guess(browser, f"person{n}@example.org", 1)[0] for n in range(35)]

    assert said == [WRONG] * 30 + [TOO_MANY] * 5


def test_many_right_passwords_from_one_network_are_no_attack(log_in: LogIn, alice: User) -> None:
    for _ in range(32):
        browser = log_in(None)
        type_password(browser, alice)
        assert is_in(browser)


def test_after_five_wrong_codes_the_right_one_waits(
    browser: Client, alice: User, clock_of_codes: Callable[[datetime], None]
) -> None:
    secret = give_app(alice)
    type_password(browser, alice)
    for _ in range(5):
        type_code(browser, "000000")

    page = type_code(browser, six_figures(secret, datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)))

    assert TOO_MANY in page.content.decode()
    assert not is_in(browser)


def test_another_browser_and_the_password_again_buy_no_more_codes(log_in: LogIn, alice: User) -> None:
    give_app(alice)
    codes = give_codes(alice)
    for _ in range(5):
        browser = log_in(None)
        type_password(browser, alice)
        type_code(browser, "000000")

    browser = log_in(None)
    type_password(browser, alice)
    type_code(browser, codes[0])

    assert not is_in(browser)


def test_a_right_code_forgets_the_wrong_ones(log_in: LogIn, alice: User) -> None:
    give_app(alice)
    for code in give_codes(alice)[:3]:
        browser = log_in(None)
        type_password(browser, alice)
        for _ in range(4):
            type_code(browser, "000000")
        type_code(browser, code)
        assert is_in(browser)


def test_guessing_the_password_again_from_inside_is_counted_with_the_guesses_from_outside(
    log_in: LogIn, alice: User
) -> None:
    inside = log_in(alice)
    pages = [inside.post("/accounts/reauthenticate/", {"password": f"guess {n}"}) for n in range(6)]

    assert [TOO_MANY in page.content.decode() for page in pages] == [False] * 5 + [True]
    assert TOO_MANY in type_password(log_in(None), alice).content.decode()


def test_guessing_the_old_password_is_counted_too(log_in: LogIn, alice: User) -> None:
    inside, new = log_in(alice), "brand new words 2026"

    for n in range(5):
        form = {"oldpassword": f"guess {n}", "password1": new, "password2": new}
        assert inside.post("/accounts/password/change/", form).status_code == 200
    inside.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_a_new_password_by_mail_ends_the_waiting(browser: Client, alice: User, mailoutbox: list[object]) -> None:
    guess(browser, alice.email, 6)
    browser.post("/accounts/password/reset/", {"email": alice.email})
    link = next(word for word in mailoutbox[0].body.split() if "/accounts/password/reset/key/" in word)
    form = browser.get(link, follow=True)
    new = "brand new words 2026"
    browser.post(form.request["PATH_INFO"], {"password1": new, "password2": new})

    type_password(browser, alice, new)

    assert is_in(browser)


# Nobody learns who has an account


def page_for(browser: Client, email: str, password: str) -> str:
    """The answer to a log-in, without what is different each time."""
    response = browser.post("/accounts/login/", {"login": email, "password": password})
    tokens = str(response.context["csrf_token"])
    return response.content.decode().replace(tokens, "").replace(email, "")


def test_unknown_wrong_and_disabled_read_the_same(log_in: LogIn, alice: User) -> None:
    bob = User.objects.create_user(
        "bob@example.org", PASSWORD, name="Bob", role="administrator", language="en", is_active=False
    )
    give_app(alice)

    pages = {page_for(log_in(None), email, "not this one") for email in (alice.email, bob.email, "nobody@example.org")}

    assert len(pages) == 1


def test_who_has_a_second_factor_is_told_to_nobody_without_the_password(log_in: LogIn, alice: User) -> None:
    without = page_for(log_in(None), alice.email, "not this one")
    give_app(alice)

    assert page_for(log_in(None), alice.email, "not this one") == without


ROUNDS = 9


def median(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]


def compared(one: Callable[[], object], other: Callable[[], object]) -> float:
    """How many times as long `one` takes as `other`, the two by turns, by the middle of each."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for doing, kept in zip((one, other), times, strict=True):
            began = time.perf_counter()
            doing()
            kept.append(time.perf_counter() - began)
    return median(times[0]) / median(times[1])


@pytest.fixture
def slow_passwords(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords as production keeps them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    for door in (Door.ACCOUNT, Door.NETWORK):
        monkeypatch.setitem(LIMITS, door, (Limit(1000, timedelta(minutes=5)),))


@pytest.mark.parametrize("state", ["active", "disabled"])
def test_a_wrong_password_takes_as_long_as_an_unknown_address(state: str, slow_passwords: None, log_in: LogIn) -> None:
    User.objects.create_user(
        "ada@example.org", PASSWORD, name="Ada", role="administrator", is_active=state == "active"
    )
    browser = log_in(None)

    ratio = compared(
        lambda: browser.post("/accounts/login/", {"login": "ada@example.org", "password": "not this one"}),
        lambda: browser.post("/accounts/login/", {"login": "eve@example.org", "password": "not this one"}),
    )

    assert 0.6 < ratio < 1.6


def test_control_a_log_in_that_looks_at_no_password_for_an_unknown_address_is_told_by_its_time(
    slow_passwords: None,
) -> None:
    ada = User.objects.create_user("ada@example.org", PASSWORD, name="Ada", role="administrator")

    def careless(email: str) -> bool:
        user = User.objects.filter(email=email).first()
        return user is not None and user.check_password("not this one")

    assert compared(lambda: careless(ada.email), lambda: careless("eve@example.org")) > 1.6


# The same, counted instead of timed: no clock, however slow the machine, hides or makes up a difference.


@dataclass(frozen=True)
class Work:
    """What it takes to answer: the statements by their shape, the passwords that were hashed, the mails made."""

    statements: tuple[str, ...]
    hashed: int
    mails: int


def shape(sql: str) -> str:
    """A statement without its values, and without the name that PostgreSQL's cursor has each time."""
    return re.sub(r"'[^']*'|\b\d+(\.\d+)?\b|_django_curs_\w+", "?", sql)


@pytest.fixture
def work_of(monkeypatch: pytest.MonkeyPatch, mailoutbox: list[EmailMessage]) -> Callable[[Callable[[], object]], Work]:
    encode, hashed = MD5PasswordHasher.encode, []

    def counted(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(salt)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    def work(doing: Callable[[], object]) -> Work:
        hashed.clear()
        mails = len(mailoutbox)
        with CaptureQueriesContext(connection) as queries:
            doing()
        told = tuple(shape(query["sql"]) for query in queries if "SAVEPOINT" not in query["sql"])
        return Work(told, len(hashed), len(mailoutbox) - mails)

    return work


STATES = ("active", "disabled", "with an app", "without a password")


@pytest.fixture
def known(db: None) -> dict[str, str]:
    """An address of each kind of account."""
    for number, state in enumerate(STATES):
        user = User.objects.create_user(
            f"known{number}@example.org", PASSWORD, name=state, role="administrator", is_active=state != "disabled"
        )
        if state == "with an app":
            give_app(user)
        if state == "without a password":
            user.set_unusable_password()
            user.save()
    return {state: f"known{number}@example.org" for number, state in enumerate(STATES)}


@pytest.mark.parametrize("state", STATES)
def test_a_wrong_password_costs_the_same_work_whoever_is_named(
    state: str, known: dict[str, str], work_of: Callable[[Callable[[], object]], Work], log_in: LogIn
) -> None:
    def tried(email: str) -> Callable[[], object]:
        browser = log_in(None)
        browser.get("/accounts/login/")
        return lambda: browser.post("/accounts/login/", {"login": email, "password": "not this one"})

    work_of(tried("somebody@example.org"))  # the network is counted from here on, and the old counts swept away
    unknown, asked = work_of(tried("nobody@example.org")), work_of(tried(known[state]))

    assert (asked.hashed, asked.mails) == (unknown.hashed, unknown.mails) == (1, 0)
    assert asked.statements == unknown.statements


@pytest.mark.parametrize("state", STATES)
def test_a_forgotten_password_is_answered_before_any_mail_is_made(
    state: str, known: dict[str, str], work_of: Callable[[Callable[[], object]], Work],
    ask_for_a_link: Callable[[str], HttpResponse],
) -> None:  # fmt: skip
    unknown, asked = (work_of(lambda email=email: ask_for_a_link(email)) for email in ("no@example.org", known[state]))

    assert (asked.mails, unknown.mails, asked.hashed) == (0, 0, unknown.hashed)
    assert asked.statements == unknown.statements


def test_control_a_log_in_that_stops_at_an_unknown_address_does_less_work(
    known: dict[str, str], work_of: Callable[[Callable[[], object]], Work]
) -> None:
    def careless(email: str) -> bool:
        user = User.objects.filter(email=email).first()
        return user is not None and user.check_password("not this one")

    unknown, asked = (work_of(lambda email=email: careless(email)) for email in ("no@example.org", known["active"]))

    assert (asked.hashed, unknown.hashed) == (1, 0)


def test_control_a_mail_made_before_the_answer_is_counted(
    known: dict[str, str], work_of: Callable[[Callable[[], object]], Work],
    ask_for_a_link: Callable[[str], HttpResponse],
) -> None:  # fmt: skip
    assert work_of(lambda: ask_for_a_link(known["active"]).close()).mails == 1


class SlowPostman(LocmemBackend):
    """A mail server that takes its time."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        time.sleep(0.3)
        return super().send_messages(messages)


@pytest.fixture
def ask_for_a_link(browser: Client, alice: User, settings: Settings) -> Iterator[Callable[[str], HttpResponse]]:
    """Ask for a new password as a web server would: what comes back has not been closed yet."""
    settings.MAILERS = {"default": {"BACKEND": "tests.staff.test_tries.SlowPostman"}}
    settings.ACCOUNT_RATE_LIMITS = False
    page = "/accounts/password/reset/"
    token = str(browser.get(page).context["csrf_token"])
    cookie = f"csrftoken={browser.cookies['csrftoken'].value}"

    def ask(email: str) -> HttpResponse:
        form = {"email": email, "csrfmiddlewaretoken": token}
        environ = RequestFactory(headers={"Cookie": cookie}).post(page, form).environ
        return WSGIHandler()(environ, lambda *_: None)

    # The connection belongs to the test, which is one transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield ask
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_link_of_a_forgotten_password_is_mailed_once_the_answer_has_left(
    ask_for_a_link: Callable[[str], HttpResponse], alice: User, mailoutbox: list[EmailMessage]
) -> None:
    response = ask_for_a_link(alice.email)
    assert (response.status_code, len(mailoutbox)) == (302, 0)

    response.close()
    assert [message.to for message in mailoutbox] == [[alice.email]]


def test_a_forgotten_password_is_answered_as_fast_for_an_unknown_address(
    ask_for_a_link: Callable[[str], HttpResponse], alice: User
) -> None:
    ratio = compared(lambda: ask_for_a_link(alice.email), lambda: ask_for_a_link("nobody@example.org"))

    assert 0.5 < ratio < 2


def test_control_a_mail_sent_before_the_answer_is_told_by_its_time(
    ask_for_a_link: Callable[[str], HttpResponse], alice: User
) -> None:
    ratio = compared(lambda: ask_for_a_link(alice.email).close(), lambda: ask_for_a_link("nobody@example.org").close())

    assert ratio > 2
