"""The forms at the door: allauth's own, with every try counted before it is looked at."""

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter as staff_adapter
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter as factor_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as apps
from allauth.mfa.webauthn import forms as keys
from django import forms
from django.utils.translation import gettext_lazy as _

from config.clean_text import CleanLine
from config.staff import tries
from config.staff.tries import Door

LONGEST_CODE = 20
LONGEST_CREDENTIAL = 20_000
# What reading a made-up answer of a key may run into.
NOT_AS_AGREED = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    def clean_oldpassword(self) -> str:
        staff_adapter().count(Door.ACCOUNT, self.user.email.lower())
        old: str = super().clean_oldpassword()
        tries.forget(Door.ACCOUNT, self.user.email.lower())
        return old


class CodeField(forms.CharField):
    """The six figures of the app, or the eight of a recovery code; spaces do not matter."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True})
        super().__init__(max_length=LONGEST_CODE, widget=widget, **options)


class OpensOnce:
    """A code or a key of the account `user`: counted first; a code that opened a door opens none again."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        who = str(self.user.pk)
        staff_adapter().count(Door.CODE, who)
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not tries.count(
            Door.USED_CODE, f"{who}:{normalize_user_code(code)}", at=staff_adapter().now()
        ):
            raise factor_adapter().validation_error("incorrect_code")
        tries.forget(Door.CODE, who)
        return code


class CodeForm(OpensOnce, codes.AuthenticateForm):  # type: ignore[misc]
    code = CodeField(label=_("Code of the app, or a recovery code"))


class CodeAgainForm(OpensOnce, codes.ReauthenticateForm):  # type: ignore[misc]
    code = CodeField(label=_("Code of the app, or a recovery code"))


class FirstCodeForm(apps.ActivateTOTPForm):  # type: ignore[misc]
    code = CodeField(label=_("The six figures that the app shows"))

    def clean_code(self) -> str:
        staff_adapter().count(Door.CODE, str(self.user.pk))
        code: str = super().clean_code()
        tries.forget(Door.CODE, str(self.user.pk))
        return code


class CredentialField(forms.JSONField):
    """What the key answered, as the browser wrote it down: text from outside, which may be any JSON at all."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > LONGEST_CREDENTIAL:
            raise factor_adapter().validation_error("incorrect_code")
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise factor_adapter().validation_error("incorrect_code") from error


class UsesKey:
    """A passkey or a security key: an answer counts as a try of the account, or of the network if nobody is named."""

    user: Any

    def clean_credential(self) -> Authenticator:
        door, who = (Door.CODE, str(self.user.pk)) if self.user else (Door.NETWORK, staff_adapter().network())
        staff_adapter().count(door, who)
        try:
            authenticator: Authenticator = super().clean_credential()  # type: ignore[misc]
        except NOT_AS_AGREED as error:
            raise factor_adapter().validation_error("incorrect_code") from error
        tries.take_back(door, who, at=staff_adapter().now())
        return authenticator


class KeyForm(UsesKey, keys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()


class KeyAgainForm(UsesKey, keys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()


class PasskeyForm(UsesKey, keys.LoginWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()


class NewKeyForm(keys.AddWebAuthnForm):  # type: ignore[misc]
    name = CleanLine(label=_("What you call it"), max_length=60, required=False)
    passwordless = forms.BooleanField(
        label=_("Log in with it alone, without a password"),
        help_text=_("The key then asks for your fingerprint, your face or its own code."),
        required=False,
        initial=True,
    )
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
            if "credential" in cleaned:
                cleaned["credential"] = kept_of(cleaned["credential"])
        except NOT_AS_AGREED as error:
            raise factor_adapter().validation_error("incorrect_code") from error
        return cleaned


def kept_of(credential: Any) -> dict[str, Any]:
    """Of a new key what later log-ins need, and nothing else that a browser may have sent along."""
    return {
        **{name: str(credential[name]) for name in ("id", "rawId")},
        "type": "public-key",
        "response": {name: str(credential["response"][name]) for name in ("clientDataJSON", "attestationObject")},
        "clientExtensionResults": {
            "credProps": {"rk": bool(credential["clientExtensionResults"].get("credProps", {}).get("rk"))}
        },
    }


class KeyNameForm(keys.EditWebAuthnForm):  # type: ignore[misc]
    name = CleanLine(label=_("What you call it"), max_length=60)
