"""Every figure of the reports is counted a second time by plain Python over the same rows."""

from collections import Counter, defaultdict
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection

from cases import actions, erasure
from cases.models import Case, Client, MonthlyCount
from cases.models.privacy import ActReason
from cases.models.visit import Channel, Result, Topic
from cases.reports.periods import Period
from cases.reports.report import TABLES, report, table_of
from cases.reports.scope import Scope, team_of
from cases.reports.who import AGES
from cases.workflow import WORKFLOWS, Procedure, Step
from communes.models import Commune, Delay, DocumentClass, Office, Service, Tariff
from communes.offers import Applicant, Why, explain, offers_among, rows_of
from config.staff.closed_histories import door_open
from config.staff.roles import Role
from tests import tables
from tests.cases.made_up_year import MadeUpOffice
from tests.cases.slow_counts import SlowCounts, nearest_rank
from tests.conftest import FULL_SIZE
from tests.factories import TeamFactory, UserFactory, a_case, a_client, moved, noon

pytestmark = pytest.mark.sized

YEAR = Period.year(2026)


def two_advisers():
    return [
        UserFactory(name="Alice", role=Role.COORDINATOR, team=TeamFactory(name="North")),
        UserFactory(name="Bob", role=Role.ADVISER, team=TeamFactory(name="South")),
    ]


@pytest.fixture
def advisers(reference_data):
    return two_advisers()


@pytest.fixture(scope="module")
def put_aside(reference_put_aside, django_db_blocker):
    """An office told from before 2026 until after it, so that the year has two edges: told once, then copied."""
    with django_db_blocker.unblock():
        tables.put_back("reference")
        tell_who_is_sent_away()
        office = MadeUpOffice(*two_advisers(), seed=2026)
        Delay.objects.update(valid_from=date(2025, 11, 1))
        gestures = 300 if FULL_SIZE else 60  # a tenth of them
        office.live(date(2025, 11, 15), date(2026, 3, 30), gestures=3 * gestures)
        office.inherit(date(2025, 12, 20), by=office.advisers[0])
        office.live(date(2026, 4, 1), date(2027, 2, 15), gestures=7 * gestures)
        tables.put_aside("made_up_year")
        tables.empty()
    return office


def tell_who_is_sent_away():
    """For cards and codes the communes take in people from elsewhere; half of them close to their own in spring.

    That was entered in summer only. All the rest was known before.
    """
    at_home = Tariff.objects.filter(service__in=(Service.E_CARD, Service.CARD_CODES), residency="resident")
    source = {"source": "The commune, by telephone"}
    for row in list(at_home):
        line = {"office": row.office, "service": row.service, **source}
        Tariff.objects.create(**line, residency="non_resident", amount=Decimal(25), valid_from=row.valid_from)
    with door_open():
        Tariff.history.update(history_date=noon(date(2025, 11, 1)))
    for row in at_home.order_by("service", "office_id")[::2]:
        line = {"office": row.office, "service": row.service, **source}
        closed = Tariff(**line, residency="resident", offered=False, valid_from=date(2026, 4, 15))
        closed._history_date = noon(date(2026, 7, 10))
        closed.save()


@pytest.fixture
def made_up(put_aside, db):
    tables.put_back("made_up_year")
    if connection.vendor == "postgresql":  # it would take them for empty still, and count them row by row
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cases_case, cases_client, cases_event, cases_visit")
    return deepcopy(put_aside)


def scopes(advisers):
    """All of a year; one team; one office; a quarter; as of a day; and some of these at once."""
    north = advisers[0].team
    chosen = Case.objects.filter(office__isnull=False).order_by("pk").values_list("office", flat=True)
    uccle = Office.objects.get(pk=chosen[0])
    yield Scope(YEAR)
    yield Scope(YEAR, team=north)
    yield Scope(YEAR, office=uccle)
    yield Scope(Period.quarter(2026, 2), as_of=date(2026, 6, 30))
    yield Scope(YEAR, as_of=date(2026, 8, 15))
    yield Scope(YEAR, team=north, office=uccle, as_of=date(2026, 9, 1))
    yield Scope(Period(date(2026, 3, 5), date(2026, 3, 5)))
    yield Scope(Period.year(2031))


def told(table):
    """The rows of a table that tell anything, by their label."""
    return {row.label: row.figures for row in table.rows if any(row.figures)}


