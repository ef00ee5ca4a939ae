"""Everything we hold on a person is in the file that they may ask for: every model, every column, every look."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client as Browser
from django.utils import timezone, translation
from django.utils.functional import Promise

from cases import actions, households, merging, pairs, parting, restriction
from cases.imports.keeping import keep
from cases.looks import AT_MOST
from cases.models import Access, Appointment, Case, Client, ImportedRow, Merge, TwoPeople, Visit
from cases.models.access import listed
from cases.models.imports import RowKind
from cases.models.privacy import ActReason
from cases.person_entries import LEFT_OUT
from cases.person_file import ENCODER, NOT_TOLD, Section, as_data, person_file
from config.staff.models import User
from config.staff.roles import Role
from config.tables import Read
from tests.factories import MONDAY, UserFactory, a_case, a_client, noon

pytestmark = pytest.mark.usefixtures("reference_data")

MODELS = list(apps.get_app_config("cases").get_models())
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice Peeters")


@pytest.fixture
def person(alice: User) -> Client:
    """Somebody of whom we hold a row of every kind."""
    team, at = alice.team, noon(MONDAY)
    assert team is not None
    person = a_client(team=team, family_name="Ademović")
    case = a_case(by=alice, client=person)
    actions.write_note(case, "Waits under the plane tree.", by=alice, at=at, sensitive=True)
    said: dict[str, Any] = {"by": alice, "team": team, "topic": "other"}
    visit = actions.log_visit(
        key=Visit().key, client=person, case=case, on=MONDAY, at=at, note="Her passport.", **said
    )
    friend, stranger, twin, wrong = (
        a_client(team=team, family_name=name) for name in ("Friend", "Stranger", "Twin", "Wrong")
    )
    actions.log_visit(
        key=Visit().key, client=friend, on=MONDAY, at=at, companions=[person], note="Of the friend alone.", **said
    )
    Appointment.objects.create(client=person, adviser=alice, starts_at=noon(TUESDAY), made_by=alice, recorded_at=at)
    households.join(person, friend, by=alice, on=MONDAY)
    pairs.tell_apart(person, [stranger], by=alice, at=at)
    merging.merge(Client.objects.get(pk=person.pk), twin, take=(), by=alice, at=at)
    parting.part(
        merging.merge(Client.objects.get(pk=person.pk), wrong, take=(), by=alice, at=at), by=alice, at=noon(TUESDAY)
    )
    batch = keep(Read([["Nom"]], "", [], "utf-8"), source="Registre 2019", team=team, by=alice, at=at)
    type(batch).objects.update(done_at=at, content=b"")
    for kind, row in ((RowKind.CLIENT, person), (RowKind.CASE, case), (RowKind.VISIT, visit)):
        ImportedRow.objects.create(batch=batch, kind=kind, key=kind.value, **{kind.value: row})
    restriction.restrict(
        Client.objects.get(pk=person.pk), reason=ActReason.CONTESTED, by=alice, at=noon(date(2026, 3, 4))
    )
    looked(alice, person, 1)
    return Client.objects.get(pk=person.pk)


def looked(by: User, person: Client, times: int) -> None:
    Access.objects.bulk_create(
        Access(by=by, at=noon(MONDAY), place="cases:client", clients=listed([person.pk]), count=1, opened=person.pk)
        for _ in range(times)
    )


def told(person: Client) -> list[Section]:
    until = timezone.now() + timedelta(days=1)
    return person_file(person, colleagues_named=False, since=noon(date(2026, 1, 1)), until=until)


def of(sections: list[Section], name: str) -> list[dict[str, str]]:
    """What one section says, in words."""
    (section,) = (each for each in sections if each.name == name)
    return [{datum.name: datum.words for datum in entry} for entry in section.entries]


def test_every_model_is_in_the_persons_file_or_left_out_with_a_reason(person: Client) -> None:
    filled = {section.of for section in told(person) if section.entries}

    assert sorted(model.__name__ for model in filled) == sorted(
        model.__name__ for model in MODELS if not NOT_TOLD.get(model)
    )


def leads_to_a_client(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    """Does a row of it belong to a client, straight or by way of other rows?"""
    related = {field.related_model for field in model._meta.concrete_fields if field.related_model} - seen - {model}
    return Client in related or any(leads_to_a_client(other, seen | {model}) for other in related if other in MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_model_that_hangs_on_a_client_is_left_out(model: type[Model]) -> None:
    assert not (leads_to_a_client(model) and model in NOT_TOLD)


def test_every_column_that_says_something_is_in_the_persons_file(person: Client) -> None:
    sections = told(person)

    silent = {
        f"{section.of.__name__}.{field.name}"
        for section in sections
        for field in section.of._meta.concrete_fields
        if field.name not in LEFT_OUT[section.of]
        and field.name not in {datum.name for entry in section.entries for datum in entry}
        and any(getattr(row, field.name) not in (None, "", False) for row in section.of._default_manager.all())
    }

    assert silent - {"Access.place"} == set()  # the look says it in words, as its «page»


@pytest.mark.parametrize("model", LEFT_OUT, ids=lambda model: model.__name__)
def test_every_column_that_is_told_has_a_label_in_the_language_of_the_person(model: type[Model]) -> None:
    asked = [field for field in model._meta.concrete_fields if field.name not in LEFT_OUT[model]]

    plain = {field.name for field in asked if not isinstance(field.verbose_name, Promise)}
    assert plain == {ImportedRow: {"kind"}, Merge: {"kept", "given_up"}}.get(model, set())  # told by words of ours


def test_what_hangs_on_a_person_is_told_without_telling_of_others(person: Client) -> None:
    sections = told(person)

    twin = Client.objects.get(merged_into=person)
    assert of(sections, "company")[0].keys() == {
        "happened_on", "channel", "minutes", "topic", "team", "by", "recorded_at",
    }  # fmt: skip
    assert [entry.keys() for entry in of(sections, "household")] == [{"joined_on", "by"}]
    assert len(of(sections, "told_apart")) == TwoPeople.objects.count() == 2
    assert [(entry.get("kept"), entry.get("given_up")) for entry in of(sections, "merges")] == [
        (person.reference, twin.reference),
        (person.reference, None),
    ]
    assert len(of(sections, "partings")) == 1
    assert [(entry["kind"], entry["source"]) for entry in of(sections, "origin")] == [
        ("Client", "Registre 2019"), ("Case", "Registre 2019"), ("Visit", "Registre 2019"),
    ]  # fmt: skip
    everything = json.dumps(as_data(sections, reference="", at=timezone.now()), cls=ENCODER)
    others = ("Friend", "Stranger", "Wrong", "Of the friend alone.")
    assert [word for word in others if word in everything] == []
    assert "Waits under the plane tree." in everything


def test_every_look_is_in_the_persons_file_however_many_there_were(alice: User, person: Client) -> None:
    looked(alice, person, AT_MOST)

    assert len(of(told(person), "looks")) == AT_MOST + 1


def test_a_price_of_nothing_is_a_price(person: Client) -> None:
    Case.objects.update(paid_amount=Decimal("0.00"))
    Visit.objects.update(minutes=0)

    sections = told(person)

    assert "home_amount" not in of(sections, "cases")[0]
    assert of(sections, "cases")[0]["paid_amount"] == "free"
    assert of(sections, "visits")[0]["minutes"] == "0"


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_all_of_it_is_told_in_the_language_of_the_person(language: str, person: Client) -> None:
    english = {section.name: section.title for section in told(person)}
    with translation.override(language):
        theirs = {section.name: section.title for section in told(person)}

    assert [name for name, title in theirs.items() if title == english[name]] == []


def test_who_writes_a_note_for_themselves_is_told_that_the_person_may_ask_for_it(
    person: Client, log_in: Callable[[User | None], Browser], staff: dict[Role, User]
) -> None:
    page = log_in(staff[Role.COORDINATOR]).get(f"/cases/{Case.objects.get().reference}/")

    assert (
        "Your colleagues do not see it. It is part of the file that the person may ask for." in page.content.decode()
    )
