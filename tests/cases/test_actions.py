from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cases import actions
from cases.facts import BadFact
from cases.models import Case, Event, Note, Visit
from cases.replay import state_of
from communes.models import Tariff
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import MONDAY, UserFactory, a_case, a_client, moved, noon, noted, office

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters")


def test_a_case_opens_with_its_reference_its_first_step_and_its_first_event(alice: User) -> None:
    case = a_case(by=alice)

    assert (case.reference, case.step, case.version) == ("CN-2026-0001", "orientation", 1)
    assert [(e.seq, e.kind, e.source, e.target) for e in case.events.all()] == [(1, "opened", "", "orientation")]


def test_references_count_on_by_procedure_and_year(alice: User) -> None:
    opened = [
        a_case(by=alice),
        a_case(by=alice),
        a_case(by=alice, procedure="e_card"),
        a_case(by=alice, on=date(2027, 1, 4)),
    ]

    assert [case.reference for case in opened] == ["CN-2026-0001", "CN-2026-0002", "CE-2026-0001", "CN-2027-0001"]


def test_choosing_an_office_freezes_its_tariff_and_its_price(alice: User) -> None:
    case = moved(a_case(by=alice), "choose_office", by=alice)
    Tariff.objects.create(
        office=office("uccle"), service="digital_key", residency="everyone", amount=Decimal(12),
        valid_from=date(2026, 3, 3), source="test",
    )  # fmt: skip

    case.refresh_from_db()

    assert (case.step, case.office, case.quoted_amount) == ("to_register", office("uccle"), Decimal("10.00"))
    assert case.home_amount == Decimal("26.00")


def test_choosing_the_office_again_promises_the_price_of_that_day(alice: User) -> None:
    case = moved(a_case(by=alice), "choose_office", by=alice)
    Tariff.objects.create(
        office=office("uccle"), service="digital_key", residency="everyone", amount=Decimal(12),
        valid_from=date(2026, 3, 3), source="test",
    )  # fmt: skip

    actions.choose_office(case, office("uccle"), by=alice, on=date(2026, 3, 3), at=noon(date(2026, 3, 3)))

    assert case.quoted_amount == Decimal("12.00")


def test_an_office_that_is_not_open_to_the_person_cannot_be_chosen(alice: User) -> None:
    case = a_case(by=alice)

    with pytest.raises(actions.NoOfferToday):
        actions.choose_office(case, office("koekelberg"), by=alice, on=MONDAY, at=noon(MONDAY))

    assert case.events.count() == 1


def test_registering_starts_the_fourteen_days(alice: User) -> None:
    case = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, own_email="yes")

    moved(case, "register", by=alice, on=date(2026, 3, 4), paid=Decimal("10.00"), code_received=True)

    case.refresh_from_db()
    assert (case.step, case.due_on, case.due_kind) == ("to_activate", date(2026, 3, 18), "activation")
    assert (case.overdue_from, case.paid_amount) == (date(2026, 3, 19), Decimal("10.00"))


def test_without_an_own_email_address_the_registration_is_blocked_and_says_what_lifts_it(alice: User) -> None:
    case = moved(a_case(by=alice), "choose_office", by=alice)

    with pytest.raises(actions.Blocked) as refused:
        moved(case, "register", by=alice, on=date(2026, 3, 4))

    assert [rule.need for rule in refused.value.rules] == ["own_email"]
    assert case.events.count() == 2


@pytest.mark.parametrize(("day", "refused"), [(date(2026, 3, 18), False), (date(2026, 3, 19), True)])
def test_a_key_is_activated_on_the_last_day_and_not_after_it(alice: User, day: date, *, refused: bool) -> None:
    case = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, own_email="yes")
    moved(case, "register", by=alice, on=date(2026, 3, 4))

    if refused:
        with pytest.raises(actions.Blocked):
            moved(case, "activate", by=alice, on=day)
        moved(case, "expire", by=alice, on=day)
        assert (case.step, case.due_on) == ("to_register", None)
    else:
        moved(case, "activate", by=alice, on=day)
        assert (case.step, case.due_on, case.closed_on) == ("activated", None, day)


def test_a_lost_card_is_requested_only_after_docstop_and_the_police(alice: User) -> None:
    case = a_case(by=alice, procedure="e_card", reason="loss")
    assert case.step == "to_report"

    noted(case, by=alice, docstop_on=MONDAY)
    with pytest.raises(actions.Blocked) as refused:
        moved(case, "report", by=alice)
    assert [rule.need for rule in refused.value.rules] == ["police_report"]

    noted(case, by=alice, police_on=MONDAY)
    moved(case, "report", by=alice)
    assert case.step == "preparing"


