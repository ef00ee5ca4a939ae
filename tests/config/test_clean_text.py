import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.http import QueryDict
from django.test.utils import isolate_apps

from config.clean_text import (
    AsksAboutDoubts,
    CleanCharField,
    CleanEmailField,
    CleanField,
    CleanLine,
    CleanText,
    CleanTextField,
    CleanURLField,
    Kind,
    fits,
)
from config.staff.models import Team

NUMBER = "85.07.30-033.28"
DOUBTFUL = "32470120092"  # a mobile number without its plus that fits a BIS number
PASTED_PHONE = "\u202a+32 470 12 34 56\u202c"


class NoteForm(AsksAboutDoubts, forms.Form):
    title = CleanLine(required=False)
    note = CleanText()


class TeamForm(AsksAboutDoubts, forms.ModelForm):
    class Meta:
        model = Team
        fields = ("name",)


def posted(**data: str) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(data)
    return query


def refusals(form: forms.Form, name: str) -> list[str]:
    return [error.code for error in form.errors.get(name, forms.utils.ErrorList()).as_data()]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Visite  ", "Visite"),
        ("\u00a0Visite\u3000", "Visite"),
        ("e\u0301te\u0301", "été"),
        ("a\r\nb\rc\u2028d\ve", "a\nb\nc\nd\ne"),
        (PASTED_PHONE, "+32 470 12 34 56"),
        ("\ufeffVisite", "Visite"),
        ("a\tb", "a\tb"),
        ("می‌خواهم", "می‌خواهم"),
        ("👩‍👧", "👩‍👧"),
        ("محمد \u200fفاطمة", "محمد \u200fفاطمة"),
    ],
)
def test_a_text_is_kept_in_one_writing(typed, kept):
    assert CleanText().clean(typed) == kept


def test_one_line_stays_one_line():
    assert CleanLine().clean("Fatima\r\n  Ben\tAli") == "Fatima Ben Ali"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x80", "\ud800", "\ufffe", "\U0010ffff"])
def test_a_character_that_no_database_or_workbook_can_hold_is_refused(character):
    for field in (CleanLine(), CleanText(), CleanCharField(max_length=20), CleanTextField()):
        with pytest.raises(ValidationError):
            field.clean(f"Fati{character}ma", None) if isinstance(field, models.Field) else field.clean(
                f"Fati{character}ma"
            )


def test_an_endless_text_is_refused_unread():
    with pytest.raises(ValidationError) as refused:
        CleanText().clean("pin 4829 " * 500)

    assert [error.code for error in refused.value.error_list] == ["max_length"]


def test_a_refusal_says_where_and_what_to_do_and_not_what():
    form = NoteForm(
        posted(note=f"Première visite. Pin du client : 4829.\nSon numéro : {NUMBER}, carte A jusqu'en 2027.")
    )

    assert form.errors["note"] == [
        (
            "At «…emière visite. Pin du client : •••» stands a code that only the client may hold: take it out. "
            "Write that the client holds it, and since which day."
        ),
        (
            "At «… du client : •••. Son numéro : •••» stands a national register number. "
            "The law forbids us to keep it: take it out. You may write that the client has shown it, and on which day."
        ),
    ]


@pytest.mark.parametrize("secret", ["4829", "85.07.30", "033.28", "Soleil2024", "KD82MZ01"])
def test_a_refused_form_shows_the_rest_of_the_text_and_never_the_secret(secret):
    note = f"Visite. PIN : 4829. NISS {NUMBER}. mdp Soleil2024! https://csam.be/activation?code=KD82MZ01 Fin."

    page = NoteForm(posted(note=note)).as_p()

    assert secret not in page
    assert "Visite. PIN : •••. NISS •••. mdp •••! ••• Fin." in page


def test_without_the_mask_a_refused_form_would_send_the_secret_back():
    class Unmasked(CleanText):
        def bound_data(self, data, initial):
            return data

    class Form(forms.Form):
        note = Unmasked()

    assert "4829" in Form(posted(note="PIN : 4829")).as_p()


