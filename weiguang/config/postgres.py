"""Runs our own PostgreSQL inside the data directory when no DATABASE_URL names a server.

Peer authentication on a private socket, no TCP port, never as root. Which programs, where and as
whom is decided by `postgres_binaries` and `postgres_place`; `settings` only asks for a connection.
"""

import fcntl
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from django.utils.translation import gettext_noop

from weiguang.config.postgres_binaries import Binaries, find_binaries, reachable
from weiguang.config.postgres_place import (
    Place,
    PostgresError,
    Say,
    current_user,
    find_place,
    make_place,
)
from weiguang.config.postgres_programs import open_private, pg_ctl, run, write
from weiguang.config.postgres_settings import (
    APP_ROLE,
    BACKUP_ROLE,
    DATABASE,
    OWNER_ROLE,
    foundation,
    host_rules,
    identity_map,
    later_foundation,
    server_settings,
)

__all__ = [
    "APP_ROLE",
    "BACKUP_ROLE",
    "DATABASE",
    "OWNER_ROLE",
    "Connection",
    "Embedded",
    "PostgresError",
    "Say",
    "tell",
]

PATIENCE_S = 60
# Which `later_foundation` a cluster has had; raised with every change of it.
FOUNDATION = "1"
POLL_S = 0.02


@dataclass(frozen=True)
class Connection:
    """How to reach the server, and whether the call that returned this one started it."""

    host: str
    port: int = 5432
    name: str = DATABASE
    started: bool = False

    def django(self, role: str) -> dict[str, object]:
        """An entry for Django's DATABASES, as one of the two roles."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.name,
            "USER": role,
            "HOST": self.host,
            "PORT": str(self.port),
        }


def tell(message: str, values: Mapping[str, object]) -> None:
    """What the operator should know, on standard error; untranslated, settings may not stand."""
    print(message % values, file=sys.stderr)


class Embedded:
    """A PostgreSQL of our own below `data_dir`; `fast` is another one, for data that may be lost.

    Whoever calls `ensure_running` holds the server until `stop` or until its process ends, however
    it ends: the kernel keeps the lock. The last holder stops what a holder started.
    """

    def __init__(self, data_dir: Path | str, *, fast: bool = False, say: Say = tell) -> None:
        self.data_dir = Path(data_dir).absolute()
        self.fast = fast
        self._say = say
        self._name = "postgres-fast" if fast else "postgres"
        self._hold: int | None = None
        self._held_by = 0

    def __enter__(self) -> Connection:
        return self.ensure_running()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def connection(self) -> Connection:
        """Where the server is or will be; starts nothing."""
        return Connection(host=str(self.place().socket_directory))

    def place(self) -> Place:
        """Where the server lives or will live, and as whom; only the data directory is made."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        return find_place(self.data_dir, self._name, disposable=self.fast)

    def prepare(self) -> Place:
        """The place with its private directories made, and not yet a cluster in it."""
        place = self.place()
        make_place(place, self.data_dir, self._name)
        return place

    def is_running(self) -> bool:
        return _postmaster(self.place()) is not None

    def ensure_running(self) -> Connection:
        """The running server's connection, after starting (the first time: making) it if need be.

        Raises PostgresError when it cannot be started; its message tells the operator what to do.
        """
        place = self.prepare()
        if place.restoring.exists():
            raise PostgresError(
                gettext_noop(
                    "数据库目录 %(path)s 上的恢复没有做完就中断了，里面的内容不完整，不能使用。"
                    "请再运行一次 weiguang restore --into 同一个目录，它会从头做起。"
                ),
                path=place.root,
            )
        with _alone(place):
            started = not _serves(place)
            if started:
                self._start(place)
            self._take_hold(place)
        return Connection(host=str(place.socket_directory), started=started)

    def hand_over(self) -> int:
        """The hold as a program that takes this process's place inherits it (`take_over`)."""
        if self._hold is None:
            raise RuntimeError("nothing is held that could be handed over")
        os.set_inheritable(self._hold, True)
        return self._hold

    def take_over(self, hold: int) -> None:
        """Hold the server by what the program before handed over."""
        os.set_inheritable(hold, False)
        self._hold, self._held_by = hold, os.getpid()

    def stop(self) -> bool:
        """Lets go of the server, and stops it if nobody else holds it and a holder started it.

        Returns whether it was stopped. A fork of the holder cannot stop it.
        """
        if self._hold is None or self._held_by != os.getpid():
            return False
        place = self.place()
        with _alone(place):
            hold, self._hold = self._hold, None
            try:
                fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            finally:
                os.close(hold)
            running = _postmaster(place)
            if running is None or running != _number_in(place.root / "started"):
                return False
            binaries = reachable(find_binaries(place.cluster), place.runs_as, place.root)
            pg_ctl(place, binaries, "stop", "--mode=fast")
            if self.fast and place.root.parent != self.data_dir.resolve():
                _empty(place)
            return True

    def _start(self, place: Place) -> None:
        binaries = reachable(find_binaries(place.cluster), place.runs_as, place.root)
        if not place.cluster.exists():
            self._tell_where(place)
            _make_cluster(place, binaries, fast=self.fast)
        _start(place, binaries, fast=self.fast)

    def _take_hold(self, place: Place) -> None:
        if self._hold is not None and self._held_by == os.getpid():
            return
        self._hold = open_private(place.root / "holders.lock")
        self._held_by = os.getpid()
        fcntl.flock(self._hold, fcntl.LOCK_SH)

    def _tell_where(self, place: Place) -> None:
        if not place.runs_as.is_me:
            self._say(
                gettext_noop(
                    "PostgreSQL 不能以 root 运行：数据库由系统用户 %(user)s 运行，文件在 %(path)s。"
                ),
                {"user": place.runs_as.name, "path": place.root},
            )


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Only one command at a time starts or stops this server."""
    lock = open_private(place.root / "start.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _make_cluster(place: Place, binaries: Binaries, *, fast: bool) -> None:
    """initdb and our roles, finished under another name, so that a crash leaves no half."""
    unfinished = place.root / "cluster.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    run(
        place,
        binaries.program("initdb"),
        f"--pgdata={unfinished}",
        "--username=postgres",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--auth=peer",
        "--no-instructions",
        *(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if binaries.major > 16 else []),
        *(["--no-sync"] if fast else []),
    )
    _run_alone(place, binaries, unfinished, foundation() + later_foundation())
    unfinished.rename(place.cluster)
    write(place, place.root / "foundation", FOUNDATION)


def _run_alone(place: Place, binaries: Binaries, cluster: Path, sql: str) -> None:
    """Runs SQL as the superuser, whom no connection can be, in a cluster that is not served."""
    run(
        place,
        binaries.program("postgres"),
        "--single",
        "-j",
        "-D",
        str(cluster),
        "-c",
        "exit_on_error=on",
        "postgres",
        text=sql,
    )


def write_settings(place: Place, binaries: Binaries, *, fast: bool) -> None:
    """Writes the files by which the place's server lives; its cluster is there already."""
    settings = server_settings(place.socket_directory, fast=fast, major=binaries.major)
    write(place, place.cluster / "postgresql.conf", settings)
    write(place, place.cluster / "pg_hba.conf", host_rules())
    write(place, place.cluster / "pg_ident.conf", identity_map(current_user().name))