def test_a_destroyed_card_needs_the_police_but_not_docstop(alice: User) -> None:
    case = noted(a_case(by=alice, procedure="e_card", reason="damage"), by=alice, police_on=MONDAY)

    moved(case, "report", by=alice)

    assert case.step == "preparing"


def test_a_renewal_opens_with_its_window(alice: User) -> None:
    case = a_case(
        by=alice, procedure="e_card", reason="renewal", card_expires_on=date(2027, 1, 6), on=date(2026, 11, 23)
    )

    assert (case.due_kind, case.due_opens_on, case.due_on) == ("renewal", date(2026, 11, 22), date(2026, 12, 7))


def test_a_case_opened_before_anybody_entered_a_delay_counts_with_the_first_that_was(alice: User) -> None:
    """The delays begin in 2026: whoever notes afterwards what was begun before is not refused."""
    case = a_case(
        by=alice, procedure="e_card", reason="renewal", card_expires_on=date(2026, 1, 20), on=date(2025, 12, 15)
    )

    assert (case.due_kind, case.due_opens_on, case.due_on) == ("renewal", date(2025, 12, 6), date(2025, 12, 21))


def test_a_letter_that_does_not_come_is_chased_and_leaves_the_worklist_for_a_week(alice: User) -> None:
    case = a_case(by=alice, procedure="e_card", client=a_client(team=alice.team, lives_in="ixelles"))
    actions.choose_office(case, office("ixelles"), by=alice, on=MONDAY, at=noon(MONDAY))
    moved(case, "request", by=alice)
    assert (case.due_on, case.overdue_from) == (date(2026, 3, 23), date(2026, 3, 24))

    moved(case, "chase", by=alice, on=date(2026, 3, 24))

    assert (case.step, case.due_on, case.overdue_from) == ("codes_awaited", date(2026, 3, 31), date(2026, 4, 1))


def test_no_codes_are_ordered_while_a_new_card_is_on_its_way(alice: User) -> None:
    client = a_client(team=alice.team, lives_in="ixelles")
    card = a_case(by=alice, procedure="e_card", client=client)
    actions.choose_office(card, office("ixelles"), by=alice, on=MONDAY, at=noon(MONDAY))
    moved(card, "request", by=alice)
    codes = a_case(by=alice, procedure="card_codes", reason="codes_lost", client=client)

    with pytest.raises(actions.Blocked) as refused:
        moved(codes, "request_codes", by=alice)

    assert [rule.need for rule in refused.value.rules] == ["no_card_request_running"]


def test_a_move_that_the_table_does_not_know_is_refused(alice: User) -> None:
    case = a_case(by=alice)

    for name in ("activate", "no_such_move"):
        with pytest.raises(actions.NotInTheWorkflow):
            actions.move(case, name, by=alice, on=MONDAY, at=noon(MONDAY))

    assert case.events.count() == 1


def test_a_move_needs_its_permission(alice: User) -> None:
    case = a_case(by=alice)
    editor = UserFactory(role=Role.TARIFF_EDITOR)

    with pytest.raises(actions.NotInTheWorkflow):
        actions.move(case, "abandon", by=editor, on=MONDAY, at=noon(MONDAY), facts={"abandon_reason": "gave_up"})


def test_a_move_keeps_only_the_facts_of_the_table(alice: User) -> None:
    case = a_case(by=alice)

    with pytest.raises(BadFact):
        actions.move(case, "abandon", by=alice, on=MONDAY, at=noon(MONDAY), facts={"abandon_reason": "1234"})
    with pytest.raises(BadFact):
        actions.move(
            case, "refer", by=alice, on=MONDAY, at=noon(MONDAY), facts={"referred_to": "legal", "pin": "1234"}
        )
    with pytest.raises(actions.MissingFact):
        actions.move(case, "abandon", by=alice, on=MONDAY, at=noon(MONDAY))

    assert case.events.count() == 1


def test_nothing_happens_tomorrow_or_before_the_last_step(alice: User) -> None:
    case = moved(a_case(by=alice, on=date(2026, 3, 3)), "choose_office", by=alice, on=date(2026, 3, 4))

    for day in (date(2026, 3, 5), date(2026, 3, 3)):
        with pytest.raises(actions.BadDay):
            actions.move(
                case, "abandon", by=alice, on=day, at=noon(date(2026, 3, 4)), facts={"abandon_reason": "gave_up"}
            )


def test_the_day_is_the_one_of_brussels(alice: User) -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    case = actions.open_case(
        client=a_client(team=alice.team), procedure="digital_key", reason="first", by=alice,
        on=date(2027, 1, 1), at=new_year,
    )  # fmt: skip

    assert case.reference == "CN-2027-0001"


