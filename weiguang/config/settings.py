"""Settings; everything an operator may change comes from the environment and has a safe default."""

import os
from pathlib import Path

from weiguang.config.database import database

PACKAGE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("WEIGUANG_DATA", "var")).absolute()

SECRET_KEY = os.environ.get("WEIGUANG_SECRET", "") or "only for commands that serve nobody"
DEBUG = False
ALLOWED_HOSTS = os.environ.get("WEIGUANG_HOSTS", "127.0.0.1,localhost").split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "weiguang.kernel",
    "weiguang.network",
    "weiguang.register",
]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "weiguang.config.urls"

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
