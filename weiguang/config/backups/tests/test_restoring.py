"""A backup that was touched is not restored, and nothing is left where it would have gone."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from weiguang.config.backups.errors import (
    BackupIncomplete,
    BackupRunning,
    CopyFailed,
    NothingToRestore,
)
from weiguang.config.backups.log import fetch_log, need_slot
from weiguang.config.backups.making import Head, make_backup
from weiguang.config.backups.pieces import pieces_after
from weiguang.config.backups.restoring import choose, restore
from weiguang.config.backups.server import Source, embedded_source
from weiguang.config.backups.shelf import Seals, Shelf, shelves
from weiguang.config.postgres import OWNER_ROLE, Embedded
from weiguang.config.postgres_binaries import Binaries
from weiguang.kernel.errors import SealBroken, SealKeyMissing, WeiguangError
from weiguang.kernel.keyring import fresh_keyring

SEALS = Seals(fresh_keyring())
SEGMENT = 16 * 2**20
Touch = Callable[[Path, Path], None]


@dataclass
class Kept:
    """A server, and its backups: a full one, one of what changed, and the log."""

    top: Path
    source: Source
    root: Path

    def copy(self, to: Path) -> tuple[Path, Shelf]:
        """The backups again, to be touched."""
        shutil.copytree(self.root, to / "backups")
        return to / "backups", shelves(to / "backups", SEALS)[-1]


def backed_up(root: Path, source: Source, *, full: bool = False) -> Shelf:
    with source.session() as session:
        shelf = Shelf(root, session.facts().system, SEALS)
        with shelf.alone():
            is_new = need_slot(session, root.parent / "spool")
            head = Head(0, "")
            make_backup(shelf, source, session, head=head, wants_full=full or is_new)
            fetch_log(shelf, source, session, root.parent / "spool")
    return shelf


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    top = Path(tempfile.mkdtemp(prefix="wg-"))
    top.chmod(0o755)
    server = Embedded(top / "data", say=lambda message, values: None)
    with server as reach:
        source = embedded_source(server)
        with psycopg.connect(
            host=reach.host, dbname=reach.name, user=OWNER_ROLE, autocommit=True
        ) as owner:
            owner.execute("CREATE TABLE fact AS SELECT generate_series(1, 1000) AS id")
            backed_up(top / "backups", source)
            owner.execute("INSERT INTO fact SELECT generate_series(1001, 2000)")
            backed_up(top / "backups", source)
            owner.execute("INSERT INTO fact VALUES (2001)")
        with source.session() as session:
            fetch_log(shelves(top / "backups", SEALS)[-1], source, session, top / "spool")
        yield Kept(top, source, top / "backups")
    shutil.rmtree(top)


@pytest.fixture
def room(kept: Kept) -> Iterator[Path]:
    """Somewhere the user who runs PostgreSQL may go."""
    where = Path(tempfile.mkdtemp(dir=kept.top))
    where.chmod(0o755)
    yield where
    shutil.rmtree(where)


def restored(root: Path, into: Path, seals: Seals = SEALS) -> Embedded:
    chosen = choose(root, seals, at=None, name=None)
    return restore(chosen, into, say=lambda message, values: None)


def test_untouched_it_comes_back_to_the_last_row(kept: Kept, room: Path) -> None:
    root, _ = kept.copy(room)

    with (
        restored(root, room / "data") as reach,
        psycopg.connect(host=reach.host, dbname=reach.name, user=OWNER_ROLE) as owner,
    ):
        counted = owner.execute("SELECT count(*), max(id) FROM fact").fetchone()

    assert counted == (2001, 2001)


def flipped(place: float) -> Touch:
    def touch(path: Path, other: Path) -> None:
        data = bytearray(path.read_bytes())
        data[int(place * (len(data) - 1))] ^= 1
        path.write_bytes(data)

    return touch


def cut(path: Path, other: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def emptied(path: Path, other: Path) -> None:
    path.write_bytes(b"")


def exchanged(path: Path, other: Path) -> None:
    shutil.copy(other, path)


@pytest.mark.parametrize(
    "touch",
    [flipped(0), flipped(0.3), flipped(0.9), flipped(1), cut, emptied, exchanged],
    ids=["first byte", "a third in", "late", "last byte", "cut", "emptied", "exchanged"],
)
@pytest.mark.parametrize("part", ["base", "about", "wal"])
def test_a_touched_file_is_found_and_nothing_is_left(
    kept: Kept, room: Path, part: str, touch: Touch
) -> None:
    root, shelf = kept.copy(room)
    full, increment = shelf.names()
    path, other = (shelf.root / name / f"{part}.weiguang" for name in (full, increment))
    if part == "wal":
        path, other = sorted(shelf.log.glob("0*"))[-1], sorted(shelf.log.glob("0*"))[0]
    touch(path, other)

    with pytest.raises((SealBroken, SealKeyMissing)) as told:
        restored(root, room / "data")

    assert all((told.value.what, told.value.to_what, told.value.what_next))
    assert path.name.split(".weiguang")[0] in told.value.said
    assert not list((room / "data").rglob("*"))


def test_without_what_it_builds_on_or_a_piece_of_the_log_it_is_incomplete(
    kept: Kept, room: Path
) -> None:
    root, shelf = kept.copy(room)
    full, increment = shelf.names()
    first = shelf.about(increment).first_wal
    (shelf.log / f"{first}.weiguang").rename(room / "piece")

    with pytest.raises(BackupIncomplete, check=lambda told: first in told.said):
        restored(root, room / "data")
    (room / "piece").rename(shelf.log / f"{first}.weiguang")
    (shelf.root / full).rename(room / "full")
    with pytest.raises(BackupIncomplete, check=lambda told: full in told.said):
        restored(root, room / "data")

    assert not (room / "data").exists()


def test_other_keys_open_nothing_and_the_needed_one_is_named(kept: Kept, room: Path) -> None:
    root, _ = kept.copy(room)

    with pytest.raises(SealKeyMissing):
        restored(root, room / "data", Seals(fresh_keyring()))

    assert not (room / "data").exists()


def test_an_empty_shelf_has_nothing_to_restore(room: Path) -> None:
    with pytest.raises(NothingToRestore):
        restored(room, room / "data")


def test_a_copy_that_breaks_off_leaves_no_backup_and_the_next_one_is_made(
    kept: Kept, room: Path
) -> None:
    programs = room / "bin"
    programs.mkdir()
    for name in ("pg_receivewal", "pg_basebackup"):
        (programs / name).symlink_to(kept.source.program(name))
    (programs / "pg_basebackup").unlink()
    (programs / "pg_basebackup").write_text(
        f'#!/bin/sh\n{kept.source.program("pg_basebackup")} "$@" | head -c 3000000\n'
        "echo the line went dead >&2\nexit 1\n"
    )
    (programs / "pg_basebackup").chmod(0o755)
    broken = replace(kept.source, binaries=Binaries(programs, kept.source.binaries.version))

    with pytest.raises(CopyFailed, check=lambda told: "went dead" in told.said):
        backed_up(room / "backups", broken, full=True)

    assert not list((room / "backups").rglob("*base*"))
    assert len(backed_up(room / "backups", kept.source).names()) == 1


def test_two_backups_do_not_run_at_once(kept: Kept, room: Path) -> None:
    _, shelf = kept.copy(room)

    with shelf.alone(), pytest.raises(BackupRunning):
        backed_up(room / "backups", kept.source)


@pytest.mark.parametrize(
    ("kept_pieces", "missing"),
    [
        (["3", "5"], "wal/00000001000000000000000" + "4"),
        (["4"], "wal/00000001000000000000000" + "3"),
        (["3.partial", "4"], "wal/00000001000000000000000" + "3"),
    ],
)
def test_a_gap_in_the_log_is_named(kept_pieces: list[str], missing: str) -> None:
    begin = "00000001000000000000000"
    pieces = [begin + each for each in kept_pieces]

    with pytest.raises(WeiguangError, check=lambda told: missing in told.said):
        pieces_after(f"{begin}3", pieces, segment=SEGMENT)


def test_earlier_pieces_and_other_timelines_are_left_out_and_histories_go_along() -> None:
    begin = "00000002000000000000000"
    kept_pieces = [
        "00000001000000000000000" + "4", "00000002.history", f"{begin}2", f"{begin}3",
        f"{begin}4", f"{begin}4.partial", f"{begin}5.partial",
    ]  # fmt: skip

    found = pieces_after(f"{begin}3", kept_pieces, segment=SEGMENT)

    assert found == ["00000002.history", f"{begin}3", f"{begin}4", f"{begin}5.partial"]
