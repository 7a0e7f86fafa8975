"""The rhythm of a child's care: who comes next, by when, and who is told when nobody came.

Which level asks for what is a pack's (`rhythm.yaml`); this reckons with it and knows no clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

# Who comes, and looking at the level anew.
KINDS: Final = ("director", "social_worker", "supervisor", "reassess")


@dataclass(frozen=True, slots=True)
class Beat:
    """What one level asks for: days between visits by kind (a kind that is missing is not asked),
    and after how many days of delay the level above is told.
    """

    level: str
    days: Mapping[str, int]
    escalates_after: int
    # Nobody of the village comes unless the rescue and protection centre asks.
    is_centres: bool


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A pack's rhythm: a beat for every level, and how near visits are merged."""

    beats: Mapping[str, Beat]
    merge_days: int

    def beat(self, level: str) -> Beat | None:
        """The beat of a level; None for a child at none."""
        return self.beats.get(level)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due for a child on a day; `kinds` are done in one visit, the earliest day counts."""

    on: date
    kinds: tuple[str, ...]
    late_days: int
    # How many levels above are told: none, town, city.
    told: int


def rhythm_of(raw: Mapping[str, Any]) -> Rhythm:
    """A pack's rhythm from its file; raises ValueError for what cannot be one."""
    beats = {level: _beat(level, said) for level, said in raw["levels"].items()}
    merge = int(raw["merge_days"])
    if merge < 0:
        raise ValueError("merge_days is not negative")
    return Rhythm(beats, merge)


def due_for(
    rhythm: Rhythm, *, level: str, since: date, done: Mapping[str, date], today: date,
    centre_asks: bool = False,
) -> tuple[Due, ...]:  # fmt: skip
    """What is due next for a child at a level since a day, the earliest first.

    `done` is the last day of each kind; what was done before the level was set counts, and nothing
    is due before that day. Kinds that fall due within `merge_days` of the earliest are one visit,
    except looking at the level anew, which is a work of its own. At a level that is the centre's
    the director comes only where the centre asks.
    """
    beat = rhythm.beat(level)
    if beat is None:
        return ()
    asked = {
        kind: days
        for kind, days in beat.days.items()
        if kind != "director" or not beat.is_centres or centre_asks
    }
    days = {kind: _next(since, done.get(kind), each) for kind, each in asked.items()}
    visits = sorted((on, kind) for kind, on in days.items() if kind != "reassess")
    merged = [*_merged(visits, rhythm.merge_days)]
    if "reassess" in days:
        merged.append((days["reassess"], ("reassess",)))
    return tuple(_due(on, kinds, beat, today) for on, kinds in sorted(merged))


def told_after(late_days: int, escalates_after: int) -> int:
    """How many levels above are told after so many days of delay: one after each period, two at
    most.

    >>> [told_after(days, 3) for days in (0, 3, 4, 6, 7, 30)]
    [0, 0, 1, 1, 2, 2]
    """
    if late_days <= escalates_after:
        return 0
    # A level whose delay is nothing goes up at once, to both.
    return 2 if escalates_after == 0 else min(2, (late_days - 1) // escalates_after)


def _beat(level: str, said: Mapping[str, Any]) -> Beat:
    days = {kind: int(said[kind]) for kind in KINDS if said.get(kind) is not None}
    if any(each < 1 for each in days.values()):
        raise ValueError(f"{level}: an interval is at least a day")
    escalates = int(said["escalates_after"])
    if escalates < 0:
        raise ValueError(f"{level}: a delay is not negative")
    return Beat(level, days, escalates, bool(said.get("centre")))


def _next(since: date, last: date | None, days: int) -> date:
    if last is None:
        return since + timedelta(days=days)
    # What was due before the level was set is due on the day on which it was.
    return max(last + timedelta(days=days), since)


def _merged(
    visits: Sequence[tuple[date, str]], window: int
) -> Iterable[tuple[date, tuple[str, ...]]]:
    together: list[tuple[date, str]] = []
    for on, kind in visits:
        if together and (on - together[0][0]).days > window:
            yield together[0][0], tuple(each for _day, each in together)
            together = []
        together.append((on, kind))
    if together:
        yield together[0][0], tuple(each for _day, each in together)


def _due(on: date, kinds: tuple[str, ...], beat: Beat, today: date) -> Due:
    late = max(0, (today - on).days)
    return Due(on, kinds, late, told_after(late, beat.escalates_after))
