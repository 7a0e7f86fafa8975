"""The pieces of PostgreSQL's log by their names: what follows what, and what is missing.

A piece is named by its timeline, and by a number in two halves of eight hexadecimal digits.
"""

from collections.abc import Sequence
from typing import Final

from weiguang.config.backups.errors import BackupIncomplete

PARTIAL: Final = ".partial"
HISTORY: Final = ".history"
DIGITS: Final = 8


def piece_of(timeline: int, lsn: str, segment: int) -> str:
    """The name of the piece that holds a place of the log.

    >>> piece_of(1, "2/53000028", 16 * 2**20)
    '000000010000000200000053'
    """
    high, low = (int(half, 16) for half in lsn.split("/"))
    return f"{timeline:08X}{high:08X}{low // segment:08X}"


def piece_after(name: str, segment: int) -> str:
    """The name of the next piece.

    >>> piece_after("0000000100000002000000FF", 16 * 2**20)
    '000000010000000300000000'
    """
    high, low = int(name[DIGITS : 2 * DIGITS], 16), int(name[2 * DIGITS :], 16) + 1
    if low == 2**32 // segment:
        high, low = high + 1, 0
    return f"{name[:DIGITS]}{high:08X}{low:08X}"


def pieces_after(first: str, kept: Sequence[str], *, segment: int) -> list[str]:
    """What to replay from the piece `first` on, in order, behind the histories of timelines.

    Of a piece that is kept whole and in part the whole one counts. Without the histories PostgreSQL
    could give its new timeline a number that is taken. Raises `BackupIncomplete` for a gap.
    """
    whole = {name for name in kept if not name.endswith((PARTIAL, HISTORY))}
    partial = {name.removesuffix(PARTIAL) for name in kept if name.endswith(PARTIAL)} - whole
    mine = sorted(
        name for name in whole | partial if name >= first and name[:DIGITS] == first[:DIGITS]
    )
    expected = first
    for name in mine:
        if name != expected:
            raise BackupIncomplete(name=f"wal/{expected}")
        expected = piece_after(name, segment)
    for name in mine[:-1]:
        if name in partial:
            raise BackupIncomplete(name=f"wal/{name}")
    histories = [name for name in kept if name.endswith(HISTORY)]
    return [*histories, *(name + PARTIAL if name in partial else name for name in mine)]
