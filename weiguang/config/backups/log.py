"""Fetches the server's log since the last time and seals it: what a recovery replays.

The server keeps its log for us by a replication slot and forgets it once it lies safe in the spool,
a private directory beside the database; from there it goes sealed onto the shelf. Killed anywhere,
the next run goes on, and the same piece twice is the same piece.
"""

import shutil
from datetime import datetime
from pathlib import Path

from weiguang.config.backups.errors import NoBackupYet
from weiguang.config.backups.server import SLOT, Session, Source, fetch
from weiguang.config.backups.shelf import Shelf


def need_slot(session: Session, spool: Path) -> bool:
    """See to it that the server keeps its log; True when it begins only now.

    Then what lies on the shelf ends with a gap, and a full backup has to follow.
    """
    if session.has_slot():
        return False
    shutil.rmtree(spool, ignore_errors=True)
    session.make_slot()
    return True


def fetch_log(shelf: Shelf, source: Source, session: Session, spool: Path) -> datetime:
    """Put the log up to this moment onto the shelf; returns the moment it reaches.

    Raises `NoBackupYet` when the server keeps no log for us or no backup is there.
    """
    if not session.has_slot() or not shelf.names():
        raise NoBackupYet
    for directory in (spool.parent, spool):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    moment, end = session.mark()
    fetch(
        source,
        "pg_receivewal",
        f"--slot={SLOT}", f"--endpos={end}", f"--directory={spool}", "--no-loop",
    )  # fmt: skip
    for piece in sorted(spool.iterdir()):
        shelf.put_log(piece)
        piece.unlink()
    shelf.put_reach(moment, session.facts().timeline)
    return moment
