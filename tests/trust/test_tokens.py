"""Nothing is sent without the token of the page it came from: every address that takes a POST."""

from collections.abc import Callable, Mapping

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.staff.models import User
from config.staff.policy import policy
from config.staff.roles import Role
from tests.trust.office import Office, every_address

type Desk = Callable[[User | None], Client]
REFUSED = "This page was open for too long"


def taken(browser: Client, called: Mapping[str, str], *tokens: str) -> list[str]:
    """The addresses that did something with a POST that brought such a token, or none («»)."""
    browser.handler.enforce_csrf_checks = True
    found = []
    for address in every_address(called):
        for token in tokens if address.accepts("POST") else ():
            response = browser.post(address.path, {"csrfmiddlewaretoken": token} if token else {})
            if response.status_code != 403 or REFUSED not in response.content.decode():
                found.append(address.name)
    return found


@pytest.mark.parametrize("role", [*Role, None], ids=[*Role, "nobody"])
def test_nothing_is_taken_without_the_token_of_its_page(
    role: Role | None, office: Office, staff: dict[Role, User], desk: Desk
) -> None:
    browser = desk(staff[role] if role else None)

    assert taken(browser, office.ours.called, "", "A" * 32, "é", "nonsense") == []


@csrf_exempt
@policy("cases.view_case", methods=("POST",))
def open_to_forgery(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


urlpatterns = [path("forged/", open_to_forgery, name="forged")]


@override_settings(ROOT_URLCONF=__name__)
def test_control_a_view_without_the_check_is_seen(staff: dict[Role, User], desk: Desk) -> None:
    assert taken(desk(staff[Role.ADVISER]), {}, "") == ["forged"]


def test_control_with_the_token_of_a_page_its_form_is_taken(office: Office, desk: Desk) -> None:
    browser = desk(office.ours.adviser)
    token = str(browser.get("/visits/new/").context["csrf_token"])

    assert "cases:new_visit" in taken(browser, office.ours.called, token)
