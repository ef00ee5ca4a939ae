"""The case list page by page: every case once, in the same order forwards and backwards."""

from datetime import date, timedelta

import pytest

from cases import actions
from cases.models import Case
from cases.paging import CASES, Page, Sort, page_of
from config.staff.models import User
from tests.factories import MONDAY, UserFactory, a_case, a_client, moved, noon

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice() -> User:
    return UserFactory()


@pytest.fixture
def seven(alice: User) -> list[str]:
    """Two cases a day; every other one waits for a letter, so it has a deadline."""
    assert alice.team is not None
    person = a_client(team=alice.team)
    cases = []
    for number in range(7):
        day = MONDAY + timedelta(days=number // 2)
        case = a_case(by=alice, client=person, procedure="card_codes", reason="codes_lost", on=day)
        cases.append(moved(case, "request_codes", by=alice, on=day) if number % 2 else case)
    return [case.reference for case in cases]


def a_page(sort: str, *, after: Case | None = None, before: Case | None = None) -> Page[Case]:
    return page_of(
        Case.objects.all(),
        CASES[sort],
        size=3,
        after=after,
        before=before,
    )


def numbers(page: Page[Case]) -> list[int]:
    return [int(case.reference[-1]) for case in page.rows]


ORDERS = {
    Sort.NEWEST: [[7, 6, 5], [4, 3, 2], [1]],
    Sort.OLDEST: [[1, 2, 3], [4, 5, 6], [7]],
    Sort.DUE: [[2, 4, 6], [7, 5, 3], [1]],
}


@pytest.mark.parametrize("sort", Sort)
def test_forwards_every_case_comes_once(seven: list[str], sort: str) -> None:
    pages = [a_page(sort)]
    while pages[-1].after:
        pages.append(a_page(sort, after=pages[-1].after))

    assert [numbers(page) for page in pages] == ORDERS[Sort(sort)]


@pytest.mark.parametrize("sort", Sort)
def test_backwards_the_pages_are_the_same(seven: list[str], sort: str) -> None:
    last = a_page(sort, after=a_page(sort, after=a_page(sort).after).after)
    middle = a_page(sort, before=last.before)
    first = a_page(sort, before=middle.before)

    assert [numbers(page) for page in (first, middle, last)] == ORDERS[Sort(sort)]
    assert (first.before, last.after) == (None, None)


def test_a_case_that_comes_in_moves_no_page(seven: list[str], alice: User) -> None:
    edge = a_page(Sort.NEWEST).after
    second = numbers(a_page(Sort.NEWEST, after=edge))

    actions.open_case(
        client=Case.objects.get(reference=seven[0]).client, procedure="card_codes", reason="codes_lost", by=alice,
        on=date(2026, 3, 9), at=noon(date(2026, 3, 9)),
    )  # fmt: skip

    assert numbers(a_page(Sort.NEWEST, after=edge)) == second


def test_an_empty_list_is_one_empty_page(db: None) -> None:
    assert a_page(Sort.NEWEST) == Page([], before=None, after=None, whole=True)
