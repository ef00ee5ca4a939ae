import re
import uuid
from datetime import date

import pytest
from django.test import Client as Browser
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries

from cases import actions
from cases.models import Case, Client, Visit
from config.staff.models import Team, User
from config.staff.roles import Role
from tests.factories import MONDAY, ClientFactory, TeamFactory, UserFactory, a_case, a_client, moved, noon

KEY = uuid.UUID("11111111-1111-4111-8111-111111111111")
OTHER_KEY = uuid.UUID("22222222-2222-4222-8222-222222222222")


def text(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def said(**more: object) -> dict[str, object]:
    return {"key": KEY, "topic": "other", **more}


def a_visit(
    by: User, *, on: date = MONDAY, client: Client | None = None, key: uuid.UUID | None = None, **more: object
):
    assert by.team is not None
    return actions.log_visit(
        key=uuid.uuid4(), by=by, team=by.team, on=on, at=noon(on), client=client,
        **{"topic": "other", "minutes": 10, **more},
    )  # fmt: skip


# Logging


def test_the_key_of_a_colleague_s_visit_tells_nothing_about_it(desk: Browser, amina: User) -> None:
    """Whoever knows the key of a visit of another team, from an address that was forwarded, say."""
    bob = UserFactory(name="Bob", team=TeamFactory(name="Forest"))
    person = a_client(team=bob.team, lives_in="")
    theirs = actions.log_visit(
        key=KEY, by=bob, team=bob.team, on=MONDAY, at=noon(MONDAY), client=person, topic="other"
    )
    ours = a_visit(amina, key=OTHER_KEY)
    assert theirs.client is not None

    answers = [
        desk.post("/visits/new/", said()),
        desk.post(f"/visits/{ours.key}/", said(correction="Wrong day.", minutes=5)),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert [theirs.client.reference in text(answer) for answer in answers] == [False, False]
    assert Visit.objects.count() == 2


def test_control_the_key_of_ones_own_visit_gives_that_visit_again(desk: Browser, amina: User) -> None:
    person = a_client(team=amina.team, lives_in="")
    actions.log_visit(key=KEY, by=amina, team=amina.team, on=MONDAY, at=noon(MONDAY), client=person, topic="other")

    assert desk.post("/visits/new/", said()).headers["Location"] == f"/clients/{person.reference}/"
    assert Visit.objects.count() == 1


def test_an_anonymous_visit_needs_only_its_topic(desk: Browser, amina: User, team: Team) -> None:
    answer = desk.post("/visits/new/", said())

    visit = Visit.objects.get()
    assert answer.headers["Location"] == "/visits/"
    assert (visit.client, visit.topic, visit.channel, visit.minutes, visit.result) == (
        None,
        "other",
        "counter",
        15,
        "informed",
    )
    assert (visit.by, visit.team, visit.happened_on) == (amina, team, timezone.localdate())


def test_a_visit_of_a_client_goes_back_to_the_file(desk: Browser, team: Team) -> None:
    yildiz = ClientFactory(team=team, contact_language="tr")

    answer = desk.post("/visits/new/", said(client=yildiz.reference, who=yildiz.name, note="Comes back on Friday"))

    visit = Visit.objects.get()
    assert answer.headers["Location"] == yildiz.get_absolute_url()
    assert (visit.client, visit.language, visit.note) == (yildiz, "tr", "Comes back on Friday")


def test_the_same_form_sent_twice_is_one_visit(desk: Browser) -> None:
    first, second = desk.post("/visits/new/", said()), desk.post("/visits/new/", said())

    assert (first.status_code, second.status_code) == (302, 302)
    assert Visit.objects.count() == 1


def test_two_forms_are_two_visits(desk: Browser) -> None:
    """The control of the test above."""
    desk.post("/visits/new/", said())
    desk.post("/visits/new/", said(key=OTHER_KEY))

    assert Visit.objects.count() == 2


def test_every_form_has_a_key_of_its_own(desk: Browser) -> None:
    keys = {desk.get("/visits/new/").context["form"]["key"].value() for _ in range(3)}

    assert len(keys) == 3


def test_words_without_a_choice_are_no_client(desk: Browser, team: Team) -> None:
    ClientFactory(given_name="", family_name="Özdemir", team=team)

    answer = desk.post("/visits/new/", said(who="ozdemir", note="typed already"))

    assert answer.status_code == 422
    assert "Choose a person below" in text(answer)
    assert 'type="radio" name="client"' in text(answer)
    assert "typed already" in text(answer)
    assert Visit.objects.count() == 0


def test_a_visit_without_any_topic_is_asked_for_one(desk: Browser) -> None:
    answer = desk.post("/visits/new/", said(topic=""))

    assert (answer.status_code, answer.context["form"].errors) == (422, {"topic": ["What was it about?"]})


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("minutes", "-5"),
        ("minutes", "601"),
        ("minutes", "ten"),
        ("channel", "telepathy"),
        ("topic", "x" * 30),
        ("language", "xx"),
        ("happened_on", "2026-02-30"),
        ("note", "a\x00b"),
        ("note", "x" * 4001),
        ("client", "U-2026-9999"),
        ("key", "not a key"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_and_nothing_is_logged(field: str, typed: str, desk: Browser) -> None:
    answer = desk.post("/visits/new/", said(**{field: typed}))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Visit.objects.count() == 0


def test_a_visit_of_tomorrow_is_refused_in_a_sentence(desk: Browser) -> None:
    answer = desk.post("/visits/new/", said(happened_on="2999-01-01"))

    assert answer.status_code == 422
    assert "This day lies in the future" in text(answer)


def test_a_client_of_another_team_cannot_be_named(desk: Browser) -> None:
    charlie = ClientFactory(given_name="", family_name="Charlie")

    answer = desk.post("/visits/new/", said(client=charlie.reference))

    assert list(answer.context["form"].errors) == ["client"]
    assert "Charlie" not in text(answer)


def test_one_who_sits_in_no_team_says_for_which_team(client: Browser, team: Team) -> None:
    client.force_login(UserFactory(role=Role.COORDINATOR, team=None, language="en"))

    assert list(client.post("/visits/new/", said()).context["form"].errors) == ["team"]
    assert client.post("/visits/new/", said(team=team.pk)).status_code == 302
    assert Visit.objects.get().team == team


def test_an_emptied_name_makes_the_visit_anonymous(desk: Browser, team: Team) -> None:
    desk.post("/visits/new/", said(who="", client=ClientFactory(team=team).reference))

    assert Visit.objects.get().client is None


# Finding the client


def test_the_search_works_without_javascript_and_keeps_what_was_typed(desk: Browser, team: Team) -> None:
    ClientFactory(given_name="", family_name="Özdemir", team=team)

    page = text(desk.post("/visits/new/", said(ask="who", who="ozdemir", note="first words")))

    assert "<html" in page
    assert "Özdemir" in page
    assert "first words" in page
    assert "errorlist" not in page


def test_typing_asks_for_the_people_alone(desk: Browser, team: Team) -> None:
    ClientFactory(given_name="", family_name="Özdemir", team=team)

    part = text(desk.post("/visits/new/", said(ask="who", who="ozdemir"), headers={"HX-Request": "true"}))

    assert "Özdemir" in part
    assert "<html" not in part


def test_a_chosen_client_shows_their_open_cases(desk: Browser, amina: User, team: Team, reference_data: None) -> None:
    case = a_case(by=amina, client=a_client(team=team))

    part = text(
        desk.post("/visits/new/", said(ask="moves", client=case.client.reference), headers={"HX-Request": "true"})
    )

    assert f'name="{case.reference}-move"' in part
    assert "<html" not in part


def test_a_chosen_move_shows_what_it_asks(desk: Browser, amina: User, team: Team, reference_data: None) -> None:
    case = a_case(by=amina, client=a_client(team=team))

    page = text(desk.post("/visits/new/", moving(case, "abandon", ask="moves")))

    assert f'name="{case.reference}-abandon_reason"' in page
    assert "This field is required" not in page


# Moving cases on


def moving(case: Case, name: str, **more: object) -> dict[str, object]:
    facts = {f"{case.reference}-{key}": value for key, value in more.pop("facts", {}).items()}  # type: ignore[attr-defined]
    chosen = {f"{case.reference}-version": case.version, f"{case.reference}-move": name}
    return said(client=case.client.reference, topic="", **chosen, **facts, **more)


def test_a_visit_moves_the_case_on(desk: Browser, amina: User, team: Team, reference_data: None) -> None:
    case = moved(a_case(by=amina, client=a_client(team=team)), "choose_office", by=amina)
    actions.note_facts(case, by=amina, on=MONDAY, at=noon(MONDAY), facts={"own_email": "yes"})

    desk.post("/visits/new/", moving(case, "register", facts={"paid": "10,00"}))

    visit = Visit.objects.get()
    case.refresh_from_db()
    assert (case.step, str(case.paid_amount)) == ("to_activate", "10.00")
    assert (visit.case, visit.topic, visit.result) == (case, "digital_key", "step_done")
    assert case.events.order_by("seq").last().visit == visit


def test_a_visit_chooses_the_office_with_its_price(
    desk: Browser, amina: User, team: Team, reference_data: None
) -> None:
    case = a_case(by=amina, client=a_client(team=team))
    uccle = next(offer.office for offer in actions.offers_for_case(case, on=MONDAY) if offer.office.code == "uccle")

    desk.post("/visits/new/", moving(case, "choose_office", facts={"office": uccle.pk}))

    case.refresh_from_db()
    assert (case.step, case.office, str(case.quoted_amount)) == ("to_register", uccle, "10.00")


def test_one_visit_may_move_several_cases(desk: Browser, amina: User, team: Team, reference_data: None) -> None:
    yildiz = a_client(team=team)
    cases = [a_case(by=amina, client=yildiz), a_case(by=amina, client=yildiz, procedure="e_card")]

    sent = moving(cases[0], "abandon", facts={"abandon_reason": "gave_up"}) | moving(
        cases[1], "refer", facts={"referred_to": "legal"}
    )
    desk.post("/visits/new/", sent | {"topic": "other"})

    assert sorted(Case.objects.values_list("step", flat=True)) == ["abandoned", "referred"]
    assert Visit.objects.get().case is None


def test_a_move_without_its_fact_logs_nothing(desk: Browser, amina: User, team: Team, reference_data: None) -> None:
    case = a_case(by=amina, client=a_client(team=team))

    answer = desk.post("/visits/new/", moving(case, "abandon", note="kept words"))

    assert answer.status_code == 422
    assert "This field is required." in text(answer)
    assert "kept words" in text(answer)
    assert Visit.objects.count() == 0


def test_a_case_that_a_colleague_moved_keeps_all_that_was_typed(
    desk: Browser, amina: User, team: Team, reference_data: None
) -> None:
    case = a_case(by=amina, client=a_client(team=team))
    sent = moving(case, "abandon", note="kept words", facts={"abandon_reason": "gave_up"})
    moved(case, "choose_office", by=amina)

    answer = desk.post("/visits/new/", sent)

    assert answer.status_code == 409
    assert "A colleague changed this case in the meantime." in text(answer)
    assert "kept words" in text(answer)
    assert Visit.objects.count() == 0
    assert f'name="{case.reference}-version" value="{case.version}"' in text(answer)


def test_a_move_that_a_rule_stops_is_not_offered(desk: Browser, amina: User, team: Team, reference_data: None) -> None:
    case = a_case(by=amina, client=a_client(team=team))

    [choice] = desk.get(f"/visits/new/?client={case.client.reference}").context["moves"]

    assert [name for name, _label in choice.fields["move"].choices] == [
        "",
        "choose_office",
        "not_needed",
        "refer",
        "abandon",
    ]


def test_a_visit_about_a_case_belongs_to_it(desk: Browser, amina: User, team: Team, reference_data: None) -> None:
    case = a_case(by=amina, client=a_client(team=team))

    desk.post(f"/visits/new/?case={case.reference}", said(client=case.client.reference, topic=""))

    assert Visit.objects.values_list("case", "topic").get() == (case.pk, "digital_key")


@pytest.mark.parametrize("cases", [1, 3])
def test_the_form_takes_the_same_queries_for_one_case_and_for_three(
    cases: int,
    desk: Browser,
    amina: User,
    team: Team,
    reference_data: None,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    yildiz = a_client(team=team)
    for _ in range(cases):
        a_case(by=amina, client=yildiz)

    with django_assert_num_queries(8):
        desk.get(f"/visits/new/?client={yildiz.reference}")


# The list


def test_the_list_shows_the_newest_visits_of_ones_team(desk: Browser, amina: User, team: Team) -> None:
    a_visit(amina, client=ClientFactory(given_name="", family_name="Alice", team=team))
    a_visit(amina, on=date(2026, 3, 3), client=ClientFactory(given_name="", family_name="Bob", team=team))
    a_visit(UserFactory(), client=ClientFactory(given_name="", family_name="Charlie"))

    page = text(desk.get("/visits/"))

    assert page.index("Bob") < page.index("Alice")
    assert "Charlie" not in page


@pytest.mark.parametrize(("many", "queries"), [(1, 7), (3, 7), (60, 8)])
def test_the_list_takes_the_same_queries_for_one_visit_and_for_many_and_counts_what_goes_on(
    many: int, queries: int, desk: Browser, amina: User, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(many):
        a_visit(amina, client=ClientFactory(team=team))

    with django_assert_num_queries(queries):
        desk.get("/visits/")


def test_older_visits_are_on_the_next_page(desk: Browser, amina: User) -> None:
    old = a_visit(amina, on=date(2026, 1, 5))
    for _ in range(50):
        a_visit(amina)

    last = desk.get("/visits/?topic=other").context["edges"]["after"]
    page = desk.get(f"/visits/?topic=other&after={last}")

    assert page.context["page"].rows == [old]


@pytest.mark.parametrize("before", ["x", "' OR 1=1", str(OTHER_KEY)])
def test_a_page_after_nothing_does_not_exist(before: str, desk: Browser) -> None:
    assert desk.get("/visits/", {"before": before}).status_code == 404


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Bob", "Alice"]),
        ("channel=phone", ["Bob"]),
        ("topic=e_card", ["Alice"]),
        ("attached=no", []),
        ("day_from=2026-03-03", ["Bob"]),
        ("day_to=2026-03-02", ["Alice"]),
    ],
)
def test_the_list_is_filtered_by_what_its_address_says(
    query: str, names: list[str], desk: Browser, amina: User, team: Team
) -> None:
    a_visit(amina, client=ClientFactory(given_name="", family_name="Alice", team=team), topic="e_card")
    a_visit(
        amina, on=date(2026, 3, 3), client=ClientFactory(given_name="", family_name="Bob", team=team), channel="phone"
    )

    assert [visit.client_name for visit in desk.get(f"/visits/?{query}").context["page"].rows] == names


@pytest.mark.parametrize("query", ["topic=nonsense", "day_from=yesterday", "day_from=2026-03-03&day_to=2026-03-01"])
def test_a_filter_that_makes_no_sense_shows_nothing_and_says_so(query: str, desk: Browser, amina: User) -> None:
    a_visit(amina)

    answer = desk.get(f"/visits/?{query}")

    assert (answer.status_code, answer.context["page"].rows) == (422, [])


def test_a_visit_written_down_later_keeps_both_days(desk: Browser, amina: User) -> None:
    desk.post("/visits/new/", said(happened_on="2026-03-02"))

    assert f"entered on {date_format(timezone.localdate(), 'j M')}" in text(desk.get("/visits/"))


def test_the_browser_takes_every_number_of_minutes_that_the_office_does(desk: Browser, amina: User) -> None:
    wrong = a_visit(amina, minutes=12)

    for page in ("/visits/new/", f"/visits/{wrong.key}/"):
        (minutes,) = re.findall(r'<input[^>]*name="minutes"[^>]*>', desk.get(page).content.decode())
        assert 'min="0"' in minutes
        assert 'max="600"' in minutes
        assert "step" not in minutes  # a browser would refuse what lies between two steps


# Correcting


def test_a_correction_is_a_new_row_that_says_why(desk: Browser, amina: User) -> None:
    wrong = a_visit(amina, minutes=90, note="Long")

    desk.post(f"/visits/{wrong.key}/", said(minutes=9, happened_on="2026-03-02", correction="A digit too many"))

    right = Visit.objects.standing().get()
    assert (right.minutes, right.corrects, right.correction, right.happened_on) == (
        9,
        wrong,
        "A digit too many",
        MONDAY,
    )
    assert Visit.objects.get(pk=wrong.pk).minutes == 90


def test_a_correction_without_a_reason_is_refused(desk: Browser, amina: User) -> None:
    wrong = a_visit(amina)

    answer = desk.post(f"/visits/{wrong.key}/", said(minutes=9))

    assert list(answer.context["form"].errors) == ["correction"]
    assert Visit.objects.count() == 1


def test_a_correction_keeps_a_topic(desk: Browser, amina: User) -> None:
    wrong = a_visit(amina)

    answer = desk.post(f"/visits/{wrong.key}/", said(topic="", correction="Another topic"))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["topic"])


def test_a_visit_is_corrected_once(desk: Browser, amina: User) -> None:
    wrong = a_visit(amina)
    desk.post(f"/visits/{wrong.key}/", said(correction="First"))

    answer = desk.post(f"/visits/{wrong.key}/", said(key=OTHER_KEY, correction="Second"))

    assert answer.headers["Location"] == f"/visits/{KEY}/"
    assert Visit.objects.count() == 2


def test_the_same_correction_sent_twice_is_one_row(desk: Browser, amina: User) -> None:
    wrong = a_visit(amina)

    for _ in range(2):
        desk.post(f"/visits/{wrong.key}/", said(correction="Once"))

    assert Visit.objects.count() == 2


def test_an_anonymous_visit_is_given_its_client_later(desk: Browser, amina: User, team: Team) -> None:
    anonymous = a_visit(amina)
    yildiz = ClientFactory(team=team)

    desk.post(f"/visits/{anonymous.key}/", said(client=yildiz.reference, correction="Came back with papers"))

    assert Visit.objects.standing().get().client == yildiz


def test_a_visit_given_another_client_leaves_the_case_of_the_first(
    desk: Browser, amina: User, team: Team, reference_data: None
) -> None:
    case = a_case(by=amina, client=a_client(team=team))
    wrong = a_visit(amina, client=case.client, case=case)
    bob = ClientFactory(team=team)

    desk.post(f"/visits/{wrong.key}/", said(client=bob.reference, correction="Another Yıldız"))

    right = Visit.objects.standing().get()
    assert (right.client, right.case) == (bob, None)


def test_a_visit_of_another_team_looks_as_if_it_did_not_exist(desk: Browser) -> None:
    other = a_visit(UserFactory())

    assert [desk.get(f"/visits/{key}/").status_code for key in (other.key, OTHER_KEY)] == [404, 404]


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.ADVISER, [200, 200]),
        (Role.COORDINATOR, [200, 200]),
        (Role.PRIVACY_OFFICER, [200, 403]),
        (Role.ADMINISTRATOR, [200, 403]),
        (Role.TARIFF_EDITOR, [403, 403]),
    ],
)
def test_each_role_opens_what_its_work_asks_for(role: Role, statuses: list[int], client: Browser, team: Team) -> None:
    client.force_login(UserFactory(role=role, team=team))

    assert [client.get(page).status_code for page in ("/visits/", "/visits/new/")] == statuses


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_pages_speak_the_language_of_the_reader(language: str, client: Browser, team: Team) -> None:
    amina = UserFactory(team=team, language=language)
    client.force_login(amina)
    visit = a_visit(amina)

    for page in ("/visits/", "/visits/new/", f"/visits/{visit.key}/"):
        assert f'<html lang="{language}" dir="ltr">' in client.get(page).content.decode()
