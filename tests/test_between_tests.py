"""Each test finds the tables as `migrate` leaves them, or as `load_communes` does, whatever the one before it did."""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import IntegrityError, transaction

from communes.models import Commune
from config.staff.models import Team
from tests import tables
from tests.factories import UserFactory, a_case


def loaded() -> list[str]:
    said = StringIO()
    call_command("load_communes", stdout=said)
    return said.getvalue().splitlines()


def test_the_reference_data_is_what_the_command_loads(reference_data: None) -> None:
    told = [line.partition(": ")[2] for line in loaded()]

    assert [re.sub(r"\d+ kept", "all kept", line) for line in told] == [
        "0 added, all kept, 0 updated, 0 left alone"
    ] * len(told)


def test_a_row_added_to_the_reference_data_gets_a_number_of_its_own(reference_data: None) -> None:
    before = Commune.objects.count()

    Commune.objects.create(slug="nowhere", name_fr="Nulle part", name_nl="Nergens")

    assert Commune.objects.count() == before + 1


def test_the_emptying_leaves_the_permissions_and_nothing_else(transactional_db: None) -> None:
    loaded()
    a_case(by=UserFactory())
    permissions = list(Permission.objects.values_list("pk", "codename"))

    tables.empty()

    assert tables.filled() == []
    assert list(Permission.objects.values_list("pk", "codename")) == permissions != []


def test_the_histories_are_closed_again_after_the_emptying(transactional_db: None) -> None:
    Team.objects.create(name="Ixelles")
    tables.empty()
    team = Team.objects.create(name="Uccle")

    with pytest.raises(IntegrityError), transaction.atomic():
        team.history.all().delete()


def test_what_was_put_aside_comes_back_with_its_links_and_its_checks(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ASIDE", {})
    loaded()
    case = a_case(by=UserFactory(name="Alice"))
    tables.put_aside("one_case")
    filled = tables.filled()
    tables.empty()

    tables.put_back("one_case")

    assert tables.filled() == filled
    assert [event.by.name for event in case.events.all()] == ["Alice"]
    with pytest.raises(IntegrityError), transaction.atomic():
        case.events.all().delete()
