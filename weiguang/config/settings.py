"""Settings; everything an operator may change comes from the environment and has a safe default."""

import os
from datetime import timedelta
from pathlib import Path

from weiguang.config.database import database, is_embedded
from weiguang.config.notices import notices
from weiguang.config.secret import secret_key
from weiguang.config.sign_on import origin, sign_on

PACKAGE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("WEIGUANG_DATA", "var")).absolute()

SECRET_KEY = secret_key(DATA_DIR)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("WEIGUANG_HOSTS", "127.0.0.1,localhost").split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_vite",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "weiguang.kernel",
    "weiguang.network",
    "weiguang.web",
    "weiguang.tasks",
    "weiguang.register",
    "weiguang.assessment",
    "weiguang.voice",
    "weiguang.cases",
    "weiguang.conferences",
    "weiguang.office",
    "weiguang.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "weiguang.web.middleware.NothingTooLarge",
    "weiguang.web.middleware.NothingUnwritable",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "weiguang.web.middleware.LanguageOfTheAccount",
    "weiguang.web.middleware.NothingIsKept",
    "weiguang.web.middleware.ErrorsAsPages",
    "weiguang.web.middleware.SomebodyAsked",
    "weiguang.web.sessions.SessionsEnd",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "weiguang.config.urls"
WSGI_APPLICATION = "weiguang.config.wsgi.application"

TEMPLATES = [
    {
        "NAME": "jinja2",
        "BACKEND": "weiguang.web.spoken.Spoken",
        "DIRS": [
            PACKAGE_DIR / app / "templates"
            for app in (
                "web",
                "tasks",
                "register",
                "voice",
                "conferences",
                "assessment",
                "cases",
                "office",
                "desk",
            )
        ],
        "OPTIONS": {
            "environment": "weiguang.web.environment.environment",
            "context_processors": ["weiguang.web.shell.shell"],
        },
    },
    # Only for the built-in templates of libraries that none of our pages uses.
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]
FORM_RENDERER = "django.forms.renderers.Jinja2"

DATABASES = {"default": database(DATA_DIR)}
# Statements that are made once are planned once for each connection (`kernel.compiled`); a pooler
# that gives every transaction another connection may not allow it.
WEIGUANG_PREPARED = os.environ.get("WEIGUANG_PREPARED", "yes") == "yes"
WEIGUANG_DATABASE_IS_EMBEDDED = is_embedded()
AUTH_USER_MODEL = "network.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
FORMAT_MODULE_PATH = "weiguang.web.formats"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Keys: the JSON itself in the environment, or a file of mode 0600.
WEIGUANG_KEYS: str | Path = os.environ.get("WEIGUANG_KEYS") or Path(
    os.environ.get("WEIGUANG_KEY_FILE", DATA_DIR / "keys.json")
)
# Where backups go: better another disk than the database's. With a database of the operator's own,
# the address by which a role with REPLICATION copies it.
WEIGUANG_BACKUPS = Path(os.environ.get("WEIGUANG_BACKUPS", DATA_DIR / "backups")).absolute()
WEIGUANG_BACKUP_URL = os.environ.get("WEIGUANG_BACKUP_URL", "")
WEIGUANG_ALGORITHM = os.environ.get("WEIGUANG_ALGORITHM", "aes")
# Papers of a file: the largest, and where clamd listens (a socket's path, or host:port).
WEIGUANG_LARGEST_DOCUMENT = int(os.environ.get("WEIGUANG_DOCUMENT_MB", "20")) * 2**20
WEIGUANG_CLAMD = os.environ.get("WEIGUANG_CLAMD", "")
WEIGUANG_PACK = os.environ.get("WEIGUANG_PACK", "demo")
WEIGUANG_REACTIONS = "weiguang.config.maps.REACTIONS"
WEIGUANG_NAVIGATION = "weiguang.config.maps.NAVIGATION"
WEIGUANG_CHILD_PANELS = "weiguang.config.maps.CHILD_PANELS"
WEIGUANG_DESK_PANELS = "weiguang.config.maps.DESK_PANELS"
WEIGUANG_ADOPT = "weiguang.config.maps.ADOPT"
WEIGUANG_BUNDLE = "weiguang.config.maps.BUNDLE"
WEIGUANG_TASK_KINDS = "weiguang.config.maps.TASK_KINDS"
WEIGUANG_APPROVAL_KINDS = "weiguang.config.maps.APPROVAL_KINDS"
WEIGUANG_ROUNDS = "weiguang.config.maps.ROUNDS"
WEIGUANG_GAUGES = "weiguang.config.maps.GAUGES"
# By which ways outside the system people may be told that something waits.
WEIGUANG_NOTICES = notices(os.environ)
# Libraries that would write addresses of people into the log.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "loggers": {
        name: {"handlers": ["nowhere"], "propagate": False} for name in ("apprise", "urllib3")
    },
}

