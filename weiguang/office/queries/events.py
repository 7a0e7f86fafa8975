"""The memory as the auditor reads it: newest first, in bounded steps, every row in words.

Children stand here as the end of their number: an auditor judges what was done, not to whom.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from weiguang.kernel.clock import CHINA
from weiguang.kernel.models import Event
from weiguang.network.verbs import Verb

EVENTS_PER_PAGE: Final = 50
# One page looks at no more events than this, however rare what is looked for.
EVENTS_LOOKED_AT: Final = 100_000
# One of these alone is found through its index, however far back.
INDEXED: Final = frozenset({"verb", "person_id", "about_id"})
DATES: Final = frozenset({"since", "last_day"})

# Numbers and moments grow together, so a day's first event is found by halving the numbers.
FIRST_SINCE: Final = """
WITH RECURSIVE halves(low, high) AS (
  SELECT min(id), max(id) + 1 FROM kernel_event
  UNION ALL
  SELECT CASE WHEN probe.at < %(moment)s THEN middle + 1 ELSE low END,
         CASE WHEN probe.at < %(moment)s THEN high ELSE middle END
  FROM halves,
    LATERAL (SELECT low + (high - low) / 2) AS half(middle),
    LATERAL (SELECT at FROM kernel_event WHERE id >= middle ORDER BY id LIMIT 1) AS probe(at)
  WHERE low < high
)
SELECT low FROM halves WHERE low >= high
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the auditor looks for; everything empty means everything."""

    verb: str = ""
    person_id: str = ""
    about_id: str = ""
    place_path: str = ""
    since: str = ""
    last_day: str = ""
    refused_only: bool = False

    @property
    def named(self) -> dict[str, Any]:
        """The filters that are set, as they may stand in an event: ids and codes."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def has_index(self) -> bool:
        """Whether an index leads to exactly what is looked for, so that no step is needed."""
        conditions = self.named.keys() - DATES
        return len(conditions) == 1 and conditions <= INDEXED


@dataclass(frozen=True, slots=True)
class Found:
    """One page of events; `next_before` goes on, from where the look back ended."""

    events: list[Event]
    next_before: int | None
    is_step_over: bool


def look_back(filters: Filters, before: int | None) -> Found:
    """The newest events below a number that fit; at most five queries, none unbounded."""
    lowest = _first_since(filters.since) if filters.since else 0
    highest = before or _first_after(filters.last_day) or _after_all()
    floor = lowest if filters.has_index else max(lowest, highest - EVENTS_LOOKED_AT)
    fitting = _fitting(filters).filter(id__lt=highest, id__gte=floor).order_by("-id")
    events = list(fitting[: EVENTS_PER_PAGE + 1])
    if len(events) > EVENTS_PER_PAGE:
        return Found(events[:-1], events[-2].pk, is_step_over=False)
    is_more = Event.objects.filter(id__lt=floor, id__gte=lowest).exists()
    return Found(events, floor if is_more else None, is_step_over=is_more)


def refused_openings(since: str) -> int:
    """How often a file was refused since a day, exact up to 1,000, then 1,001; two queries."""
    refused = Event.objects.filter(
        verb=Verb.CHILD_OPEN, was_refused=True, id__gte=_first_since(since)
    )
    return refused.order_by()[:1_001].count()


def _fitting(filters: Filters) -> QuerySet[Event]:
    exact: dict[str, Any] = {
        name: value
        for name, value in (
            ("verb", filters.verb),
            ("person_id", filters.person_id),
            ("about_id", filters.about_id),
            ("place_path__startswith", filters.place_path),
            ("was_refused", filters.refused_only),
        )
        if value
    }
    return Event.objects.filter(**exact)


def _first_since(day: str) -> int:
    """The number of the first event of a day or after; beyond the last when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_SINCE, {"moment": _midnight(date.fromisoformat(day))})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _first_after(last_day: str) -> int | None:
    if not last_day:
        return None
    return _first_since((date.fromisoformat(last_day) + timedelta(days=1)).isoformat())


def _after_all() -> int:
    newest = Event.objects.order_by("-id").values_list("id", flat=True).first()
    return (newest or 0) + 1


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, CHINA)


def ids_of(events: Iterable[Event], kind: str) -> set[UUID]:
    """The ids of what these events are about, of one kind."""
    return {e.about_id for e in events if e.about_kind == kind and e.about_id is not None}