def test_a_doubtful_text_is_asked_about_once():
    form = NoteForm(posted(note=f"Rappeler le {DOUBTFUL}"))

    assert refusals(form, "note") == ["doubtful"]
    assert list(form.fields) == ["title", "note", "doubts_checked"]
    assert f"Rappeler le {DOUBTFUL}" in form.as_p()
    assert form.overridden == []


def test_a_doubtful_text_that_was_checked_passes_and_the_form_says_so_without_the_value():
    form = NoteForm(posted(note=f"Rappeler le {DOUBTFUL}", doubts_checked="on"))

    assert form.is_valid()
    assert form.cleaned_data == {"title": "", "note": f"Rappeler le {DOUBTFUL}"}
    assert form.overridden == [("note", Kind.NATIONAL_NUMBER)]


def test_a_tick_opens_no_door_for_a_certain_secret():
    form = NoteForm(posted(title=NUMBER, note="PIN : 4829", doubts_checked="on"))

    assert refusals(form, "title") == ["national_number"]
    assert refusals(form, "note") == ["code"]
    assert form.overridden == []


def test_a_form_without_doubts_asks_nothing():
    form = NoteForm(posted(note="Rappeler le 0470 12 34 56"))

    assert form.is_valid()
    assert list(form.fields) == ["title", "note"]


def test_two_forms_on_a_page_ask_apart():
    form = NoteForm({"a-note": f"Rappeler le {DOUBTFUL}", "b-doubts_checked": "on"}, prefix="a")

    assert refusals(form, "note") == ["doubtful"]


def test_the_fields_of_a_model_make_the_form_fields_of_clean_text():
    made = [
        CleanCharField(max_length=80).formfield(),
        CleanTextField().formfield(),
        CleanEmailField().formfield(),
        CleanCharField(max_length=9, choices=[("a", "A")]).formfield(),
    ]

    assert [type(field).__name__ for field in made] == ["CleanLine", "CleanText", "CleanEmail", "TypedChoiceField"]
    assert [field.max_length for field in made[:3]] == [80, 4000, 254]
    assert isinstance(made[1].widget, forms.Textarea)


def test_an_email_address_holds_no_national_number():
    with pytest.raises(ValidationError):
        CleanEmailField().formfield().clean("85073003328@example.org")
    with pytest.raises(ValidationError):
        CleanEmailField().formfield().clean("not an address")

    assert CleanEmailField().formfield().clean(" fatima@example.org ") == "fatima@example.org"


def test_a_web_address_opens_nobody_s_account():
    with pytest.raises(ValidationError):
        CleanURLField().formfield().clean("https://www.csam.be/activation?code=KD82MZ01")

    assert CleanURLField().formfield().clean(" www.ixelles.be/site ") == "https://www.ixelles.be/site"


@pytest.mark.parametrize("field", [CleanCharField(max_length=80), CleanTextField(), CleanEmailField()])
def test_migrations_know_the_fields_as_django_s_own(field):
    field.set_attributes_from_name("note")

    written, imports = MigrationWriter.serialize(field)

    assert "config" not in written + "".join(imports)
    assert type(field.clone()) is type(field)


# Written by us, or held to a few letters by a validator of their own.
NOT_TYPED = {
    "staff.User password",
    "staff.CacheEntry cache_key",
    "staff.CacheEntry value",
    "staff.Tries key",
    "cases.CalendarLink secret",
    "communes.Commune slug",
    "communes.Office code",
    "communes.ResidenceDocument code",
    "cases.Access place",
    "cases.Access clients",
    "cases.Client reference",
    "cases.Client search_key",
    "cases.Series letters",
    "cases.Case reference",
    "cases.Event transition",
    "cases.Event source",
    "cases.Erasure reference",
    "cases.Export kind",
    "cases.Departure sha256",
    "cases.SavedView query",
    "cases.ImportedRow key",
}


def test_every_text_that_a_person_can_type_is_clean_text():
    unclean = {
        f"{model._meta.label} {field.name}"
        for model in apps.get_models()
        if model._meta.app_label in {"staff", "communes", "cases"} and not hasattr(model, "instance_type")
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, CleanField)
        and not field.choices
    }

    assert unclean == NOT_TYPED


