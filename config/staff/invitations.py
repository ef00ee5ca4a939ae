"""A password is chosen by its owner alone: everybody else can only send a link."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from config.staff.models import User

DAYS = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)


def password_link(user: User, *, site: str) -> str:
    """The address, on `site`, where this person chooses a password. Works once, for three days.

    A new password, another e-mail address or a later log-in end every link given before.
    """
    page = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    return site.rstrip("/") + page


def mail_password_link(user: User, *, site: str) -> str:
    """The link, after mailing it in the person's own language. Raises OSError when the mail cannot leave."""
    link = password_link(user, site=site)
    with translation.override(user.language):
        send_mail(
            subject=_("Your account at Sésame"),
            message=render_to_string("staff/password_link.txt", {"name": user.name, "link": link, "days": DAYS}),
            from_email=None,
            recipient_list=[user.email],
        )
    return link
