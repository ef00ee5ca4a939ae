"""The client: the only home of personal data."""

from datetime import date
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.names import search_key
from communes.models import Commune, ResidenceDocument
from config.clean_text import CleanCharField, CleanEmailField
from config.staff.models import Team, User


class Language(models.TextChoices):
    """The languages the office meets most; «other» is a language too."""

    FR = "fr", _("French")
    NL = "nl", _("Dutch")
    EN = "en", _("English")
    AR = "ar", _("Arabic")
    TR = "tr", _("Turkish")
    ES = "es", _("Spanish")
    PT = "pt", _("Portuguese")
    IT = "it", _("Italian")
    RO = "ro", _("Romanian")
    BG = "bg", _("Bulgarian")
    PL = "pl", _("Polish")
    UK = "uk", _("Ukrainian")
    RU = "ru", _("Russian")
    FA = "fa", _("Persian, Dari")
    PS = "ps", _("Pashto")
    TI = "ti", _("Tigrinya")
    SO = "so", _("Somali")
    SQ = "sq", _("Albanian")
    LN = "ln", _("Lingala")
    SW = "sw", _("Swahili")
    VI = "vi", _("Vietnamese")
    ZH = "zh", _("Chinese")
    OTHER = "other", _("Another language")


class IdentityDocument(models.TextChoices):
    """What the counter accepts as identity (facts A11): another thing than the Belgian residence document."""

    EU_CARD = "eu_card", _("National identity card of an EU country")
    PASSPORT = "passport", _("International passport")
    NONE = "none", _("None")


def full_name(given_name: str, family_name: str, *, reference: str) -> str:
    """What a file is called; by its number when it has no name, as when it was made anonymous."""
    return f"{given_name} {family_name}".strip() or reference


# Inside a query of what is a client's: all that `full_name` asks for.
CALLED = {
    "given_name": F("client__given_name"),
    "family_name": F("client__family_name"),
    "client_reference": F("client__reference"),
}


def followed_by(user: User) -> Exists:
    """Inside a query of files: a case of theirs is this person's."""
    from cases.models.case import Case

    return Exists(Case.objects.filter(client=OuterRef("pk"), assignee=user))


IN_USE = ("merged_into", "anonymised_on", "restricted_on")  # empty in nearly every file
WHOSE = ("team", *IN_USE)


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, user: User) -> Self:
        """The files a person may open: all for those who see every team, else their team's and their cases' ones."""
        if not user.has_perm("cases.view_client"):
            return self.none()
        open_to = self if user.has_perm("cases.restrict_client") else self.filter(restricted_on=None)
        if user.has_perm("cases.see_every_team"):
            return open_to
        followed = followed_by(user)
        return open_to.filter(Q(team=user.team_id) | Q(followed) if user.team_id else followed)

    def of_team(self, team: Team, *, seen_by: User) -> Self:
        """Of another team one sees only one's cases' ones: said here too, or the database reads all that team."""
        theirs = self.filter(team=team)
        everything = team.pk == seen_by.team_id or seen_by.has_perm("cases.see_every_team")
        return theirs if everything else theirs.filter(followed_by(seen_by))

    def restricted(self) -> Self:
        """The files that are only kept: closed to all but those who restrict files.

        Said as a search, not as «not empty»: SQLite would look through every file for the few.
        """
        return self.filter(restricted_on__gt=date.min)

    def living(self) -> Self:
        """Without the files that were merged into another or made anonymous."""
        return self.filter(merged_into=None, anonymised_on=None)

    def for_list(self) -> Self:
        """With `open_cases`: how many cases of theirs are open; the names of the rest are in the directory."""
        from cases.models.case import Case

        mine = Case.objects.open().filter(client=OuterRef("pk")).order_by().values("client")
        counted = self.annotate(open_cases=Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0))
        return counted.fetch_mode(models.FETCH_RAISE)

    def for_table(self) -> Self:
        return self.select_related("commune", "residence_document", "team").fetch_mode(models.FETCH_RAISE)


