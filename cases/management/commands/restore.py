"""Run once a backup has been put back: whoever was erased after it was made is erased again."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases import erasure, tombstones
from config.staff.models import User


class Command(BaseCommand):
    help = "After a backup has been put back: erase again whoever was erased since (ERASURES_FILE says who)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, metavar="E-MAIL", help="the account of who puts the backup back")
        parser.add_argument("--erasures", type=Path, metavar="FILE", help="the list, if it is not ERASURES_FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["erasures"] or settings.ERASURES_FILE
        by = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(f"Nobody logs in as {options['by']}.")
        if not path.exists():
            raise CommandError(f"There is no list of erasures at {path}: without it nobody can be erased again.")
        try:
            stones = tombstones.kept(path)
        except ValueError as error:
            raise CommandError(f"{path} is not a list of erasures: {error}") from error
        again = erasure.erase_again(stones, by=by, at=timezone.now())
        tombstones.keep()
        for client in again:
            self.stdout.write(f"{client.reference}: erased again")
        self.stdout.write(f"{len(stones)} erasures known, {len(again)} files erased again.")
