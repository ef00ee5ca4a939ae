"""The case export without a browser: `manage.py export_cases > cases.csv`."""

import os
import sys
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from cases.columns import case_columns
from cases.dialects import EXCEL
from cases.exports import FILE_KINDS
from cases.filters import CaseFilter
from cases.models import Case


class Command(BaseCommand):
    help = "Writes the cases to the standard output: the same columns, rows and bytes as the page of the cases."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="opened_from", metavar="DAY", help="opened on this day or later: 2026-01-31"
        )
        parser.add_argument("--to", dest="opened_to", metavar="DAY", help="opened on that day or before")
        parser.add_argument("--dialect", choices=FILE_KINDS, default=EXCEL.name, help="how the file is written")
        parser.add_argument("--named", action="store_true", help="with the columns that name the clients")
        parser.add_argument(
            "--language",
            choices=dict(settings.LANGUAGES),
            default=settings.LANGUAGE_CODE,
            help="of headers and labels",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        with translation.override(options["language"]):
            period = {name: options[name] or "" for name in ("opened_from", "opened_to")}
            filters = CaseFilter(period, Case.objects.all(), on=today)
            if not filters.is_valid():
                raise CommandError(" ".join(str(error) for errors in filters.errors.values() for error in errors))
            chunks = FILE_KINDS[options["dialect"]].write(filters.qs, case_columns(on=today, named=options["named"]))
        try:
            with closing(chunks):
                for chunk in chunks:
                    sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # The reader, such as `head`, has enough: nothing more to say, not even when Python closes its output.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
