"""The people who use Sésame and the teams they sit in."""

from typing import Any, ClassVar, override

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Count, Max, Model, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from config.clean_text import CleanCharField, CleanEmailField
from config.staff.roles import PERMISSIONS, Role


class Team(models.Model):
    """A site or a desk: an adviser sees the files of their own team."""

    name = CleanCharField(_("name"), max_length=80, unique=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


def short_name(name: str) -> str:
    """What colleagues call each other: «Amina» for «Amina Haddad»."""
    return name.partition(" ")[0]


class StaffHistory(HistoricalRecords):  # type: ignore[misc]
    """Who changed an account, when, into what. A log-in changes nothing that anybody decided."""

    @override
    def post_save(self, instance: "User", created: bool, using: str | None = None, **kwargs: Any) -> None:
        if kwargs.get("update_fields") != frozenset({"last_login"}):
            super().post_save(instance, created, using=using, **kwargs)


class UserManager(BaseUserManager["User"]):
    def with_factors(self, pk: Any) -> "User | None":
        """This person, their team and, in the same query, what their second factors are; None if there is nobody."""
        user = (
            self.filter(pk=pk)
            .select_related("team")
            .annotate(
                factor_count=Count("authenticator", filter=~Q(authenticator__type="recovery_codes")),
                newest_factor=Max("authenticator"),
            )
            .first()
        )
        if user is not None:
            user.has_factor = user.factor_count > 0
            user.factors = f"{user.factor_count}-{user.newest_factor}"
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """What `createsuperuser` calls: an administrator. There is no right above the role table."""
        return self.create_user(email, password, **{"role": Role.ADMINISTRATOR, **fields})


class User(AbstractBaseUser):
    """A member of staff: the e-mail address is the login, the role is the only source of rights."""

    email = CleanEmailField(_("e-mail address"), unique=True)
    name = CleanCharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.ADVISER)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=[("fr", "Français"), ("nl", "Nederlands"), ("en", "English")],
        default="fr",
    )
    is_active = models.BooleanField(_("may log in"), default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    # Known of the person who asks for a page: see with_factors. Any change of the factors changes the word.
    has_factor = False
    factors = ""

    objects: ClassVar[UserManager] = UserManager()
    history = StaffHistory(excluded_fields=["password", "last_login"])

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ("name",)
        permissions = [("open_admin", "Can open the administration pages")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_email_address",
                violation_error_message=_("Somebody already logs in with this e-mail address."),
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="staff_role_is_known"),
            models.CheckConstraint(condition=Q(language__in=["fr", "nl", "en"]), name="staff_language_is_known"),
            models.CheckConstraint(
                condition=~Q(role=Role.ADVISER) | Q(team__isnull=False),
                name="adviser_has_a_team",
                violation_error_message=_("An adviser needs a team: choose one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return short_name(self.name)

    @property
    def permissions(self) -> frozenset[str]:
        return PERMISSIONS[Role(self.role)] if self.is_active else frozenset()

    @property
    def is_staff(self) -> bool:
        """What the admin site asks: may this person open it at all?"""
        return self.has_perm("staff.open_admin")

    def has_perm(self, perm: str, obj: Model | None = None) -> bool:
        return perm in self.permissions

    def has_perms(self, perm_list: Any, obj: Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.permissions)


class CacheEntry(models.Model):
    """The table of Django's DatabaseCache, which alone reads and writes it: a migration makes it, not a command."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.cache_key


class OpenDoor(models.Model):
    """While a row stands here, words may be taken out of the closed histories: see config.staff.closed_histories.

    It is put and taken away within one transaction, so that nobody else ever sees it.
    """

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "open"


class Tries(models.Model):
    """How often somebody was wrong at one door, until when it counts. Written by config.staff.tries alone."""

    key = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.tries}, {self.until}"
