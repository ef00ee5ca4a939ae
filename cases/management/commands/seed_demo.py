"""Fill an empty database with a made-up office, to try Sésame and to train on."""

from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.demo import seeding
from cases.demo.staff import STAFF


class Command(BaseCommand):
    help = (
        "Fills an empty database with invented people and their cases, and accounts to log in with. Refuses to touch "
        "a database that holds data. The same day gives the same office."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="a database in use is no error: nothing to do")
        parser.add_argument("--on", type=date.fromisoformat, help="the last day of the office (default: today)")

    def handle(self, *, if_empty: bool, on: date | None, **_options: Any) -> None:
        if if_empty and seeding.is_in_use():
            self.stdout.write(_("The database is in use: no demonstration data to add."))
            return
        if not settings.DEMO_PASSWORD:
            raise CommandError(_("Choose the password of the demonstration accounts: set DEMO_PASSWORD."))
        at = datetime.combine(on, time(8, 30), tzinfo=timezone.get_default_timezone()) if on else timezone.now()
        try:
            told = seeding.seed(at=at, password=settings.DEMO_PASSWORD)
        except (seeding.NotEmpty, seeding.NoReferenceData) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            _("A made-up office: %(clients)d clients, %(cases)d cases, %(visits)d visits.")
            % {"clients": told.clients, "cases": told.cases, "visits": told.visits}
        )
        self.stdout.write(
            _("Accounts: %(addresses)s; password: %(password)s")
            % {"addresses": ", ".join(member.email for member in STAFF), "password": settings.DEMO_PASSWORD}
        )
