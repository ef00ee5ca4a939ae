"""The reference data: what is loaded, and what is left alone."""

import shutil
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from communes.models import Commune, Delay, DelayCode, Office, PostalCode, ResidenceDocument, Tariff, delay_in_force
from communes.reference import DATA, Fate, ReferenceFileError, load
from communes.terms import Term, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path):
    """A copy of the files that a test may change."""
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    return tmp_path


def rewrite(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def counts(reports):
    return {
        report.name: {fate.name: len(report.lines(fate)) for fate in Fate if report.lines(fate)} for report in reports
    }


def fate_of(reports, name):
    return counts(reports)[name]


def uccle():
    return Tariff.objects.get(office__code="uccle", service="digital_key", valid_from=date(2026, 1, 1))


def test_the_first_load_adds_everything_and_the_second_nothing():
    first, second = counts(load()), counts(load())

    sizes = {
        "communes.csv": 20,
        "postal_codes.csv": 26,
        "offices.csv": 21,
        "residence_documents.csv": 33,
        "tariffs.csv": 82,
        "delays.csv": 14,
    }
    assert first == {name: {"ADDED": size} for name, size in sizes.items()}
    assert second == {name: {"KEPT": size} for name, size in sizes.items()}
    assert Tariff.history.count() == 82


def test_what_an_administrator_changed_is_left_alone():
    load()
    changed = uccle()
    changed.amount = Decimal("12.00")
    changed.save()

    again = load()

    assert fate_of(again, "tariffs.csv") == {"KEPT": 81, "LEFT_ALONE": 1}
    assert uccle().amount == Decimal("12.00")


def test_what_was_saved_without_a_change_still_belongs_to_the_loader(files):
    load()
    uccle().save()
    rewrite(
        files / "tariffs.csv", "uccle,digital_key,everyone,any,yes,10.00", "uccle,digital_key,everyone,any,yes,11.00"
    )

    assert fate_of(load(files), "tariffs.csv") == {"KEPT": 81, "UPDATED": 1}
    assert uccle().amount == Decimal("11.00")


def test_a_newer_file_updates_what_nobody_touched_and_then_keeps_it(files):
    load()
    rewrite(files / "residence_documents.csv", "Passeport seulement", "Passeport sans titre de séjour")

    assert fate_of(load(files), "residence_documents.csv") == {"KEPT": 32, "UPDATED": 1}
    assert fate_of(load(files), "residence_documents.csv") == {"KEPT": 33}
    assert ResidenceDocument.objects.get(code="passport").label_fr == "Passeport sans titre de séjour"


def test_what_an_administrator_deleted_does_not_come_back():
    load()
    uccle().delete()

    assert fate_of(load(), "tariffs.csv") == {"KEPT": 81, "LEFT_ALONE": 1}
    assert Tariff.objects.count() == 81


def test_what_an_administrator_moved_to_another_day_is_not_added_again():
    load()
    moved = uccle()
    moved.valid_from = date(2026, 2, 1)
    moved.save()

    assert fate_of(load(), "tariffs.csv") == {"KEPT": 81, "LEFT_ALONE": 1}
    assert Tariff.objects.count() == 82


def test_what_an_administrator_entered_first_is_theirs():
    Delay.objects.create(code="activation", amount=10, unit="days", valid_from=date(2026, 1, 1), source="telephone")

    assert fate_of(load(), "delays.csv") == {"ADDED": 13, "LEFT_ALONE": 1}
    assert delay_in_force("activation", on=date(2026, 1, 1)) == Term(10, Unit.DAYS)


def test_lines_about_a_deleted_office_are_left_alone():
    load()
    bosa = Office.objects.get(code="bosa")
    bosa.tariffs.all().delete()
    bosa.delete()

    again = counts(load())

    assert (again["offices.csv"], again["tariffs.csv"]) == (
        {"KEPT": 20, "LEFT_ALONE": 1},
        {"KEPT": 81, "LEFT_ALONE": 1},
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("tariffs.csv", "any,yes,26.00", "any,yes,-26.00", "tariffs.csv, line 20: An amount is never negative."),
        ("tariffs.csv", "uccle,digital_key", "ukkle,digital_key", "«ukkle» is in none of the former files"),
        ("tariffs.csv", "any,no,,", "any,maybe,,", "«maybe» is neither yes nor no"),
        ("delays.csv", "14,days", "14,days,extra", "more or fewer cells than the header"),
        ("delays.csv", "3,months", "3,moons", "delays.csv, line 6: "),
    ],
)
def test_a_wrong_line_is_named_and_nothing_at_all_is_loaded(files, name, old, new, message):
    rewrite(files / name, old, new)

    with pytest.raises(ReferenceFileError, match=message):
        load(files)

    assert (Commune.objects.count(), Tariff.objects.count(), Delay.objects.count()) == (0, 0, 0)