def labelled(counted, label):
    """Python's counts by the label of their key; keys of one label are of different people."""
    found = defaultdict(lambda: (0, 0, 0))
    for key, figures in counted.items():
        found[label(key)] = tuple(sum(pair) for pair in zip(found[label(key)], figures, strict=True))
    return {name: figures for name, figures in found.items() if any(figures)}


ANONYMOUS = object()


def of_client(attribute):
    """How Python reads something of the client of a case, and of a visit, which may be of nobody."""
    return (
        lambda told: attribute(told.case.client),
        lambda visit: attribute(visit.client) if visit.client else ANONYMOUS,
    )


def test_whom_the_office_helped_is_what_python_counts(made_up):
    communes = {commune.pk: commune.name for commune in Commune.objects.order_by("pk")}
    offices = {office.pk: office.name for office in Office.objects.order_by("pk")}

    for scope in scopes(made_up.advisers):
        slow = SlowCounts(scope)
        every = SlowCounts(Scope(scope.period, as_of=scope.as_of))
        office_of = {each.case.pk: each.office for each in every.told}.get
        ask = partial(asked, scope)
        year = scope.period.last.year

        whole = slow.three(lambda told: "", lambda visit: "").get("", (0, 0, 0))
        assert table_of("procedures", scope).total.figures == whole
        assert ask("procedures") == labelled(
            slow.three(lambda told: told.case.procedure, lambda visit: visit.case.procedure if visit.case else None),
            lambda key: Procedure(key).label if key else "Visits without a case",
        )
        assert ask("offices") == labelled(
            slow.three(lambda told: told.office, lambda visit, of=office_of: of(visit.case_id)),
            lambda key: offices[key] if key else "No office chosen",
        )
        assert ask("communes") == labelled(
            slow.three(*of_client(lambda client: client.commune_id)),
            lambda key: "Visits without a file" if key is ANONYMOUS
            else communes[key] if key else "Elsewhere, or no registered address",
        )  # fmt: skip
        assert ask("documents") == labelled(
            slow.three(*of_client(document_class)),
            lambda key: "Visits without a file" if key is ANONYMOUS
            else DocumentClass(key).label if key else "Not known",
        )  # fmt: skip
        assert ask("languages") == labelled(
            slow.three(*of_client(lambda client: client.get_contact_language_display())),
            lambda key: "Visits without a file" if key is ANONYMOUS else key,
        )
        assert ask("ages") == labelled(
            slow.three(*of_client(lambda client: client.birth_year)),
            lambda key, year=year: "Visits without a file" if key is ANONYMOUS
            else band(year - key) if key else "Not known",
        )  # fmt: skip


def asked(scope, name):
    return told(table_of(name, scope))


def document_class(client):
    return client.residence_document and client.residence_document.tariff_class


def band(age):
    return next(str(label) for label, ages in AGES if max(age, 0) in ages)


def test_a_month_counts_each_person_and_case_that_it_saw(made_up):
    for scope in scopes(made_up.advisers):
        slow, people, cases, visits = SlowCounts(scope), defaultdict(set), defaultdict(set), defaultdict(int)
        for each in slow.told:
            for month in slow.months(each):
                cases[month].add(each.case.pk)
                people[month].add(each.case.client_id)
        for visit in slow.own_visits:
            month = visit.happened_on.replace(day=1)
            visits[month] += 1
            people[month] |= {visit.client_id} - {None}
        for one in slow.beside:
            people[one.visit.happened_on.replace(day=1)].add(one.client.pk)

        assert [row.figures for row in table_of("months", scope).rows] == [
            (len(people[month]), len(cases[month]), visits[month]) for month in scope.period.each_month()
        ]


def test_visits_are_counted_by_channel_topic_and_result(made_up):
    for scope in scopes(made_up.advisers):
        visits = SlowCounts(scope).own_visits
        for name, field, choices in (
            ("channels", "channel", Channel), ("topics", "topic", Topic), ("results", "result", Result),
        ):  # fmt: skip
            of = {choice: [v.minutes for v in visits if getattr(v, field) == choice] for choice in choices}

            table = table_of(name, scope)

            assert [row.figures for row in table.rows] == [(len(minutes), sum(minutes)) for minutes in of.values()]
            assert table.total.figures == (len(visits), sum(visit.minutes for visit in visits))


