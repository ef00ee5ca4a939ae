"""An old list comes in: all of it or nothing, never twice, as honest as the list was, and without its secrets."""

from datetime import date
from decimal import Decimal
from unittest.mock import ANY

import pytest

from cases import actions, erasure, retention
from cases.files import open_client, open_clients
from cases.imports.columns import COLUMNS, guessed
from cases.imports.keeping import kept, sweep
from cases.imports.template import headers
from cases.imports.writing import NotNow, NotReady, carry_out
from cases.models import Case, Client, Event, Import, ImportedRow, Note, Visit
from cases.models.privacy import ActReason
from cases.replay import state_of
from cases.workflow import WORKFLOWS
from config.staff.models import User
from config.staff.roles import Role
from tests.cases.old_lists import DAY, SOURCE, brought_in, made, planned, wrong
from tests.factories import UserFactory, a_client, noon

pytestmark = pytest.mark.usefixtures("reference_data")

HEADER = (
    "N° client", "Prénom", "Nom", "Date de naissance", "Langue", "Commune", "GSM", "N° dossier", "Procédure", "Motif",
    "Ouvert le", "Statut", "Depuis le", "Bureau", "Date visite", "Durée", "Remarque",
)  # fmt: skip
YILDIZ = (
    "12", "Yıldız", "Özdemir", "03/05/1987", "Turc", "Watermael-Boitsfort", "0470 12 34 56", "D-1", "Clé numérique",
    "Première demande", "02/03/2026", "À activer", "16/11/2026", "uccle", "02/03/2026", "20",
    "Parle un peu le français",
)  # fmt: skip


@pytest.fixture
def carmen(db: None) -> User:
    return UserFactory(name="Carmen Maes", role=Role.COORDINATOR)


def events(case: Case) -> list[tuple[object, ...]]:
    rows = Event.objects.filter(case=case).order_by("seq")
    return list(rows.values_list("seq", "kind", "transition", "source", "target", "happened_on", "facts"))


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Client, Case, Event, Visit, Note, ImportedRow))


def test_a_line_makes_a_client_a_case_and_a_visit(carmen: User) -> None:
    batch = brought_in(HEADER, YILDIZ, by=carmen)

    client, case, visit, note = Client.objects.get(), Case.objects.get(), Visit.objects.get(), Note.objects.get()
    assert made(batch) == (1, 1, 1)
    assert (client.reference, client.name, client.birth_year, client.contact_language, client.phone) == (
        "U-2026-0001", "Yıldız Özdemir", 1987, "tr", "+32470123456",
    )  # fmt: skip
    assert (client.commune.slug, client.opened_on, client.team) == (
        "watermael-boitsfort",
        date(2026, 3, 2),
        carmen.team,
    )
    assert (case.reference, case.step, case.office.code, case.due_on, case.team) == (
        "CN-2026-0001", "to_activate", "uccle", date(2026, 11, 30), carmen.team,
    )  # fmt: skip
    assert (visit.client, visit.case, visit.happened_on, visit.minutes, visit.topic) == (
        client, case, date(2026, 3, 2), 20, "digital_key",
    )  # fmt: skip
    assert (visit.by, visit.recorded_at, visit.entered_later) == (carmen, noon(DAY), True)
    assert (note.text, note.case) == ("Parle un peu le français", case)


def test_a_case_is_taken_over_where_it_stood_and_nothing_between_is_made_up(carmen: User) -> None:
    brought_in(HEADER, YILDIZ, by=carmen)

    case = Case.objects.get()
    assert events(case) == [
        (1, "opened", "", "", "orientation", date(2026, 3, 2), {"assignee": None}),
        (
            2, "taken_over", "", "orientation", "to_activate", date(2026, 11, 16),
            {
                "office": case.office_id, "due_on": "2026-11-30", "due_kind": "activation", "due_opens_on": None,
                "overdue_from": "2026-12-01", "due_since": "2026-11-16", "due_since_fact": "registered",
                "due_term": "14 days",
            },
        ),
    ]  # fmt: skip
    actions.move(case, "activate", by=carmen, on=DAY, at=noon(DAY))
    assert (case.step, case.closed_on) == ("activated", DAY)
    actions.undo(case, by=carmen, on=DAY, at=noon(DAY))
    assert case.step == "to_activate"
    with pytest.raises(actions.NothingToUndo):
        actions.undo(case, by=carmen, on=DAY, at=noon(DAY))


