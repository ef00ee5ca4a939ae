"""Every address has a policy: who may open it. One without stops the start."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.checks import CheckMessage, Error
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.decorators.http import require_http_methods

type View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Policy:
    """Who may open an address, and how: a permission, everybody with an account (None), or the whole world."""

    permission: str | None = None
    public: bool = False
    methods: tuple[str, ...] = ("GET", "HEAD")


def policy(
    permission: str | None = None, *, public: bool = False, methods: tuple[str, ...] = ("GET", "HEAD")
) -> Callable[[View], View]:
    """Give a view its policy. GET alone by default; write `methods=("POST",)` on a view that changes something."""
    rule = Policy(permission=permission, public=public, methods=methods)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if rule.permission and not request.user.has_perm(rule.permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        limited: Any = require_http_methods(list(rule.methods))(guarded)
        limited.policy = rule
        return cast(View, login_not_required(limited) if public else limited)

    return decorate


# Addresses of third-party packages, which cannot carry our decorator: PolicyMiddleware holds them to this table.
# The name of the address decides, else its namespace.
THIRD_PARTY: dict[str, Policy] = {
    "admin:view_on_site": Policy(methods=()),  # nothing uses it, and it would tell which objects exist
    "admin": Policy(permission="staff.open_admin", methods=("GET", "HEAD", "POST")),
    "account_login": Policy(public=True, methods=("GET", "HEAD", "POST")),
    "account_logout": Policy(methods=("GET", "HEAD", "POST")),
    "account_inactive": Policy(public=True),
    "account_reauthenticate": Policy(methods=("GET", "HEAD", "POST")),
    "account_reset_password": Policy(public=True, methods=("GET", "HEAD", "POST")),
    "account_reset_password_done": Policy(public=True),
    "account_reset_password_from_key": Policy(public=True, methods=("GET", "HEAD", "POST")),
    "account_reset_password_from_key_done": Policy(public=True),
    "mfa_index": Policy(),
    "mfa_authenticate": Policy(public=True, methods=("GET", "HEAD", "POST")),
    "mfa_reauthenticate": Policy(methods=("GET", "HEAD", "POST")),
    "mfa_activate_totp": Policy(methods=("GET", "HEAD", "POST")),
    "mfa_deactivate_totp": Policy(methods=("GET", "HEAD", "POST")),
    "mfa_generate_recovery_codes": Policy(methods=("GET", "HEAD", "POST")),
    "mfa_list_webauthn": Policy(),
    "mfa_add_webauthn": Policy(methods=("GET", "HEAD", "POST")),
    "mfa_login_webauthn": Policy(public=True, methods=("GET", "HEAD", "POST")),
    "mfa_reauthenticate_webauthn": Policy(methods=("GET", "HEAD", "POST")),
    "mfa_edit_webauthn": Policy(methods=("GET", "HEAD", "POST")),
    "mfa_remove_webauthn": Policy(methods=("GET", "HEAD", "POST")),
    "usersessions_list": Policy(methods=("GET", "HEAD", "POST")),
    "set_language": Policy(public=True, methods=("POST",)),
}


def addresses(
    patterns: list[Any] | None = None, *, route: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Every URL pattern of the project as (route, name with its namespace, pattern)."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry.url_patterns, route=route + str(entry.pattern), namespace=inner)
        else:
            yield route + str(entry.pattern), namespace + (entry.name or ""), entry


def policy_of(name: str, view: Callable[..., Any]) -> Policy | None:
    """The policy of one address, our own or from the table of third-party ones; None if nobody decided."""
    own: Policy | None = getattr(view, "policy", None)
    return own or THIRD_PARTY.get(name) or THIRD_PARTY.get(name.partition(":")[0])


def every_url_has_a_policy(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The address «{route}» ({name or 'no name'}) has no policy.",
            hint="Decorate its view with @policy(...), or list it in config.staff.policy.THIRD_PARTY.",
            id="staff.E001",
        )
        for route, name, pattern in addresses()
        if policy_of(name, pattern.callback) is None
    ]
