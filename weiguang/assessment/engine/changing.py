"""What would change the result: the smallest changes of one answer after which it is another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from weiguang.assessment.engine.answers import highest, lowest
from weiguang.assessment.engine.evaluating import Outcome, evaluate
from weiguang.assessment.engine.expressions import Answers, Value
from weiguang.assessment.engine.instruments import Instrument, Item, Kind

# A range of more steps is tried at its ends only.
STEPS_AT_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One answer otherwise, and the result that follows; `value` None where it is taken away.

    `by` is how many hundredths the total moves; None where one side has no total.
    """

    name: str
    value: Value | None
    outcome: Outcome
    by: int | None


def what_would_change(instrument: Instrument, answers: Answers, *, age: int) -> tuple[Change, ...]:
    """For each other result that one answer can bring, the smallest such changes.

    Results are told apart by band and screens. The nearest result comes first; of one result all
    changes that move the total equally little, in the order of the items. A result that a screen
    brings or ends has no distance and comes last.
    """
    now = evaluate(instrument, answers, age=age)
    nearest: dict[tuple[str, bool], list[Change]] = {}
    for name, value in _single_changes(instrument, answers, now):
        after = evaluate(instrument, _changed(answers, name, value), age=age)
        if _result(after) == _result(now):
            continue
        change = Change(name, value, after, _distance(now, after))
        best = nearest.setdefault(_result(after), [])
        if best and _size(change) < _size(best[0]):
            best.clear()
        if not best or _size(change) == _size(best[0]):
            best.append(change)
    return tuple(
        change for best in sorted(nearest.values(), key=lambda b: _size(b[0])) for change in best
    )


def _single_changes(
    instrument: Instrument, answers: Answers, now: Outcome
) -> Iterator[tuple[str, Value | None]]:
    for item in instrument.items:
        # Of what is not asked no other answer can be given.
        if item.name in now.relevant:
            said = answers.get(item.name)
            yield from ((item.name, value) for value in _others(item, said) if value != said)


def _others(item: Item, said: Value | None) -> Iterator[Value | None]:
    if item.kind is Kind.SINGLE:
        yield from (each.code for each in item.choices)
    elif item.kind is Kind.SEVERAL:
        chosen = said if isinstance(said, list) else []
        for each in item.choices:
            codes = {*chosen} ^ {each.code}
            yield [one.code for one in item.choices if one.code in codes] or None
    elif item.kind in {Kind.NUMBER, Kind.RANGE} and item.low is not None and item.high is not None:
        steps = range(lowest(item), highest(item) + 1, item.step)
        yield from steps if len(steps) <= STEPS_AT_MOST else (item.low, item.high)


def _changed(answers: Answers, name: str, value: Value | None) -> Mapping[str, Value]:
    rest = {each: said for each, said in answers.items() if each != name}
    return rest if value is None else rest | {name: value}


def _result(outcome: Outcome) -> tuple[str, bool]:
    return (outcome.band, bool(outcome.screens))


def _distance(now: Outcome, after: Outcome) -> int | None:
    if now.total is None or after.total is None:
        return None
    return after.total - now.total


def _size(change: Change) -> tuple[bool, int]:
    return (change.by is None, abs(change.by or 0))
