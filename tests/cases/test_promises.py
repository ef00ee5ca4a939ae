"""What was promised to a client, against the tariffs that change; deadlines that are agreed; handing cases over."""

from datetime import date
from decimal import Decimal

import pytest

from cases import actions
from cases.models import Case, Note
from cases.price_changes import price_changed_among
from communes.models import Tariff
from config.staff.models import User
from tests.factories import MONDAY, UserFactory, a_case, a_client, moved, noon, noted, office

pytestmark = pytest.mark.usefixtures("reference_data")
IN_MAY = date(2026, 5, 4)


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters")


@pytest.fixture
def promised(alice: User) -> Case:
    """Uccle at 10.00 was promised on 2 March."""
    return moved(a_case(by=alice), "choose_office", by=alice)


def newer(case: Case, amount: str | None, *, first_day: date = IN_MAY, offered: bool = True) -> Tariff:
    """The tariff that follows the promised one."""
    assert case.tariff is not None
    line = {name: getattr(case.tariff, name) for name in ("office", "service", "residency", "document")}
    price = None if amount is None else Decimal(amount)
    return Tariff.objects.create(**line, valid_from=first_day, amount=price, offered=offered, source="A phone call")


def flagged(*, on: date = IN_MAY) -> list[Case]:
    return list(Case.objects.price_changed(on=on))


def test_a_case_whose_tariff_changes_is_flagged_from_that_day_on(promised: Case) -> None:
    newer(promised, "12.50")

    assert [flagged(on=day) for day in (date(2026, 5, 3), IN_MAY)] == [[], [promised]]


def test_a_withdrawn_tariff_flags_the_case(promised: Case) -> None:
    newer(promised, None, offered=False)

    assert flagged() == [promised]


def test_a_price_that_was_corrected_in_place_flags_the_case(promised: Case) -> None:
    Tariff.objects.filter(pk=promised.tariff_id).update(amount=Decimal("11.00"))

    assert flagged() == [promised]


def test_a_newer_tariff_at_the_same_price_flags_nothing(promised: Case) -> None:
    newer(promised, "10.00")

    assert flagged() == []


def test_a_price_that_was_not_known_is_flagged_once_it_is(alice: User) -> None:
    case = a_case(by=alice, procedure="e_card", client=a_client(team=alice.team, lives_in="ixelles"))
    actions.choose_office(case, office("ixelles"), by=alice, on=MONDAY, at=noon(MONDAY))
    unknown = (case.quoted_amount, flagged())

    newer(case, "31.00")

    assert (unknown, flagged()) == ((None, []), [case])


def test_a_tariff_of_other_people_flags_nothing(promised: Case) -> None:
    row = newer(promised, "12.50")
    Tariff.objects.filter(pk=row.pk).update(residency="resident")

    assert flagged() == []


def test_once_the_fee_is_paid_or_the_client_registered_the_tariff_does_not_matter(promised: Case, alice: User) -> None:
    newer(promised, "12.50")
    paid = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, paid=Decimal("10.00"))
    registered = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, own_email="yes")
    moved(registered, "register", by=alice)

    assert paid not in flagged()
    assert registered not in flagged()
    assert flagged() == [promised]


def test_quoting_again_promises_the_price_of_today(promised: Case, alice: User) -> None:
    row = newer(promised, "12.50")

    event = actions.quote_again(promised, by=alice, on=IN_MAY, at=noon(IN_MAY))

    case = Case.objects.get()
    assert (event.transition, case.quoted_amount, case.tariff, case.step) == (
        "choose_office",
        Decimal("12.50"),
        row,
        "to_register",
    )
    assert flagged() == []


def test_a_withdrawn_tariff_cannot_be_quoted_again(promised: Case, alice: User) -> None:
    newer(promised, None, offered=False)

    with pytest.raises(actions.NoOfferToday):
        actions.quote_again(promised, by=alice, on=IN_MAY, at=noon(IN_MAY))


def test_a_promise_that_is_kept_is_no_longer_flagged_until_the_tariff_changes_again(
    promised: Case, alice: User
) -> None:
    row = newer(promised, "12.50")

    actions.keep_promise(promised, by=alice, on=IN_MAY, at=noon(IN_MAY))

    case = Case.objects.get()
    assert (case.kept_tariff, case.quoted_amount, flagged()) == (row, Decimal("10.00"), [])
    newer(promised, "13.00", first_day=date(2026, 6, 1))
    assert flagged(on=date(2026, 6, 1)) == [promised]


def test_keeping_a_promise_can_be_corrected(promised: Case, alice: User) -> None:
    newer(promised, "12.50")
    actions.keep_promise(promised, by=alice, on=IN_MAY, at=noon(IN_MAY))

    actions.undo(promised, by=alice, on=IN_MAY, at=noon(IN_MAY))

    assert flagged() == [promised]


