"""What a file with names is for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.clean_text.form_fields import CleanLine


class PurposeForm(forms.Form):
    purpose = CleanLine(
        label=_("What for"), min_length=8, max_length=200,
        help_text=_("For example: the letter to those whose card expires in May. No name of a client."),
    )  # fmt: skip
