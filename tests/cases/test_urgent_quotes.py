"""An urgent card costs several times an ordinary one: nobody orders it on an ordinary price without being told."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.utils import timezone

from cases import actions
from cases.models import Case
from communes.models import Tariff
from config.staff.models import User
from config.staff.roles import Role
from config.wording import money
from tests.factories import a_case, a_client, moved, office

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice(staff: dict[Role, User]) -> User:
    return staff[Role.ADVISER]


@pytest.fixture
def desk(alice: User, log_in: Callable[[User], Browser]) -> Browser:
    return log_in(alice)


@pytest.fixture
def prepared(alice: User) -> Case:
    """Uccle at the ordinary price; the urgent one is 139.40 from the first of the year."""
    assert alice.team is not None
    for service, amount in (("e_card", "28.10"), ("e_card_urgent", "139.40")):
        Tariff.objects.filter(office__code="uccle", service=service).delete()
        Tariff.objects.create(
            office=office("uccle"), service=service, residency="everyone", document="any", amount=Decimal(amount),
            valid_from=date(2026, 1, 1), source="Test",
        )  # fmt: skip
    today = timezone.localdate()
    client = a_client(team=alice.team, lives_in="uccle")
    return moved(a_case(by=alice, procedure="e_card", client=client, on=today), "choose_office", by=alice)


def ordered(case: Case, *, by: User) -> Case:
    now = timezone.now()
    actions.move(case, "order_urgently", by=by, on=timezone.localdate(), at=now, facts={"ordered_at": now})
    return case


def test_the_order_says_that_the_price_is_the_ordinary_one_and_does_not_stop(
    desk: Browser, alice: User, prepared: Case
) -> None:
    page = desk.get(f"/cases/{prepared.reference}/moves/order_urgently/").content.decode()

    assert "The announced price is the one of the ordinary procedure." in page
    assert f'formaction="/cases/{prepared.reference}/price/again/?urgent=yes&amp;back=order"' in page
    assert ordered(prepared, by=alice).step == "urgent_ordered"


def test_one_gesture_announces_the_urgent_price_and_comes_back_to_the_order(desk: Browser, prepared: Case) -> None:
    address = f"/cases/{prepared.reference}/price/again/?urgent=yes&back=order"

    answer = desk.post(address, {"version": prepared.version, "happened_on": "nonsense"})

    prepared.refresh_from_db()
    assert answer.headers["Location"] == f"/cases/{prepared.reference}/moves/order_urgently/"
    assert (prepared.quoted_amount, prepared.step) == (Decimal("139.40"), "preparing")
    assert "ordinary procedure." not in desk.get(answer.headers["Location"]).content.decode()


def test_a_card_ordered_on_the_ordinary_price_is_marked_until_the_urgent_one_is_announced(
    desk: Browser, alice: User, prepared: Case
) -> None:
    ordered(prepared, by=alice)
    before = desk.get(prepared.get_absolute_url()).content.decode()

    desk.post(f"/cases/{prepared.reference}/price/again/?urgent=yes", {"version": prepared.version})

    prepared.refresh_from_db()
    after = desk.get(prepared.get_absolute_url()).content.decode()
    marked = "The card is ordered urgently, and the announced price is the one of the ordinary procedure."
    assert (marked in before, marked in after) == (True, False)
    assert (prepared.step, prepared.quoted_amount) == ("urgent_ordered", Decimal("139.40"))
    assert f"Price announced again: {money(Decimal('139.40'))}" in after


def test_an_urgent_price_warns_of_nothing(alice: User, desk: Browser, prepared: Case) -> None:
    today = timezone.localdate()
    actions.quote_again(prepared, by=alice, on=today, at=timezone.now(), urgent=True)

    page = desk.get(f"/cases/{prepared.reference}/moves/order_urgently/").content.decode()

    assert "ordinary procedure." not in page


def test_an_office_without_an_urgent_price_refuses_in_a_sentence(desk: Browser, prepared: Case) -> None:
    Tariff.objects.filter(office__code="uccle", service="e_card_urgent").delete()
    address = f"/cases/{prepared.reference}/price/again/?urgent=yes&back=order"

    answer = desk.post(address, {"version": prepared.version})

    assert answer.status_code == 422
    assert "does not offer this to this person on that day" in answer.content.decode()
