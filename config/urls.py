"""The addresses of Sésame. Each has a policy: see config.staff.policy."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as apps
from allauth.mfa.webauthn import views as keys
from allauth.usersessions.views import list_usersessions
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.i18n import set_language

from config.staff.views import (
    end_session,
    healthz,
    password_change,
    readyz,
    recovery_codes,
    recovery_codes_file,
    to_log_in,
    to_password_change,
)

urlpatterns = [
    path("", include("cases.urls")),
    path("", include("communes.urls")),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", password_change, name="account_change_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # allauth writes the mailed link itself: it must be «UID-KEY», in one piece.
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("accounts/2fa/", factors.index, name="mfa_index"),
    path("accounts/2fa/authenticate/", factors.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/totp/activate/", apps.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", apps.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/2fa/recovery-codes/", recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/recovery-codes/download/", recovery_codes_file, name="mfa_download_recovery_codes"),
    path("accounts/2fa/recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("accounts/2fa/webauthn/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("accounts/2fa/webauthn/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("accounts/2fa/webauthn/login/", login_not_required(keys.login_webauthn), name="mfa_login_webauthn"),
    path("accounts/2fa/webauthn/reauthenticate/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("accounts/2fa/webauthn/keys/<int:pk>/edit/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("accounts/sessions/", list_usersessions, name="usersessions_list"),
    path("accounts/sessions/<int:session>/end/", end_session, name="end_session"),
    path("language/", login_not_required(set_language), name="set_language"),
    # The administration has its own pages for these two; there is one door, with its second factor.
    path("admin/login/", to_log_in),
    path("admin/password_change/", to_password_change),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]

handler400 = "config.staff.errors.bad_request"
handler403 = "config.staff.errors.forbidden"
handler404 = "config.staff.errors.not_found"
handler500 = "config.staff.errors.server_error"
