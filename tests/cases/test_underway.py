"""How large a file will be, before; how far it is, while it is made."""

import os
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from cases import actions
from cases.exports import FILE_KINDS
from cases.models import Departure
from cases.views.underway import KEPT, Underway, sweep
from config.staff.models import User
from config.staff.roles import Role
from tests.factories import MONDAY, PASSWORD, UserFactory, a_case, noon

pytestmark = pytest.mark.usefixtures("reference_data", "scratch")


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes of other tests lie elsewhere."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.fixture
def alice(staff: dict[Role, User]) -> User:
    return staff[Role.ADVISER]


@pytest.fixture
def desk(alice: User, log_in: Callable[[User], Browser]) -> Browser:
    return log_in(alice)


def test_a_page_learns_how_far_its_file_is(desk: Browser, alice: User) -> None:
    for _ in range(3):
        a_case(by=alice, on=MONDAY)
    key = uuid4()
    before = desk.get(f"/exports/underway/?key={key}").json()
    answer = desk.get(f"/cases/export.csv?key={key}")
    begun = desk.get(f"/exports/underway/?key={key}").json()

    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]

    assert before == {"rows": None, "end": ""}
    assert begun == {"rows": 0, "end": ""}
    assert desk.get(f"/exports/underway/?key={key}").json() == {"rows": 3, "end": "whole"}
    assert Departure.objects.get().bytes == len(content)


def test_a_file_that_nobody_reads_on_has_broken_off(alice: User) -> None:
    file = Underway.of(alice, str(uuid4()))
    assert file is not None
    file.begin()
    chunks = file.followed(chunk for chunk in (b"a", b"b"))
    next(chunks)
    file.told(20)

    chunks.close()

    assert file.seen() == {"rows": 20, "end": "broken off"}


def test_a_file_that_breaks_on_its_way_is_not_said_to_be_sent(
    desk: Browser, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(*args: Any, told: Callable[[int], None], **options: Any) -> Generator[bytes]:
        told(1)
        yield b"a row"
        raise OSError("the connection to the database is gone")

    monkeypatch.setitem(FILE_KINDS, "excel", replace(FILE_KINDS["excel"], write=breaking))
    key = uuid4()
    answer = desk.get(f"/cases/export.csv?key={key}")

    with pytest.raises(OSError, match="is gone"):
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]

    assert desk.get(f"/exports/underway/?key={key}").json() == {"rows": 1, "end": "broken off"}
    assert Departure.objects.get().whole is False


def test_nobody_learns_of_the_file_of_a_colleague(desk: Browser, log_in: Callable[[User], Browser]) -> None:
    key = uuid4()
    desk.get(f"/cases/export.csv?key={key}")

    assert log_in(UserFactory()).get(f"/exports/underway/?key={key}").json() == {"rows": None, "end": ""}


@pytest.mark.parametrize("key", ["", "x", "../../etc/passwd", "\0", "0" * 4000])
def test_a_key_that_is_none_is_followed_nowhere(desk: Browser, key: str) -> None:
    answer = desk.get("/cases/export.csv", {"key": key})

    assert answer.status_code == 200
    assert desk.get("/exports/underway/", {"key": key}).json() == {"rows": None, "end": ""}
    assert list(Path(gettempdir()).glob("sesame-file-*")) == []


def test_the_notes_of_old_files_are_swept_away(alice: User) -> None:
    old, new = Underway.of(alice, str(uuid4())), Underway.of(alice, str(uuid4()))
    assert old is not None
    assert new is not None
    old.begin()
    new.begin()
    long_ago = time.time() - KEPT - 1
    os.utime(old.note, (long_ago, long_ago))

    sweep()

    assert (old.note.exists(), new.note.exists()) == (False, True)


def test_a_list_of_more_rows_than_it_counts_asks_how_large_its_file_will_be(
    desk: Browser, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.views.lists.COUNTED_UP_TO", 2)
    for _ in range(3):
        a_case(by=alice)
    page = desk.get("/cases/?state=open")
    size = page.context["export"].size

    answer = desk.get(size)

    assert size == "/cases/export.csv?state=open&size=yes"
    assert f'hx-get="{size.replace("&", "&amp;")}"' in page.content.decode()
    assert {name: answer.context[name] for name in ("rows", "seconds")} == {"rows": 3, "seconds": 1}
    file = b"".join(desk.get("/cases/export.csv?state=open").streaming_content)  # type: ignore[attr-defined]
    assert answer.context["bytes"] == len(file.partition(b"\r\n")[2])
    assert "<html" in answer.content.decode()
    assert "<html" not in desk.get(size, headers={"HX-Request": "true"}).content.decode()
    assert desk.get("/cases/?state=closed").context["export"] is None
    assert desk.get("/cases/export.csv?size=yes&state=closed").context["bytes"] == 0


@pytest.mark.parametrize(
    ("where", "back"),
    [
        ("/cases/export.csv?state=open&sort=newest&named=yes&key=x", "/cases/?state=open&sort=newest"),
        ("/visits/export.csv?topic=other&named=yes&dialect=plain", "/visits/?topic=other"),
    ],
)
def test_a_file_with_names_says_its_size_before_and_leads_back_to_its_list(
    staff: dict[Role, User], log_in: Callable[[User], Browser], where: str, back: str
) -> None:
    carmen = staff[Role.COORDINATOR]
    case = a_case(by=carmen)
    actions.log_visit(
        key=uuid4(), by=carmen, team=carmen.team, on=MONDAY, at=noon(MONDAY), client=case.client, case=case,
        topic="other",
    )  # fmt: skip
    desk = log_in(carmen)
    desk.post("/accounts/reauthenticate/", {"password": PASSWORD})

    page = desk.get(where)

    asked = desk.post(where.replace("dialect=plain", "dialect=excel"), {"purpose": "The letters of May"})
    rows = b"".join(asked.streaming_content).partition(b"\r\n")[2]  # type: ignore[attr-defined]
    assert page.context["size"] == {"rows": 1, "bytes": len(rows), "seconds": 1}
    assert '<p data-rows="1">' in page.content.decode()
    assert page.context["back"] == back
    assert desk.get(back).status_code == 200


def test_a_short_list_knows_it_already(desk: Browser, alice: User) -> None:
    a_case(by=alice)

    assert desk.get("/cases/").context["export"].size == ""
