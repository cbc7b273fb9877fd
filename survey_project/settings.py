"""All settings, in one file, read strictly from the environment (docs/operations.md lists them).

Without DATABASE_URL and REDIS_URL the platform runs on embedded servers, on this machine, for whoever sits at it:
that is `EMBEDDED`, where secrets are made on the spot. With DATABASE_URL nothing is guessed: what is missing or
cannot be understood stops the start with one sentence.
"""

import secrets
from email.utils import formataddr
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from survey_project import environment
from survey_project.embedded.places import DATABASE, USER, Place
from survey_project.environment import BadSetting

BASE_DIR = environment.BASE_DIR
DATA_DIR = environment.data_dir()
DATABASE_URL = environment.database_url()
EMBEDDED = DATABASE_URL is None
DEBUG = environment.flag("DEBUG")


def secret_key() -> str:
    """Return the secret key: given, or made once for this data directory where the platform runs embedded."""
    given = environment.text("SECRET_KEY")
    if given is not None:
        if len(given) < 32 and not DEBUG:
            raise BadSetting(
                "SECRET_KEY is shorter than 32 characters. Make one with `openssl rand -base64 48`."
            )
        return given
    if not EMBEDDED and not DEBUG:
        raise BadSetting(
            "SECRET_KEY is not set. With DATABASE_URL it must be given (or SECRET_KEY_FILE name a file that holds it); "
            "make one with `openssl rand -base64 48`."
        )
    path = DATA_DIR / "secret_key"
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            making = path.with_name(f"secret_key.{secrets.token_hex(4)}")
            making.touch(mode=0o600)
            making.write_text(secrets.token_urlsafe(48), encoding="ascii")
            # Two first starts at once: whoever links first wins, the other reads the winner's.
            try:
                path.hardlink_to(making)
            except FileExistsError:
                pass
            finally:
                making.unlink()
        key = path.read_text(encoding="ascii").strip()
    except OSError as problem:
        raise BadSetting(
            f"The secret key in {path} cannot be made or read: {problem.strerror}. "
            "Make DATA_DIR writable, or set SECRET_KEY."
        ) from None
    if len(key) < 32:
        raise BadSetting(f"{path} does not hold a whole secret key. Remove the file; all sessions end then.")
    return key


def allowed_hosts() -> list[str]:
    """Return the names this site answers to."""
    given = environment.listed(
        "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if EMBEDDED or DEBUG else []
    )
    if not given:
        raise BadSetting(
            "ALLOWED_HOSTS is not set. With DATABASE_URL, name the site's hosts: ALLOWED_HOSTS=rate.example.org"
        )
    for host in given:
        if "/" in host or (":" in host and not host.startswith("[")):
            raise BadSetting(
                f"ALLOWED_HOSTS holds {host!r}: give host names only, without https:// and without a port."
            )
    return given


def site_address() -> str:
    """Return the address that residents and staff reach this site by, without a slash at its end."""
    given = environment.text("SITE_ADDRESS")
    if given is None:
        port = environment.number("PORT", 8000, least=1, most=65535)
        return f"http://localhost:{port}" if EMBEDDED else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
    if not given.startswith(("https://", "http://")) or "/" in given.partition("://")[2].rstrip("/"):
        raise BadSetting(
            f"SITE_ADDRESS={given!r} is no address of a site. Write https:// and the host: https://rate.example.org"
        )
    return given.rstrip("/")


def database() -> dict[str, Any]:
    """Return the one database."""
    if DATABASE_URL is None:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASE,
            "USER": USER,
            "HOST": str(Place(DATA_DIR).sockets),
        }
    try:
        found = dict(dj_database_url.parse(DATABASE_URL))
    except (ValueError, KeyError):
        raise BadSetting(
            "DATABASE_URL is not a well-formed address. Write postgresql://user:password@host:5432/name, with special "
            "characters of the password percent-encoded."
        ) from None
    if not found.get("NAME"):
        raise BadSetting("DATABASE_URL names no database. Write postgresql://user:password@host:5432/name.")
    return found


# The site

SECRET_KEY = secret_key()
ALLOWED_HOSTS = allowed_hosts()
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")
ROOT_URLCONF = "survey_project.urls"
WSGI_APPLICATION = "survey_project.wsgi.application"

