"""Accounts and teams. A password is never seen nor set here, and nobody changes their own rights."""

from functools import partial
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from config.staff.invitations import mail_password_link
from config.staff.models import Team, User
from config.staff.proofs import asked_for_proof
from config.staff.requests import StaffRequest


@admin.register(Team)
class TeamAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    list_display = ("name",)
    search_fields = ("name",)


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("email", "name", "role", "team", "language", "is_active")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()


@admin.register(User)
class AccountAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    form = AccountForm
    list_display = ("name", "email", "role", "team", "language", "is_active", "last_login")
    list_filter = ("is_active", "role", "team")
    list_select_related = ("team",)
    search_fields = ("name", "email")
    actions = ("send_password_links", "take_off_second_factors")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Nobody raises their own role, nor locks themselves out."""
        return ("role", "is_active") if obj is not None and obj == request.user else ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The address of the list may ask for any column of an account but what is kept of its password."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def history_form_view(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        """An older version is only read: writing it back would bring back one's own former role as well."""
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        return super().history_form_view(request, *args, **more)  # type: ignore[no-any-return]

    def revert_disabled(self, request: HttpRequest, obj: User | None = None) -> bool:
        return True

    def changeform_view(self, request: StaffRequest, *args: Any, **more: Any) -> HttpResponse:
        """Who gives an account, a role or a mailbox to somebody proves first that it is still them."""
        if self.has_change_permission(request) and (way := asked_for_proof(request, at=timezone.now())):
            if request.method == "POST":
                sentence = _("Nothing was saved: show first that it is still you, then fill in the form again.")
                self.message_user(request, sentence, messages.WARNING)
            return way
        return super().changeform_view(request, *args, **more)  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        if not change:
            obj.set_unusable_password()
        former = form.initial.get("email")
        super().save_model(request, obj, form, change)
        if change and former != obj.email:
            tell = partial(get_adapter(request).send_notification_mail, "account/email/email_changed", obj)
            transaction.on_commit(partial(tell, email=former))
        # allauth keeps the addresses it has met: a former mailbox must open nothing any more.
        EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()
        if not change:
            transaction.on_commit(partial(self.mail_link, request, obj))

    def mail_link(self, request: HttpRequest, user: User) -> None:
        try:
            mail_password_link(user, site=request.build_absolute_uri("/"))
        except OSError:
            level, sentence = messages.ERROR, _("The mail to %(email)s could not be sent. Try again later.")
        else:
            level, sentence = messages.SUCCESS, _("%(email)s gets a link to choose a password.")
        self.message_user(request, sentence % {"email": user.email}, level)

    @admin.action(description=gettext_lazy("Send a link to choose a password"), permissions=["change"])
    def send_password_links(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            if user.is_active:
                self.mail_link(request, user)
            else:
                sentence = _("%(email)s may not log in: no link was sent.")
                self.message_user(request, sentence % {"email": user.email}, messages.WARNING)

    @admin.action(description=gettext_lazy("Take off the second factor (telephone lost)"), permissions=["change"])
    def take_off_second_factors(self, request: StaffRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Their sessions end, and the next log-in begins with the set-up. One's own is taken off on one's own page."""
        if way := asked_for_proof(request, at=timezone.now()):
            self.message_user(request, _("Show first that it is still you; then choose again."), messages.WARNING)
            return way
        for user in queryset:
            if user != request.user and Authenticator.objects.filter(user=user).delete()[0]:
                self.log_change(request, user, "Second factor taken off.")
                get_adapter(request).send_notification_mail("mfa/email/totp_deactivated", user)
                sentence = _("%(email)s has no second factor any more, and sets up a new one at the next log-in.")
                self.message_user(request, sentence % {"email": user.email}, messages.SUCCESS)
        return None
