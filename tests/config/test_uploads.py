"""A file that somebody sends in: never on disk, never larger than we say, and refused before it is read."""

import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import path

from cases.models import Client as Person
from cases.models import Import
from config.staff.models import User
from config.staff.policy import policy
from config.staff.roles import Role
from config.uploads import LARGEST
from config.urls import handler400

__all__ = ["handler400"]

type LogIn = Callable[[User | None], Client]

MB = 1024 * 1024
DJANGO_S_OWN = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]


@policy(public=True, methods=("POST",))
def looks_around(request: HttpRequest) -> HttpResponse:
    """How large the file is that came, and what lies in the temporary folder meanwhile."""
    size = request.FILES["file"].size
    there = [file.suffix for file in Path(tempfile.gettempdir()).iterdir() if ".upload" in file.name]
    return JsonResponse({"size": size, "in the folder": there})


urlpatterns = [path("looks/", looks_around)]


def a_list(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("liste.csv", b"x" * size)


class Wire(BytesIO):
    """What comes over the line, and how much of it was taken."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        came = super().read(size)
        self.taken += len(came)
        return came


def send(browser: Client, where: str, *, size: int) -> tuple[HttpResponse, Wire]:
    body = encode_multipart(BOUNDARY, {"source": "Registre", "file": a_list(size)})
    wire = Wire(body)
    answer = browser.generic("POST", where, body, content_type=MULTIPART_CONTENT, **{"wsgi.input": wire})  # type: ignore[arg-type]
    return answer, wire


@override_settings(ROOT_URLCONF=__name__)
def test_a_list_of_three_megabytes_lies_in_no_file_while_it_is_handled() -> None:
    answer = Client().post("/looks/", {"file": a_list(3 * MB)})

    assert answer.json() == {"size": 3 * MB, "in the folder": []}


@override_settings(ROOT_URLCONF=__name__, FILE_UPLOAD_HANDLERS=DJANGO_S_OWN)
def test_control_with_the_handlers_of_django_it_lies_in_one() -> None:
    with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=2 * MB):
        answer = Client().post("/looks/", {"file": a_list(3 * MB)})

    assert answer.json() == {"size": 3 * MB, "in the folder": [".csv"]}


@override_settings(ROOT_URLCONF=__name__)
def test_a_file_as_large_as_may_be_comes_in() -> None:
    answer, wire = send(Client(), "/looks/", size=LARGEST)

    assert answer.json() == {"size": LARGEST, "in the folder": []}
    assert wire.taken > LARGEST


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Un fichier peut faire 8,0\xa0Mio au plus\xa0: coupez-le en plusieurs parties"),
        ("nl", "Een bestand mag hoogstens 8,0\xa0MB groot zijn: splits een groter bestand in delen"),
        ("en", "A file may be 8.0\xa0MB at most: cut a larger one into parts"),
    ],
)
def test_a_larger_one_is_told_the_limit_and_what_to_do_unread_and_nothing_is_written(
    language: str, words: str, staff: dict[Role, User], log_in: LogIn
) -> None:
    User.objects.update(language=language)
    browser = log_in(staff[Role.COORDINATOR])

    answer, wire = send(browser, "/clients/import/", size=9 * MB)

    assert answer.status_code == 413
    assert words in answer.content.decode()
    assert wire.taken == 0
    assert (Import.objects.count(), Person.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "where", ["/accounts/login/", "/clients/import/", "/language/", "/admin/communes/tariff/import/"]
)
def test_whoever_is_not_logged_in_cannot_make_us_read_more_either(where: str) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    browser.get("/accounts/login/")  # gives the cookie, without which nothing is looked into at all

    answer, wire = send(browser, where, size=9 * MB)

    assert (answer.status_code, wire.taken) == (413, 0)
    assert "That is too much at once" in answer.content.decode()


def test_a_long_text_without_a_file_is_refused_by_the_same_page(log_in: LogIn) -> None:
    answer = log_in(None).post("/accounts/login/", "x" * 3 * MB, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 413
