"""Where backups lie: which there are, which builds on which, and what of the log is kept.

One directory a database, named by PostgreSQL's own number of it, so that two never mix:

    7712050883206907478/20261125T021500123Z-full/{base,manifest,about}.weiguang
    7712050883206907478/wal/000000010000000000000007.weiguang

A backup gets its name when it is whole. Names are plain; every file is sealed (kernel.sealed_file).
"""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from weiguang.config.backups.errors import BackupIncomplete, BackupRunning
from weiguang.config.backups.pieces import PARTIAL
from weiguang.kernel.keyring import Keyring
from weiguang.kernel.sealed_file import Header, Sealer, Unsealer, header_of, opened, sealing

ENDING: Final = ".weiguang"
STAMP: Final = "%Y%m%dT%H%M%S%f"
FULL, INCREMENTAL = "full", "incremental"


@dataclass(frozen=True, slots=True)
class About:
    """What a backup knows of itself; `first_wal` is the piece of the log its recovery begins with.

    `block` and `head` are the newest sealed block of the memory when it was begun: it must be there
    again. `size` counts the bytes of its sealed files.
    """

    name: str
    kind: str
    based_on: str
    system: str
    timeline: int
    first_wal: str
    segment: int
    started_at: str
    ended_at: str
    block: int
    head: str
    size: int

    @property
    def ended(self) -> datetime:
        return datetime.fromisoformat(self.ended_at)


@dataclass(frozen=True, slots=True)
class Seals:
    """With which keys and algorithm files are sealed and opened."""

    ring: Keyring
    algorithm: str = "aes"


