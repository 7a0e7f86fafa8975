"""What exactly the audit chain's keyed digests cover: one event, one block.

A change of a line here makes every chain that was sealed before unprovable; `chain` walks them.
"""

import json

from weiguang.kernel.crypto import CryptoProvider
from weiguang.kernel.models import Block, Event, Leaf


def event_digest(keys: CryptoProvider, event: Event) -> bytes:
    """The keyed digest of everything an event says, field by field in a fixed order."""
    said = [
        event.pk, event.at.isoformat(), event.xid, event.verb, event.was_refused,
        str(event.person_id), str(event.post_id), event.about_kind, str(event.about_id),
        event.place_path, event.purpose, event.part_of, event.caused_by, event.detail,
    ]  # fmt: skip
    return keys.seal_digest(json.dumps(said, ensure_ascii=False, sort_keys=True).encode())


def block_digest(
    keys: CryptoProvider, block: Block, previous: bytes, sealed_us: int, leaves: list[Leaf]
) -> bytes:
    """The keyed digest of a block: all it says of itself, the one before it, its leaves in order.

    `sealed_us` is the moment of sealing in microseconds since 1970.
    """
    said = [block.pk, sealed_us, block.horizon, block.last_event_id, block.length]
    return keys.seal_digest(b"block 2\0" + json.dumps(said).encode() + previous + _body(leaves))


def first_block_digest(
    keys: CryptoProvider, block: Block, previous: bytes, leaves: list[Leaf]
) -> bytes:
    """What a block's digest was before it also covered the block's number, moment and last event.

    Blocks sealed then are proven by it for as long as they are kept.
    """
    return keys.seal_digest(previous + _eight(block.horizon) + _body(leaves))


def _body(leaves: list[Leaf]) -> bytes:
    return b"".join(_eight(leaf.event_id) + bytes(leaf.digest) for leaf in leaves)


def _eight(number: int) -> bytes:
    """Signed, so that a forged number below zero is a finding and not a fall."""
    return number.to_bytes(8, signed=True)