def test_there_is_nothing_to_keep_while_the_price_stands(promised: Case, alice: User) -> None:
    with pytest.raises(actions.NothingToKeep):
        actions.keep_promise(promised, by=alice, on=IN_MAY, at=noon(IN_MAY))


def test_the_row_of_the_list_says_what_the_filter_says(promised: Case, alice: User) -> None:
    a_case(by=alice)
    noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, paid=Decimal("10.00"))
    newer(promised, "12.50")

    marked = price_changed_among(Case.objects.all(), on=IN_MAY)

    assert marked == {case.pk for case in Case.objects.price_changed(on=IN_MAY)} == {promised.pk}


def test_another_price_at_the_counter_is_found(promised: Case, alice: User) -> None:
    fair = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, paid=Decimal("10.00"))

    noted(promised, by=alice, paid=Decimal("12.00"))

    assert fair.paid_amount == fair.quoted_amount
    assert list(Case.objects.paid_otherwise()) == [promised]


# Deadlines that were agreed


@pytest.fixture
def letter_awaited(alice: User) -> Case:
    return moved(a_case(by=alice, procedure="card_codes", reason="codes_lost"), "request_codes", by=alice)


def test_another_day_is_agreed_with_its_reason_beside_it(letter_awaited: Case, alice: User) -> None:
    friday = date(2026, 4, 3)

    event = actions.reschedule(
        letter_awaited, friday, by=alice, on=MONDAY, at=noon(MONDAY), note="The commune sends it again."
    )

    case = Case.objects.get()
    assert (event.kind, case.step, case.due_on) == ("rescheduled", "new_codes_awaited", friday)
    assert case.overdue_from == date(2026, 4, 7)  # Easter Monday is no working day
    assert Note.objects.get(event=event).text == "The commune sends it again."


def test_a_hard_deadline_stays_hard(alice: User) -> None:
    case = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, own_email="yes")
    moved(case, "register", by=alice)

    actions.reschedule(
        case, date(2026, 3, 20), by=alice, on=MONDAY, at=noon(MONDAY), note="The office gave four days."
    )

    assert (case.due_kind, case.due_on, case.overdue_from) == ("activation", date(2026, 3, 20), date(2026, 3, 21))


@pytest.mark.parametrize(
    ("due_on", "note", "refusal"),
    [
        (date(2026, 3, 1), "They said so.", actions.BadDay),
        (date(2026, 4, 3), "  ", actions.MissingFact),
    ],
)
def test_a_deadline_moves_forward_and_for_a_reason(
    letter_awaited: Case, alice: User, due_on: date, note: str, refusal: type[actions.NotDone]
) -> None:
    with pytest.raises(refusal):
        actions.reschedule(letter_awaited, due_on, by=alice, on=MONDAY, at=noon(MONDAY), note=note)

    assert Case.objects.get().version == 2


def test_without_a_running_deadline_there_is_none_to_change(promised: Case, alice: User) -> None:
    with pytest.raises(actions.NoDeadline):
        actions.reschedule(promised, IN_MAY, by=alice, on=MONDAY, at=noon(MONDAY), note="They said so.")


def test_an_agreed_day_is_corrected_like_any_step(letter_awaited: Case, alice: User) -> None:
    counted = letter_awaited.due_on
    actions.reschedule(letter_awaited, date(2026, 4, 3), by=alice, on=MONDAY, at=noon(MONDAY), note="A mistake.")

    actions.undo(letter_awaited, by=alice, on=MONDAY, at=noon(MONDAY))

    assert letter_awaited.due_on == counted


# Handing over


def test_several_cases_are_given_to_a_colleague_and_nothing_else_changes(alice: User) -> None:
    bob = UserFactory(team=alice.team)
    cases = [a_case(by=alice), moved(a_case(by=alice), "choose_office", by=alice)]

    left = actions.hand_over(cases, bob, by=alice, on=MONDAY, at=noon(MONDAY))

    assert left == []
    assert [(case.assignee, case.step) for case in Case.objects.order_by("pk")] == [
        (bob, "orientation"),
        (bob, "to_register"),
    ]


def test_a_case_that_changed_meanwhile_is_left_and_the_others_are_handed_over(alice: User) -> None:
    bob = UserFactory(team=alice.team)
    first, second = a_case(by=alice), a_case(by=alice)
    noted(Case.objects.get(pk=first.pk), by=alice, itsme="no")

    left = actions.hand_over([first, second], bob, by=alice, on=MONDAY, at=noon(MONDAY))

    assert left == [first]
    assert [case.assignee for case in Case.objects.order_by("pk")] == [None, bob]


def test_whoever_follows_a_case_already_leaves_no_event(alice: User) -> None:
    case = a_case(by=alice, assignee=alice)

    actions.hand_over([case], alice, by=alice, on=MONDAY, at=noon(MONDAY))

    assert case.events.count() == 1
