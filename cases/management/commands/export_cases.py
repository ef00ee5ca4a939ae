"""The case export without a browser: `manage.py export_cases > cases.csv`."""

import os
import sys
import time
from argparse import BooleanOptionalAction
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.utils import timezone, translation

from cases.as_of import NothingKnown, past_day
from cases.columns import UnknownColumn, case_columns, for_file
from cases.departures import Tally, announce, asked_for, departing
from cases.dialects import EXCEL
from cases.exports import FILE_KINDS
from cases.filters import CaseFilter
from cases.forms.exports import PurposeForm
from cases.models import Case
from cases.workbook import nobody

EVERY, WIDTH = 0.25, 30


class Command(BaseCommand):
    help = "Writes the cases to the standard output: the same columns, rows and bytes as the page of the cases."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="opened_from", metavar="DAY", help="opened on this day or later: 2026-01-31"
        )
        parser.add_argument("--to", dest="opened_to", metavar="DAY", help="opened on that day or before")
        parser.add_argument(
            "--as-of", default="", metavar="DAY", help="as they stood at the end of that day: 2026-03-31"
        )
        parser.add_argument("--dialect", choices=FILE_KINDS, default=EXCEL.name, help="how the file is written")
        parser.add_argument("--named", action="store_true", help="with the columns that name the clients")
        parser.add_argument(
            "--columns", nargs="+", default=[], metavar="NAME",
            help="these columns, as the address of the list names them, or «all»; by default the usual ones",
        )  # fmt: skip
        parser.add_argument("--purpose", default="", help="what the file is for: it stands in the list of exports")
        parser.add_argument(
            "--language",
            choices=dict(settings.LANGUAGES),
            default=settings.LANGUAGE_CODE,
            help="of headers and labels",
        )

        parser.add_argument(
            "--progress",
            action=BooleanOptionalAction,
            default=sys.stderr.isatty(),
            help="how far it is, on the error output; by default when that is a screen",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today, purpose = timezone.localdate(), options["purpose"]
        if options["named"]:
            purpose = checked(purpose)
        with translation.override(options["language"]):
            period = {name: options[name] or "" for name in ("opened_from", "opened_to")}
            try:
                day = past_day(options["as_of"], today=today)
            except ValueError:
                raise CommandError(f"This is no day: {options['as_of']}.") from None
            except NothingKnown:
                raise CommandError("This day lies in the future: nothing is known of it yet.") from None
            filters = CaseFilter(period, Case.objects.all(), on=day or today)
            if not filters.is_valid():
                raise CommandError(" ".join(str(error) for errors in filters.errors.values() for error in errors))
            table, tally = case_columns(on=day or today, named=options["named"]), Tally("client_id")
            try:
                columns = for_file(table, options["columns"], named=options["named"])
            except UnknownColumn as unknown:
                raise CommandError(f"No column has this name: {unknown}.") from None
            record = announce(
                by=None,
                at=timezone.now(),
                subject="cases",
                kind=options["dialect"],
                filters=asked_for(filters) | ({"as_of": day.isoformat()} if day else {}),
                columns=[column.name for column in columns],
                named=options["named"],
                purpose=purpose,
            )
            bar = Bar(self.stderr, filters.qs.order_by().count()) if options["progress"] else None
            file = FILE_KINDS[options["dialect"]].write(
                filters.qs, columns, told=bar.told if bar else nobody, tally=tally, day=day
            )
            chunks = departing(record, file, tally, clock=timezone.now)
        try:
            with closing(chunks):
                for chunk in chunks:
                    sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # The reader, such as `head`, has enough: nothing more to say, not even when Python closes its output.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        else:
            if bar:
                bar.end()


def checked(purpose: str) -> str:
    """What a file with names is for, by the rule of the page. Raises CommandError with what to do."""
    with translation.override("en"):  # as the rest of the command speaks
        form = PurposeForm({"purpose": purpose})
        why = " ".join(str(error) for error in form.errors.get("purpose", ()))
    if why:
        raise CommandError(f"A file with names says what it is for: add --purpose. {why}")
    return str(form.cleaned_data["purpose"])


class Bar:
    """How far an export is: a line that is written over, four times a second."""

    def __init__(self, out: OutputWrapper, rows: int) -> None:
        self.out, self.rows = out, rows
        self.started = self.said = time.monotonic()

    def told(self, done: int) -> None:
        now = time.monotonic()
        if now - self.said >= EVERY and done:
            self.said = now
            left = (now - self.started) * (self.rows - done) / done
            self.say(done, f"{max(left, 0):.0f} s left")

    def end(self) -> None:
        self.say(self.rows, f"{time.monotonic() - self.started:.1f} s", ending="\n")

    def say(self, done: int, words: str, *, ending: str = "") -> None:
        share = min(done / self.rows, 1) if self.rows else 1
        bar = "#" * round(share * WIDTH)
        self.out.write(f"\r[{bar:<{WIDTH}}] {share:4.0%}  {done:,} of {self.rows:,} cases, {words:<12}", ending=ending)
        self.out.flush()