STEPS = [
    (workflow.procedure, reason, step)
    for workflow in WORKFLOWS.values()
    for reason in workflow.opens
    for step in workflow.steps
]


def test_every_step_of_every_procedure_can_be_taken_over_and_replays_to_the_same(carmen: User) -> None:
    lines = [
        (
            f"{n}", f"Name {n}", str(procedure), str(reason), "02/03/2026", str(step), "04/03/2026", "uccle", "10,00",
            "01/06/2026",
        )
        for n, (procedure, reason, step) in enumerate(STEPS)
    ]  # fmt: skip
    header = (
        "client no", "last name", "procedure", "reason", "opened on", "step", "since", "office", "paid",
        "card expires on",
    )  # fmt: skip

    brought_in(header, *lines, by=carmen)

    found = list(Case.objects.order_by("pk"))
    assert [(case.procedure, case.reason, case.step) for case in found] == [
        (str(p), str(r), str(s)) for p, r, s in STEPS
    ]
    for case in found:
        columns = state_of(Event.objects.filter(case=case)).columns()
        assert {name: getattr(case, name) for name in columns} == columns, case.step
        assert case.version == Event.objects.filter(case=case).count()


@pytest.mark.parametrize(
    ("header", "cells", "name", "facts"),
    [
        ("abandon_reason", "Gave up", "abandon", {"abandon_reason": "gave_up"}),
        ("referred_to", "Legal service", "refer", {"referred_to": "legal"}),
        ("other_way", "itsme", "not_needed", {"other_way": "itsme"}),
    ],
)
def test_a_case_that_ended_where_it_began_moves_as_anybody_would_move_it(
    header: str, cells: str, name: str, facts: dict[str, str], carmen: User
) -> None:
    step = {"abandon": "Abandoned", "refer": "Referred elsewhere", "not_needed": "Not needed"}[name]
    ada = open_client(team=carmen.team, on=date(2026, 3, 2), family_name="Ada")  # type: ignore[arg-type]
    single = actions.open_case(
        client=ada, procedure="digital_key", reason="first", by=carmen, on=date(2026, 3, 2), at=noon(DAY)
    )
    actions.move(single, name, by=carmen, on=date(2026, 3, 9), at=noon(DAY), facts=facts)

    brought_in(
        ("last name", "procedure", "opened on", "step", "since", str(COLUMNS[header].label)),
        ("Bob", "Digital key", "02/03/2026", step, "09/03/2026", cells),
        by=carmen,
    )

    imported = Case.objects.exclude(pk=single.pk).get()
    assert events(imported) == events(single)
    assert {**vars(imported), "id": ANY, "reference": ANY, "client_id": ANY, "_state": ANY} == {
        **vars(Case.objects.get(pk=single.pk)), "id": ANY, "reference": ANY, "client_id": ANY, "_state": ANY,
    }  # fmt: skip


