from collections.abc import Iterable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cases import actions
from cases.deadline_words import deadline_in_words
from cases.models import Case
from cases.workflow import WAITS_FOR, WORKFLOWS, Party, Step
from cases.worklist import Group, Task, Whose, cases_of, sections
from communes.models import Delay, Tariff
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.factories import MONDAY, UserFactory, a_case, a_client, moved, noon, noted

pytestmark = pytest.mark.usefixtures("reference_data")


def text(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def registered(amina: User, *, on: date = MONDAY) -> Case:
    """A key to activate by two weeks after `on` (the office is chosen the day before)."""
    case = noted(a_case(by=amina, on=on - timedelta(days=1)), by=amina, own_email="yes")
    return moved(case, "choose_office", "register", by=amina)


def card_requested(amina: User, *, on: date = MONDAY) -> Case:
    """A card whose codes letter is expected three weeks after `on`."""
    assert amina.team is not None
    case = a_case(by=amina, procedure="e_card", on=on, client=a_client(team=amina.team, lives_in="uccle"))
    return moved(case, "choose_office", by=amina) and moved(case, "request", by=amina, on=on)


def to_collect(amina: User, *, on: date = MONDAY) -> Case:
    """A card kept for three months from `on`."""
    return moved(card_requested(amina, on=on), "receive_letter", by=amina, on=on)


def renewal(amina: User, *, expires_on: date, on: date = MONDAY) -> Case:
    return a_case(by=amina, procedure="e_card", reason="renewal", on=on, card_expires_on=expires_on)


def seen(case: Case, *, by: User, on: date) -> None:
    assert by.team is not None
    actions.log_visit(key=uuid4(), by=by, team=by.team, on=on, at=noon(on), client=case.client, topic="other")


def on_the_list(user: User, on: date, *, whose: Whose = Whose.MINE) -> dict[str, list[Case]]:
    return {
        section.group.value: [task.case for task in section.tasks]
        for section in sections(cases_of(whose, user), on=on)
        if section.count
    }


# When a case is on the list, and where


@pytest.mark.parametrize(
    ("day", "group"),
    [
        (date(2026, 3, 8), None),
        (date(2026, 3, 9), "week"),
        (date(2026, 3, 16), "week"),
        (date(2026, 3, 17), "late"),
        (date(2027, 3, 17), "late"),
    ],
)
def test_a_key_to_activate_comes_up_a_week_before_its_last_day(day: date, group: str | None, amina: User) -> None:
    case = registered(amina)

    assert on_the_list(amina, day) == ({group: [case]} if group else {})


@pytest.mark.parametrize(
    ("day", "group"),
    [
        (date(2026, 3, 2), None),
        (date(2026, 3, 23), None),
        (date(2026, 3, 24), "letters"),
        (date(2026, 5, 1), "letters"),
    ],
)
def test_a_letter_comes_up_when_it_should_have_come(day: date, group: str | None, amina: User) -> None:
    case = card_requested(amina)

    assert on_the_list(amina, day) == ({group: [case]} if group else {})


@pytest.mark.parametrize(
    ("day", "group"),
    [
        (date(2026, 5, 2), None),
        (date(2026, 5, 3), "destroyed"),
        (date(2026, 5, 25), "destroyed"),
        (date(2026, 5, 26), "week"),
        (date(2026, 6, 2), "week"),
        (date(2026, 6, 3), "late"),
    ],
)
def test_a_card_comes_up_thirty_days_before_it_is_destroyed(day: date, group: str | None, amina: User) -> None:
    case = to_collect(amina)

    assert on_the_list(amina, day) == ({group: [case]} if group else {})


@pytest.mark.parametrize(
    ("day", "group"),
    [
        (date(2026, 11, 21), None),
        (date(2026, 11, 22), "windows"),
        (date(2026, 11, 29), "windows"),
        (date(2026, 11, 30), "week"),
        (date(2026, 12, 7), "week"),
        (date(2026, 12, 8), "late"),
    ],
)
def test_a_renewal_comes_up_when_its_window_opens(day: date, group: str | None, amina: User) -> None:
    case = renewal(amina, expires_on=date(2027, 1, 6))

    assert on_the_list(amina, day) == ({group: [case]} if group else {})


def test_a_case_that_waits_for_us_without_a_deadline_is_never_forgotten(amina: User) -> None:
    case = a_case(by=amina)

    assert on_the_list(amina, MONDAY) == {"ours": [case]}
    assert on_the_list(amina, date(2028, 1, 1)) == {"ours": [case]}


def test_no_step_that_waits_for_us_has_a_deadline() -> None:
    """Else a case could be in two groups."""
    ours = {step for step, party in WAITS_FOR.items() if party == Party.US}
    begun = {move.target for workflow in WORKFLOWS.values() for move in workflow.transitions if move.starts}

    assert ours & {*begun, Step.PREPARING} == set()


def reminded(user: User, on: date) -> list[bool]:
    return [task.reminds for section in sections(cases_of(Whose.MINE, user), on=on) for task in section.tasks]


@pytest.mark.parametrize(
    ("in_touch_on", "day", "asks"),
    [
        (None, date(2026, 3, 9), True),
        (None, date(2026, 3, 16), True),
        (date(2026, 3, 9), date(2026, 3, 9), False),
        (date(2026, 3, 9), date(2026, 3, 13), False),
        (date(2026, 3, 9), date(2026, 3, 14), True),
        (date(2026, 3, 14), date(2026, 3, 16), False),
        (None, date(2026, 3, 17), False),
    ],
)
def test_who_has_a_key_to_activate_is_reminded_after_7_and_12_days_until_somebody_was_in_touch(
    in_touch_on: date | None, day: date, amina: User, *, asks: bool
) -> None:
    case = registered(amina)
    if in_touch_on:
        seen(case, by=amina, on=in_touch_on)

    assert reminded(amina, day) == [asks]


@pytest.mark.parametrize(
    ("in_touch_on", "day", "asks"),
    [
        (None, date(2026, 5, 3), True),
        (date(2026, 5, 3), date(2026, 5, 18), False),
        (date(2026, 5, 3), date(2026, 5, 19), True),
        (date(2026, 5, 19), date(2026, 5, 25), False),
        (date(2026, 5, 19), date(2026, 5, 26), True),
        (date(2026, 5, 26), date(2026, 6, 2), False),
    ],
)
def test_whose_card_waits_is_reminded_30_14_and_7_days_before_it_is_destroyed(
    in_touch_on: date | None, day: date, amina: User, *, asks: bool
) -> None:
    case = to_collect(amina)
    if in_touch_on:
        seen(case, by=amina, on=in_touch_on)

    assert reminded(amina, day) == [asks]


def test_a_row_that_reminds_offers_to_log_the_contact_beside_its_gesture(desk: Browser, amina: User) -> None:
    case = registered(amina, on=timezone.localdate() - timedelta(days=7))

    page = text(desk.get("/"))

    assert "remind the client" in page
    assert f'href="/visits/new/?back=today&amp;case={case.reference}">Log a contact</a>' in page
    assert f"/cases/{case.reference}/moves/activate/?back=today" in page


def test_the_first_reminder_of_a_card_comes_as_early_as_its_delay_says(amina: User) -> None:
    case = to_collect(amina)
    Delay.objects.filter(code="pickup_first_reminder").update(amount=45)

    assert on_the_list(amina, date(2026, 4, 18)) == {"destroyed": [case]}
    assert reminded(amina, date(2026, 4, 18)) == [True]


def test_a_task_leaves_the_list_when_the_case_moves_on(amina: User) -> None:
    case = registered(amina)
    before = on_the_list(amina, date(2026, 3, 16))

    moved(case, "activate", by=amina, on=date(2026, 3, 16))

    assert before == {"week": [case]}
    assert on_the_list(amina, date(2026, 3, 16)) == {}


def test_the_most_urgent_comes_first(amina: User) -> None:
    later, sooner = registered(amina, on=date(2026, 3, 4)), registered(amina, on=MONDAY)

    assert on_the_list(amina, date(2026, 3, 16)) == {"week": [sooner, later]}


def test_a_long_group_shows_its_first_rows_and_counts_the_others(amina: User) -> None:
    for _ in range(4):
        a_case(by=amina)

    [ours] = [s for s in sections(Case.objects.all(), on=MONDAY, shown=3) if s.group == Group.OURS]

    assert (len(ours.tasks), ours.count, ours.more) == (3, 4, 1)


# Whose


def test_mine_are_my_cases_and_those_nobody_follows(amina: User, team: Team) -> None:
    karim = UserFactory(team=team)
    mine = a_case(by=amina, assignee=amina)
    nobodys = a_case(by=amina)
    theirs = a_case(by=amina, assignee=karim)

    assert on_the_list(amina, MONDAY) == {"ours": [mine, nobodys]}
    assert on_the_list(amina, MONDAY, whose=Whose.TEAM) == {"ours": [mine, nobodys, theirs]}


def test_the_cases_of_another_team_are_nobodys_here(amina: User) -> None:
    a_case(by=UserFactory())

    assert [on_the_list(amina, MONDAY, whose=whose) for whose in Whose] == [{}, {}, {}]


@pytest.mark.parametrize(
    ("role", "choices"),
    [
        (Role.ADVISER, ["mine", "team"]),
        (Role.COORDINATOR, ["mine", "team", "all"]),
        (Role.PRIVACY_OFFICER, ["team", "all"]),
        (Role.ADMINISTRATOR, ["team", "all"]),
    ],
)
def test_each_role_looks_at_what_it_may_see(role: Role, choices: list[str], client: Browser, team: Team) -> None:
    client.force_login(UserFactory(role=role, team=team))

    assert [choice.value for choice in client.get("/").context["choices"]] == choices


@pytest.mark.parametrize("typed", ["all", "nonsense", "' OR 1=1", ""])
def test_an_address_shows_no_more_than_one_may_see(typed: str, desk: Browser) -> None:
    a_case(by=UserFactory())

    answer = desk.get("/", {"whose": typed})

    assert (answer.context["whose"], answer.context["count"]) == (Whose.MINE, 0)


# The page


def test_the_page_greets_and_counts(desk: Browser, amina: User) -> None:
    a_case(by=amina, assignee=amina)

    assert "Hello Amina, 1 thing to do" in text(desk.get("/"))


def test_a_day_without_work_says_so(desk: Browser) -> None:
    page = text(desk.get("/"))

    assert "Hello Amina, nothing is waiting" in page
    assert "All done" in page


def test_a_row_says_who_what_whose_move_and_the_next_gesture(desk: Browser, amina: User) -> None:
    case = a_case(by=amina, assignee=amina)

    page = text(desk.get("/"))

    row = page[page.index('<ul class="work">') :]
    assert "Yıldız Özdemir" in row
    assert "Digital key · orientation" in row
    assert "our move" in row
    assert f'href="/cases/{case.reference}/office/?back=today"' in row


@pytest.mark.parametrize("many", [1, 3, 300])
def test_the_page_takes_the_same_queries_for_one_task_and_for_many(
    many: int, desk: Browser, amina: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for case in copies(a_case(by=amina, assignee=amina), many - 1):
        case.save(force_insert=True)

    with django_assert_num_queries(15):
        desk.get("/")


def copies(case: Case, many: int) -> Iterable[Case]:
    for number in range(many):
        case.pk, case.reference = None, f"CN-2025-{number:04d}"
        yield case


def test_tariffs_to_verify_are_shown_to_those_who_may_edit_them(client: Browser, desk: Browser, team: Team) -> None:
    assert "Tariffs to verify" not in text(desk.get("/"))

    client.force_login(UserFactory(role=Role.ADMINISTRATOR, team=None, language="en"))
    assert "Tariffs to verify" in text(client.get("/"))

    Tariff.objects.update(verified_on=timezone.localdate())
    assert "Tariffs to verify" not in text(client.get("/"))


def test_a_visit_is_logged_from_the_page_and_one_comes_back_to_it(desk: Browser) -> None:
    page = desk.get("/")

    answer = desk.post(
        "/visits/new/", {"key": page.context["visit_form"]["key"].value(), "topic": "other", "back": "today"}
    )

    assert answer.headers["Location"] == "/"


def test_a_gesture_made_from_the_page_comes_back_to_it_with_one_task_less(desk: Browser, amina: User) -> None:
    case = moved(a_case(by=amina, assignee=amina), "choose_office", by=amina)
    address = f"/cases/{case.reference}/moves/abandon/?back=today"

    answer = desk.post(address, {"version": 2, "happened_on": "2026-03-03", "abandon_reason": "gave_up"}, follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert "Abandoned" in text(answer)
    assert answer.context["count"] == 0


def test_who_has_no_cases_has_no_such_page(client: Browser) -> None:
    client.force_login(UserFactory(role=Role.TARIFF_EDITOR))

    assert client.get("/").status_code == 403


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_speaks_the_language_of_the_reader(language: str, client: Browser, team: Team) -> None:
    client.force_login(UserFactory(team=team, language=language))

    assert f'<html lang="{language}" dir="ltr">' in client.get("/").content.decode()


# In words


def due(kind: str, due_on: date, *, opens_on: date | None = None) -> Case:
    return Case(
        procedure="e_card", step="to_collect", due_kind=kind, due_on=due_on, due_opens_on=opens_on,
        overdue_from=due_on + timedelta(days=1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (due("activation", date(2026, 2, 27)), "the code expired 3 days ago"),
        (due("activation", date(2026, 3, 1)), "the code expired yesterday"),
        (due("activation", MONDAY), "last day to activate"),
        (due("activation", date(2026, 3, 3)), "1 day left to activate"),
        (due("activation", date(2026, 3, 4)), "2 days left to activate"),
        (due("letter", date(2026, 2, 27)), "the codes letter should have come by 27 Feb"),
        (due("letter", date(2026, 3, 23)), "the codes letter is expected by 23 Mar"),
        (due("pickup", date(2026, 3, 1)), "the card was kept until 1 Mar: it may be destroyed"),
        (due("pickup", MONDAY), "last day before the card is destroyed"),
        (due("pickup", date(2026, 3, 3)), "1 day left to collect the card before it is destroyed"),
        (due("urgent", MONDAY), "the urgent card should be there since 2 Mar, 14:00"),
        (due("urgent", date(2026, 3, 3)), "the urgent card will be there on 3 Mar at 14:00"),
        (due("renewal", date(2026, 3, 9), opens_on=date(2026, 3, 5)), "the renewal window opens on 5 Mar"),
        (due("renewal", date(2026, 3, 9), opens_on=MONDAY), "the renewal window closes on 9 Mar"),
        (
            due("renewal", date(2026, 3, 1), opens_on=date(2026, 2, 14)),
            "the renewal window closed on 1 Mar: go as soon as possible",
        ),
        (Case(step="to_register"), ""),
    ],
)
def test_a_deadline_is_a_sentence(case: Case, words: str) -> None:
    assert deadline_in_words(case, on=MONDAY) == words


@pytest.mark.parametrize(
    ("step", "day", "gesture"),
    [
        ("to_collect", date(2026, 3, 2), "collect"),
        ("to_collect", date(2026, 3, 1), "destroy"),
        ("codes_awaited", date(2026, 3, 2), "receive_letter"),
        ("codes_awaited", date(2026, 3, 1), "chase"),
        ("preparing", date(2026, 3, 1), "choose_office"),
    ],
)
def test_the_gesture_follows_the_step_and_its_deadline(step: str, day: date, gesture: str) -> None:
    case = due("pickup", day)
    case.step = step

    assert Task(case, MONDAY).gesture.name == gesture
