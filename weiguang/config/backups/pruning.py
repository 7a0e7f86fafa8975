"""Takes old backups away: whole chains, and the log that only they needed."""

from weiguang.config.backups.pieces import HISTORY, PARTIAL
from weiguang.config.backups.shelf import ENDING, FULL, Shelf
from weiguang.kernel.errors import SealKeyMissing


def prune(shelf: Shelf, keep: int) -> list[str]:
    """Keep the newest `keep` full backups with what builds on them; returns the names removed.

    The log is kept from the oldest of them on. Without its key (it was made before a rotation) that
    cannot be known, and all of the log is kept.
    """
    names = shelf.names()
    full = [name for name in names if name.endswith(FULL)][-keep:]
    if not full:
        return []
    gone = [name for name in names if name < full[0]]
    for name in reversed(gone):  # what builds on others first
        shelf.remove(name)
    try:
        needed = shelf.about(full[0]).first_wal
    except SealKeyMissing:
        return gone
    for piece in shelf.log_names():
        if not piece.endswith(HISTORY) and piece.removesuffix(PARTIAL) < needed:
            (shelf.log / f"{piece}{ENDING}").unlink()
    return gone
