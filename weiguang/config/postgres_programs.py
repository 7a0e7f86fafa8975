"""Runs PostgreSQL's programs as the user of a place, and writes that place's own files.

What is run, and when, is decided by `postgres` and by `backups`.
"""

import os
import subprocess
from pathlib import Path

from django.utils.translation import gettext_noop

from weiguang.config.postgres_binaries import Binaries
from weiguang.config.postgres_place import Place, PostgresError


def pg_ctl(place: Place, binaries: Binaries, verb: str, *options: str) -> None:
    """Starts or stops the place's server; raises PostgresError with its last words."""
    run(place, binaries.program("pg_ctl"), verb, f"--pgdata={place.cluster}", *options)


def run(place: Place, *command: str, text: str = "") -> None:
    """Runs a program of PostgreSQL as the place's user; raises PostgresError with its last words.

    Its output goes to a file: a server started by it would keep a pipe open for ever.
    """
    said = place.root / "last.log"
    said.unlink(missing_ok=True)
    user = place.runs_as
    with os.fdopen(open_private(said), "w") as output:
        ended = subprocess.run(  # noqa: S603
            command,
            input=text,
            text=True,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            umask=0o077,
            check=False,
            user=None if user.is_me else user.uid,
            group=None if user.is_me else user.gid,
            extra_groups=None if user.is_me else [],
        )
    if ended.returncode != 0:
        raise PostgresError(
            gettext_noop("%(program)s 没有成功，数据库目录是 %(path)s。它最后说：\n%(words)s"),
            program=Path(command[0]).name,
            path=place.root,
            words="\n".join(last_words(place.root / name) for name in ("last.log", "start.log")),
        )


def last_words(log: Path) -> str:
    """The end of what a program said into this file."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:])


def write(place: Place, path: Path, text: str) -> None:
    """Replaces a file of the place, whole, owned by the place's user."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(open_private(new), "w") as file:
        file.write(text)
        os.fchown(file.fileno(), place.runs_as.uid, place.runs_as.gid)
    new.replace(path)


def open_private(path: Path) -> int:
    """Opens a file for ourselves alone, and never through a link somebody put there."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
