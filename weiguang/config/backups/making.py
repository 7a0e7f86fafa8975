"""Makes a backup: the server's files over the replication protocol, sealed as they arrive.

Nothing of the database lies unsealed anywhere on the way. After a full backup the next ones copy
what changed since (PostgreSQL 17 and newer), for a week; then, and whenever the chain cannot be
continued, a full one is made.
"""

import io
import json
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final

from weiguang.config.backups.errors import CopyFailed
from weiguang.config.backups.pieces import piece_of
from weiguang.config.backups.server import Facts, Session, Source, last_words_of
from weiguang.config.backups.shelf import (
    FULL,
    INCREMENTAL,
    About,
    Draft,
    Shelf,
    name_of,
    started_of,
)
from weiguang.kernel.sealed_file import Sealer, fingerprint

FULL_EVERY: Final = timedelta(days=7)
# A restore unpacks the whole chain: a longer one would need more room than it saves.
LONGEST_CHAIN: Final = 30
MANIFEST: Final = "backup_manifest"
BLOCK: Final = 2**20


@dataclass(frozen=True, slots=True)
class Head:
    """The newest sealed block of the memory: its number and digest."""

    block: int
    digest: str


def make_backup(
    shelf: Shelf, source: Source, session: Session, *, head: Head, wants_full: bool
) -> About:
    """A backup on the shelf, of what changed where that is possible, else a full one.

    The caller holds the shelf alone and has seen to the slot. Raises `CopyFailed`.
    """
    facts = session.facts()
    base = None if wants_full or not facts.summarizes else _continuable(shelf, session, facts)
    if base is not None:
        try:
            return _make(shelf, source, session, head=head, base=base)
        except CopyFailed:
            # The server no longer knows what changed since: it summarizes its log for ten days.
            pass
    return _make(shelf, source, session, head=head, base=None)


def _continuable(shelf: Shelf, session: Session, facts: Facts) -> str | None:
    """The newest backup, if what changed since it may be put on top of it."""
    names, ring = shelf.names(), shelf.seals.ring
    if not names:
        return None
    newest = shelf.header(names[-1])
    # After a rotation a chain begins anew: none may need a key that is about to be retired.
    if newest.key != ring.active or newest.fingerprint != fingerprint(ring.fields[ring.active]):
        return None
    chain = shelf.chain(names[-1])
    begun = started_of(chain[0].name)
    is_young = begun is not None and session.now() - begun < FULL_EVERY
    is_short = len(chain) < LONGEST_CHAIN
    return names[-1] if is_young and is_short and chain[-1].timeline == facts.timeline else None


def _make(shelf: Shelf, source: Source, session: Session, *, head: Head, base: str | None) -> About:
    facts, started_at = session.facts(), session.now()
    name = name_of(started_at, INCREMENTAL if base else FULL)
    with shelf.new(name) as draft:
        manifest = _copy(shelf, source, draft, base)
        with draft.part("manifest") as sealed:
            sealed.write(manifest)
        begins = json.loads(manifest)["WAL-Ranges"][-1]
        about = About(
            name=name,
            kind=INCREMENTAL if base else FULL,
            based_on=base or "",
            system=facts.system,
            timeline=begins["Timeline"],
            first_wal=piece_of(begins["Timeline"], begins["Start-LSN"], facts.segment),
            segment=facts.segment,
            started_at=started_at.isoformat(),
            ended_at=session.now().isoformat(),
            block=head.block,
            head=head.digest,
            size=draft.size(),
        )
        draft.finish(about)
    return about


def _copy(shelf: Shelf, source: Source, draft: Draft, base: str | None) -> bytes:
    """Seal the stream of files into the draft; returns the manifest that comes with it."""
    options = ["--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast"]
    with tempfile.TemporaryDirectory() as folder:
        if base:
            known = Path(folder) / MANIFEST
            known.write_text(shelf.text(base, "manifest"))
            options.append(f"--incremental={known}")
        with (
            (Path(folder) / "said").open("w+b") as said,
            draft.part("base") as sealed,
            subprocess.Popen(  # noqa: S603
                source.command("pg_basebackup", *options, "--no-estimate-size"),
                env=source.environment(), stdout=subprocess.PIPE, stderr=said, bufsize=0,
            ) as copying,
        ):  # fmt: skip
            assert copying.stdout is not None
            manifest = _sealed_stream(copying.stdout, sealed)
            copying.wait()
            said.seek(0)
            words = last_words_of(said.read())
            if copying.returncode != 0 or manifest is None:
                raise CopyFailed(program="pg_basebackup", words=words)
    return manifest


def _sealed_stream(stream: IO[bytes], sealed: Sealer) -> bytes | None:
    """Seals every byte, and reads the manifest as it passes by."""
    passing = _Passing(stream, sealed)
    manifest = None
    try:
        with tarfile.open(fileobj=passing, mode="r|", bufsize=BLOCK) as tar:
            for member in tar:
                if member.name == MANIFEST and (content := tar.extractfile(member)):
                    manifest = content.read()
    except tarfile.ReadError:
        return None  # the program broke off; it said why
    while passing.read(BLOCK):  # what stands after the end of the archive is sealed too
        continue
    return manifest


class _Passing(io.RawIOBase):
    """Reads a stream and seals what was read."""

    def __init__(self, stream: IO[bytes], sealed: Sealer) -> None:
        super().__init__()
        self._stream = stream
        self._sealed = sealed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._sealed.write(data)
        buffer[: len(data)] = data
        return len(data)
