"""Tamper-evident memory: events are sealed in blocks about once a second, off the writers' path.

A block's digest is keyed and covers the digests of its events in order and the block before it.
Whoever alters, removes, reorders or slips in a sealed event is found by `verify`, which needs the
tables and the key; whoever cuts off the chain's end is found by the head that `heads` keeps outside
the database. Events not yet sealed are counted, never vouched for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from django.db import DataError, connection, transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.expressions import RawSQL

from weiguang.kernel import clock, heads
from weiguang.kernel.crypto import CryptoProvider, provider
from weiguang.kernel.digests import block_digest, event_digest, first_block_digest
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
# As a number, because a forger can write moments that Python cannot read.
SEALED_US: Final = "CASE WHEN isfinite(sealed_at) THEN extract(epoch FROM sealed_at) * 1000000 END"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed; `event_id` names the row where there is one."""

    kind: str  # altered | removed | inserted | reordered | block_broken | truncated
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


@dataclass(frozen=True, slots=True)
class Reach:
    """How far blocks have claimed: what is older than `horizon` and no newer than `last_event_id`
    stands in one of them or was never there."""

    horizon: int
    last_event_id: int

    def covers(self, event: Event) -> bool:
        """Whether the event is too old to come only now."""
        return event.xid < self.horizon and event.pk <= self.last_event_id


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
    walked, reaches = _walk(_blocks().order_by("id").iterator(), GENESIS, [])
    slipped_in = _slipped_in(reaches)
    unsealed = (
        Event.objects.count() - Event.objects.filter(id__in=Leaf.objects.values("event_id")).count()
    )
    return replace(
        _with(walked, slipped_in),
        unsealed=unsealed - len(slipped_in),
    )


def verify_newest(events: int) -> Verdict:
    """Prove the newest blocks with about that many events; `unsealed` is left at zero.

    Bounded, for a page. The block before the first is taken on trust: to prove it too is the duty
    of `verify`.
    """
    chosen = _newest_blocks(events)
    before = _blocks().filter(id__lt=chosen[0].pk).last() if chosen else None
    digest, reaches = (bytes(before.digest), _reached_by(before)) if before else (GENESIS, [])
    walked, reaches = _walk(chosen, digest, reaches)
    return _with(walked, _slipped_in(reaches, since=before.last_event_id if before else 0))


def _seal(ids: list[int], *, horizon: int) -> int:
    keys = provider()
    last = _blocks().order_by("-id").first()
    previous = bytes(last.digest) if last else GENESIS
    events = Event.objects.in_bulk(ids)
    leaves = [
        Leaf(event_id=pk, position=n, digest=event_digest(keys, events[pk]))
        for n, pk in enumerate(ids)
    ]
    block = Block(
        id=_next_block(),
        sealed_at=clock.now(),
        horizon=horizon,
        last_event_id=ids[-1],
        length=len(leaves),
        previous_digest=previous,
    )
    sealed_us = (block.sealed_at - EPOCH) // timedelta(microseconds=1)
    block.digest = block_digest(keys, block, previous, sealed_us, leaves)
    block.save(force_insert=True)
    for leaf in leaves:
        leaf.block = block
    Leaf.objects.bulk_create(leaves)
    return len(leaves)


def _next_block() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('kernel_block', 'id'))")
        return int(cursor.fetchone()[0])


def _blocks() -> QuerySet[Block]:
    """Blocks with `sealed_us` in place of the moment."""
    return Block.objects.defer("sealed_at").annotate(sealed_us=RawSQL(SEALED_US, []))  # noqa: S611 -- a constant


def _walk(
    blocks: Iterable[Block], previous: bytes, reaches: list[Reach]
) -> tuple[Verdict, list[Reach]]:
    """Prove blocks in order, the first against what was before it: its digest, and how far."""
    keys = provider()
    findings: list[Finding] = []
    walked, sealed = 0, 0
    for block in blocks:
        leaves = list(block.leaves.order_by("position"))
        findings += _block_findings(keys, block, leaves, previous)
        findings += _leaf_findings(keys, block, leaves, reaches)
        reaches = _further(reaches, block)
        previous, walked, sealed = bytes(block.digest), walked + 1, sealed + len(leaves)
    return Verdict(walked, sealed, 0, previous.hex(), tuple(findings)), reaches