def test_many_at_once_are_written_as_one_by_one(carmen: User) -> None:
    team = carmen.team
    assert team is not None
    people = [(date(2025 + n % 2, 3, 2), {"family_name": f"Name {n}", "phone": f"+3247012345{n}"}) for n in range(4)]
    cases = [
        ("e_card", "renewal", "preparing", date(2026, 9, 1)),
        ("e_card", "first", "preparing", None),
        ("digital_key", "first", "orientation", None),
        ("card_codes", "codes_lost", "to_request", None),
    ]
    one_by_one = [open_client(team=team, on=on, **said) for on, said in people]
    for client, (procedure, reason, _step, expires) in zip(one_by_one, cases, strict=True):
        actions.open_case(
            client=client, procedure=procedure, reason=reason, by=carmen, on=date(2026, 3, 2), at=noon(DAY),
            assignee=carmen, card_expires_on=expires,
        )  # fmt: skip
        actions.log_visit(
            key=Visit().key, by=carmen, team=team, on=date(2026, 3, 2), at=noon(DAY), client=client, topic="other",
            minutes=5,
        )  # fmt: skip

    at_once = open_clients(people, team=team)
    actions.take_over(
        [
            actions.OldCase(
                client=client, procedure=procedure, reason=reason, opened_on=date(2026, 3, 2), step=step,
                since=date(2026, 3, 2), assignee=carmen, card_expires_on=expires,
            )
            for client, (procedure, reason, step, expires) in zip(at_once, cases, strict=True)
        ],
        team=team, by=carmen, at=noon(DAY),
    )  # fmt: skip
    actions.take_over_visits(
        [
            actions.OldVisit(Visit().key, date(2026, 3, 2), client, None, {"topic": "other", "minutes": 5})
            for client in at_once
        ],
        team=team, by=carmen, at=noon(DAY),
    )  # fmt: skip

    def rows(model: type, clients: list[Client], ref: str, *leave: str) -> list[dict[str, object]]:
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in leave]  # type: ignore[attr-defined]
        return list(model.objects.filter(**{ref: [client.pk for client in clients]}).order_by("pk").values(*names))  # type: ignore[attr-defined]

    for model, ref, leave in (
        (Client, "pk__in", ("id", "reference", "search_key")),
        (Case, "client__in", ("id", "reference", "client_id")),
        (Event, "case__client__in", ("id", "case_id")),
        (Visit, "client__in", ("id", "key", "client_id")),
    ):
        assert rows(model, at_once, ref, *leave) == rows(model, one_by_one, ref, *leave)
    assert [client.reference for client in [*one_by_one, *at_once]] == [
        "U-2025-0001", "U-2026-0001", "U-2025-0002", "U-2026-0002",
        "U-2025-0003", "U-2026-0003", "U-2025-0004", "U-2026-0004",
    ]  # fmt: skip
    assert [client.search_key for client in at_once] == [client.key() for client in at_once]


def test_a_case_from_before_the_delays_were_entered_gets_the_first_that_was(carmen: User) -> None:
    """The delays of these tests begin in 2026: an old list goes further back."""
    assert carmen.team is not None
    old = actions.OldCase(
        client=a_client(team=carmen.team), procedure="e_card", reason="first", opened_on=date(2024, 2, 1),
        step="to_collect", since=date(2024, 3, 1),
    )  # fmt: skip

    [case] = actions.take_over([old], team=carmen.team, by=carmen, at=noon(DAY))

    assert (case.due_kind, case.due_on) == ("pickup", date(2024, 6, 1))


def test_the_same_list_twice_adds_nothing(carmen: User) -> None:
    lines = [HEADER, YILDIZ, (*YILDIZ[:14], "05/03/2026", "10", ""), (*YILDIZ[:14], "05/03/2026", "10", "")]
    assert made(brought_in(*lines, by=carmen)) == (1, 1, 3)
    before = counts()

    again = planned(*lines, by=carmen)

    assert (again.makes_something, dict(again.known)) == (False, {"client": 1, "case": 1, "visit": 3})
    assert made(brought_in(*lines, by=carmen)) == (0, 0, 0)
    assert counts() == before


def test_a_list_without_numbers_is_known_again_by_what_it_says(carmen: User) -> None:
    header = ("Nom", "Prénom", "Année de naissance", "Procédure", "Ouvert le", "Date visite")
    lines = [
        ("Özdemir", "Yıldız", "1987", "clé numérique", "02/03/2026", "02/03/2026"),
        ("", "", "", "", "", "03/03/2026"),
    ]
    assert made(brought_in(header, *lines, by=carmen)) == (1, 1, 2)

    assert made(brought_in(header, *reversed(lines), by=carmen, source="Another name")) == (0, 0, 0)
    assert made(brought_in(header, *lines, ("", "", "", "", "", "03/03/2026"), by=carmen)) == (0, 0, 1)


def test_the_numbers_of_another_list_are_other_people(carmen: User) -> None:
    brought_in(("client no", "last name"), ("1", "Alice"), by=carmen)

    assert made(brought_in(("client no", "last name"), ("1", "Bob"), by=carmen, source="Schaerbeek")) == (1, 0, 0)