# Pages: what the browser may load, keep and send along.
BUILD_DIR = PACKAGE_DIR / "web" / "static" / "build"
# Where documents find their fonts: in the build that a wheel carries, beside a checkout, and where
# the operator put more (several directories as in PATH).
WEIGUANG_FONTS = [
    BUILD_DIR / "fonts",
    PACKAGE_DIR.parent / "node_modules/@expo-google-fonts/noto-sans-sc/400Regular",
    *(Path(each) for each in os.environ.get("WEIGUANG_FONTS", "").split(os.pathsep) if each),
]
STATIC_URL = "/static/"
STATIC_ROOT = BUILD_DIR
WHITENOISE_MAX_AGE = 3600
DJANGO_VITE = {"default": {"manifest_path": BUILD_DIR / "manifest.json"}}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
# How many proxies of our own stand before us.
PROXIES = int(os.environ.get("WEIGUANG_PROXIES", "0"))
IS_SECURE = os.environ.get("WEIGUANG_HTTPS", "") == "1"
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
# Only the proxy knows whether the browser spoke TLS. Where none stands before us the header is the
# client's own word and is not read; `weiguang up` refuses WEIGUANG_HTTPS without a proxy.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_SECURE and PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A working day; the phone left on the counter is locked sooner by its own screen.
SESSION_COOKIE_AGE = 10 * 3600
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["weiguang.web.uploads.NamelessUpload"]
CSRF_FAILURE_VIEW = "weiguang.web.errors.csrf_failed"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

# Login: allauth's steps behind our guard and in our words (office), axes' lock-out, one shared
# cache for what both count.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "weiguang.web.session_store.Accounts",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "weiguang.office.password_checks.LongEnough",
     "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "weiguang.office.password_checks.UnlikeItsOwner",
     "OPTIONS": {"user_attributes": ("login", "name")}},
]  # fmt: skip
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "office_counter",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
SESSION_ENGINE = "weiguang.web.session_store"
SESSION_SERIALIZER = "weiguang.web.sessions.Sealed"
SESSION_IDLE_S = 30 * 60
# "required", "offered", or empty: required everywhere but in a demonstration.
WEIGUANG_SECOND_FACTOR = os.environ.get("WEIGUANG_SECOND_FACTOR", "")
# Each proxy of our own adds the address it was asked from.
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ACCOUNT_ADAPTER = "weiguang.office.door.Door"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# The cookie ends with the browser; the session itself with SESSION_COOKIE_AGE.
ACCOUNT_SESSION_REMEMBER = False
# axes counts passwords; `login_failed` is what allauth allows of wrong codes for one person.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "5/300s/key"}
ACCOUNT_FORMS = {
    "login": "weiguang.office.forms.account.EnterForm",
    "reauthenticate": "weiguang.office.forms.account.AgainForm",
    "change_password": "weiguang.office.forms.account.NewPasswordForm",
}
MFA_ADAPTER = "weiguang.office.factors.Factors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Weiguang"
# A phone whose clock is half a minute off still gets in.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "weiguang.office.forms.account.CodeForm",
    "reauthenticate": "weiguang.office.forms.account.CodeAgainForm",
    "activate_totp": "weiguang.office.forms.account.FactorForm",
}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = [
    "username", "ip_address", "login", "password", "csrfmiddlewaretoken", "next",
]  # fmt: skip
AXES_USERNAME_CALLABLE = "weiguang.office.door.login_digest"
AXES_CLIENT_IP_CALLABLE = "weiguang.office.door.client_address"
AXES_LOCKOUT_CALLABLE = "weiguang.office.views.door.locked_out"
# The city's single sign-on, off unless WEIGUANG_OIDC describes it (see OPERATORS.md).
WEIGUANG_OIDC, WEIGUANG_OIDC_CLAIM = sign_on(os.environ)
SOCIALACCOUNT_ADAPTER = "weiguang.office.single_sign_on.SingleSignOn"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": WEIGUANG_OIDC}}
SOCIALACCOUNT_LOGIN_ON_GET = False
# Browsers hold a form's redirection to the policy, too.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += [
    origin(app["settings"]["server_url"]) for app in WEIGUANG_OIDC
]
