"""What the tests of the doors need: an app that shows codes, somebody who has one, and the way through the door."""

import base64
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.http import HttpResponse
from django.test import Client

from config.staff.models import User
from tests.factories import PASSWORD

HALF_A_MINUTE = 30


def six_figures(secret: str, at: datetime) -> str:
    """What an app that knows the secret shows at this moment."""
    return format_hotp_value(hotp_value(secret, int(at.timestamp()) // HALF_A_MINUTE))


def give_app(user: User) -> str:
    """The secret of the app that this person set up."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def give_codes(user: User) -> list[str]:
    return RecoveryCodes.activate(user).generate_codes()


def give_key(user: User, name: str = "Laptop") -> Authenticator:
    """A key as the browser would have registered it; it answers nobody."""
    auth_data = (
        bytes.fromhex("49960de5880e8c687434170f6476605b8fe4aeb9a28632c7995cf3ba831d9763")  # the digest of «localhost»
        + bytes([0x45])
        + bytes(4)
        + bytes(16)
        + (16).to_bytes(2, "big")
        + bytes(range(16))
        + bytes.fromhex("a5010203262001215820" + "11" * 32 + "225820" + "22" * 32)
    )
    attestation = b"\xa3cfmtdnonegattStmt\xa0hauthDataX" + bytes([len(auth_data)]) + auth_data
    client_data = b'{"type":"webauthn.create","challenge":"AAAA","origin":"http://localhost"}'
    write = lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("=")  # noqa: E731
    return Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={
            "name": name,
            "credential": {
                "id": write(bytes(range(16))),
                "rawId": write(bytes(range(16))),
                "type": "public-key",
                "response": {"clientDataJSON": write(client_data), "attestationObject": write(attestation)},
                "clientExtensionResults": {"credProps": {"rk": True}},
            },
        },
    )


def type_password(browser: Client, user: User, password: str = PASSWORD, **more: str) -> HttpResponse:
    return browser.post("/accounts/login/", {"login": user.email, "password": password, **more})


def type_code(browser: Client, code: str) -> HttpResponse:
    return browser.post("/accounts/2fa/authenticate/", {"code": code})


def is_in(browser: Client) -> bool:
    """Does the first page of work open?"""
    return browser.get("/where/").status_code == 200


def prove_again(browser: Client, user: User) -> HttpResponse:
    """Show that it is still the same person: by a recovery code, where there are any; else by the password."""
    codes = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if codes is None:
        return browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser.post("/accounts/2fa/reauthenticate/", {"code": codes.wrap().get_unused_codes()[0]})
