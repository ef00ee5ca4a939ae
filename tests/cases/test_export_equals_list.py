"""The export equals the list: the file has exactly the rows of the pages, walked one by one, in their order."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from cases.filters import CaseFilter, VisitFilter
from cases.models import Case, Visit
from cases.paging import CASES as ORDERS
from config.staff.models import User
from tests.benchmarks.office import TODAY, fill
from tests.conftest import FULL_SIZE

EXAMPLES = 200 if FULL_SIZE else 12
CASES = 300
SORTS = {"cases": ("newest", "oldest", "due"), "visits": ("newest", "oldest")}


@pytest.fixture
def office(transactional_db: None) -> User:
    """Some years of work of six teams; given is the coordinator, who sees them all."""
    return fill(CASES)


def asked(data: st.DataObject, of: str) -> dict[str, str]:
    """Up to three filters with a value that the form offers, and an order: with more nearly nothing is left."""
    filters: Any = CaseFilter({}, Case.objects.all(), on=TODAY) if of == "cases" else VisitFilter({}, Visit.objects)
    fields = filters.form.fields
    names = data.draw(st.lists(st.sampled_from(sorted(fields)), max_size=3, unique=True))
    query = {"sort": data.draw(st.sampled_from(SORTS[of]))}
    for name in names:
        choices = [str(value) for value, _label in getattr(fields[name], "choices", ()) if str(value)]
        days = st.integers(0, 365 * 5).map(lambda ago: (TODAY - timedelta(days=ago)).isoformat())
        query[name] = data.draw(st.sampled_from(choices) if choices else days)
    return query


def walked(browser: Browser, of: str, query: dict[str, str]) -> list[str]:
    """The rows of all pages, the first page to the last."""
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        answer = browser.get(f"/{of}/", {**query, "after": after})
        found += [name_of(row) for row in answer.context["page"].rows]
        after = answer.context["edges"]["after"]
    return found


def name_of(row: Case | Visit) -> str:
    """What says which row it is, in a file too."""
    if isinstance(row, Case):
        return row.reference
    return f"{row.happened_on:%d/%m/%Y} {row.minutes} {row.client_reference or ''}"


def exported(browser: Browser, of: str, query: dict[str, str]) -> list[str]:
    columns = {"columns": ["reference"]} if of == "cases" else {"columns": ["day", "minutes", "client"]}
    answer = browser.get(f"/{of}/export.csv", {**query, **columns})
    if answer.status_code != 200:
        return [f"refused: {answer.status_code}"]
    content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return [" ".join(row) for row in csv.reader(io.StringIO(content, newline=""), delimiter=";")][1:]


def compared(browser: Browser, of: str, query: dict[str, str]) -> int:
    """The file has the rows of the list in their order: how many these are."""
    listed = walked(browser, of, query)

    if "refused: 400" in (file := exported(browser, of, query)):
        assert listed == []  # a period that ends before it begins: neither shows anything
    else:
        assert file == listed
    assert of == "visits" or len(listed) == len(set(listed))
    return len(listed)


@pytest.mark.sized
@pytest.mark.parametrize("of", ["cases", "visits"])
def test_the_export_equals_the_list(office: User, client: Browser, monkeypatch: pytest.MonkeyPatch, of: str) -> None:
    """Somebody asks for all of it, in every order; then for whatever the dice say, and finds enough to tell by."""
    monkeypatch.setattr("cases.views.lists.ROWS", 20)
    client.force_login(office)
    whole = [compared(client, of, {"sort": sort}) for sort in SORTS[of]]
    found: list[int] = []

    @seed(2026)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def at_random(data: st.DataObject) -> None:
        who = office if data.draw(st.booleans()) else User.objects.filter(role="adviser").order_by("pk").first()
        client.force_login(who)
        found.append(compared(client, of, asked(data, of)))

    at_random()

    assert min(whole) > 100  # several pages
    assert 4 * len([rows for rows in found if rows]) >= EXAMPLES


def test_control_a_file_in_another_order_is_told_from_the_list(
    office: User, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.views.exports.CASES", ORDERS | {"newest": ORDERS["due"]})
    client.force_login(office)

    with pytest.raises(AssertionError):
        compared(client, "cases", {"sort": "newest"})
