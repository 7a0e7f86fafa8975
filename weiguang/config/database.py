"""Which PostgreSQL to speak to: the one DATABASE_URL names, else our own embedded one."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from weiguang.config.postgres import APP_ROLE, Embedded, Say, tell


def embedded(data_dir: Path, *, say: Say = tell) -> Embedded:
    """Our own server in this data directory; the disposable one where tests ask for it."""
    return Embedded(data_dir, fast="WEIGUANG_FAST_DATABASE" in os.environ, say=say)


def is_embedded() -> bool:
    """Whether the database is our own embedded one."""
    return not os.environ.get("DATABASE_URL")


def database(data_dir: Path) -> dict[str, Any]:
    """Django's entry for the database, as the run-time role unless WEIGUANG_ROLE names another."""
    url = os.environ.get("DATABASE_URL")
    role = os.environ.get("WEIGUANG_ROLE", APP_ROLE)
    settings: dict[str, Any] = (
        from_url(url) if url else embedded(data_dir).connection().django(role)
    )
    options: dict[str, Any] = settings.get("OPTIONS", {})
    return {
        **settings, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, **options},
    }  # fmt: skip


def from_url(url: str) -> dict[str, Any]:
    """postgresql://user:password@host:port/name?sslmode=require as Django's settings.

    Several servers of which one is written to stand with commas: `db1:5432,db2:5432`.

    >>> from_url("postgresql://w:p%40@db:5433/city")["PASSWORD"]
    'p@'
    >>> from_url("postgresql://w@db1,db2:5433/city")["HOST"]
    'db1,db2'
    """
    parts = urlsplit(url)
    where = [urlsplit(f"//{each}") for each in parts.netloc.rpartition("@")[2].split(",")]
    ports = [str(each.port or "") for each in where]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": ",".join(unquote(each.hostname or "") for each in where),
        # One port for all, or one for each.
        "PORT": ",".join(ports) if all(ports) else ports[-1],
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
