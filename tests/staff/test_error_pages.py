import json
import logging
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import translation

from config.staff.policy import policy
from config.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]

SECRET = "Yildiz Ozdemir 4711"


@pytest.fixture
def request_log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The request log does not propagate: caplog has to sit in it."""
    logger = logging.getLogger("sesame.request")
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


@policy(public=True)
def fails(request: HttpRequest, how: str) -> HttpResponse:
    raise {"400": SuspiciousOperation, "403": PermissionDenied, "500": RuntimeError}[how](SECRET)


@policy(public=True, methods=("POST",))
def accepts(request: HttpRequest) -> HttpResponse:
    return HttpResponse("accepted")


urlpatterns = [path("fails/<str:how>/", fails), path("accepts/", accepts)]
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/fails/400/", 400, "This request makes no sense to Sésame"),
        ("/fails/403/", 403, "This page is not open to you"),
        ("/nowhere/", 404, "This page does not exist"),
        ("/fails/500/", 500, "Something broke on our side"),
    ],
)
def test_an_error_page_gives_the_reference_of_the_log_and_nothing_of_the_inside(
    address: str, status: int, heading: str, request_log: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})

    response = client.get(address)

    page = response.content.decode()
    logged = [json.loads(record.message) for record in request_log.records if record.name == "sesame.request"]
    assert response.status_code == status
    assert heading in page
    assert [line["reference"] for line in logged if line["reference"] in page] == [logged[0]["reference"]]
    assert SECRET not in page


def test_a_form_without_its_token_is_told_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})

    response = client.post("/accepts/")

    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_an_error_page_says_in_which_language_it_speaks(language: str) -> None:
    client = Client(headers={"Accept-Language": language})

    page = client.get("/nowhere/").content.decode()

    assert f'<html lang="{language}">' in page
    with translation.override(language):
        assert translation.gettext("This page does not exist") in page
