"""A child's totals of one scale over time, as points of a small drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from weiguang.assessment.queries.pages import Past

WIDTH, HEIGHT, MARGIN = 560, 120, 18


@dataclass(frozen=True, slots=True)
class Dot:
    """One assessment in the drawing."""

    x: int
    y: int
    past: Past


@dataclass(frozen=True, slots=True)
class Trend:
    """The totals of one instrument, the oldest first; drawn only where there are two."""

    instrument: str
    dots: tuple[Dot, ...]

    @property
    def line(self) -> str:
        """The line through the dots, as SVG takes it."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def trends_of(history: Sequence[Past]) -> tuple[Trend, ...]:
    """One drawing for each scale that was used at least twice."""
    by_scale: dict[str, list[Past]] = {}
    for past in reversed(history):
        if past.hundredths is not None and not past.is_draft:
            by_scale.setdefault(past.instrument, []).append(past)
    return tuple(Trend(name, _dots(pasts)) for name, pasts in by_scale.items() if len(pasts) > 1)


def _dots(pasts: Sequence[Past]) -> tuple[Dot, ...]:
    totals = [past.hundredths or 0 for past in pasts]
    # Side by side, not by their days: two of one week would lie on one another.
    places = range(len(pasts))
    return tuple(
        Dot(_placed(place, places, WIDTH), HEIGHT - _placed(total, totals, HEIGHT), past)
        for place, total, past in zip(places, totals, pasts, strict=True)
    )


def _placed(value: int, among: Sequence[int], length: int) -> int:
    """Where a value lies between the least and the most; in the middle where all are one."""
    low, high = min(among), max(among)
    if low == high:
        return length // 2
    return MARGIN + (value - low) * (length - 2 * MARGIN) // (high - low)
