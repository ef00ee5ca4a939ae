"""How allauth behaves here: nobody signs up by themselves, and who is wrong too often waits."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.context import request_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.staff import tries
from config.staff.models import User
from config.staff.proofs import proved_lately
from config.staff.sealing import SealedWithAnotherKey, seal, unseal
from config.staff.tries import Door

logger = logging.getLogger(__name__)

# What a person is told by mail, by the name that allauth gives it.
CHANGES = {
    "account/email/password_changed": gettext_lazy("Your password was changed."),
    "account/email/password_set": gettext_lazy("Your password was changed."),
    "account/email/password_reset": gettext_lazy("Your password was changed, by a link that was mailed to you."),
    "account/email/email_changed": gettext_lazy("Your account has another e-mail address; this one opens it no more."),
    "mfa/email/totp_activated": gettext_lazy("An app that shows codes was added to your account."),
    "mfa/email/totp_deactivated": gettext_lazy("The app that shows codes was taken off your account."),
    "mfa/email/webauthn_added": gettext_lazy("A passkey or a security key was added to your account."),
    "mfa/email/webauthn_removed": gettext_lazy("A passkey or a security key was taken off your account."),
    "mfa/email/recovery_codes_generated": gettext_lazy("New recovery codes were made; the old ones open nothing."),
}


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy("Too many tries. Wait five minutes, then try again."),
        "email_password_mismatch": gettext_lazy("This e-mail address and this password do not go together."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page of a person's work: a tariff editor has no cases."""
        reads_cases = request.user.is_authenticated and request.user.has_perm("cases.view_case")
        return resolve_url("cases:today" if reads_cases else "communes:tariffs")

    def now(self) -> datetime:
        return timezone.now()

    def network(self) -> str:
        """The visitor's network: the address, or for IPv6 what a provider gives to one household."""
        return str(get_ip(self.request))

    def count(self, door: Door, who: str) -> None:
        """One more try at this door. Raises ValidationError once there were too many."""
        if not tries.count(door, who, at=self.now()):
            raise self.validation_error("too_many_login_attempts")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before the password is looked at, at log-in and when it is asked again; also for an unknown address."""
        self.count(Door.NETWORK, self.network())
        self.count(Door.ACCOUNT, credentials.get("email", "").lower())

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            tries.take_back(Door.NETWORK, self.network(), at=self.now())
            tries.take_back(Door.ACCOUNT, credentials.get("email", "").lower(), at=self.now())
        return user

    def set_password(self, user: User, password: str) -> None:
        """Who chose a new password, by the old one or by the link in their mailbox, may use it at once.

        Of several who come at one instant with the same link, one chooses. No other column is written: a right that
        was taken away meanwhile stays away.
        """
        before = user.password
        user.set_password(password)
        with transaction.atomic():
            if not User.objects.filter(pk=user.pk, password=before).update(password=user.password):
                messages.error(self.request, _("The password was changed a moment ago: log in with the new one."))
                raise ImmediateHttpResponse(redirect("account_login"))
            user.save(update_fields=["password"])  # which the history of the account notes
        tries.forget(Door.ACCOUNT, user.email.lower())

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Once the answer has left: how long it took must not tell whether there is such an account."""
        send = partial(self.send_mail, "account/email/password_reset_key", email, context)
        self.request.afterwards.append(partial(send_or_log, send, self.request, language=user.language))

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the person that a door of theirs has changed: whoever did it may have been somebody else.

        One mail serves all of them, in place of the one that allauth has for passwords. It goes to the address of the
        account, or to `email`: a former one.
        """
        told = {"what": CHANGES[template_prefix], "timestamp": self.now()}
        send = partial(self.send_mail, "account/email/password_changed", email or user.email, told)
        self.request.afterwards.append(partial(send_or_log, send, self.request, language=user.language))

    def is_safe_url(self, url: str) -> bool:
        """Where a page may lead on to: this site, and no other that the server may answer for."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Who has a second factor proves that one: a session and a password that was seen change no factor."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [way for way in ways if not user.has_factor or way["id"] != "reauthenticate"]

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not from who logged in a moment ago: that was the same proof, and the set-up follows the first log-in."""
        just_now = proved_lately(self.request, at=self.now())
        return not just_now and bool(super().is_reauthentication_required(app=app, **more))


def send_or_log(send: Callable[[], None], request: HttpRequest, *, language: str) -> None:
    with request_context(request), translation.override(language):
        try:
            send()
        except OSError:
            logger.exception("A mail about an account could not be sent.")


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right, or it was used before."),
        "unreadable_factor": gettext_lazy(
            "Your second factor can no longer be read. Ask an administrator to take it off your account."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return unseal(encrypted_text)
        except SealedWithAnotherKey as error:
            refusal: ValidationError = self.validation_error("unreadable_factor")
            raise refusal from error

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What a new key is called until its owner finds a better name."""
        return _("Key {number}").format(number=Authenticator.objects.filter(user=user, type=type).count() + 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Sésame"}
