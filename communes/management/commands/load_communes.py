"""Load the reference data: communes, offices, residence documents, tariffs, delays."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from communes.reference import Fate, ReferenceFileError, load


class Command(BaseCommand):
    help = (
        "Loads communes/data/*.csv: adds what is missing, updates what only this command wrote, leaves alone what "
        "somebody changed or deleted. All files or nothing; running it twice changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reports = load()
        except ReferenceFileError as error:
            raise CommandError(str(error)) from error
        for report in reports:
            counts = {fate.name.lower(): len(report.lines(fate)) for fate in Fate}
            self.stdout.write(
                _("%(file)s: %(added)d added, %(kept)d kept, %(updated)d updated, %(left_alone)d left alone")
                % {"file": report.name, **counts}
            )
            if left_alone := report.lines(Fate.LEFT_ALONE):
                self.stdout.write(
                    _("  Changed or deleted by somebody, left alone: lines %(lines)s")
                    % {"lines": ", ".join(map(str, left_alone))}
                )
