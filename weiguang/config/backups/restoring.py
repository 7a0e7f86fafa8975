"""Makes a database of a backup, in an empty directory: unpack, combine, replay the log.

Until all of it has succeeded the directory holds nothing that would start half, and what failed is
removed. The database that the backup was taken of is never touched. Whether the memory came back
whole is proved by `proving`.
"""

import contextlib
import io
import os
import shlex
import shutil
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final

import psycopg

from weiguang.config.backups.errors import (
    NotEmpty,
    NothingToRestore,
    NotReached,
    ProgramsMissing,
    RestoreFailed,
)
from weiguang.config.backups.pieces import PARTIAL, pieces_after
from weiguang.config.backups.shelf import About, Seals, Shelf, shelves, started_of
from weiguang.config.postgres import APP_ROLE, Embedded, write_settings
from weiguang.config.postgres_binaries import Binaries, find_binaries, reachable
from weiguang.config.postgres_place import Place, PostgresError, Say
from weiguang.config.postgres_programs import last_words, pg_ctl, run, write
from weiguang.kernel.errors import SealBroken

BLOCK: Final = 2**20
# However long the log is.
REPLAY_PATIENCE_S: Final = 7 * 24 * 3600
POLL_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Chosen:
    """The backups to unpack, the full one first, and the pieces of the log to replay after them."""

    shelf: Shelf
    chain: list[About]
    log: list[str]
    at: datetime | None


def choose(root: Path, seals: Seals, *, at: datetime | None, name: str | None) -> Chosen:
    """What to restore to come to this moment, to the end of one backup, or to that of the log.

    Raises `NothingToRestore`, `NotReached`, `BackupIncomplete` and what opening a seal raises.
    """
    found = shelves(root, seals)
    if name:
        holding = [shelf for shelf in found if name in shelf.names()]
        if not holding:
            raise NothingToRestore(path=str(root))
        return Chosen(holding[0], holding[0].chain(name), [], None)
    newest = _newest(found[-1], at) if found else None
    if newest is None:
        raise NothingToRestore(path=str(root))
    shelf = found[-1]
    reaches = shelf.reach(newest.timeline)
    if at is not None and (reaches is None or at >= reaches):
        raise NotReached(reaches=(reaches or newest.ended).astimezone().isoformat(" ", "seconds"))
    log = pieces_after(newest.first_wal, shelf.log_names(), segment=newest.segment)
    return Chosen(shelf, shelf.chain(newest.name), log, at)


def restore(chosen: Chosen, data_dir: Path, *, say: Say) -> Embedded:
    """The database, stopped, below `data_dir`, which was empty; recovered to its moment.

    Raises `NotEmpty`, `SealBroken`, `SealKeyMissing`, `RestoreFailed`; then nothing is left there.
    """
    server = Embedded(data_dir, say=say)
    with _emptied_on_failure(server) as place:
        work = place.restoring
        _make_directory(work, place)
        _unpack(chosen, place, work)
        binaries = find_binaries(work / "0")
        runnable = reachable(binaries, place.runs_as, place.root)
        _combine(place, runnable, work, len(chosen.chain))
        _replay(server, runnable, work, chosen.at)
        shutil.rmtree(work)
    return server


def _newest(shelf: Shelf, at: datetime | None) -> About | None:
    """The newest backup, or the newest that was finished at that moment."""
    for name in reversed(shelf.names()):
        begun = started_of(name)
        if at is not None and begun is not None and begun > at:
            continue  # not opened: its key may be one that was made later
        about = shelf.about(name)
        if at is None or about.ended <= at:
            return about
    return None


@contextmanager
def _emptied_on_failure(server: Embedded) -> Iterator[Place]:
    """The place of a server that does not exist yet; whatever fails, it does not exist after."""
    if server.data_dir.exists() and server.place().restoring.exists():
        _clear(server, server.place())  # what a restore left that was killed
    if server.data_dir.exists() and any(server.data_dir.iterdir()):
        raise NotEmpty(path=str(server.data_dir))
    place = server.place()
    if place.root.exists() and any(place.root.iterdir()):
        raise NotEmpty(path=str(place.root))
    try:
        yield server.prepare()
    except BaseException as error:
        _clear(server, place)
        if isinstance(error, PostgresError):
            said = {name: str(value) for name, value in error.values.items()}
            raise RestoreFailed(
                program=said.get("program", "PostgreSQL"), words=said.get("words", str(error))
            ) from error
        raise


