"""Write the parts of README.md that come from the code: the workflow, who may what, the columns of the CSV."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cases.handbook import written


class Command(BaseCommand):
    help = "Writes the parts of README.md that come from the code. Run it after a change of the workflow or the roles."

    def handle(self, **_options: Any) -> None:
        readme = settings.BASE_DIR / "README.md"
        readme.write_text(written(readme.read_text()))
