"""Forget the files whose time is over: `apply_retention` says which, `apply_retention --yes` does it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from cases import retention


class Command(BaseCommand):
    help = "Say whose file is to be forgotten today; with --yes, forget them and the traces older than two years."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="Do it. Without it nothing is written.")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        if options["yes"]:
            forgotten, traces = retention.apply(on=today), retention.forget_traces(on=today)
            self.stdout.write(f"{forgotten} files forgotten, {traces} traces let go.")
            return
        files = retention.to_forget(on=today)
        for client in files:
            self.stdout.write(f"{client.reference}: file opened on {client.opened_on}")
        self.stdout.write(f"{len(files)} files would be forgotten. Nothing was written: add --yes to do it.")
