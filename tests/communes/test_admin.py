"""The pages where the public facts are kept: who sees them, what they refuse, what they remember."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.formats import date_format

from communes.models import Closure, Commune, Delay, Office, PostalCode, ResidenceDocument, Tariff
from config.staff.models import Team
from config.staff.roles import PERMISSIONS, Role

PAGES = [Commune, Office, ResidenceDocument, Tariff, Delay, Closure]

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def as_role(client):
    def log_in(role):
        team = Team.objects.create(name="Centre")
        user = get_user_model().objects.create_user(
            f"{role}@example.org", name="Robin", role=role, team=team, language="en"
        )
        client.force_login(user)
        return client

    return log_in


def address(model, page="changelist", *args):
    return reverse(f"admin:communes_{model._meta.model_name}_{page}", args=args)


def uccle():
    return Tariff.objects.get(office__code="uccle", service="digital_key", valid_from=date(2026, 1, 1))


def form_of(tariff, **changes):
    """What a browser posts from the form of a tariff."""
    fields = {
        "office": tariff.office_id,
        "service": tariff.service,
        "residency": tariff.residency,
        "document": tariff.document,
        "offered": "on" if tariff.offered else "",
        "amount": "" if tariff.amount is None else str(tariff.amount),
        "valid_from": date_format(tariff.valid_from, "Y-m-d"),
        "source": tariff.source,
        "source_url": tariff.source_url,
        "verified_on": "",
        "note": tariff.note,
    }
    return {name: value for name, value in (fields | changes).items() if value != ""}


@pytest.mark.parametrize("model", PAGES)
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.TARIFF_EDITOR, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.ADVISER, 403),
        (Role.COORDINATOR, 403),
        (Role.PRIVACY_OFFICER, 403),
    ],
)
def test_the_role_decides_who_opens_the_pages(as_role, role, status, model):
    browser = as_role(role)

    found = {browser.get(address(model)).status_code, browser.get(address(Tariff, "import")).status_code}

    assert found == {status}


@pytest.mark.parametrize("page", ["import", "export", "process_import"])
def test_import_and_export_ask_for_their_own_permission(as_role, page, monkeypatch):
    browser = as_role(Role.TARIFF_EDITOR)
    kept = PERMISSIONS[Role.TARIFF_EDITOR] - {"communes.import_tariff", "communes.export_tariff"}
    monkeypatch.setitem(PERMISSIONS, Role.TARIFF_EDITOR, kept)

    assert browser.post(address(Tariff, page)).status_code == 403
    assert browser.get(address(Tariff)).status_code == 200


def test_every_permission_of_the_role_table_for_the_communes_is_a_real_one():
    real = {f"communes.{codename}" for codename in Permission.objects.values_list("codename", flat=True)}
    named = {name for names in PERMISSIONS.values() for name in names if name.startswith("communes.")}

    assert named - real == set()


@pytest.mark.parametrize("typed", ["12,50", "12.50", "12,5 €"])
def test_an_amount_is_taken_with_a_comma_or_a_point(as_role, typed):
    browser = as_role(Role.TARIFF_EDITOR)

    answer = browser.post(address(Tariff, "change", uccle().pk), form_of(uccle(), amount=typed))

    assert answer.status_code == 302
    assert uccle().amount == Decimal("12.50")


def test_the_price_of_the_first_of_january_is_entered_from_the_price_of_today(as_role):
    browser = as_role(Role.TARIFF_EDITOR)
    tomorrow = form_of(uccle(), amount="12", valid_from="01/01/2027", source="Phone call", _saveasnew="yes")

    browser.post(address(Tariff, "change", uccle().pk), tomorrow)

    line = Tariff.objects.filter(office__code="uccle", service="digital_key").order_by("valid_from")
    assert list(line.values_list("valid_from", "amount")) == [
        (date(2026, 1, 1), Decimal("10.00")),
        (date(2027, 1, 1), Decimal("12.00")),
    ]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"amount": "-5"}, "amount", "An amount is never negative."),
        (
            {"amount": "1.234,56"},
            "amount",
            "«1.234,56» can be read in more than one way: write 1234,56 without any other point, comma or word.",
        ),
        (
            {"offered": ""},
            "__all__",
            "What is not offered has no price: empty the amount, or say that it is offered.",
        ),
        ({"source": ""}, "source", "This field is required."),
        ({"valid_from": "0026-01-01"}, "__all__", "The first day lies before the year 2000: check the year."),
    ],
)
def test_a_wrong_tariff_is_refused_on_the_page_with_a_sentence(as_role, changes, field, sentence):
    browser = as_role(Role.TARIFF_EDITOR)

    page = browser.post(address(Tariff, "change", uccle().pk), form_of(uccle(), **changes))

    assert page.context["adminform"].form.errors == {field: [sentence]}
    assert uccle().amount == Decimal("10.00")


def test_the_same_line_from_the_same_day_is_refused_on_the_page(as_role):
    browser = as_role(Role.TARIFF_EDITOR)

    page = browser.post(address(Tariff, "add"), form_of(uccle(), amount="12"))

    assert page.context["adminform"].form.non_field_errors() == [
        "This office already has a tariff for this service and public from this day: change that one."
    ]


def test_the_history_shows_who_changed_a_price_and_how(as_role):
    browser = as_role(Role.TARIFF_EDITOR)
    for amount in ("10,50", "12"):
        browser.post(address(Tariff, "change", uccle().pk), form_of(uccle(), amount=amount))

    page = browser.get(address(Tariff, "history", uccle().pk)).content.decode()

    assert "<del>10.50</del> → <ins>12.00</ins>" in page
    assert "Robin" in page
    assert "style=" not in page


def test_an_office_with_tariffs_is_not_deleted_and_the_page_says_why(as_role):
    browser = as_role(Role.TARIFF_EDITOR)
    office = Office.objects.get(code="uccle")

    page = browser.post(address(Office, "delete", office.pk), {"post": "yes"})

    assert page.context["protected"] == [
        "4 other records. Nothing was deleted: enter what follows this one, or say it is not in use."
    ]
    assert Office.objects.filter(code="uccle").exists()


def test_a_tariff_that_nothing_refers_to_is_deleted_and_its_history_stays(as_role):
    browser = as_role(Role.TARIFF_EDITOR)
    gone = uccle()

    browser.post(address(Tariff, "delete", gone.pk), {"post": "yes"})

    assert Tariff.history.filter(id=gone.pk).latest().history_type == "-"


def test_nobody_adds_or_deletes_a_commune(as_role):
    browser = as_role(Role.ADMINISTRATOR)
    jette = Commune.objects.get(slug="jette")

    assert browser.get(address(Commune, "add")).status_code == 403
    assert browser.post(address(Commune, "delete", jette.pk), {"post": "yes"}).status_code == 403


def test_a_postal_code_is_added_on_the_page_of_its_commune(as_role):
    browser = as_role(Role.TARIFF_EDITOR)
    jette = Commune.objects.get(slug="jette")
    [code] = jette.postal_codes.all()
    rows = {
        "postal_codes-TOTAL_FORMS": "2",
        "postal_codes-INITIAL_FORMS": "1",
        "postal_codes-0-id": code.pk,
        "postal_codes-0-commune": jette.pk,
        "postal_codes-0-code": "1090",
        "postal_codes-1-commune": jette.pk,
        "postal_codes-1-code": "1091",
    }

    browser.post(
        address(Commune, "change", jette.pk), {"name_fr": "Jette", "name_nl": "Jette", "in_region": "on"} | rows
    )

    assert list(PostalCode.objects.filter(commune=jette).values_list("code", flat=True)) == ["1090", "1091"]


@pytest.mark.parametrize(
    ("search", "found"),
    [("boits", ["watermael-boitsfort"]), ("St-Josse", ["saint-josse-ten-noode"]), ("1050", ["bruxelles", "ixelles"])],
)
def test_a_commune_is_found_by_another_name_or_a_postal_code(as_role, search, found):
    browser = as_role(Role.TARIFF_EDITOR)

    page = browser.get(address(Commune), {"q": search})

    assert [commune.slug for commune in page.context["cl"].queryset] == found


def test_tariffs_are_filtered_by_what_holds_today_what_is_announced_and_what_was_replaced(as_role):
    browser = as_role(Role.TARIFF_EDITOR)
    first = uccle()
    Tariff.objects.create(**_line(first), amount=Decimal("9.00"), valid_from=date(2025, 1, 1))
    Tariff.objects.create(**_line(first), amount=Decimal("99.00"), valid_from=date(2999, 1, 1))

    found = {
        choice: [
            tariff.valid_from.year
            for tariff in browser.get(
                address(Tariff), {"valid": choice, "q": "uccle", "service__exact": "digital_key"}
            )
            .context["cl"]
            .queryset
        ]
        for choice in ("today", "later", "past")
    }

    assert found == {"today": [2026], "later": [2999], "past": [2025]}


def _line(tariff):
    return {
        "office": tariff.office,
        "service": tariff.service,
        "residency": tariff.residency,
        "document": tariff.document,
        "source": "telephone",
    }


def test_several_tariffs_are_marked_as_verified_at_once_with_their_history(as_role):
    browser = as_role(Role.TARIFF_EDITOR)
    chosen = Tariff.objects.filter(office__code="schaerbeek", service="digital_key")

    browser.post(address(Tariff), {"action": "mark_as_verified", "_selected_action": [tariff.pk for tariff in chosen]})

    assert chosen.filter(verified_on__isnull=True).count() == 0
    assert [tariff.history.latest().history_user.name for tariff in chosen] == ["Robin"] * 3


@pytest.mark.parametrize("model", PAGES)
def test_a_list_takes_a_dozen_queries_at_most_whatever_its_length(as_role, model, django_assert_max_num_queries):
    browser = as_role(Role.TARIFF_EDITOR)

    with django_assert_max_num_queries(12):
        browser.get(address(model))