INSTALLED_APPS = [
    "survey_project.apps.WiringConfig",
    "surveys.apps.SurveysConfig",
    "reports.apps.ReportsConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "tree_queries",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "survey_project.middleware.TrustedProxies",
    "survey_project.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "survey_project.plain_requests.RefuseStrange",
    "survey_project.middleware.HostCookies",
    "surveys.responses.views.ResidentLane",  # what follows is not for those who answer a survey
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "survey_project.middleware.LanguageChoice",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "survey_project.middleware.Tombstones",
    "survey_project.middleware.DatabaseDown",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "survey_project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "surveys.people.views.rooms",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# The database. A connection is kept for a while and looked at before each use, so that a restarted PostgreSQL
# costs one failed request at most.

DATABASES: dict[str, dict[str, Any]] = {"default": database()}
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 3,
    "application_name": "minping",
    **DATABASES["default"].get("OPTIONS", {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Wake-ups (survey_project/celery.py). Nothing is lost when they are. Beat looks for due work every BEAT_SECONDS.

BEAT_SECONDS = environment.number("BEAT_SECONDS", 10, least=1)
REDIS_URL = environment.redis_url() or Place(DATA_DIR).redis_url

# People

AUTH_USER_MODEL = "surveys.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/office/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Cookies get `Secure` and the `__Host-` prefix whenever the site is reached over HTTPS (middleware.HostCookies).

SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

# Languages and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "survey_project" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
FORMAT_MODULE_PATH = "survey_project.formats"
USE_TZ = True

# Files. Embedded, the files are served from where they lie; elsewhere from STATIC_ROOT, under names that carry
# their content's hash (`manage.py collectstatic`, which `make run` does by itself).

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED or DEBUG
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else DATA_DIR / "static"
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 300
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = ["survey_project.files_taken.FilesOfTheOffice"]
FILE_UPLOAD_PERMISSIONS = 0o600

# What a browser may do with our pages. No view loosens `script-src`.

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
# "same-origin", not "no-referrer": without any referrer or origin Django's CSRF check refuses forms over HTTPS.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600
# TrustedProxies drops this header unless a trusted proxy set it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # what stands on sister domains is not ours to bind to HTTPS
    "security.W021",
    "security.W008",  # the proxy redirects; plain HTTP on one's own machine must work
    "security.W012",  # HostCookies makes every cookie secure over HTTPS
    "security.W016",
]

# The API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "survey_project.tokens.StaffToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "survey_project.schema.Operation",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Minping 民评 API",
    "DESCRIPTION": "Questionnaires, waves, evaluations and published scorecards.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "TAGS": [
        {"name": "index", "description": "What there is."},
        {"name": "answering", "description": "For residents: the form of a survey, answers to it, receipts."},
        {"name": "results", "description": "Published results, open to everybody."},
        {
            "name": "analyses",
            "description": "What stands beside published results and is no part of a score.",
        },
        {"name": "questionnaires", "description": "Drafts and their frozen editions."},
        {"name": "waves", "description": "Waves and their invitations; never an answer or a score."},
        {"name": "evaluations", "description": "How far evaluations have got; never a value."},
        {"name": "publications", "description": "The review before a release."},
        {"name": "scorecards", "description": "Released scorecards as the office has them, per role."},
        {"name": "predictions", "description": "What the head of a department expects, before the release."},
        {"name": "notices", "description": "What the reader is told of releases; never a figure."},
        {"name": "departments", "description": "Who is rated."},
        {"name": "places", "description": "Where people live."},
        {"name": "service-points", "description": "Where people are served."},
    ],
}

# Mail: files under DATA_DIR/mail unless a server is named.

EMAIL_HOST = environment.text("EMAIL_HOST") or "localhost"
EMAIL_PORT = environment.number(
    "EMAIL_PORT", 587 if environment.text("EMAIL_HOST") else 25, least=1, most=65535
)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", default=bool(environment.text("EMAIL_HOST")))
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if environment.text("EMAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL") or formataddr(
    ("Minping 民评", "minping@localhost")
)
SITE_ADDRESS = site_address()  # where the links in e-mails lead

# Messages to residents: dropped as files under DATA_DIR/outbox for a carrier's program, or sent by the mail server.

MESSAGE_GATEWAY = environment.text("MESSAGE_GATEWAY") or "file"
if MESSAGE_GATEWAY not in {"file", "email"}:
    raise BadSetting(f"MESSAGE_GATEWAY={MESSAGE_GATEWAY!r} is not known here. Use file or email.")
if MESSAGE_GATEWAY == "email" and environment.text("EMAIL_HOST") is None:
    raise BadSetting(
        "MESSAGE_GATEWAY=email needs a mail server. Set EMAIL_HOST, or use MESSAGE_GATEWAY=file."
    )

# Logs hold no answers, tokens or addresses (survey_project/logs.py).

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "survey_project.logs.LoudFormatter" if DEBUG else "survey_project.logs.QuietFormatter"}
    },
    "filters": {
        "once": {
            "()": "survey_project.logs.OncePerOutage",
            "address": environment.without_password(REDIS_URL),
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO" if DEBUG else "WARNING", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "surveys": {"level": "INFO"},
        "reports": {"level": "INFO"},
        "survey_project": {"level": "INFO"},
        "survey_project.celery": {"filters": ["once"]},
        "celery.beat": {"filters": ["once"]},
        "celery.worker.consumer.consumer": {"filters": ["once"]},
        "py.warnings": {"filters": ["once"]},
    },
}

# The platform's own

MIXING_MIN_BATCH = environment.number("MIXING_MIN_BATCH", 20, least=1)
MIXING_MAX_AGE_SECONDS = environment.number("MIXING_MAX_AGE_SECONDS", 12 * 3600)
# An open form is asked for one more step after so many from its part of the network on a day, or sent sooner than so
# many seconds after it was shown; 0 switches either off. Both only ever ask: nobody is refused.
STEP_UP_AFTER = environment.number("STEP_UP_AFTER", 30)
STEP_UP_SECONDS = environment.number("STEP_UP_SECONDS", 3)
EVALUATION_CLAIM_SECONDS = environment.number("EVALUATION_CLAIM_SECONDS", 60, least=1)
