"""Open an account for a member of staff: the first administrator of an installation, above all."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from config.staff.invitations import mail_password_link, password_link
from config.staff.models import Team, User
from config.staff.roles import Role


class Command(BaseCommand):
    help = (
        "Opens an account and mails its owner a link to choose a password; the link is printed too. "
        "For somebody who has not chosen one yet, a new link."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--role", choices=Role.values, default=Role.ADVISER.value)
        parser.add_argument("--team", help="the name of a team; an adviser needs one")
        parser.add_argument("--new-team", action="store_true", help="create the team if there is none of that name")
        parser.add_argument("--language", choices=["fr", "nl", "en"], default=settings.LANGUAGE_CODE)
        parser.add_argument("--site", help="where Sésame answers, for the link: https://sesame.example.org")
        parser.add_argument("--no-mail", action="store_true", help="only print the link")

    def handle(self, *, email: str, site: str | None, no_mail: bool, **given: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = self.new_account(email, **given)
            self.stdout.write(f"An account for {user.email}: {user.role}.")
        elif not user.is_active:
            raise CommandError(f"The account of {user.email} is disabled: open it again in the administration.")
        elif user.has_usable_password():
            raise CommandError(f"{user.email} has a password already; «forgotten password» on the log-in page helps.")
        site = site or self.usual_site()
        if no_mail:
            link = password_link(user, site=site)
        else:
            try:
                link = mail_password_link(user, site=site)
                self.stdout.write(f"A mail to {user.email} is on its way.")
            except OSError as trouble:
                link = password_link(user, site=site)
                self.stderr.write(f"The mail could not be sent ({trouble}): hand the link over yourself.")
        self.stdout.write(f"To choose a password, once, within three days:\n{link}")

    def new_account(
        self, email: str, *, name: str, role: str, team: str | None, new_team: bool, language: str, **_: Any
    ) -> User:
        if team and new_team:
            Team.objects.get_or_create(name=team)
        found = Team.objects.filter(name=team).first() if team else None
        if team and found is None:
            known = ", ".join(Team.objects.values_list("name", flat=True)) or "none yet"
            raise CommandError(f"There is no team «{team}» (teams: {known}). To create it: --new-team.")
        user = User(email=email.lower(), name=name, role=role, team=found, language=language)
        user.set_unusable_password()
        try:
            user.full_clean()
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        user.save()
        return user

    def usual_site(self) -> str:
        if settings.DEBUG:
            return "http://127.0.0.1:8000"
        host = next((host for host in settings.ALLOWED_HOSTS if host.strip(".*")), None)
        if host is None:
            raise CommandError("Say where Sésame answers: --site https://…")
        return f"https://{host.lstrip('.')}"
