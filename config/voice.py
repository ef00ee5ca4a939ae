"""Sentences of the packages that our catalogues say themselves: theirs are missing in a language, or in another voice.

No code reads this module: `make messages` does, and what our catalogues say comes before what a package says.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

FORMS = (  # django.forms, django.core.validators, django.db.models.fields
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("Enter a valid date."),
    _("Enter a valid email address."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    _("- Select an option -"),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
ACCOUNTS = (  # allauth
    _("This account is currently inactive."),
    _("The email address and/or password you specified are not correct."),
    _("Too many failed login attempts. Try again later."),
    _("Be patient, you are sending too many requests."),
    _("Please type your current password."),
    _("You must type the same password each time."),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Password successfully changed."),
    _("Password successfully set."),
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
    _("Authenticator code"),
    _("You cannot deactivate two-factor authentication."),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("Signed out of all other sessions."),
)
ADMINISTRATION = (  # django.contrib.admin
    _("Site administration"),
    _("Select %s to change"),
    _("Select %s to view"),
    _("Add %s"),
    _("Filter by %(field_name)s"),
    _("Search %(name)s"),
    _("Pagination %(name)s"),
    _("Pagination %(name)s entries"),
    _(
        "Deleting the %(object_name)s “%(escaped_object)s” would require deleting the following protected related "
        "objects:"
    ),
    _(
        "Are you sure you want to delete the %(object_name)s “%(escaped_object)s”? All of the following related items "
        "will be deleted:"
    ),
    ngettext_lazy("…and %(count)d more object.", "…and %(count)d more objects.", "count"),
)
IMPORT_AND_HISTORY = (  # import_export, simple_history
    _("Import finished: {} new, {} updated, {} deleted and {} skipped {}."),
    _("No valid data to import. Ensure your file has the correct headers or data for import."),
    _("This importer will import the following fields: "),
    _("This exporter will export the following fields: "),
    ngettext_lazy("Export %(len)s selected item.", "Export %(len)s selected items.", "len"),
    _("Select all"),
    _("Resource"),
    _("View history: %s"),
    _("Created"),
    _("Changed"),
    _("Deleted"),
    _("Deleted %(type_name)s"),
    _("Choose a date from the list below to revert to a previous version of this object."),
    _("This object doesn't have a change history."),
    _("Object"),
    _("Comment"),
    _("Changed by"),
    _("Change reason"),
    _("Changes"),
    _("Change History"),
)