class Shelf:
    """The backups of one database below a directory."""

    def __init__(self, root: Path, system: str, seals: Seals) -> None:
        self.root = root / system
        self.system = system
        self.seals = seals

    def names(self) -> list[str]:
        """The finished backups, the oldest first."""
        finished = (each for each in self.root.glob(f"*-*/about{ENDING}"))
        return sorted(each.parent.name for each in finished if started_of(each.parent.name))

    def about(self, name: str) -> About:
        """What the backup of this name says; `BackupIncomplete`, `SealBroken`, `SealKeyMissing`."""
        if not (self.root / name / f"about{ENDING}").exists():
            raise BackupIncomplete(name=name)
        return About(**json.loads(self.text(name, "about")))

    def header(self, name: str) -> Header:
        """With which key the backup of this name was made."""
        return header_of(self.root / name / f"about{ENDING}")

    def chain(self, name: str) -> list[About]:
        """The backups that this one builds on, the full one first, and itself last."""
        found = [self.about(name)]
        while found[0].based_on:
            found.insert(0, self.about(found[0].based_on))
        return found

    def text(self, name: str, part: str) -> str:
        """A small part of a backup, opened whole."""
        path = self.root / name / f"{part}{ENDING}"
        with opened(path, ring=self.seals.ring, use=self._use(name, part)) as file:
            return file.readall().decode()

    @contextmanager
    def part(self, name: str, part: str) -> Iterator[Unsealer]:
        """A part of a backup, opened piece by piece."""
        path = self.root / name / f"{part}{ENDING}"
        with opened(path, ring=self.seals.ring, use=self._use(name, part)) as file:
            yield file

    @contextmanager
    def new(self, name: str) -> Iterator["Draft"]:
        """A draft that gets its name at the end; one that failed is removed."""
        where = self.root / f".{name}.part"
        for left in self.root.glob(".*.part"):  # of a backup that was killed: it counts for nothing
            shutil.rmtree(left, ignore_errors=True)
        where.mkdir(mode=0o700)
        try:
            yield Draft(where, name, self)
            where.rename(self.root / name)
            keep_name(self.root)
        finally:
            shutil.rmtree(where, ignore_errors=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Only one backup at a time writes here; makes the directories, for ourselves alone."""
        for directory in (self.root.parent, self.root, self.log):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise BackupRunning from error
        finally:
            os.close(lock)

    @property
    def log(self) -> Path:
        """Where the pieces of the log lie."""
        return self.root / "wal"

    def put_log(self, piece: Path) -> None:
        """Seal a piece of the log under its own name; a whole one replaces its partial one."""
        target = self.log / f"{piece.name}{ENDING}"
        seals = self.seals
        with (
            piece.open("rb") as source,
            sealing(
                target, ring=seals.ring, algorithm=seals.algorithm, use=self._use("wal", piece.name)
            ) as sealed,
        ):
            shutil.copyfileobj(source, sealed, 2**20)
        if not piece.name.endswith(PARTIAL):
            (self.log / f"{piece.name}{PARTIAL}{ENDING}").unlink(missing_ok=True)
        keep_name(self.log)

    def log_names(self) -> list[str]:
        """The pieces of the log by PostgreSQL's names, in order."""
        return sorted(each.name.removesuffix(ENDING) for each in self.log.glob(f"0*{ENDING}"))

    @contextmanager
    def log_piece(self, name: str) -> Iterator[Unsealer]:
        """A piece of the log, opened."""
        path = self.log / f"{name}{ENDING}"
        with opened(path, ring=self.seals.ring, use=self._use("wal", name)) as file:
            yield file

    def put_reach(self, at: datetime, timeline: int) -> None:
        """Remember until when the log of this timeline is whole."""
        seals, name = self.seals, f"reach-{timeline}"
        path = self.log / f"{name}{ENDING}"
        use = self._use("wal", name)
        with sealing(path, ring=seals.ring, algorithm=seals.algorithm, use=use) as sealed:
            sealed.write(at.isoformat().encode())
        keep_name(self.log)

    def reach(self, timeline: int) -> datetime | None:
        """Until when the log of this timeline is whole; None when there is none."""
        name = f"reach-{timeline}"
        path = self.log / f"{name}{ENDING}"
        if not path.exists():
            return None
        with opened(path, ring=self.seals.ring, use=self._use("wal", name)) as file:
            return datetime.fromisoformat(file.readall().decode())

    def remove(self, name: str) -> None:
        """Take a backup away, name first: half of one never looks whole."""
        gone = self.root / f".{name}.part"
        (self.root / name).rename(gone)
        shutil.rmtree(gone)

    def _use(self, name: str, part: str) -> str:
        return f"backup {self.system} {name} {part}"


class Draft:
    """A backup that is being made."""

    def __init__(self, where: Path, name: str, shelf: Shelf) -> None:
        self.where = where
        self.name = name
        self._shelf = shelf

    @contextmanager
    def part(self, part: str) -> Iterator[Sealer]:
        """A sealed part of it, to be written."""
        seals, use = self._shelf.seals, self._shelf._use(self.name, part)
        path = self.where / f"{part}{ENDING}"
        with sealing(path, ring=seals.ring, algorithm=seals.algorithm, use=use) as sealed:
            yield sealed

    def finish(self, about: About) -> None:
        """Write what it says of itself; the last thing."""
        with self.part("about") as sealed:
            sealed.write(json.dumps(asdict(about)).encode())
        keep_name(self.where)

    def size(self) -> int:
        """How many bytes it has so far."""
        return sum(each.stat().st_size for each in self.where.iterdir())


def shelves(root: Path, seals: Seals) -> list[Shelf]:
    """The databases that have a finished backup below `root`, that with the newest one last."""
    found = [Shelf(root, each.name, seals) for each in root.glob("[0-9]*") if each.is_dir()]
    return sorted((each for each in found if each.names()), key=lambda shelf: shelf.names()[-1])


def name_of(started_at: datetime, kind: str) -> str:
    """The name of a backup begun at this moment, to a thousandth of a second."""
    return f"{started_at.astimezone(UTC).strftime(STAMP)[:-3]}Z-{kind}"


def started_of(name: str) -> datetime | None:
    """When the backup of this name was begun, or None if it is no backup's name."""
    stamp, _, kind = name.partition("Z-")
    if kind not in (FULL, INCREMENTAL):
        return None
    with contextlib.suppress(ValueError):
        return datetime.strptime(f"{stamp}000", STAMP).replace(tzinfo=UTC)
    return None


def keep_name(directory: Path) -> None:
    """What was named in this directory stays named after a power cut."""
    opened_directory = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened_directory)
    finally:
        os.close(opened_directory)
