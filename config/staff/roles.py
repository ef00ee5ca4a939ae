"""Who may do what: the one table. A role is a set of permissions; nobody has a permission of their own."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ADVISER = "adviser", _("Adviser")
    COORDINATOR = "coordinator", _("Coordinator")
    TARIFF_EDITOR = "tariff_editor", _("Tariff editor")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    ADMINISTRATOR = "administrator", _("Administrator")


READS_TARIFFS = frozenset(
    f"communes.view_{name}"
    for name in ("commune", "postalcode", "office", "residencedocument", "tariff", "delay", "closure")
)
KEEPS_TARIFFS = (
    READS_TARIFFS
    | {"staff.open_admin", "communes.import_tariff", "communes.export_tariff"}
    | {
        f"communes.{verb}_{name}"
        for verb in ("add", "change", "delete")
        for name in ("office", "residencedocument", "tariff", "delay", "closure")
    }
    | {
        "communes.change_commune",
        "communes.add_postalcode",
        "communes.change_postalcode",
        "communes.delete_postalcode",
    }
)
READS_CASES = frozenset(f"cases.view_{name}" for name in ("client", "case", "event", "visit"))
WORKS_CASES = (
    READS_TARIFFS
    | READS_CASES
    | {f"cases.{verb}_{name}" for verb in ("add", "change") for name in ("client", "case")}
    | {"cases.add_visit", "cases.move_case", "cases.export_case"}
)

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.ADVISER: WORKS_CASES,
    Role.COORDINATOR: WORKS_CASES
    | {
        "cases.see_every_team",
        "cases.assign_case",
        "cases.import_client",
        "cases.export_named",
        "cases.restrict_client",
        "cases.view_report",
    },
    Role.TARIFF_EDITOR: KEEPS_TARIFFS,
    Role.PRIVACY_OFFICER: READS_TARIFFS
    | READS_CASES
    | {"cases.see_every_team", "cases.erase_client", "cases.restrict_client", "cases.view_access"}
    | {"cases.view_report", "cases.export_case"},
    Role.ADMINISTRATOR: KEEPS_TARIFFS
    | READS_CASES
    | {"cases.see_every_team", "cases.import_client", "cases.view_report", "cases.export_case"}
    | {f"staff.{verb}_{name}" for verb in ("view", "add", "change") for name in ("user", "team")},
}