class Client(models.Model):
    """A person who comes for help. No national number, no PIN, no code, no password: there is no place for them."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    given_name = CleanCharField(_("given name"), max_length=80, blank=True)
    family_name = CleanCharField(_("family name"), max_length=80, help_text=_("A single name goes here."))
    search_key = models.TextField(editable=False)
    birth_year = models.PositiveSmallIntegerField(
        _("birth year"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    contact_language = models.CharField(_("contact language"), max_length=5, choices=Language, default=Language.FR)
    speaks = CleanCharField(_("also speaks"), max_length=120, blank=True)
    interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    commune = models.ForeignKey(
        Commune, verbose_name=_("commune of residence"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False, help_text=_("Empty: outside the Region, or no registered address."),
    )  # fmt: skip
    residence_document = models.ForeignKey(
        ResidenceDocument, verbose_name=_("residence document"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    document_expires_on = models.DateField(_("residence document expires on"), null=True, blank=True)
    identity_document = models.CharField(
        _("identity document"), max_length=10, choices=IdentityDocument, blank=True, default=""
    )
    identity_expires_on = models.DateField(_("identity document expires on"), null=True, blank=True)
    email = CleanEmailField(_("e-mail address"), blank=True)
    phone = CleanCharField(_("phone"), max_length=30, blank=True)
    leave_no_message = models.BooleanField(_("leave no message"), default=False)
    ask_before_contact = models.BooleanField(
        _("contact only as agreed"), default=False, help_text=_("Others may read the messages or hear the phone.")
    )
    notice_given_on = models.DateField(_("privacy notice given on"), null=True, blank=True)
    recall_agreed_on = models.DateField(_("agreed to be recalled on"), null=True, blank=True)
    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="+", db_index=False)
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), null=True, blank=True, on_delete=models.PROTECT, related_name="merged",
        editable=False,
    )  # fmt: skip
    anonymised_on = models.DateField(_("erased on"), null=True, blank=True, editable=False)
    opened_on = models.DateField(_("file opened on"), editable=False)
    restricted_on = models.DateField(_("restricted on"), null=True, blank=True, editable=False)
    forget_on = models.DateField(_("forgotten on"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    open_cases: int  # only for_list() knows

    objects: ClassVar[ClientQuerySet] = ClientQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ("-pk",)
        permissions = [
            ("erase_client", "Can erase a client"),
            ("import_client", "Can import an old list"),
            ("restrict_client", "Can restrict the file of a client, and open a restricted one"),
        ]
        indexes = [
            # With whose file it is and whether it is in use: to list and to count them, no file is read.
            models.Index(fields=["-id", *WHOSE], name="client_newest"),
            models.Index(fields=["team", "-id", *IN_USE], name="client_newest_of_a_team"),
            # What the lists filter by, with the key: a case is asked about its client without reading the file.
            models.Index(fields=["commune", "-id", "residence_document", *WHOSE], name="client_of_a_commune"),
            models.Index(fields=["residence_document", "-id", *WHOSE], name="client_with_a_document"),
            models.Index(fields=["id", "commune", "residence_document"], name="client_places"),
            models.Index(fields=["contact_language", "-id", *WHOSE], name="client_of_a_language"),
            models.Index(
                fields=["document_expires_on", "id"],
                condition=Q(document_expires_on__isnull=False),
                name="client_document_expires",
            ),
            models.Index(fields=["-id"], condition=Q(interpreter=True), name="client_with_interpreter"),
            models.Index(
                fields=["restricted_on", "id"], condition=Q(restricted_on__isnull=False), name="client_restricted"
            ),
            models.Index(fields=["forget_on"], condition=Q(forget_on__isnull=False), name="client_soon_forgotten"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__range=(1900, 2100)),
                name="client_birth_year_is_a_year",
                violation_error_message=_("A birth year has four digits, such as 1987."),
            ),
            models.CheckConstraint(
                condition=~Q(family_name="") | Q(anonymised_on__isnull=False),
                name="client_has_a_name",
                violation_error_message=_("A client needs at least one name."),
            ),
            models.CheckConstraint(condition=Q(contact_language__in=Language.values), name="client_language_is_known"),
            models.CheckConstraint(
                condition=Q(identity_document="") | Q(identity_document__in=IdentityDocument.values),
                name="client_identity_document_is_known",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="client_is_not_merged_into_itself"),
            models.CheckConstraint(condition=Q(version__gte=1), name="client_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cases:client", args=[self.reference])

    @property
    def name(self) -> str:
        return full_name(self.given_name, self.family_name, reference=self.reference)

    def key(self) -> str:
        """What `search_key` must hold for this file: see cases.search."""
        return search_key(
            f"{self.given_name} {self.family_name}", reference=self.reference, phone=self.phone, email=self.email
        )

    def age_on(self, on: date) -> int | None:
        """Age by birth year alone, which is all the office keeps; None when not known."""
        return on.year - self.birth_year if self.birth_year else None
