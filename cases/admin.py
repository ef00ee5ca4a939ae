"""The page of a delay, as the cases have it: what it would do to open cases comes before it is saved or deleted."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.delay_changes import left_without_a_row, redate, redated_without
from cases.forms.delays import DelayForm
from communes.admin import DelayAdmin
from communes.models import Delay

admin.site.unregister(Delay)  # communes knows nothing of cases: its page is replaced from here


@admin.register(Delay)
class DelayWithItsCasesAdmin(DelayAdmin):
    form = DelayForm
    change_form_template = "admin/communes/delay/change_form.html"

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        return type("DelayForm", (form,), {"by": request.user})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """What is shown before it is saved is no error to correct."""
        if context["adminform"].form.redated:
            context["errors"] = []
        return super().render_change_form(request, context, *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], list[Any]]:
        """A delay that open cases rest on is changed, with its preview; the first row of one stays for good."""
        doomed, counts, lacking, referring = super().get_deleted_objects(objs, request)
        rows = list(objs)
        if left_without_a_row(rows):
            words = _("the days for which no other length is known. Nothing was deleted: change this one instead.")
            return doomed, counts, lacking, [*referring, words]
        if count := sum(1 for _case in redated_without(rows)):
            sentence = ngettext(
                "%(count)d open case that counts with it. Nothing was deleted: "
                "change the length first, you see then which deadline changes.",
                "%(count)d open cases that count with it. Nothing was deleted: "
                "change the length first, you see then which deadlines change.",
                count,
            )
            referring = [*referring, sentence % {"count": count}]
        return doomed, counts, lacking, referring

    def save_model(self, request: HttpRequest, obj: Delay, form: Any, change: Any) -> None:
        """The delay and the deadlines it changes, in the one transaction of the page."""
        super().save_model(request, obj, form, change)
        left = redate(obj, by=request.user, on=timezone.localdate(), at=timezone.now())  # type: ignore[arg-type]
        if left:
            changed = _("A colleague changed these in the meantime, they stay where they are: %(references)s.")
            sentence = changed % {"references": ", ".join(case.reference for case in left)}
            self.message_user(request, sentence, messages.WARNING)