def test_a_reason_in_words_stands_beside_the_event_and_not_in_it(alice: User) -> None:
    case = a_case(by=alice)

    event = actions.move(
        case,
        "abandon",
        by=alice,
        on=MONDAY,
        at=noon(MONDAY),
        facts={"abandon_reason": "other"},
        note="Her brother helps.",
    )

    assert event.facts["abandon_reason"] == "other"
    assert [(n.text, n.event) for n in Note.objects.all()] == [("Her brother helps.", event)]


def test_the_last_step_is_corrected_by_an_event(alice: User) -> None:
    case = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, own_email="yes")
    moved(case, "register", by=alice, on=date(2026, 3, 4))

    actions.undo(case, by=alice, on=date(2026, 3, 5), at=noon(date(2026, 3, 5)))

    case.refresh_from_db()
    assert (case.step, case.due_on, case.version) == ("to_register", None, 5)
    assert [e.kind for e in case.events.all()] == ["opened", "moved", "noted", "moved", "undone"]


def test_corrections_go_back_one_after_the_other_as_far_as_the_opening(alice: User) -> None:
    case = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, own_email="yes")

    for _ in range(2):
        actions.undo(case, by=alice, on=MONDAY, at=noon(MONDAY))
    with pytest.raises(actions.NothingToUndo):
        actions.undo(case, by=alice, on=MONDAY, at=noon(MONDAY))

    assert (case.step, case.office_id, case.quoted_amount) == ("orientation", None, None)


def test_a_closed_case_is_open_again_when_its_closing_is_corrected(alice: User) -> None:
    case = moved(a_case(by=alice), "abandon", by=alice, abandon_reason="gave_up")
    assert case.closed_on == MONDAY

    actions.undo(case, by=alice, on=MONDAY, at=noon(MONDAY))

    assert (case.step, case.closed_on) == ("orientation", None)


def test_whoever_acts_on_an_older_version_is_told_and_nothing_is_written(alice: User) -> None:
    shown_to_alice = a_case(by=alice)
    shown_to_bob = Case.objects.get(pk=shown_to_alice.pk)
    moved(shown_to_alice, "choose_office", by=alice)

    with pytest.raises(actions.CaseMoved):
        moved(shown_to_bob, "abandon", by=alice, abandon_reason="gave_up")

    assert [e.transition for e in shown_to_alice.events.all()] == ["", "choose_office"]


def test_a_case_is_what_its_events_leave(alice: User) -> None:
    case = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, own_email="yes")
    moved(case, "register", "activate", by=alice, on=date(2026, 3, 4), paid=Decimal(10))

    case.refresh_from_db()
    columns = state_of(Event.objects.filter(case=case)).columns()

    assert {name: getattr(case, name) for name in columns} == columns


def test_a_visit_moves_the_case_with_the_same_gesture(alice: User) -> None:
    case = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, own_email="yes")

    visit = actions.log_visit(
        key=Visit().key, by=alice, team=alice.team, on=date(2026, 3, 4), at=noon(date(2026, 3, 4)),
        client=case.client, case=case, topic="digital_key", minutes=20, moves=[actions.Move(case, "register")],
    )  # fmt: skip

    case.refresh_from_db()
    assert case.step == "to_activate"
    assert [e.transition for e in visit.events.all()] == ["register"]


def test_the_same_visit_sent_twice_is_one_visit_and_one_move(alice: User) -> None:
    case = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, own_email="yes")
    key = Visit().key

    visits = [
        actions.log_visit(
            key=key, by=alice, team=alice.team, on=date(2026, 3, 4), at=noon(date(2026, 3, 4)),
            client=case.client, case=case, topic="digital_key", moves=[actions.Move(case, "register")],
        )
        for _ in range(2)
    ]  # fmt: skip

    assert visits[0] == visits[1]
    assert (Visit.objects.count(), case.events.filter(transition="register").count()) == (1, 1)


def test_a_visit_whose_move_is_refused_is_not_written_either(alice: User) -> None:
    case = a_case(by=alice)

    with pytest.raises(actions.NotDone):
        actions.log_visit(
            key=Visit().key, by=alice, team=alice.team, on=MONDAY, at=noon(MONDAY), client=case.client, case=case,
            topic="digital_key", moves=[actions.Move(case, "register")],
        )  # fmt: skip

    assert Visit.objects.count() == 0


@pytest.mark.parametrize(("again", "day"), [("lose_code", date(2026, 3, 5)), ("expire", date(2026, 3, 19))])
def test_who_registers_again_has_neither_the_new_code_nor_the_new_link_yet(alice: User, again: str, day: date) -> None:
    case = noted(moved(a_case(by=alice), "choose_office", by=alice), by=alice, own_email="yes")
    moved(case, "register", by=alice, on=date(2026, 3, 4), code_received=True, link_received=True)

    moved(case, again, "register", by=alice, on=day)

    known = state_of(case.events.all()).known
    assert (known["code_received"], known["link_received"], known["own_email"]) == (None, None, "yes")
