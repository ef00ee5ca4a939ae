"""The addresses of Sésame. Each has a policy: see config.staff.policy."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.i18n import set_language

from config.staff.views import healthz, readyz, to_log_in, to_password_change

urlpatterns = [
    path("", include("cases.urls")),
    path("", include("communes.urls")),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
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
    path("language/", set_language, name="set_language"),
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
