"""Somebody of the staff who asks for pages, through the whole of Django: middleware, session, templates."""

import time
from statistics import median

from django.test import Client
from django.test.client import ClientHandler, RequestFactory

from config.staff.models import User


class Visitor:
    """A browser that only counts the time: nothing of the answers is looked at or kept."""

    def __init__(self, user: User) -> None:
        browser = Client()
        browser.force_login(user)
        self.factory = RequestFactory()
        self.factory.cookies = browser.cookies
        self.handler = ClientHandler(enforce_csrf_checks=False)

    def seconds(self, address: str, data: dict[str, str] | None = None) -> float:
        request = self.factory.get(address) if data is None else self.factory.post(address, data)
        started = time.perf_counter()
        response = self.handler(request.environ)
        seconds = time.perf_counter() - started
        if response.status_code != 200:
            raise AssertionError(f"{address}: {response.status_code}")
        return seconds

    def content(self, address: str) -> bytes:
        return self.handler(self.factory.get(address).environ).content

    def medians(self, *addresses: str, turns: int = 25) -> list[float]:
        """One for each address, asked for in turns: the machine may be slower now than a moment ago."""
        for address in addresses * 3:
            self.seconds(address)
        rounds = [[self.seconds(address) for address in addresses] for _ in range(turns)]
        return [median(times) for times in zip(*rounds, strict=True)]
