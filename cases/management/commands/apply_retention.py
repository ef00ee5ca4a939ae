"""Forget the files whose time is over: `apply_retention` says which, `apply_retention --yes` does it. Every night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases import erasure, retention, tombstones
from cases.imports.keeping import sweep


class Command(BaseCommand):
    help = (
        "Say whose file is to be forgotten, and when; with --yes, put those in the list of warnings whose time is "
        "over in two weeks, forget those who stood in it for two weeks, the traces older than two years, and lists "
        "that nobody confirmed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="Do it. Without it nothing is written.")

    def handle(self, *args: Any, **options: Any) -> None:
        now, today = timezone.now(), timezone.localdate()
        if options["yes"]:
            warned, done = retention.warn(on=today), erasure.apply(at=now)
            traces = retention.forget_traces(on=today)
            lists = sweep(at=now)
            erasure.sweep()
            tombstones.keep()
            forgotten = len(done.forgotten)
            self.stdout.write(
                f"{forgotten} files forgotten, {warned - forgotten} to be forgotten soon, {traces} traces let go, "
                f"{lists} lists that nobody confirmed."
            )
            if done.failed:
                raise CommandError(
                    f"{len(done.failed)} files could not be forgotten, and the next night tries again: "
                    f"{', '.join(done.failed)}. The log says what kind of error it was."
                )
            return
        day = retention.WARNING.after(today)
        soon = retention.to_forget(on=day)
        for client in soon:
            due = client.forget_on or day
            self.stdout.write(f"{client.reference}: opened on {client.opened_on}, to be forgotten on {due}")
        now_due = retention.due_on(today).count()
        self.stdout.write(
            f"{now_due} files would be forgotten today, {len(soon) - now_due} soon. "
            "Nothing was written: add --yes to do it."
        )
