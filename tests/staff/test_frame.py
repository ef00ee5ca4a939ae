"""The frame of every page: who finds what in the rail, in which language."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from config.staff.models import User
from config.staff.roles import Role
from tests.factories import PASSWORD

type Staff = dict[Role, User]
type LogIn = Callable[[User | None], Client]


def rail(page: str) -> list[str]:
    return re.findall(r'<li><a href="(.*?)"', page.partition("<main")[0])


def test_a_tariff_editor_finds_the_tariffs_and_no_case(staff: Staff, log_in: LogIn) -> None:
    page = log_in(staff[Role.TARIFF_EDITOR]).get("/tariffs/").content.decode()

    assert rail(page) == ["/where/", "/tariffs/", "/admin/"]
    assert 'role="search"' not in page


def test_the_entry_of_the_open_page_is_marked(staff: Staff, log_in: LogIn) -> None:
    page = log_in(staff[Role.TARIFF_EDITOR]).get("/tariffs/").content.decode()

    assert re.findall(r'<a href="(\S+)" aria-current="page">', page) == ["/tariffs/"]


@pytest.mark.parametrize(("role", "first_page"), [(Role.ADVISER, "/"), (Role.TARIFF_EDITOR, "/tariffs/")])
def test_after_log_in_everybody_begins_where_their_work_is(
    staff: Staff, log_in: LogIn, role: Role, first_page: str
) -> None:
    response = log_in(None).post("/accounts/login/", {"login": staff[role].email, "password": PASSWORD})

    assert (response.status_code, response.headers["Location"]) == (302, first_page)


def test_the_language_is_chosen_by_a_button_and_the_page_comes_back(staff: Staff, log_in: LogIn) -> None:
    client = log_in(staff[Role.TARIFF_EDITOR])

    response = client.post("/language/", {"language": "nl", "next": "/tariffs/?commune=uccle"}, follow=True)

    assert response.redirect_chain == [("/tariffs/?commune=uccle", 302)]
    assert '<html lang="nl" dir="ltr">' in response.content.decode()


def test_no_page_lets_a_style_or_a_script_stand_in_it(staff: Staff, log_in: LogIn) -> None:
    page = log_in(staff[Role.TARIFF_EDITOR]).get("/tariffs/").content.decode()

    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page) == []
