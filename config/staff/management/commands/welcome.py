"""`make run` ends with this: where Sésame answers, and who can log in on a demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from config.staff.models import User

DEMO = [f"{who}@example.org" for who in ("adviser", "coordinator", "tariffs", "privacy", "admin")]


class Command(BaseCommand):
    help = "Print the address and, where they exist, the demonstration accounts with their password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **_options: Any) -> None:
        self.stdout.write(f"\nSésame: http://127.0.0.1:{port}/\n")
        demo = [
            user
            for user in User.objects.filter(email__in=DEMO, is_active=True).order_by("pk")
            if user.check_password(settings.DEMO_PASSWORD)
        ]
        if demo:
            self.stdout.write(
                _("Demonstration accounts, password %(password)s:") % {"password": settings.DEMO_PASSWORD}
            )
        for user in demo:
            self.stdout.write(f"  {user.email:28} {user.get_role_display()}")
        self.stdout.write("")