def test_the_command_says_what_it_did_with_each_file():
    load()
    changed = uccle()
    changed.note = "Fermé le lundi"
    changed.save()
    output = StringIO()

    call_command("load_communes", stdout=output)

    assert output.getvalue().splitlines() == [
        "communes.csv: 0 added, 20 kept, 0 updated, 0 left alone",
        "postal_codes.csv: 0 added, 26 kept, 0 updated, 0 left alone",
        "offices.csv: 0 added, 21 kept, 0 updated, 0 left alone",
        "residence_documents.csv: 0 added, 33 kept, 0 updated, 0 left alone",
        "tariffs.csv: 0 added, 81 kept, 0 updated, 1 left alone",
        "  Changed or deleted by somebody, left alone: lines 19",
        "delays.csv: 0 added, 14 kept, 0 updated, 0 left alone",
    ]


def test_the_region_has_its_nineteen_communes_and_ecaussinnes_lies_outside():
    load()

    inside = Commune.objects.in_region()
    assert [commune.nis for commune in inside.order_by("nis")] == [str(nis) for nis in range(21001, 21020)]
    assert [commune.slug for commune in Commune.objects.filter(in_region=False)] == ["ecaussinnes"]


def test_a_postal_code_suggests_every_commune_that_uses_it():
    load()

    suggested = {
        code: [commune.slug for commune in Commune.objects.with_postal_code(code).by_name()]
        for code in ("1040", "1050", "1120", "1060")
    }

    assert suggested == {
        "1040": ["bruxelles", "etterbeek"],
        "1050": ["bruxelles", "ixelles"],
        "1120": ["bruxelles"],
        "1060": ["saint-gilles"],
    }
    assert PostalCode.objects.values("code").distinct().count() == 24


def test_every_delay_is_in_force_with_the_length_its_source_says():
    load()

    assert Delay.objects.terms(on=date(2026, 11, 23)) == {
        DelayCode.ACTIVATION: Term(14, Unit.DAYS),
        DelayCode.ACTIVATION_FIRST_REMINDER: Term(7, Unit.DAYS),
        DelayCode.ACTIVATION_LAST_REMINDER: Term(12, Unit.DAYS),
        DelayCode.CODES_LETTER: Term(3, Unit.WEEKS),
        DelayCode.CARD_KEPT: Term(3, Unit.MONTHS),
        DelayCode.PICKUP_FIRST_REMINDER: Term(30, Unit.DAYS),
        DelayCode.PICKUP_SECOND_REMINDER: Term(14, Unit.DAYS),
        DelayCode.PICKUP_LAST_REMINDER: Term(7, Unit.DAYS),
        DelayCode.RENEWAL_OPENS: Term(45, Unit.DAYS),
        DelayCode.RENEWAL_CLOSES: Term(30, Unit.DAYS),
        DelayCode.CHASE_CLIENT: Term(2, Unit.WEEKS),
        DelayCode.PHOTO_AGE: Term(6, Unit.MONTHS),
        DelayCode.DOCSTOP_REVERSAL: Term(7, Unit.DAYS),
        DelayCode.TARIFF_REVIEW: Term(6, Unit.MONTHS),
    }


def test_a_delay_changes_on_its_first_day():
    load()
    Delay.objects.create(code="activation", amount=3, unit="weeks", valid_from=date(2027, 1, 1), source="telephone")

    assert delay_in_force("activation", on=date(2026, 12, 31)) == Term(14, Unit.DAYS)
    assert delay_in_force("activation", on=date(2027, 1, 1)) == Term(3, Unit.WEEKS)


def test_every_tariff_that_comes_with_sesame_names_its_source_and_is_not_verified():
    load()

    assert Tariff.objects.filter(source="").count() == 0
    assert set(Tariff.objects.values_list("verified_on", "valid_from")) == {(None, date(2026, 1, 1))}


def test_only_the_orange_and_the_protocol_card_have_a_class_of_their_own():
    load()

    special = ResidenceDocument.objects.exclude(tariff_class="other")
    assert [(document.code, document.tariff_class, document.has_chip) for document in special] == [
        ("orange", "orange", False),
        ("protocol", "protocol", False),
    ]
