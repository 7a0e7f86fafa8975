"""Tamper-evident memory: events are sealed in blocks about once a second, off the writers' path.

A block's digest is keyed and covers the digests of its events in order and the block before it.
Whoever alters, removes, reorders or slips in a sealed event is found by `verify`, which needs the
tables and the key and nothing else. Events not yet sealed are counted, never vouched for.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from django.db import connection, transaction

from weiguang.kernel import clock
from weiguang.kernel.crypto import CryptoProvider, provider
from weiguang.kernel.models import Block, Event, Leaf

GENESIS: Final = b"weiguang"
SEALER_LOCK: Final = 7_305_001
BLOCK_LENGTH: Final = 5_000

# A transaction number from before a restore into a new cluster lies ahead of that cluster's own.
SEALABLE: Final = """
SELECT e.id FROM kernel_event e
WHERE (e.xid < %(horizon)s OR e.xid > %(ahead)s)
  AND NOT EXISTS (SELECT FROM kernel_leaf l WHERE l.event_id = e.id)
ORDER BY e.id LIMIT %(limit)s
"""
HORIZON: Final = """
SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint
FROM pg_current_snapshot() AS s
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed; `event_id` names the row where there is one."""

    kind: str  # altered | removed | inserted | reordered | block_broken
    event_id: int | None
    block_id: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification saw: sealed and unsealed events, the last digest, and every finding."""

    blocks: int
    sealed: int
    unsealed: int
    head: str
    findings: tuple[Finding, ...]


def seal_block() -> int:
    """Seal what every running transaction is done with; returns how many events were sealed."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
            cursor.execute(HORIZON)
            horizon, ahead = cursor.fetchone()
            cursor.execute(
                SEALABLE, {"horizon": horizon, "ahead": ahead, "limit": BLOCK_LENGTH + 1}
            )
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        # A block that could not take everything must not claim the horizon as its own.
        claimed = horizon if len(ids) <= BLOCK_LENGTH else 0
        return _seal(ids[:BLOCK_LENGTH], horizon=claimed)


def verify() -> Verdict:
    """Prove the whole chain; reads every event once and changes nothing."""
    walked = _walk(Block.objects.order_by("id").iterator(), GENESIS)
    slipped_in = _slipped_in()
    unsealed = (
        Event.objects.count() - Event.objects.filter(id__in=Leaf.objects.values("event_id")).count()
    )
    return replace(
        walked,
        unsealed=unsealed - len(slipped_in),
        findings=walked.findings + tuple(Finding("inserted", pk, None) for pk in slipped_in),
    )


def verify_newest(events: int) -> Verdict:
    """Prove the newest blocks with about that many events; `unsealed` is left at zero.

    Bounded, for a page. The block before the first is taken on trust: to prove it too is the duty
    of `verify`.
    """
    chosen = _newest_blocks(events)
    before = Block.objects.filter(id__lt=chosen[0].pk).last() if chosen else None
    walked = _walk(chosen, bytes(before.digest) if before else GENESIS)
    slipped_in = _slipped_in(since=before.last_event_id if before else 0)
    return replace(
        walked,
        findings=walked.findings + tuple(Finding("inserted", pk, None) for pk in slipped_in),
    )


def event_digest(keys: CryptoProvider, event: Event) -> bytes:
    """The keyed digest of everything an event says, field by field in a fixed order."""
    said = [
        event.pk, event.at.isoformat(), event.xid, event.verb, event.was_refused,
        str(event.person_id), str(event.post_id), event.about_kind, str(event.about_id),
        event.place_path, event.purpose, event.part_of, event.caused_by, event.detail,
    ]  # fmt: skip
    return keys.seal_digest(json.dumps(said, ensure_ascii=False, sort_keys=True).encode())


def block_digest(keys: CryptoProvider, previous: bytes, horizon: int, leaves: list[Leaf]) -> bytes:
    """The keyed digest of a block: the one before it, its horizon, and its leaves in order."""
    body = b"".join(leaf.event_id.to_bytes(8) + bytes(leaf.digest) for leaf in leaves)
    return keys.seal_digest(previous + horizon.to_bytes(8) + body)


def _seal(ids: list[int], *, horizon: int) -> int:
    keys = provider()
    last = Block.objects.order_by("-id").first()
    previous = bytes(last.digest) if last else GENESIS
    events = Event.objects.in_bulk(ids)
    leaves = [
        Leaf(event_id=pk, position=n, digest=event_digest(keys, events[pk]))
        for n, pk in enumerate(ids)
    ]
    block = Block.objects.create(
        sealed_at=clock.now(),
        horizon=horizon,
        last_event_id=ids[-1],
        length=len(leaves),
        previous_digest=previous,
        digest=block_digest(keys, previous, horizon, leaves),
    )
    for leaf in leaves:
        leaf.block = block
    Leaf.objects.bulk_create(leaves)
    return len(leaves)


def _walk(blocks: Iterable[Block], previous: bytes) -> Verdict:
    """Prove blocks in their order, the first against the digest before it."""
    keys = provider()
    findings: list[Finding] = []
    walked, sealed = 0, 0
    for block in blocks:
        leaves = list(block.leaves.order_by("position"))
        findings += _block_findings(keys, block, leaves, previous)
        findings += _leaf_findings(keys, block, leaves)
        previous, walked, sealed = bytes(block.digest), walked + 1, sealed + len(leaves)
    return Verdict(walked, sealed, 0, previous.hex(), tuple(findings))


def _newest_blocks(events: int) -> list[Block]:
    chosen: list[Block] = []
    for block in Block.objects.order_by("-id")[:events].iterator():
        chosen.insert(0, block)
        events -= block.length
        if events <= 0:
            break
    return chosen


def _block_findings(
    keys: CryptoProvider, block: Block, leaves: list[Leaf], previous: bytes
) -> Iterator[Finding]:
    if [leaf.position for leaf in leaves] != list(range(block.length)):
        yield Finding("reordered", None, block.pk)
    if bytes(block.previous_digest) != previous or bytes(block.digest) != block_digest(
        keys, previous, block.horizon, leaves
    ):
        yield Finding("block_broken", None, block.pk)


def _leaf_findings(keys: CryptoProvider, block: Block, leaves: list[Leaf]) -> Iterator[Finding]:
    rows = iter(leaves)
    while chunk := list(islice(rows, 1000)):
        events = Event.objects.in_bulk([leaf.event_id for leaf in chunk])
        for leaf in chunk:
            event = events.get(leaf.event_id)
            if event is None:
                yield Finding("removed", leaf.event_id, block.pk)
            elif event_digest(keys, event) != bytes(leaf.digest):
                yield Finding("altered", leaf.event_id, block.pk)


def _slipped_in(*, since: int = 0) -> list[int]:
    """Events of transactions that a block's horizon says were over, yet stand in no block."""
    head = Block.objects.order_by("-horizon").first()
    if head is None:
        return []
    unsealed = Event.objects.exclude(id__in=Leaf.objects.values("event_id"))
    return list(
        unsealed.filter(xid__lt=head.horizon, id__gt=since, id__lte=head.last_event_id)
        .order_by("id")
        .values_list("id", flat=True)
    )