def _start(place: Place, binaries: Binaries, *, fast: bool) -> None:
    died = _clear_traces_of_a_dead_server(place)
    write_settings(place, binaries, fast=fast)
    give_up_at = time.monotonic() + (PATIENCE_S if died else 0)
    while True:
        try:
            return _launch(place, binaries)
        except PostgresError:
            # The orphans of a killed server leave its memory within moments; until then
            # PostgreSQL rightly refuses to start.
            if time.monotonic() > give_up_at:
                raise
            time.sleep(POLL_S)


def _launch(place: Place, binaries: Binaries) -> None:
    _bring_up_to_date(place, binaries)
    log = place.root / "start.log"
    log.unlink(missing_ok=True)
    try:
        pg_ctl(place, binaries, "start", "--wait", f"--timeout={PATIENCE_S}", f"--log={log}")
    finally:  # also when the operator interrupts the waiting: the server starts all the same
        write(place, place.root / "started", str(_postmaster(place)))


def _bring_up_to_date(place: Place, binaries: Binaries) -> None:
    mark = place.root / "foundation"
    if not mark.exists() or mark.read_text() != FOUNDATION:
        _run_alone(place, binaries, place.cluster, later_foundation())
        write(place, mark, FOUNDATION)


def _serves(place: Place) -> bool:
    """Whether the server is ready, once it has finished starting or stopping."""
    give_up_at = time.monotonic() + PATIENCE_S
    while _postmaster(place) is not None:
        if _status(place) == "ready":
            return True
        if time.monotonic() > give_up_at:
            raise PostgresError(
                gettext_noop(
                    "数据库服务器正在启动或停止，%(seconds)s 秒内没有完成。"
                    "请查看 %(path)s 中的日志。"
                ),
                seconds=PATIENCE_S,
                path=place.root,
            )
        time.sleep(POLL_S)
    return False


def _postmaster(place: Place) -> int | None:
    """The running server's process, or None; a number left by a killed server is not believed."""
    number = _number_in(place.cluster / "postmaster.pid")
    return number if number is not None and _is_server_of(number, place.cluster) else None


def _is_server_of(number: int, cluster: Path) -> bool:
    """Process numbers are used again, so ask what the process is."""
    process = Path("/proc") / str(number)
    if not Path("/proc/self").exists():
        return _exists(number)
    try:
        return Path(os.readlink(process / "cwd")) == cluster
    except PermissionError:
        return os.fsencode(cluster) in (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _exists(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _status(place: Place) -> str:
    """The last line of postmaster.pid: starting, stopping, ready."""
    try:
        lines = (place.cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return ""
    return lines[7].strip() if len(lines) > 7 else ""


def _number_in(path: Path) -> int | None:
    try:
        return int(path.read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _clear_traces_of_a_dead_server(place: Place) -> bool:
    """Whether the last server was killed. PostgreSQL itself clears up after a process that is gone,
    but is deceived by another process that now has its number."""
    left = place.cluster / "postmaster.pid"
    number = _number_in(left)
    if number is None:
        return False
    if _exists(number):
        left.unlink()
        for trace in place.socket_directory.glob(".s.PGSQL.*"):
            trace.unlink()
    return True


def _empty(place: Place) -> None:
    """Removes all but the locks: nothing else would ever remove disposable data kept elsewhere."""
    shutil.rmtree(place.cluster)
    for copy in place.root.glob("postgresql-*"):
        shutil.rmtree(copy)