def test_what_became_of_the_cases_is_what_python_counts(made_up):
    for scope in scopes(made_up.advisers):
        slow = SlowCounts(scope)
        outcomes = slow.outcomes()

        assert told(table_of("outcomes", scope)) == {Step(step).label: figures for step, figures in outcomes.items()}
        found = report(scope).headline
        assert found.closed == sum(cases for cases, _people in outcomes.values())
        assert found.opened == sum(slow.happened(each.events[0]) for each in slow.told)
        assert found.left_open == slow.left_open()
        lost = {}
        for label, name in (
            ("Activation expired", "expire"), ("Code or link lost", "lose_code"), ("Card destroyed", "destroy"),
        ):  # fmt: skip
            moves = list(slow.moves({name}))
            lost[label] = (
                len(moves), len({each.case.pk for each, _ in moves}), len({each.case.client_id for each, _ in moves}),
            )  # fmt: skip
        assert told(table_of("losses", scope)) == {label: figures for label, figures in lost.items() if any(figures)}


def test_days_a_step_are_ranked_as_python_ranks_them(made_up):
    for scope in scopes(made_up.advisers):
        days = SlowCounts(scope).days()

        assert [row.figures for row in table_of("delays", scope).rows] == [
            (len(ranked), nearest_rank(ranked, 50), nearest_rank(ranked, 90))
            for workflow in WORKFLOWS.values()
            for step in workflow.open_steps
            for ranked in [days.get((workflow.procedure, step), [])]
        ]


def test_fees_are_added_up_to_the_cent(made_up):
    for scope in scopes(made_up.advisers):
        expected = {procedure: [0, Decimal(), Decimal(), 0, Decimal()] for procedure in Procedure}
        for procedure, quoted, home, paid in SlowCounts(scope).turns():
            sums, cost = expected[procedure], quoted if paid is None else paid
            sums[0] += 1
            sums[1] += quoted or 0
            sums[2] += paid or 0
            if home is not None and cost is not None:
                sums[3] += 1
                sums[4] += home - cost

        table = table_of("money", scope)

        assert [list(row.figures) for row in table.rows] == list(expected.values())
        assert list(table.total.figures) == [sum(column) for column in zip(*expected.values(), strict=True)]


def test_people_are_sent_away_when_their_commune_offers_them_nothing(made_up):
    """Asked of the rows that were known and in force, one choice at a time, for every procedure."""
    communes = {commune.pk: commune for commune in Commune.objects.with_office().order_by("pk")}
    met = Counter()
    for scope in scopes(made_up.advisers):
        slow, people, cases, asked = SlowCounts(scope), defaultdict(set), defaultdict(set), defaultdict(Decimal)
        for each in slow.told:
            choices = [event for event in each.events if event.transition == "choose_office"]
            client, document = each.case.client, each.case.client.residence_document
            if not choices or not slow.happened(choices[-1]) or not client.commune_id:
                continue
            home = communes[client.commune_id]
            applicant = Applicant(home, DocumentClass(document.tariff_class) if document else DocumentClass.OTHER)
            rows = rows_of(home, slow.tariffs(each.case.procedure, on=choices[-1].happened_on))
            if not offers_among(rows, applicant) and explain(home, rows, applicant).why != Why.NOT_KNOWN:
                met[each.case.procedure, scope.as_of] += 1
                people[home.pk].add(client.pk)
                cases[home.pk].add(each.case.pk)
                asked[home.pk] += Decimal(choices[-1].facts.get("quoted") or 0)

        assert told(table_of("sent_away", scope)) == {
            communes[key].name: (len(people[key]), len(cases[key]), asked[key]) for key in people
        }
    assert {procedure for procedure, as_of in met if as_of is None} == set(Procedure)
    assert {procedure for procedure, as_of in met if as_of == date(2026, 6, 30)} == {Procedure.DIGITAL_KEY}


def test_the_office_of_these_tests_has_something_of_everything(made_up):
    """A control: figures that are all nought would be right whatever is counted."""
    found = report(Scope(YEAR))

    assert [table.name for table in found.tables if not told(table)] == []
    assert [name for name, figure in vars(found.headline).items() if not figure] == []


def test_a_report_as_of_a_day_gives_the_same_figures_for_ever(made_up):
    then = Scope(YEAR, as_of=date(2027, 2, 15))
    before = report(then)
    now = report(Scope(YEAR))

    made_up.live(date(2027, 2, 16), date(2027, 2, 26), gestures=150)  # some of it noted late, some undone

    assert report(then) == before
    assert before == now
    assert report(Scope(YEAR)) != now


