"""Settings; everything an operator may change comes from the environment and has a safe default."""

import os
from pathlib import Path

from weiguang.config.database import database
from weiguang.config.secret import secret_key

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
    "django_vite",
    "weiguang.kernel",
    "weiguang.network",
    "weiguang.web",
    "weiguang.register",
    "weiguang.office",
    "weiguang.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "weiguang.web.middleware.LanguageOfTheAccount",
    "weiguang.web.middleware.NothingIsKept",
    "weiguang.web.middleware.ErrorsAsPages",
    "weiguang.web.middleware.SomebodyAsked",
]
ROOT_URLCONF = "weiguang.config.urls"
WSGI_APPLICATION = "weiguang.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE_DIR / app / "templates" for app in ("web", "register", "office", "desk")],
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
AUTH_USER_MODEL = "network.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Keys: the JSON itself in the environment, or a file of mode 0600.
WEIGUANG_KEYS: str | Path = os.environ.get("WEIGUANG_KEYS") or Path(
    os.environ.get("WEIGUANG_KEY_FILE", DATA_DIR / "keys.json")
)
WEIGUANG_ALGORITHM = os.environ.get("WEIGUANG_ALGORITHM", "aes")
WEIGUANG_PACK = os.environ.get("WEIGUANG_PACK", "demo")
WEIGUANG_REACTIONS = "weiguang.config.maps.REACTIONS"
WEIGUANG_NAVIGATION = "weiguang.config.maps.NAVIGATION"

# Pages: what the browser may load, keep and send along.
BUILD_DIR = PACKAGE_DIR / "web" / "static" / "build"
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
IS_SECURE = os.environ.get("WEIGUANG_HTTPS", "") == "1"
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
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
FILE_UPLOAD_MAX_MEMORY_SIZE = 0
CSRF_FAILURE_VIEW = "weiguang.web.errors.csrf_failed"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
