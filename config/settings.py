"""One settings file: only the environment differs between installations.

Without any variable this is a production start and wants a SECRET_KEY; `make run` sets DEBUG.
"""

from pathlib import Path

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

django_stubs_ext.monkeypatch()  # lets «ModelForm[Client]» be written at run time too

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
DEVELOPMENT_KEY = "development-only-key-never-used-in-production-0123456789"
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_KEY if DEBUG else "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOCAL_HOSTS if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=not DEBUG)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="sesame-demo-2026" if DEBUG else "")

if DEBUG and not set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS):
    raise ImproperlyConfigured(
        "DEBUG shows secrets to every visitor: unset DEBUG, or keep ALLOWED_HOSTS to this machine."
    )
if not DEBUG and SECRET_KEY in {"", DEVELOPMENT_KEY}:
    raise ImproperlyConfigured(
        "Set SECRET_KEY to a long random text of your own, or DEBUG=1 to try Sésame on this machine. "
        "A key: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )

INSTALLED_APPS = [
    "config.staff",
    "communes",
    "cases",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "import_export",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.staff.middleware.RequestLogMiddleware",
    "config.staff.middleware.AfterwardsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.staff.middleware.StaffLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.staff.middleware.StayMiddleware",
    "config.staff.middleware.SecondFactorMiddleware",
    "config.staff.middleware.PolicyMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.staff.middleware.PrivatePagesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "cases.traces.AccessMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "config.unchanging",
                "config.wording",
            ],
        },
    }
]

# Database ------------------------------------------------------------

VAR_DIR.mkdir(exist_ok=True)
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'sesame.sqlite3'}")}
SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
# Both engines keep the options that DATABASE_URL itself carries (sslmode, say).
if SQLITE:
    DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {
        # IMMEDIATE takes the write lock at the start, so that no writer fails half-way with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # recursive_triggers: without it INSERT OR REPLACE walks past the triggers that keep the history closed.
        "init_command": (
            f"PRAGMA journal_mode=WAL;PRAGMA synchronous={'NORMAL' if DEBUG else 'FULL'};PRAGMA recursive_triggers=ON;"
            # What is deleted is overwritten: an erased person stays in no free corner of the file.
            "PRAGMA secure_delete=ON;"
        ),
    }
else:
    # A page is read in milliseconds: to compile its query first (JIT) took half a second, and to share it out among
    # workers takes longer than to answer. What is read often is in memory: a row of an index costs little more than
    # the next one. Reports and exports, which read everything, say for themselves how.
    DATABASES["default"]["OPTIONS"] = (
        {"options": "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"}
        | DATABASES["default"].get("OPTIONS", {})
        | {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}}
    )

# The counts of failed log-ins must be the same for every worker: in production they live in the database.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if DEBUG
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "staff_cacheentry"}
}

# People ------------------------------------------------------------

# The keys of the files that were erased, outside the database: what a backup from before must forget again.
ERASURES_FILE = Path(env.str("ERASURES_FILE", default=str(VAR_DIR / "erasures.csv")))

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["config.staff.backends.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "cases:today"
ACCOUNT_ADAPTER = "config.staff.adapter.StaffAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator invites; the invitation link proves the mailbox
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a password or a second factor was changed: its owner is told
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # whoever types a stranger's address sends that stranger no mail
# Wrong passwords and codes are counted in config.staff.tries; the rest of the mails and forms by allauth.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reauthenticate": None}
ACCOUNT_FORMS = {"change_password": "config.staff.forms.ChangePasswordForm"}
# allauth's own would write to the database whenever somebody only opens a link.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60  # invitations too; each link works once

# The second factor: an app, a passkey or a security key; recovery codes for the day it is lost.
MFA_ADAPTER = "config.staff.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the invitation proved the mailbox
MFA_TOTP_ISSUER = "Sésame"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "config.staff.forms.CodeForm",
    "reauthenticate": "config.staff.forms.CodeAgainForm",
    "activate_totp": "config.staff.forms.FirstCodeForm",
    "authenticate_webauthn": "config.staff.forms.KeyForm",
    "reauthenticate_webauthn": "config.staff.forms.KeyAgainForm",
    "login_webauthn": "config.staff.forms.PasskeyForm",
    "add_webauthn": "config.staff.forms.NewKeyForm",
    "edit_webauthn": "config.staff.forms.KeyNameForm",
}
USERSESSIONS_TRACK_ACTIVITY = True  # StayMiddleware writes when a session was last used

# Web ------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
}
CSRF_FAILURE_VIEW = "config.staff.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
if not DEBUG:
    # One proxy stands in front: it ends TLS, overwrites X-Forwarded-Proto and adds the visitor to X-Forwarded-For.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["config.uploads.InMemory"]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Invitations, password links, reminders. EMAIL_URL: smtp+tls://user:password@mail.example.org:587
MAIL = env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25")
MAILERS = {"default": {"BACKEND": MAIL["EMAIL_BACKEND"]}}
if MAIL["EMAIL_BACKEND"].endswith(".smtp.EmailBackend"):
    MAILERS["default"]["OPTIONS"] = {
        "host": MAIL["EMAIL_HOST"],
        "port": MAIL["EMAIL_PORT"],
        "username": MAIL["EMAIL_HOST_USER"] or "",
        "password": MAIL["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": MAIL.get("EMAIL_USE_TLS", False),
        "use_ssl": MAIL.get("EMAIL_USE_SSL", False),
        "timeout": 20,
    }
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Sésame <sesame@localhost>")

# Language and time ------------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="fr")
LANGUAGES = [("fr", _("French")), ("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Brussels")
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]

# Imports and exports of the tariffs: all rows or none, and only for whom the role table says so.
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "config.staff.log.PlainFormatter", "quote": DEBUG},
        "bare": {"format": "%(message)s"},
    },
    "handlers": {
        "plain": {"class": "logging.StreamHandler", "formatter": "plain"},
        "bare": {"class": "logging.StreamHandler", "formatter": "bare"},
    },
    "root": {"handlers": ["plain"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["plain"], "level": "WARNING", "propagate": False},
        # One JSON line a request, without the query string: a name typed in a search box never reaches a log.
        "sesame.request": {"handlers": ["bare"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["plain"], "level": "ERROR", "propagate": False},
    },
}
