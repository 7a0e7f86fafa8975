"""Decides who runs the embedded PostgreSQL and where its files and its socket live.

A place is one private directory (mode 0700, owned by the user who runs the server) that holds
the cluster, the socket, the locks and the log. Knows nothing of PostgreSQL's own files; that is
`postgres`.
"""

import contextlib
import hashlib
import os
import pwd
import stat
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_noop

# sun_path has 108 bytes with its closing zero; the server appends "/.s.PGSQL.5432".
LONGEST_SOCKET_DIRECTORY = 107 - len("/.s.PGSQL.5432") - 1
# Shared, so every directory of ours in it is proved to be ours: make_private_directory.
SHARED_DIRECTORY = Path("/tmp")  # noqa: S108
SYSTEM_USERS = ("weiguang", "postgres", "nobody")

Say = Callable[[str, Mapping[str, object]], None]


class PostgresError(Exception):
    """The embedded database cannot be used; `message` is translatable, `values` fill it."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values)
        self.message = message
        self.values = values


@dataclass(frozen=True)
class SystemUser:
    """The account that runs the server and owns its files."""

    name: str
    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()


@dataclass(frozen=True)
class Place:
    """Where one embedded server lives, and who runs it."""

    root: Path
    runs_as: SystemUser

    @property
    def cluster(self) -> Path:
        return self.root / "cluster"

    @property
    def restoring(self) -> Path:
        """Where a restore works; it is there as long as the restore has not ended."""
        return self.root / "restoring"

    @property
    def socket_directory(self) -> Path:
        """Below the root when that is short enough for a socket, else a short stable directory."""
        inside = self.root / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_DIRECTORY:
            return inside
        return SHARED_DIRECTORY / f"weiguang-run-{self.runs_as.uid}-{_digest(self.root)}"


def find_place(data_dir: Path, name: str, *, disposable: bool) -> Place:
    """The place called `name` for this data directory, which must exist; nothing is created.

    Root may not run PostgreSQL, so a system user does; when that user cannot enter the data
    directory the place is elsewhere, and a link in the data directory leads to it.
    """
    link = data_dir.resolve() / name
    root = link.resolve()
    if root.exists():
        return Place(root, _owner_of(root))
    if link.is_symlink() and not disposable:
        raise PostgresError(
            gettext_noop(
                "%(link)s 指向的数据库目录 %(path)s 不见了。"
                "请先找回它；确实要从空库开始，就删除这个链接。"
            ),
            link=link,
            path=root,
        )
    user = _who_runs()
    if user.is_me or can_enter(user, link.parent):
        return Place(root, user)
    return Place(_elsewhere(link, disposable=disposable), user)


def make_place(place: Place, data_dir: Path, name: str) -> None:
    """Creates the private directories of the place, and the link to it if it is elsewhere."""
    link = data_dir.resolve() / name
    make_private_directory(place.root, place.runs_as)
    make_private_directory(place.socket_directory, place.runs_as)
    if place.root != link.resolve():
        link.symlink_to(place.root)
    if not can_enter(place.runs_as, place.root):
        raise PostgresError(
            gettext_noop(
                "用户 %(user)s 无法进入数据库目录 %(path)s：它的某个上级目录不再允许通过。"
            ),
            user=place.runs_as.name,
            path=place.root,
        )


def make_private_directory(path: Path, owner: SystemUser) -> None:
    """Creates a directory of mode 0700 for its owner, or proves that the one there is just that.

    Raises PostgresError for a link, another owner or an open mode: in a shared directory such as
    /tmp somebody else may have put it there first.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() != owner.uid:
        os.chown(path, owner.uid, owner.gid)
        found = path.lstat()
    private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077
    if not private or found.st_uid != owner.uid:
        raise PostgresError(
            gettext_noop(
                "目录 %(path)s 必须只属于用户 %(user)s，权限为 0700。"
                "请检查是谁建立的，改正或移走后重试。"
            ),
            path=path,
            user=owner.name,
        )


def can_enter(user: SystemUser, directory: Path) -> bool:
    """Whether the user can reach this directory: tried, not computed, so that ACLs count too."""
    if user.is_me:
        return True
    tried = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(directory)],
        user=user.uid,
        group=user.gid,
        extra_groups=[],
        cwd="/",
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return tried.returncode == 0


def current_user() -> SystemUser:
    """The account this process runs as; peer authentication needs it to have a name."""
    return _account(os.geteuid())


def _who_runs() -> SystemUser:
    """Ourselves; for root the first system user there is."""
    if os.geteuid() != 0:
        return current_user()
    for name in SYSTEM_USERS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return SystemUser(found.pw_name, found.pw_uid, found.pw_gid)
    raise PostgresError(
        gettext_noop(
            "PostgreSQL 不能以 root 运行，而本机没有 %(users)s 中的任何一个用户。"
            "请建立其中一个后重试。"
        ),
        users=", ".join(SYSTEM_USERS),
    )


def _owner_of(root: Path) -> SystemUser:
    """Whoever owns an existing place runs its server; root's own (left half made) is taken over."""
    uid = root.stat().st_uid
    if uid == 0:
        return _who_runs()
    owner = _account(uid)
    if owner.is_me or os.geteuid() == 0:
        return owner
    raise PostgresError(
        gettext_noop("数据库目录 %(path)s 属于用户 %(user)s。请以该用户或 root 运行。"),
        path=root,
        user=owner.name,
    )


def _account(uid: int) -> SystemUser:
    try:
        found = pwd.getpwuid(uid)
    except KeyError:
        raise PostgresError(
            gettext_noop(
                "系统中没有编号为 %(uid)s 的用户名，数据库无法核对身份。请为它建立用户后重试。"
            ),
            uid=uid,
        ) from None
    return SystemUser(found.pw_name, found.pw_uid, found.pw_gid)


def _elsewhere(link: Path, *, disposable: bool) -> Path:
    """A directory the system user can reach; only what may be lost goes to /tmp."""
    if disposable:
        return SHARED_DIRECTORY / f"weiguang-{os.geteuid()}-{_digest(link)}"
    return Path("/var/lib") / f"weiguang-{_digest(link)}"


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
