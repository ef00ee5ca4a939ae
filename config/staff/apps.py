from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "config.staff"
    label = "staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from django.core.checks import register

        from config.staff.policy import every_url_has_a_policy

        register(every_url_has_a_policy)
