from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client

from config.staff.models import User
from tests.factories import UserFactory

type LogIn = Callable[[User | None], Client]
NOW = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory(email="alice@example.org", name="Alice", language="en")


@pytest.fixture
def browser(log_in: LogIn) -> Client:
    """A browser in front of which nobody has logged in yet."""
    return log_in(None)


@pytest.fixture
def factor_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MFA_REQUIRED", True)


@pytest.fixture
def clock_of_codes(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock by which the server reckons the codes of the apps; it stands at NOW."""

    def stand_at(moment: datetime) -> None:
        monkeypatch.setattr(totp, "time", SimpleNamespace(time=moment.timestamp))

    stand_at(NOW)
    return stand_at