def test_three_lists_one_after_the_other_find_each_other_by_number(carmen: User) -> None:
    brought_in(("client no", "last name"), ("1", "Alice"), ("2", "Bob"), by=carmen)
    brought_in(("client no", "case no", "procedure", "opened on"), ("2", "A9", "digital key", "2026-03-02"), by=carmen)
    brought_in(("case no", "visit date"), ("A9", "2026-03-03"), by=carmen)

    visit = Visit.objects.get()
    assert visit.client is not None
    assert (visit.client.family_name, visit.case) == ("Bob", Case.objects.get())


def test_a_file_that_was_merged_leads_to_the_other(carmen: User) -> None:
    brought_in(("client no", "last name"), ("1", "Alice"), by=carmen)
    kept_file = a_client(team=carmen.team, reference="U-2026-0900")  # type: ignore[arg-type]
    Client.objects.filter(family_name="Alice").update(merged_into=kept_file)

    brought_in(("client no", "visit date"), ("1", "2026-03-03"), by=carmen)

    assert Visit.objects.get().client == kept_file


def test_who_was_erased_does_not_come_back_with_the_same_list(carmen: User) -> None:
    brought_in(HEADER, YILDIZ, by=carmen)
    erasure.erase(Client.objects.get(), reason=ActReason.ASKED, by=carmen, at=noon(DAY))
    before = counts()

    again = planned(HEADER, YILDIZ, (*YILDIZ[:14], "05/03/2026", "10", ""), by=carmen)

    assert (again.makes_something, again.forgotten) == (False, 3)
    brought_in(HEADER, YILDIZ, (*YILDIZ[:14], "05/03/2026", "10", ""), by=carmen)
    assert counts() == before


def test_the_same_name_and_telephone_is_the_same_person_unless_somebody_says_otherwise(carmen: User) -> None:
    here = a_client(team=carmen.team, phone="+32470123456", reference="U-2026-0900")  # type: ignore[arg-type]
    a_client(team=carmen.team, given_name="Ozdemir", family_name="Yildiz", birth_year=None, reference="U-2026-0901")  # type: ignore[arg-type]
    a_client(team=carmen.team, birth_year=1960, reference="U-2026-0902")  # type: ignore[arg-type]

    [person] = planned(HEADER, YILDIZ, by=carmen).people
    assert [(a.client.reference, a.same_name, a.same_year, a.same_contact) for a in person.alike] == [
        ("U-2026-0900", True, True, True),
        ("U-2026-0901", True, False, False),
    ]
    assert made(brought_in(HEADER, YILDIZ, by=carmen)) == (0, 1, 1)
    assert Case.objects.get().client == here
    here.refresh_from_db()
    assert here.contact_language == "fr"
    assert planned(HEADER, YILDIZ, by=carmen, line_2="U-2026-0901").makes_something is False


def test_the_person_that_was_chosen_gets_the_case_and_another_person_gets_a_file(carmen: User) -> None:
    here = a_client(team=carmen.team, reference="U-2026-0900")  # type: ignore[arg-type]
    header, line = ("last name", "first name", "visit date"), ("Ozdemir", "Yildiz", "02/03/2026")

    assert planned(header, line, by=carmen).people[0].here is None
    assert made(brought_in(header, line, by=carmen, line_2="U-2026-0900")) == (0, 0, 1)
    assert Visit.objects.get().client == here
    assert made(brought_in(header, ("Ozdemir", "Yildiz", "03/03/2026"), by=carmen, line_2="new")) == (0, 0, 1)
    other = ("Ozdemir", "Yıldız B", "03/03/2026")
    assert made(brought_in(header, other, by=carmen, line_2="new")) == (1, 0, 1)


