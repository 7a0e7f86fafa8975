"""Whether an instrument may be used: what is wrong between its parts, each with its place.

Every fault is one that would let a child be assessed wrongly without anybody seeing it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from weiguang.assessment.engine.answers import highest, lowest
from weiguang.assessment.engine.evaluating import CycleError, nothing_said, ordered
from weiguang.assessment.engine.expressions import (
    RuleError,
    Value,
    compared_with,
    names_in,
    result_type,
)
from weiguang.assessment.engine.instruments import (
    AGE,
    ANSWERED,
    Band,
    Instrument,
    Item,
    Kind,
    Use,
)
from weiguang.assessment.engine.places import Fault, Path, Written
from weiguang.assessment.engine.reading import COUNTING, read

Expected: Final = {"relevant": "bool", "required": "bool", "score": "int", "when": "bool"}


@dataclass(frozen=True, slots=True)
class Checked:
    """An instrument with everything that is wrong with it; usable only where nothing is."""

    instrument: Instrument
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """An expression, what for, and where it stands."""

    path: Path
    part: str
    text: str
    owner: str


def check(written: Written, *, levels: Sequence[str]) -> Checked:
    """Read an instrument and find everything that is wrong with it; `levels` are the pack's."""
    instrument, faults = read(written)
    rules = tuple(_rules(instrument, written))
    for rule in rules:
        faults += (Fault(written.place(rule.path), *said) for said in _of_rule(instrument, rule))
    # Between the parts only where each by itself can be understood.
    if not faults:
        faults += (Fault(written.place(path), *said) for path, said in _cycles(instrument, rules))
    faults += (Fault(written.place(path), *said) for path, said in _bands(instrument))
    faults += (Fault(written.place(path), *said) for path, said in _levels(instrument, levels))
    return Checked(instrument, tuple(dict.fromkeys(faults)))


def _rules(instrument: Instrument, written: Written) -> Iterator[_Rule]:
    place = {item.name: path for item, path in _item_paths(instrument)}
    for number, section in enumerate(instrument.sections):
        if section.relevant:
            yield _Rule(("sections", number, "relevant"), "relevant", section.relevant, "")
    for item in instrument.items:
        for part in ("relevant", "required", "score"):
            if text := getattr(item, part):
                yield _Rule((*place[item.name], part), part, text, item.name)
    for number, screen in enumerate(instrument.screens):
        if screen.when:
            yield _Rule(("screens", number, "when"), "when", screen.when, "")


def _item_paths(instrument: Instrument) -> Iterator[tuple[Item, Path]]:
    for number, section in enumerate(instrument.sections):
        for place, item in enumerate(instrument.items_of(section.code)):
            yield item, ("sections", number, "items", place)


def _of_rule(instrument: Instrument, rule: _Rule) -> Iterator[tuple[str, str]]:
    try:
        names = names_in(rule.text)
    except RuleError as error:
        yield f"rule_{error.reason}", error.detail
        return
    by_name = instrument.by_name
    unknown = sorted(names - set(by_name) - {AGE, ANSWERED})
    if unknown:
        yield "rule_unknown", unknown[0]
        return
    comparisons = list(_comparisons(instrument, rule))
    yield from comparisons
    if not comparisons and (wrong := _wrong_type(instrument, rule)):
        yield wrong, ""
    for name in sorted(names):
        counts = name in by_name and by_name[name].kind in COUNTING and rule.owner != name
        # What is not answered is nought: nobody may be screened in or out by that unseen.
        if counts and f"'{name}' in {ANSWERED}" not in rule.text.replace('"', "'"):
            yield "rule_answered", name


def _comparisons(instrument: Instrument, rule: _Rule) -> Iterator[tuple[str, str]]:
    for name, literal in compared_with(rule.text):
        quoted = literal[:1] in {"'", '"'}
        text = literal.strip("'\"")
        item = instrument.by_name.get(name)
        if name == ANSWERED:
            if text not in instrument.by_name:
                yield "rule_unknown", text
        elif name == AGE or (item is not None and item.kind in COUNTING):
            if quoted:
                yield "rule_compares", name
        elif item is not None and not quoted:
            yield "rule_compares", name
        elif item is not None and item.choices and text and item.choice(text) is None:
            yield "rule_choice", f"{name}: {text}"


def _wrong_type(instrument: Instrument, rule: _Rule) -> str:
    """Tried with nothing answered and with everything: both must come to what is wanted."""
    for is_full in (False, True):
        found = result_type(rule.text, _context(instrument, is_full=is_full))
        if found != Expected[rule.part]:
            return f"rule_{Expected[rule.part]}"
    return ""


def _context(instrument: Instrument, *, is_full: bool) -> Mapping[str, object]:
    values: dict[str, object] = {
        item.name: _some(item) if is_full else nothing_said(item.kind) for item in instrument.items
    }
    return values | {AGE: 10, ANSWERED: [*instrument.by_name] if is_full else []}


def _some(item: Item) -> Value:
    if item.kind is Kind.SEVERAL:
        return [each.code for each in item.choices]
    if item.kind is Kind.SINGLE:
        return item.choices[0].code if item.choices else ""
    if item.kind in COUNTING:
        return highest(item) if item.high is not None else max(lowest(item), 1)
    return "2024-05-31"


def _cycles(
    instrument: Instrument, rules: Sequence[_Rule]
) -> Iterator[tuple[Path, tuple[str, str]]]:
    try:
        ordered(instrument)
    except CycleError as error:
        first = {item.name: path for item, path in _item_paths(instrument)}[error.names[0]]
        own = next((r.path for r in rules if r.owner == error.names[0]), first)
        yield own, ("cycle", " → ".join((*error.names, error.names[0])))


def _bands(instrument: Instrument) -> Iterator[tuple[Path, tuple[str, str]]]:
    bands = instrument.bands
    if instrument.use is Use.JUDGEMENT and bands:
        yield ("bands",), ("bands_of_judgement", "")
    if instrument.use is not Use.JUDGEMENT and not bands:
        yield (), ("no_bands", "")
    if not bands:
        return
    if bands[0].low is not None:
        yield ("bands", 0, "from"), ("band_first", bands[0].code)
    if bands[-1].below is not None:
        yield ("bands", len(bands) - 1, "below"), ("band_last", bands[-1].code)
    for number, (one, other) in enumerate(pairwise(bands), 1):
        yield from ((("bands", number, "from"), said) for said in _seam(one, other))


def _seam(one: Band, other: Band) -> Iterator[tuple[str, str]]:
    names = f"{one.code} / {other.code}"
    if one.below is None or other.low is None:
        yield "band_open", names
    elif one.below < other.low:
        yield "band_hole", names
    elif one.below > other.low:
        yield "band_overlap", names
    if other.low is not None and other.below is not None and other.low >= other.below:
        yield "band_empty", other.code


def _levels(
    instrument: Instrument, levels: Sequence[str]
) -> Iterator[tuple[Path, tuple[str, str]]]:
    said = ", ".join(levels)
    for number, band in enumerate(instrument.bands):
        if band.level not in levels:
            yield ("bands", number, "level"), ("level", said)
    for number, screen in enumerate(instrument.screens):
        if screen.level not in levels:
            yield ("screens", number, "level"), ("level", said)