@pytest.mark.django_db
def test_a_form_of_a_model_refuses_and_lets_a_checked_doubt_pass():
    assert refusals(TeamForm(posted(name=f"Desk {NUMBER}")), "name") == ["national_number"]
    assert refusals(TeamForm(posted(name=f"Desk {DOUBTFUL}")), "name") == ["doubtful"]

    checked = TeamForm(posted(name=f"Desk {DOUBTFUL}", doubts_checked="on"))
    team = checked.save()

    team.refresh_from_db()
    assert team.name == f"Desk {DOUBTFUL}"
    assert checked.overridden == [("name", Kind.NATIONAL_NUMBER)]


BAD = [NUMBER, "PIN : 4829", "a\x00b", "x" * 81]


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_nothing_reaches_the_database_by_a_way_without_a_form(name):
    team = Team.objects.create(name="Molenbeek")
    ways = {
        "full_clean": lambda: Team(name=name).full_clean(),
        "save": lambda: Team(name=name).save(),
        "create": lambda: Team.objects.create(name=name),
        "bulk_create": lambda: Team.objects.bulk_create([Team(name=name)]),
        "update": lambda: Team.objects.update(name=name),
        "bulk_update": lambda: Team.objects.bulk_update([Team(pk=team.pk, name=name)], ["name"]),
        "update_or_create": lambda: Team.objects.update_or_create(pk=team.pk, defaults={"name": name}),
    }

    for write in ways.values():
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            write()
        assert NUMBER not in str(refused.value)
        assert "4829" not in str(refused.value)

    assert list(Team.objects.values_list("name", flat=True)) == ["Molenbeek"]


@pytest.mark.django_db
@isolate_apps("config.staff")
def test_django_s_own_field_would_let_a_national_number_in():
    class Control(models.Model):  # noqa: DJ008
        name = models.CharField(max_length=80)

        class Meta:
            app_label = "staff"
            db_table = "staff_team"
            managed = False

    Control.objects.create(name=NUMBER)

    assert list(Team.objects.values_list("name", flat=True)) == [NUMBER]


@pytest.mark.django_db
def test_what_is_written_without_a_form_is_tidied_too():
    Team.objects.create(name="  Cafe\u0301\n de l'Oasis ")

    assert list(Team.objects.values_list("name", flat=True)) == ["Café de l'Oasis"]


@pytest.mark.django_db
def test_a_search_for_a_number_finds_nothing_and_raises_nothing():
    assert list(Team.objects.filter(name=NUMBER)) == []
    assert list(Team.objects.filter(name__icontains="PIN : 4829")) == []


@pytest.mark.django_db
def test_a_checked_doubt_is_stored_again_with_its_row_and_its_history():
    Team.objects.create(name=f"Desk {DOUBTFUL}")

    Team.objects.get().save()

    assert list(Team.history.values_list("name", flat=True)) == [f"Desk {DOUBTFUL}"] * 2


@pytest.mark.django_db
def test_the_last_door_repeats_nothing_of_the_text_that_a_log_might_keep():
    with pytest.raises(ValidationError) as refused:
        Team(name="Fatima Ben Ali, PIN : 4829").save()

    assert refused.value.message_dict == {"name": ["A code that only the client may hold is not stored."]}
    assert refused.value.__cause__ is None


@pytest.mark.django_db(transaction=True)
@isolate_apps("config.staff")
def test_both_engines_hold_the_length_of_a_text():
    class Scrap(models.Model):  # noqa: DJ008
        note = CleanTextField(max_length=10)

        class Meta:
            app_label = "staff"
            constraints = [fits("note", 10)]

    assert [constraint.name for constraint in Scrap._meta.constraints] == ["staff_scrap_note_fits"]
    assert MigrationWriter.serialize(Scrap._meta.constraints[0])[0].startswith("models.CheckConstraint")
    with connection.schema_editor() as editor:
        editor.create_model(Scrap)
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO staff_scrap (note) VALUES (%s)", ["é" * 10])
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute("INSERT INTO staff_scrap (note) VALUES (%s)", ["é" * 11])
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Scrap)