def test_an_evening_of_new_year_in_utc_is_new_year_in_brussels(advisers):
    alice = advisers[0]
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight, 1 January
    key = "00000000-0000-4000-8000-000000000001"
    actions.log_visit(key=key, by=alice, team=alice.team, on=date(2026, 12, 31), at=late, topic="other", minutes=10)

    assert report(Scope(YEAR)).headline.visits == 1
    assert report(Scope(YEAR, as_of=date(2026, 12, 31))).headline.visits == 0
    assert report(Scope(YEAR, as_of=date(2027, 1, 1))).headline.visits == 1
    early = late - timedelta(hours=1)  # still 31 December in Brussels
    with pytest.raises(actions.BadDay):
        actions.log_visit(key=key[:-1] + "2", by=alice, team=alice.team, on=date(2027, 1, 1), at=early, topic="other")


def test_who_was_erased_still_counts_and_is_not_counted_twice(advisers):
    alice = advisers[0]
    client = a_client(team=alice.team, lives_in="uccle", birth_year=1990)
    moved(a_case(by=alice, client=client), "abandon", by=alice, abandon_reason="gave_up")
    before = report(Scope(YEAR))

    erasure.erase(client, reason=ActReason.ASKED, by=alice, at=noon(date(2027, 6, 1)))

    assert MonthlyCount.objects.count() == 1
    after = report(Scope(YEAR))
    assert after.headline == before.headline
    changed = [name for name, old, new in zip(TABLES, before.tables, after.tables, strict=True) if old != new]
    assert changed == ["ages"]
    assert told(table_of("ages", Scope(YEAR))) == {"Not known": (1, 1, 0)}


def test_a_client_who_pays_twice_is_counted_twice(advisers):
    alice = advisers[0]
    case = moved(a_case(by=alice, client=a_client(team=alice.team)), "choose_office", by=alice)
    actions.note_facts(case, by=alice, on=date(2026, 3, 3), at=noon(date(2026, 3, 3)), facts={"own_email": "yes"})
    moved(case, "register", by=alice, on=date(2026, 3, 4), paid=Decimal(20))
    actions.note_facts(
        case, by=alice, on=date(2026, 3, 5), at=noon(date(2026, 3, 5)), facts={"paid": Decimal("12.50")}
    )
    moved(case, "lose_code", "register", by=alice, on=date(2026, 3, 6), paid=Decimal(10))

    turns, announced, paid, *_ = table_of("money", Scope(YEAR)).total.figures

    assert (turns, paid) == (2, Decimal("22.50"))
    assert announced == 2 * case.quoted_amount


def test_whoever_may_not_see_every_team_gets_their_own(advisers):
    alice, bob = advisers

    assert team_of(alice, None) is None
    assert team_of(alice, bob.team) == bob.team
    assert team_of(bob, None) == bob.team
    assert team_of(bob, alice.team) == bob.team


def test_every_table_may_be_asked_for_alone(made_up):
    whole = report(Scope(YEAR))

    assert [table.name for table in whole.tables] == list(TABLES)
    assert [table_of(name, Scope(YEAR)) for name in TABLES] == whole.tables


def test_nobody_is_counted_who_did_not_come(reference_data):
    assert Client.objects.count() == 0
    assert vars(report(Scope(YEAR)).headline) == dict.fromkeys(
        ("people", "cases", "visits", "opened", "closed", "left_open", "anonymous", "hours"), 0
    )


def test_a_case_that_an_old_list_brings_at_its_end_is_closed_on_its_day(advisers):
    alice, ended = advisers[0], date(2026, 2, 3)
    old = actions.OldCase(
        client=a_client(team=alice.team), procedure=Procedure.DIGITAL_KEY, reason="first",
        opened_on=date(2025, 12, 1), step=Step.ACTIVATED, since=ended,
    )  # fmt: skip
    actions.take_over([old], team=alice.team, by=alice, at=noon(date(2026, 4, 1)))

    for scope in (Scope(YEAR), Scope(YEAR, as_of=date(2026, 12, 31))):
        headline = report(scope).headline
        assert (headline.opened, headline.closed, headline.left_open) == (0, 1, 0)
        assert told(table_of("outcomes", scope)) == {"Key active": (1, 1)}
    assert report(Scope(Period.year(2025))).headline.left_open == 1
    assert report(Scope(YEAR, as_of=date(2026, 3, 31))).headline.left_open == 0  # nobody knew of it yet