def _with(walked: Verdict, slipped_in: list[int]) -> Verdict:
    findings = [*walked.findings, *(Finding("inserted", pk, None) for pk in slipped_in)]
    head = heads.kept()
    if head is not None and not heads.stands(head):
        findings.append(Finding("truncated", None, head.block_id))
    return replace(walked, findings=tuple(findings))


def _further(reaches: list[Reach], block: Block) -> list[Reach]:
    """How far blocks reach with one more. A horizon that falls back is another cluster's, into
    which the data was restored: from there on both are counted."""
    if block.horizon == 0:
        return reaches
    last = reaches[-1] if reaches else Reach(0, 0)
    if block.horizon < last.horizon:
        return [*reaches, Reach(block.horizon, block.last_event_id)]
    return [*reaches[:-1], Reach(block.horizon, max(last.last_event_id, block.last_event_id))]


def _reached_by(last: Block) -> list[Reach]:
    """How far the blocks up to this one reach, as far as their highest horizon tells."""
    until = Block.objects.filter(id__lte=last.pk)
    furthest = until.only("id", "horizon").order_by("-horizon", "-id").first() or last
    newest = until.filter(id__lte=furthest.pk).aggregate(newest=Max("last_event_id"))["newest"]
    return [Reach(furthest.horizon, newest)]


def _newest_blocks(events: int) -> list[Block]:
    chosen: list[Block] = []
    for block in _blocks().order_by("-id")[:events].iterator():
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
    if bytes(block.previous_digest) != previous or not _is_sealed(keys, block, leaves, previous):
        yield Finding("block_broken", None, block.pk)


def _is_sealed(keys: CryptoProvider, block: Block, leaves: list[Leaf], previous: bytes) -> bool:
    moment = getattr(block, "sealed_us")  # noqa: B009 -- an annotation of `_blocks`
    digest = bytes(block.digest)
    if moment is not None and digest == block_digest(keys, block, previous, int(moment), leaves):
        return True
    return digest == first_block_digest(keys, block, previous, leaves)


def _leaf_findings(
    keys: CryptoProvider, block: Block, leaves: list[Leaf], reaches: list[Reach]
) -> Iterator[Finding]:
    rows = iter(leaves)
    while chunk := list(islice(rows, 1000)):
        ids = [leaf.event_id for leaf in chunk]
        events = _read(ids)
        for leaf in chunk:
            event = events.get(leaf.event_id)
            if event is None:
                was_there = Event.objects.filter(pk=leaf.event_id).exists()
                yield Finding("altered" if was_there else "removed", leaf.event_id, block.pk)
            elif event_digest(keys, event) != bytes(leaf.digest):
                yield Finding("altered", leaf.event_id, block.pk)
            elif any(reach.covers(event) for reach in reaches):
                yield Finding("inserted", leaf.event_id, block.pk)


def _read(ids: list[int]) -> dict[int, Event]:
    """The events that can be read at all: a forger may write what Python has no words for."""
    try:
        return Event.objects.in_bulk(ids)
    except (DataError, ValueError, OverflowError, RecursionError):
        if len(ids) == 1:
            return {}
        half = len(ids) // 2
        return _read(ids[:half]) | _read(ids[half:])


def _slipped_in(reaches: list[Reach], *, since: int = 0) -> list[int]:
    """Events of transactions that a block's horizon says were over, yet stand in no block."""
    if not reaches:
        return []
    covered = Q()
    for reach in reaches:
        covered |= Q(xid__lt=reach.horizon, id__lte=reach.last_event_id)
    unsealed = Event.objects.exclude(id__in=Leaf.objects.values("event_id"))
    found = unsealed.filter(covered, id__gt=since).order_by("id")
    return list(found.values_list("id", flat=True))
