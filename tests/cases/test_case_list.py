"""The list of cases: what it shows, what it asks, what it hands over."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cases.models import Access, Case
from communes.models import Tariff
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import UserFactory, a_case, a_client, moved, noted

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice(staff: dict[Role, User]) -> User:
    return staff[Role.ADVISER]


@pytest.fixture
def desk(alice: User, log_in: Callable[[User], Browser]) -> Browser:
    return log_in(alice)


@pytest.fixture
def boss(staff: dict[Role, User], log_in: Callable[[User], Browser]) -> Browser:
    return log_in(staff[Role.COORDINATOR])


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def listed(answer: object) -> list[str]:
    """The references on the page, in its order."""
    return [case.reference for case in answer.context["page"].rows]  # type: ignore[attr-defined]


def test_a_row_says_the_step_whose_move_it_is_until_when_where_and_who(
    desk: Browser, alice: User, today: date
) -> None:
    case = noted(
        moved(a_case(by=alice, on=today, assignee=alice), "choose_office", by=alice), by=alice, own_email="yes"
    )
    moved(case, "register", by=alice)

    page = text(desk.get("/cases/"))

    assert f'<a href="/cases/{case.reference}/">To activate</a>' in page
    assert "Yıldız Özdemir" in page
    assert "waiting for the client" in page
    assert "14 days left to activate" in page
    assert 'Uccle<span class="small soft why">10.00 €</span>' in page
    assert "<span>Alice</span>" in page


def test_a_closed_case_says_when_it_closed(desk: Browser, alice: User, today: date) -> None:
    moved(a_case(by=alice, on=today), "abandon", by=alice, abandon_reason="gave_up")

    assert "closed on" in text(desk.get("/cases/"))


def test_the_list_filters_by_its_address(desk: Browser, alice: User, today: date) -> None:
    new = a_case(by=alice, on=today)
    mine = moved(a_case(by=alice, on=today, assignee=alice), "choose_office", by=alice)

    found = [
        listed(desk.get(f"/cases/{query}"))
        for query in ("", "?step=orientation", "?waiting_for=client", f"?state=open&assignee={alice.pk}")
    ]

    assert found == [[mine.reference, new.reference], [new.reference], [mine.reference], [mine.reference]]


@pytest.mark.parametrize("query", ["step=nowhere", "opened_from=31/02/2026", "office=%00", "assignee=999999"])
def test_a_filter_that_is_no_choice_says_so_and_shows_nothing(
    desk: Browser, alice: User, today: date, query: str
) -> None:
    a_case(by=alice, on=today)

    answer = desk.get(f"/cases/?{query}")

    assert (answer.status_code, listed(answer)) == (422, [])
    assert 'class="errorlist"' in text(answer)


@pytest.mark.parametrize("query", ["sort=name", "after=CN-2026-9999", "before=%00"])
def test_an_order_or_a_page_that_does_not_exist_is_a_missing_page(desk: Browser, query: str) -> None:
    assert desk.get(f"/cases/?{query}").status_code == 404


def test_another_team_s_case_is_neither_listed_nor_an_edge(desk: Browser) -> None:
    theirs = a_case(by=UserFactory())

    assert listed(desk.get("/cases/")) == []
    assert desk.get(f"/cases/?after={theirs.reference}").status_code == 404


def test_a_filter_in_use_is_named_and_taken_off_by_one_click(desk: Browser, alice: User, today: date) -> None:
    a_case(by=alice, on=today)

    answer = desk.get("/cases/?step=orientation&state=open&sort=due")

    assert [(each.label, each.value, each.without) for each in answer.context["chosen"]] == [
        ("State", "Open", "?step=orientation&sort=due"),
        ("Step", "Orientation", "?state=open&sort=due"),
    ]


def test_the_question_on_the_page_is_the_chip_that_is_marked(desk: Browser) -> None:
    chips = desk.get("/cases/?overdue=yes&sort=due").context["chips"]

    assert [(chip.label, chip.query) for chip in chips if chip.current] == [("Late", "?overdue=yes&sort=due")]


def test_the_list_goes_on_page_by_page(
    desk: Browser, alice: User, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.views.lists.ROWS", 2)
    first, second, third = (a_case(by=alice, on=today).reference for _ in range(3))

    pages = [desk.get(f"/cases/{query}") for query in ("", f"?after={second}", f"?before={first}")]

    assert [listed(page) for page in pages] == [[third, second], [first], [third, second]]
    assert f'rel="next" href="?after={second}"' in text(pages[0])
    assert f'rel="prev" href="?before={first}"' in text(pages[1])


def test_a_long_list_is_counted_no_further_than_one_reads(
    desk: Browser, alice: User, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.views.lists.COUNTED_UP_TO", 2)
    for _ in range(3):
        a_case(by=alice, on=today)

    page = text(desk.get("/cases/"))

    assert "more than 2 cases" in page
    assert "More than 2 rows, so more than" in page


def test_the_export_takes_the_address_of_the_list_without_its_place_in_it(
    desk: Browser, alice: User, today: date
) -> None:
    case = a_case(by=alice, on=today)
    a_case(by=alice, on=today, procedure="e_card")

    answer = desk.get(f"/cases/?procedure=digital_key&sort=due&before={case.reference}")

    assert 'href="/cases/export.csv?procedure=digital_key&amp;sort=due"' in text(answer)
    assert "1 row, about 210 bytes, at once." in text(answer).replace("\u00a0", " ")


def test_a_case_whose_tariff_changed_is_marked_and_can_be_asked_for(desk: Browser, alice: User, today: date) -> None:
    touched = moved(a_case(by=alice, on=today), "choose_office", by=alice)
    a_case(by=alice, on=today)
    Tariff.objects.filter(pk=touched.tariff_id).update(amount=Decimal("12.00"))

    answer = desk.get("/cases/?price=changed")

    assert listed(answer) == [touched.reference]
    assert "tariff changed" in text(answer)


def test_the_list_leaves_one_trace_of_the_clients_it_shows(desk: Browser, alice: User, today: date) -> None:
    case = a_case(by=alice, on=today)

    desk.get("/cases/")

    assert list(Access.objects.values_list("by", "place", "clients")) == [
        (alice.pk, "cases:cases", f",{case.client_id},")
    ]


@pytest.mark.parametrize(("rows", "queries"), [(1, 7), (3, 7), (300, 8)])
def test_the_list_takes_the_same_queries_for_one_case_and_for_many_and_counts_what_goes_on(
    desk: Browser, alice: User, rows: int, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert alice.team is not None
    person = a_client(team=alice.team)
    for _ in range(rows):
        a_case(by=alice, client=person)

    with django_assert_num_queries(queries):
        desk.get("/cases/")


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_list_is_read_in_three_languages(desk: Browser, alice: User, today: date, language: str) -> None:
    a_case(by=alice, on=today)

    desk.cookies["django_language"] = language
    page = text(desk.get("/cases/?state=open"))

    assert f'<html lang="{language}"' in page


# Handing over


def ticked(*cases: Case) -> list[str]:
    return [f"{case.reference}:{case.version}" for case in cases]


def test_ticked_cases_go_to_a_colleague(boss: Browser, alice: User, today: date) -> None:
    cases = [a_case(by=alice, on=today), a_case(by=alice, on=today)]

    answer = boss.post("/cases/hand-over/", {"case": ticked(*cases), "to": alice.pk}, follow=True)

    assert "2 cases handed over to Alice." in text(answer)
    assert [case.assignee for case in Case.objects.order_by("pk")] == [alice, alice]


def test_a_case_that_changed_since_the_list_was_shown_stays_where_it_is(
    boss: Browser, alice: User, today: date
) -> None:
    still, changed = a_case(by=alice, on=today), a_case(by=alice, on=today)
    sent = ticked(still, changed)
    noted(changed, by=alice, itsme="no")

    answer = boss.post("/cases/hand-over/", {"case": sent, "to": alice.pk}, follow=True)

    assert f"they stay where they are: {changed.reference}." in text(answer)
    assert [case.assignee for case in Case.objects.order_by("pk")] == [alice, None]


@pytest.mark.parametrize("sent", [[], ["CN-2026-0001"], ["x:1"], ["CN-2026-0001:1\x00"]])
def test_nothing_ticked_or_nonsense_ticked_is_refused_with_a_sentence(
    boss: Browser, alice: User, sent: list[str]
) -> None:
    answer = boss.post("/cases/hand-over/", {"case": sent, "to": alice.pk}, follow=True)

    assert answer.status_code == 200
    assert 'class="note error"' in text(answer)


def test_an_adviser_ticks_nothing_and_hands_nothing_over(desk: Browser, alice: User, today: date) -> None:
    case = a_case(by=alice, on=today)

    page, sent = desk.get("/cases/"), desk.post("/cases/hand-over/", {"case": ticked(case), "to": alice.pk})

    assert "hand-over" not in text(page)
    assert sent.status_code == 403


def test_on_leave_all_open_cases_of_a_colleague_go_to_another(boss: Browser, alice: User, today: date) -> None:
    bob = UserFactory(name="Bob", team=alice.team)
    followed = [a_case(by=alice, on=today, assignee=alice) for _ in range(2)]
    closed = moved(a_case(by=alice, on=today, assignee=alice), "abandon", by=alice, abandon_reason="other")

    form = text(boss.get("/cases/leave/"))
    answer = boss.post("/cases/leave/", {"leaving": alice.pk, "to": bob.pk}, follow=True)

    assert "Alice, 2 open cases" in form
    assert "2 cases handed over to Bob." in text(answer)
    assert listed(answer) == [case.reference for case in reversed(followed)]
    assert Case.objects.get(pk=closed.pk).assignee == alice


def test_nobody_leaves_their_cases_to_themselves(boss: Browser, alice: User) -> None:
    answer = boss.post("/cases/leave/", {"leaving": alice.pk, "to": alice.pk})

    assert answer.status_code == 422
    assert "Choose another colleague than the one who leaves." in text(answer)


def test_a_late_case_is_red_and_one_due_this_week_amber(desk: Browser, alice: User, today: date) -> None:
    cases = []
    for ago in (20, 10):
        start = today - timedelta(days=ago)
        case = noted(moved(a_case(by=alice, on=start), "choose_office", by=alice), by=alice, own_email="yes")
        cases.append(moved(case, "register", by=alice, on=start))

    page = text(desk.get("/cases/?sort=due"))

    late, due = (page.index(f"/cases/{case.reference}/") for case in cases)
    assert late < page.index('<span class="tag late">') < due < page.index('<span class="tag due">')