def _clear(server: Embedded, place: Place) -> None:
    """Take away all that a restore has made, the link to it last: it can be begun again."""
    _stop_at_once(place)
    shutil.rmtree(place.cluster, ignore_errors=True)  # the sign that it is unfinished goes after
    shutil.rmtree(place.root, ignore_errors=True)
    shutil.rmtree(place.socket_directory, ignore_errors=True)
    for link in server.data_dir.iterdir():
        link.unlink()


def _stop_at_once(place: Place) -> None:
    """A server that was left replaying would write into what is being removed."""
    if (place.cluster / "postmaster.pid").exists():
        with contextlib.suppress(PostgresError):
            binaries = reachable(find_binaries(place.cluster), place.runs_as, place.root)
            pg_ctl(place, binaries, "stop", "--mode=immediate")


def _unpack(chosen: Chosen, place: Place, work: Path) -> None:
    """Every backup of the chain into a directory of its own, and the pieces of the log."""
    for number, about in enumerate(chosen.chain):
        into = work / str(number)
        _make_directory(into, place)
        with (
            chosen.shelf.part(about.name, "base") as sealed,
            tarfile.open(fileobj=sealed, mode="r|", bufsize=BLOCK) as tar,
        ):
            for member in tar:
                _unpack_member(tar, member, into, place)
            while sealed.read(BLOCK):  # to the end: only there it proves that it is whole
                continue
    _make_directory(work / "wal", place)
    for name in chosen.log:
        with chosen.shelf.log_piece(name) as sealed:
            _make_file(work / "wal" / name.removesuffix(PARTIAL), io.BufferedReader(sealed), place)


def _unpack_member(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path, place: Place) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise SealBroken(name=member.name)
    if member.isdir():
        _make_directory(into / path, place)
    elif content := tar.extractfile(member):
        _make_file(into / path, content, place)


def _make_directory(path: Path, place: Place) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    os.chown(path, place.runs_as.uid, place.runs_as.gid)


def _make_file(path: Path, content: IO[bytes], place: Place) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(content, file, BLOCK)
        os.fchown(file.fileno(), place.runs_as.uid, place.runs_as.gid)


def _combine(place: Place, binaries: Binaries, work: Path, backups: int) -> None:
    """One cluster of the whole chain, every file held against the manifest that came with it."""
    whole = work / "0"
    if backups > 1:
        whole = work / "whole"
        chain = [str(work / str(number)) for number in range(backups)]
        run(place, _program(binaries, "pg_combinebackup"), f"--output={whole}", *chain)
    run(place, _program(binaries, "pg_verifybackup"), "--no-parse-wal", str(whole))
    whole.rename(work / "cluster")


def _replay(server: Embedded, binaries: Binaries, work: Path, at: datetime | None) -> None:
    """Starts the server once, until it has replayed the log to its end or to the moment."""
    place, cluster = server.place(), work / "cluster"
    # Before the cluster stands where it is looked for: it can only ever start by recovering.
    write(place, cluster / "postgresql.auto.conf", _recovery_settings(work / "wal", at))
    write(place, cluster / "recovery.signal", "")
    cluster.rename(place.cluster)
    write_settings(place, binaries, fast=False)
    log = place.root / "start.log"
    pg_ctl(place, binaries, "start", "--wait", f"--timeout={REPLAY_PATIENCE_S}", f"--log={log}")
    while not _has_recovered(server):
        if not server.is_running():
            raise RestoreFailed(program="postgres", words=last_words(log))
        time.sleep(POLL_S)
    pg_ctl(place, binaries, "stop", "--mode=fast")
    write(place, place.cluster / "postgresql.auto.conf", "")


def _has_recovered(server: Embedded) -> bool:
    """Whether the log is replayed and the database open for writing."""
    reach = server.connection()
    with (
        contextlib.suppress(psycopg.OperationalError),
        psycopg.connect(host=reach.host, dbname="postgres", user=APP_ROLE) as asked,
    ):
        return asked.execute("SELECT NOT pg_is_in_recovery()").fetchone() == (True,)
    return False


def _recovery_settings(log: Path, at: datetime | None) -> str:
    fetched = f"cp {shlex.quote(str(log))}/%f %p".replace("'", "''")
    settings = [
        f"restore_command = '{fetched}'",
        "recovery_target_timeline = 'current'",
        "recovery_target_action = 'promote'",
        "logging_collector = off",
    ]
    if at is not None:
        settings.append(f"recovery_target_time = '{at.isoformat(' ')}'")
    return "".join(f"{each}\n" for each in settings)


def _program(binaries: Binaries, name: str) -> str:
    program = binaries.program(name)
    if not os.access(program, os.X_OK):
        raise ProgramsMissing(program=name)
    return program
