"""Rotating and retiring the field keys: who does it, in what order, and what is remembered.

The order is the point: the event first, then the key file, then the rows. Killed anywhere, the next
run finds which values the old key wrote and goes on.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from weiguang.kernel import keyring, rotation
from weiguang.kernel.crypto import provider
from weiguang.kernel.errors import KeyStillUsed
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did: the key that writes now, rows by table, and values other keys opened.

    `left` is empty unless somebody wrote with an old key meanwhile: a server not yet restarted.
    """

    key: int
    was_continued: bool
    rows: dict[str, int]
    left: dict[int, int]


def rotate_keys(
    path: Path,
    *,
    by: Actor,
    tell: Callable[[int, int], None],
    rows_at_once: int = rotation.ROWS_AT_ONCE,
) -> Rotation:
    """Make a new field key in the file at `path` and rewrite every encrypted value with it.

    A rotation that was cut short is finished first, with the key it had made. `tell` hears how
    many rows of how many after each batch. Leaves two events: begun, and finished with counts.
    """
    with rotation.alone():
        rotation.require_owner()
        ring = keyring.load(path)
        was_continued = any(number != ring.active for number in rotation.tokens_by_key())
        if not was_continued:
            ring = ring.with_new_key()
        with act(Verb.KEYS_ROTATE, by=by) as begun:
            begun.detail = {"step": "begun", "key": ring.active, "continued": was_continued}
        _write(ring, path)
        rows = _rewrite(begun.pk, tell, rows_at_once)
        with act(Verb.KEYS_ROTATE, by=by, caused_by=begun.pk) as finished:
            finished.detail = {"step": "finished", "key": ring.active, "rows": dict(rows)}
        counted = rotation.tokens_by_key()
    left = {number: count for number, count in counted.items() if number != ring.active}
    return Rotation(ring.active, was_continued, dict(rows), left)


def retire_key(path: Path, number: int, *, by: Actor) -> None:
    """Remove a field key from the file for good.

    Raises `KeyStillUsed` while a stored value needs it or it writes, and `SystemStillRuns` while
    others are connected: a program that read the ring before could write with it once more.
    """
    with rotation.alone():
        rotation.require_silence()
        ring = keyring.load(path)
        if number == ring.active or number not in ring.fields or rotation.tokens_by_key()[number]:
            raise KeyStillUsed
        with act(Verb.KEYS_ROTATE, by=by) as event:
            event.detail = {"step": "retired", "key": number}
            _write(ring.without(number), path)


def _write(ring: keyring.Keyring, path: Path) -> None:
    keyring.save(ring, path)
    provider.cache_clear()


def _rewrite(under: int, tell: Callable[[int, int], None], rows_at_once: int) -> Counter[str]:
    rows: Counter[str] = Counter()
    total = rotation.rows_to_rewrite()
    tell(0, total)
    for batch in rotation.rewrite(under=under, rows_at_once=rows_at_once):
        rows[batch.table] += batch.rows
        tell(rows.total(), total)
    return rows