NUMBER = "87.03.02-123-" + str(97 - 870302123 % 97).zfill(2)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Nom", NUMBER),
        ("Prénom", f"Yıldız {NUMBER}"),
        ("GSM", NUMBER.replace(".", "").replace("-", " ")),
        ("Remarque", f"NN {NUMBER}, vient mardi"),
        ("Remarque", "code PIN 4821"),
        ("Remarque", "mot de passe : Soleil2026"),
        ("N° client", NUMBER),
    ],
)
def test_a_national_number_or_a_code_is_refused_and_not_repeated(column: str, cell: str, carmen: User) -> None:
    line = [cell if name == column else old for name, old in zip(HEADER, YILDIZ, strict=True)]

    plan = planned(HEADER, line, by=carmen)

    [(number, header, sentence)] = wrong(plan)
    assert (number, header) == (2, column)
    assert "take it out" in sentence
    assert not any(part in sentence for part in (NUMBER, "123-", "4821", "Soleil2026"))
    with pytest.raises(NotReady):
        carry_out(plan, Import(), by=carmen, at=noon(DAY))
    assert Client.objects.count() == 0


def test_a_doubtful_cell_is_asked_about(carmen: User) -> None:
    plan = planned(("last name", "visit date", "visit note"), ("Bob", "02/03/2026", "86071500000"), by=carmen)

    assert [(doubt.line, doubt.header) for doubt in plan.doubts] in ([], [(2, "visit note")])
    assert "86071500000" not in str(plan.doubts)


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("Date de naissance", "en 1987", "«en 1987» is no birth year: write it with four digits, such as 1987."),
        ("Commune", "Atlantis", "«Atlantis» is no commune known here: write its name, or leave it empty."),
        ("GSM", "12", "This is no telephone number: write it as 0470 12 34 56 or +33 6 12 34 56 78."),
        ("Ouvert le", "31/02/2026", "«31/02/2026» is not a day: write 31/12/2026."),
        ("Ouvert le", "24/11/2026", "«24/11/2026» lies in the future: check the day."),
        ("Depuis le", "01/03/2026", "This day lies before the last step, of 02/03/2026. Correct that step first."),
        ("Bureau", "Uckle", "«Uckle» is not the name of one office: write its short name, such as uccle."),
        ("Statut", "Carte retirée", "This procedure has no such step."),
        ("Motif", "Codes bloqués", "This procedure is not opened for that reason."),
        ("Durée", "beaucoup", "«beaucoup» is no number of minutes up to 600."),
        ("Procédure", "", "Fill in: Procedure."),
        ("Ouvert le", "", "Fill in: Case opened on."),
        ("Depuis le", "", "Fill in: At this step since."),
        ("Statut", "", "Fill in: Step."),
        ("Date visite", "", "Fill in: Day of the visit."),
        ("Prénom", "x" * 81, "This text has 81 characters; there is room for 80. Shorten it."),
        ("Remarque", "a\x07b", "This text has an invisible control character: type it again."),
    ],
)  # fmt: skip
def test_a_wrong_cell_says_its_line_and_what_to_do(column: str, cell: str, said: str, carmen: User) -> None:
    line = [cell if name == column else old for name, old in zip(HEADER, YILDIZ, strict=True)]

    assert [(number, sentence) for number, _header, sentence in wrong(planned(HEADER, line, by=carmen))] == [(2, said)]


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_added(carmen: User) -> None:
    good = ["", "Ada", "Lovelace", "1985"]
    plan = planned(
        ("client no", "first name", "last name", "birth year", "procedure", "case no"),
        good, ["", "", "", "1985"], ["7"], ["", "", "Bob", "85"], ["", "", "", "", "e-card"], [*[""] * 5, "A1"],
        by=carmen,
    )  # fmt: skip

    assert wrong(plan) == [
        (3, "", "Fill in: family name."),
        (4, "", "This client has no name here and was not imported before: add the name."),
        (5, "birth year", "«85» is no birth year: write it with four digits, such as 1987."),
        (6, "", "A case needs its client: write the name, or the number of the client."),
        (6, "", "Fill in: Case opened on."),
        (7, "", "No line of this list, and no earlier import, says what this case is."),
    ]


def test_two_lines_of_a_client_that_contradict_each_other_are_named(carmen: User) -> None:
    plan = planned(("client no", "last name"), ("1", "Alice"), ("1", "Bob"), by=carmen)

    assert wrong(plan) == [
        (3, "family name", "This client has another value in line 2: make the two lines agree."),
    ]


