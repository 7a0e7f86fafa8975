"""How far the memory is sealed, told without counting all of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from weiguang.kernel.models import Block, Event, Leaf
from weiguang.network.verbs import Verb

COUNTED_UP_TO: Final = 1_000
# An event sealed late by a slow transaction lies at most this far below the newest sealed one.
LOOKED_BACK: Final = 10_000


@dataclass(frozen=True, slots=True)
class SealState:
    """The newest block and what is not sealed yet; `unsealed` is exact up to `COUNTED_UP_TO`."""

    blocks: int
    sealed_through: int
    sealed_at: datetime | None
    unsealed: int
    is_more: bool
    oldest_unsealed_at: datetime | None


def seal_state() -> SealState:
    """The state of the chain; three queries, none over all events."""
    last = Block.objects.order_by("-id").first()
    waiting = _unsealed(last.last_event_id if last else 0)
    oldest = waiting.order_by("id").values_list("at", flat=True).first()
    unsealed = waiting.order_by()[: COUNTED_UP_TO + 1].count()
    return SealState(
        blocks=last.pk if last else 0,
        sealed_through=last.last_event_id if last else 0,
        sealed_at=last.sealed_at if last else None,
        unsealed=min(unsealed, COUNTED_UP_TO),
        is_more=unsealed > COUNTED_UP_TO,
        oldest_unsealed_at=oldest,
    )


def last_sealed_at() -> datetime | None:
    """When the newest block was sealed; one query."""
    return Block.objects.order_by("-id").values_list("sealed_at", flat=True).first()


def last_findings() -> int | None:
    """How much was found wrong when the memory was last proved on its page; None when never."""
    proved = Event.objects.filter(verb=Verb.CHAIN_VERIFY, was_refused=False)
    detail = proved.order_by("-id").values_list("detail", flat=True).first()
    return None if detail is None else int(detail["findings"])


def _unsealed(sealed_through: int) -> QuerySet[Event]:
    leaf = Leaf.objects.filter(event_id=OuterRef("pk"))
    return Event.objects.filter(~Exists(leaf), id__gt=sealed_through - LOOKED_BACK)
