"""What answers come to: which items count, which are missing, points, screens, band and level.

The browser does the same with the same expressions (`web/assets/instrument.ts`); shared vectors in
`contracts/instruments` hold the two together. What the server finds is what counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from weiguang.assessment.engine.expressions import (
    Answers,
    Value,
    holds,
    names_in,
    names_quoted,
    number,
)
from weiguang.assessment.engine.instruments import (
    AGE,
    ANSWERED,
    Band,
    Instrument,
    Item,
    Kind,
)


class CycleError(ValueError):
    """Items whose conditions wait for one another; `names` in the order of the round."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(" ".join(names))
        self.names = names


@dataclass(frozen=True, slots=True)
class Outcome:
    """What answers come to; points in hundredths, `total` None where nothing is added up.

    `level` is what is proposed; empty where a person judges without a proposal.
    """

    relevant: tuple[str, ...]
    missing: tuple[str, ...]
    points: Mapping[str, int]
    total: int | None
    screens: tuple[str, ...]
    band: str
    level: str

    @property
    def is_complete(self) -> bool:
        """Whether nothing that is required is missing."""
        return not self.missing


def evaluate(instrument: Instrument, answers: Answers, *, age: int) -> Outcome:
    """What these answers come to for a child of this age; every answer is left as it is.

    An item that is not relevant keeps its answer and counts as not answered.
    """
    context = _context(instrument, age)
    relevant: set[str] = set()
    for item in ordered(instrument):
        if _is_relevant(instrument, item, context):
            relevant.add(item.name)
            _admit(context, item, answers.get(item.name))
    answered: list[str] = context[ANSWERED]  # type: ignore[assignment]
    missing = tuple(
        item.name
        for item in instrument.items
        if item.name in relevant
        and item.name not in answered
        and item.required
        and holds(item.required, context, otherwise=False)
    )
    points = {
        item.name: counted
        for item in instrument.items
        if item.name in answered and (counted := _points(item, context)) is not None
    }
    hit = tuple(
        screen.code for screen in instrument.screens if holds(screen.when, context, otherwise=False)
    )
    shown = tuple(item.name for item in instrument.items if item.name in relevant)
    return _judged(instrument, Outcome(shown, missing, points, None, hit, "", ""))


def band_of(instrument: Instrument, total: int) -> Band | None:
    """The band that a total lies in."""
    return next(
        (
            band
            for band in instrument.bands
            if (band.low is None or band.low <= total)
            and (band.below is None or total < band.below)
        ),
        None,
    )


@lru_cache(maxsize=256)
def ordered(instrument: Instrument) -> tuple[Item, ...]:
    """The items, each after those its condition asks about; raises `CycleError`."""
    waits = {item.name: asked_by(instrument, item) for item in instrument.items}
    done: dict[str, Item] = {}
    by_name = instrument.by_name

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in done:
            return
        if name in trail:
            raise CycleError(trail[trail.index(name) :])
        for other in waits[name]:
            visit(other, (*trail, name))
        done[name] = by_name[name]

    for item in instrument.items:
        visit(item.name, ())
    return tuple(done.values())


def asked_by(instrument: Instrument, item: Item) -> tuple[str, ...]:
    """The items that decide whether this one is relevant, in the instrument's order."""
    section = next(each for each in instrument.sections if each.code == item.section)
    names: set[str] = set()
    for text in (item.relevant, section.relevant):
        if text:
            names |= names_in(text) | names_quoted(text)
    return tuple(each.name for each in instrument.items if each.name in names)


def is_answer(value: Value | None) -> bool:
    """Whether this is an answer at all."""
    return value is not None and value != "" and value != []


def nothing_said(kind: Kind) -> Value:
    """What an expression sees of an item of this kind that is not answered."""
    if kind is Kind.SEVERAL:
        return []
    return 0 if kind in {Kind.NUMBER, Kind.RANGE} else ""


def _context(instrument: Instrument, age: int) -> dict[str, Value]:
    context: dict[str, Value] = {item.name: nothing_said(item.kind) for item in instrument.items}
    return context | {AGE: age, ANSWERED: []}


def _is_relevant(instrument: Instrument, item: Item, context: Mapping[str, object]) -> bool:
    section = next(each for each in instrument.sections if each.code == item.section)
    # What cannot be told hides nothing.
    return all(
        holds(text, context, otherwise=True) for text in (section.relevant, item.relevant) if text
    )


def _admit(context: dict[str, Value], item: Item, value: Value | None) -> None:
    if value is not None and is_answer(value):
        context[item.name] = value
        answered = context[ANSWERED]
        assert isinstance(answered, list)
        answered.append(item.name)


def _points(item: Item, context: Mapping[str, Value]) -> int | None:
    """The item's points; None where it counts none."""
    if item.score:
        return number(item.score, context)
    said = context[item.name]
    chosen = said if isinstance(said, list) else [said]
    counted = [each.points for code in chosen if (each := item.choice(str(code))) is not None]
    known = [points for points in counted if points is not None]
    return sum(known) if known else None


def _judged(instrument: Instrument, found: Outcome) -> Outcome:
    if found.screens:
        first = next(each for each in instrument.screens if each.code == found.screens[0])
        return replace(found, level=first.level)
    if not instrument.adds_up:
        return found
    total = sum(found.points.values())
    band = band_of(instrument, total)
    if band is None:
        return replace(found, total=total)
    return replace(found, total=total, band=band.code, level=band.level)
