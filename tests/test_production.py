"""Sésame as it runs in earnest: gunicorn with two processes, production settings, the engine under test."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PASSWORD = "three calm green words"


def port_of_nobody() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of its own on the engine under test."""
    if settings.SQLITE:
        yield f"sqlite:///{tmp_path_factory.mktemp('production')}/sesame.sqlite3"
        return
    url = os.environ["DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
        server.execute("CREATE DATABASE sesame_production")
        yield f"{url}/sesame_production"
        server.execute("DROP DATABASE sesame_production WITH (FORCE)")


@dataclass
class Visitor:
    """Somebody in front of the proxy: speaks HTTPS to it, and it plain HTTP to gunicorn."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, body: dict[str, str] | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
        sent = {
            "Host": "sesame.example.org",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.7",
            "Referer": "https://sesame.example.org/",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        } | headers
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET" if body is None else "POST", path, urlencode(body) if body else None, sent)
        response = connection.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return response.status, {name.lower(): value for name, value in response.headers.items()}, text

    def log_in(self, email: str, password: str) -> tuple[int, str]:
        _, _, page = self.ask("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token is not None
        given = {"csrfmiddlewaretoken": token[1], "login": email, "password": password}
        status, headers, _ = self.ask("/accounts/login/", given)
        return status, headers.get("location", "")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[int]:
    """An installation made from the README: migrate, load, collect, invite, start."""
    home = tmp_path_factory.mktemp("installation")
    for part in ("config", "communes", "cases", "templates"):
        shutil.copytree(ROOT / part, home / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", home)
    number = port_of_nobody()
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "qN7v0rPz-only-for-this-test-8dYk2mWcXb5tJ4hLs6fGa1",
        "ALLOWED_HOSTS": "sesame.example.org",
        "DATABASE_URL": database_url,
        "EMAIL_URL": "dummymail://",
        "MFA_REQUIRED": "0",
        "PORT": str(number),
    }

    def manage(*command: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=home, env=environment, check=True, capture_output=True
        )

    manage("migrate")
    manage("load_communes")
    manage("collectstatic", "--no-input")
    manage("invite", "ada@example.org", "--name", "Ada", "--role", "administrator")
    manage("shell", "--no-imports", "-c", "from config.staff.models import User; ada = User.objects.get(); "
           f"ada.set_password('{PASSWORD}'); ada.save()")  # fmt: skip
    gunicorn = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "config/deploy/gunicorn.py", "--workers", "2", "config.wsgi"],
        cwd=home,
        env=environment,
    )
    try:
        for _ in range(200):
            with suppress(OSError):
                Visitor(number).ask("/healthz")
                break
            time.sleep(0.1)
        yield number
    finally:
        gunicorn.terminate()
        gunicorn.wait()


@pytest.fixture
def visitor(port: int) -> Visitor:
    return Visitor(port)


def test_a_new_installation_is_ready(visitor: Visitor) -> None:
    status, _, text = visitor.ask("/readyz")

    assert (status, text) == (200, "ready")


def test_plain_http_is_sent_to_https(visitor: Visitor) -> None:
    status, headers, _ = visitor.ask("/where/", **{"X-Forwarded-Proto": "http"})

    assert (status, headers["location"]) == (301, "https://sesame.example.org/where/")


def test_the_watchdog_needs_no_https(visitor: Visitor) -> None:
    assert visitor.ask("/healthz", **{"X-Forwarded-Proto": "http"})[0] == 200


def test_another_name_is_not_answered(visitor: Visitor) -> None:
    status, _, text = visitor.ask("/accounts/login/", Host="evil.example")

    assert status == 400
    assert "evil.example" not in text


def test_pages_and_cookies_are_for_https_alone(visitor: Visitor) -> None:
    _, headers, _ = visitor.ask("/accounts/login/")

    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert "unsafe" not in headers["content-security-policy"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(headers["set-cookie"].split("; "))


def test_the_look_has_a_name_that_changes_with_it_and_is_kept_for_ever(visitor: Visitor) -> None:
    _, _, page = visitor.ask("/accounts/login/")
    styles = re.search(r'href="(/static/sesame\.\w+\.css)"', page)
    assert styles is not None

    status, headers, _ = visitor.ask(styles[1])

    assert (status, headers["cache-control"]) == (200, "max-age=315360000, public, immutable")


def test_an_administrator_works(visitor: Visitor) -> None:
    assert visitor.log_in("ada@example.org", PASSWORD) == (302, "/")

    for path in ("/", "/where/?commune=uccle", "/tariffs/", "/clients/", "/admin/", "/admin/communes/tariff/"):
        assert visitor.ask(path)[0] == 200, path


def test_an_unknown_page_tells_nothing_of_the_inside(visitor: Visitor) -> None:
    status, _, text = visitor.ask("/nowhere/")

    assert status == 404
    assert "urlpatterns" not in text
    assert "Traceback" not in text


def test_guesses_at_two_processes_at_once_are_counted_together(port: int) -> None:
    """Last, for it locks the account out."""

    def guess(number: int) -> tuple[int, str]:
        return Visitor(port).log_in("ada@example.org", f"guess number {number}")

    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(guess, range(32)))

    assert {status for status, _ in answers} <= {200, 429}
    assert Visitor(port).log_in("ada@example.org", PASSWORD) != (302, "/")