def test_a_list_is_confirmed_once(carmen: User) -> None:
    batch = brought_in(HEADER, YILDIZ, by=carmen)
    before = counts()

    with pytest.raises(NotNow):
        carry_out(planned(HEADER, YILDIZ, by=carmen), batch, by=carmen, at=noon(DAY))

    assert counts() == before
    assert bytes(batch.content) == b""


def test_when_a_colleague_brought_the_same_lines_in_meanwhile_nothing_is_added(carmen: User) -> None:
    late = planned(HEADER, YILDIZ, by=carmen)
    brought_in(HEADER, YILDIZ, by=carmen)
    before = counts()
    waiting = Import.objects.create(
        source=SOURCE, team=carmen.team, by=carmen, uploaded_at=noon(DAY), waits_until=noon(DAY), content=b"x"
    )

    with pytest.raises(NotNow):
        carry_out(late, waiting, by=carmen, at=noon(DAY))

    assert counts() == before


def test_a_list_that_nobody_confirms_is_deleted_at_night(carmen: User) -> None:
    from cases.imports.keeping import keep
    from config.tables import Read

    batch = keep(Read(lines=[["Nom"], ["Zwxqvomir"]]), source=SOURCE, team=carmen.team, by=carmen, at=noon(DAY))  # type: ignore[arg-type]

    assert kept(batch).lines == [["Nom"], ["Zwxqvomir"]]
    assert b"Zwxqvomir" not in bytes(batch.content)
    assert sweep(at=batch.waits_until.replace(year=2025)) == 0
    assert sweep(at=batch.waits_until) == 1


def test_a_person_too_old_to_keep_is_counted_before_anything_is_added(carmen: User) -> None:
    header = ("client no", "last name", "procedure", "opened on", "step", "since", "visit date")
    old = ("1", "Ada", "digital key", "02/03/2020", "Key active", "02/04/2020", "")
    still_open = ("2", "Bob", "digital key", "02/03/2020", "", "", "")
    seen_lately = ("3", "Cem", "digital key", "02/03/2020", "Key active", "02/04/2020", "02/11/2026")

    assert planned(header, old, still_open, seen_lately, by=carmen).too_old == 1
    brought_in(header, old, still_open, seen_lately, by=carmen)
    assert [client.family_name for client in retention.to_forget(on=DAY)] == ["Ada"]


def test_the_headers_of_the_template_are_understood_in_each_language() -> None:
    from django.utils import translation

    for language in ("fr", "nl", "en"):
        with translation.override(language):
            assert guessed(headers(), {}) == list(COLUMNS)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("NOM", "family_name"), ("Prénom ", "given_name"), ("Né(e) le", "birth_year"), ("Tél.", "phone"),
        ("E-mail", "email"), ("Code postal", "commune"), ("Achternaam", "family_name"),
        ("Geboortedatum", "birth_year"), ("N° de dossier", "case_number"), ("Dossiernummer", "case_number"),
        ("Remarques", "case_note"), ("Datum", "visit_happened_on"), ("Titre de séjour", "residence_document"),
        ("Statut", "step"), ("Montant payé", "paid"), ("Couleur préférée", ""),
    ],
)  # fmt: skip
def test_a_header_of_an_old_list_is_guessed(header: str, name: str) -> None:
    assert guessed([header], {}) == [name]


def test_amounts_days_and_answers_are_read_as_people_write_them(carmen: User) -> None:
    brought_in(
        ("last name", "needs an interpreter", "procedure", "reason", "opened on", "step", "since", "paid", "police"),
        ("Ada", "oui", "e-card", "loss", "02.03.2026", "To request", "2026-03-05", "12,50 €", "01/03/26"),
        by=carmen,
    )

    case = Case.objects.select_related("client").get()
    assert (case.client.interpreter, case.step, case.paid_amount) == (True, "preparing", Decimal("12.50"))
    assert events(case)[1][6]["police_on"] == "2026-03-01"  # type: ignore[index]
