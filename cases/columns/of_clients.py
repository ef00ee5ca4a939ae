"""The columns of the clients, one a line: what their list can show. No file leaves with them."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from cases.columns.column import WARNING, Column, Kind, contact_warning, label, unnamed, yes_no_field
from cases.models.client import IdentityDocument, Language
from communes.models.places import in_language


def client_columns(*, named: bool = True) -> tuple[Column, ...]:
    """The columns in the active language, the name first: the list is there to find somebody."""
    name = in_language("name_fr", "name_nl")
    document = in_language("label_fr", "label_nl")
    table = (
        Column("reference", _("Client"), Kind.CODE, F("reference")),
        Column("family_name", _("Family name"), Kind.TEXT, F("family_name"), personal=True),
        Column("given_name", _("Given name"), Kind.TEXT, F("given_name"), personal=True),
        Column("birth_year", _("Birth year"), Kind.NUMBER, F("birth_year"), personal=True),
        Column("phone", _("Phone"), Kind.TEXT, F("phone"), personal=True, brings=WARNING),
        contact_warning(),
        Column("email", _("E-mail address"), Kind.TEXT, F("email"), personal=True, brings=WARNING),
        Column("commune", _("Commune of residence"), Kind.TEXT, F(f"commune__{name}")),
        Column("document", _("Residence document"), Kind.TEXT, F(f"residence_document__{document}")),
        Column("document_expires_on", _("Document expires on"), Kind.DAY, F("document_expires_on")),
        Column("identity", _("Identity document"), Kind.LABEL, label("identity_document", IdentityDocument)),
        Column("language", _("Contact language"), Kind.LABEL, label("contact_language", Language)),
        Column("interpreter", _("Interpreter"), Kind.LABEL, yes_no_field("interpreter")),
        Column("team", _("Team"), Kind.TEXT, F("team__name")),
        Column("opened_on", _("File opened on"), Kind.DAY, F("opened_on")),
    )
    return table if named else unnamed(table)
