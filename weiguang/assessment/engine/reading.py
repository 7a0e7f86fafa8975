"""An instrument as it is written, made into typed values; what cannot be is a fault with its place.

Reading finds what is malformed in itself. What is wrong between the parts (a cycle, a hole between
bands, an unknown name) is `checking`'s.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

from weiguang.assessment.engine.instruments import (
    RESERVED,
    Band,
    Choice,
    Instrument,
    Item,
    Kind,
    Screen,
    Section,
    Source,
    Use,
)
from weiguang.assessment.engine.places import Fault, Path, Written
from weiguang.assessment.engine.points import points_of
from weiguang.kernel.packs import Label

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
VERSION: Final = re.compile(r"[0-9a-z][0-9a-z.-]{0,19}")
MARKS: Final = ("V", "V*", "M", "P", "sample")
MOST_ITEMS: Final = 300
MOST_CHOICES: Final = 100
MOST_DECIMALS: Final = 2
CHOOSING: Final = frozenset({Kind.SINGLE, Kind.SEVERAL})
COUNTING: Final = frozenset({Kind.NUMBER, Kind.RANGE})
TOP: Final = frozenset(
    {"code", "version", "label", "use", "source", "help", "sections", "screens", "bands"}
)
OF_A_SECTION: Final = frozenset({"code", "label", "help", "relevant", "items"})
OF_AN_ITEM: Final = frozenset(
    {
        "name", "type", "label", "help", "relevant", "required", "score", "choices", "low",
        "high", "step", "decimals", "tier", "domain",
    }
)  # fmt: skip
OF_A_CHOICE: Final = frozenset({"code", "zh", "en", "points"})

Word = TypeVar("Word", bound=StrEnum)


@dataclass(slots=True)
class Reading:
    """The reading of one file: what is written, and what was found wrong so far."""

    written: Written
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, path: Path, reason: str, detail: str = "") -> None:
        """Note a fault at a path."""
        self.faults.append(Fault(self.written.place(path), reason, detail))

    def only(self, raw: Any, path: Path, known: frozenset[str]) -> Mapping[str, Any]:
        """The mapping there; an unknown key is a fault, for nobody would see it ignored."""
        if not isinstance(raw, dict):
            self.wrong(path, "mapping")
            return {}
        for key in raw:
            if key not in known:
                self.wrong((*path, key), "unknown_key", key)
        return raw

    def rows(self, raw: Any, path: Path, most: int) -> Iterator[tuple[Path, Any]]:
        """The entries of a list with their paths; none where there is no list."""
        if raw is None:
            return
        if not isinstance(raw, list):
            self.wrong(path, "list")
            return
        if len(raw) > most:
            self.wrong(path, "many", str(most))
        for place, each in enumerate(raw[:most]):
            yield (*path, place), each

    def text(self, raw: Mapping[str, Any], key: str, path: Path) -> str:
        """The text under a key, or nothing."""
        value = raw.get(key)
        if value is not None and not isinstance(value, str):
            self.wrong((*path, key), "text")
            return ""
        return (value or "").strip()

    def name(self, raw: Mapping[str, Any], key: str, path: Path, taken: set[str]) -> str:
        """A name that nothing else has yet."""
        name = self.text(raw, key, path)
        if not NAME.fullmatch(name):
            self.wrong((*path, key), "name", name)
        elif name in taken:
            self.wrong((*path, key), "twice", name)
        taken.add(name)
        return name

    def label(self, raw: Mapping[str, Any], path: Path, key: str = "label") -> Label:
        """The text in both languages; one that is missing is a fault."""
        said = raw.get(key) if key else raw
        at = (*path, key) if key else path
        if not isinstance(said, dict):
            self.wrong(at, "label")
            return Label("", "")
        for language in ("zh", "en"):
            if not self.text(said, language, at):
                self.wrong((*at, language), f"label_{language}")
        return Label(self.text(said, "zh", at), self.text(said, "en", at))

    def help(self, raw: Mapping[str, Any], path: Path) -> Label | None:
        """The help, where there is one: then in both languages."""
        return self.label(raw, path, "help") if raw.get("help") is not None else None

    def word(self, raw: Mapping[str, Any], key: str, path: Path, words: type[Word]) -> Word | None:
        """One word of a fixed list."""
        said = self.text(raw, key, path)
        try:
            return words(said)
        except ValueError:
            self.wrong((*path, key), "one_of", ", ".join(words))
            return None

    def whole(self, raw: Mapping[str, Any], key: str, path: Path, unit: int = 1) -> int | None:
        """A number in its smallest unit, or None."""
        said = self.text(raw, key, path)
        if not said:
            return None
        hundredths = points_of(said)
        if hundredths is None or (hundredths * unit) % 100:
            self.wrong((*path, key), "number", said)
            return None
        return hundredths * unit // 100

    def points(self, raw: Mapping[str, Any], key: str, path: Path) -> int | None:
        """Points in hundredths, or None."""
        said = self.text(raw, key, path)
        found = points_of(said) if said else None
        if said and found is None:
            self.wrong((*path, key), "points", said)
        return found


def read(written: Written) -> tuple[Instrument, list[Fault]]:
    """The instrument and everything that is malformed in it, in the order of the file."""
    reading = Reading(written)
    raw = reading.only(written.raw, (), TOP)
    sections, items = _sections(reading, raw)
    version = reading.text(raw, "version", ())
    if not VERSION.fullmatch(version):
        reading.wrong(("version",), "version", version)
    instrument = Instrument(
        code=reading.name(raw, "code", (), set()),
        version=version,
        label=reading.label(raw, ()),
        use=reading.word(raw, "use", (), Use) or Use.JUDGEMENT,
        source=_source(reading, raw),
        sections=sections,
        items=items,
        screens=tuple(_screens(reading, raw)),
        bands=tuple(_bands(reading, raw)),
        help=reading.help(raw, ()),
    )
    return instrument, reading.faults


def _source(reading: Reading, raw: Mapping[str, Any]) -> Source:
    known = frozenset({"document", "number", "mark"})
    said = reading.only(raw.get("source"), ("source",), known)
    mark = reading.text(said, "mark", ("source",))
    if mark not in MARKS:
        reading.wrong(("source", "mark"), "one_of", ", ".join(MARKS))
    if not reading.text(said, "document", ("source",)):
        reading.wrong(("source", "document"), "source")
    document, number = (reading.text(said, key, ("source",)) for key in ("document", "number"))
    return Source(document, number, mark)


def _sections(
    reading: Reading, raw: Mapping[str, Any]
) -> tuple[tuple[Section, ...], tuple[Item, ...]]:
    sections, items = [], []
    codes: set[str] = set()
    names: set[str] = set()
    for path, each in reading.rows(raw.get("sections"), ("sections",), MOST_ITEMS):
        said = reading.only(each, path, OF_A_SECTION)
        code = reading.name(said, "code", path, codes)
        condition = reading.text(said, "relevant", path)
        label, more = reading.label(said, path), reading.help(said, path)
        sections.append(Section(code, label, more, condition))
        for place, one in reading.rows(said.get("items"), (*path, "items"), MOST_ITEMS):
            items.append(_item(reading, one, place, code, names))
    if not items:
        reading.wrong(("sections",), "empty")
    return tuple(sections), tuple(items)


def _item(reading: Reading, raw: Any, path: Path, section: str, names: set[str]) -> Item:
    said = reading.only(raw, path, OF_AN_ITEM)
    name = reading.name(said, "name", path, names)
    if name in RESERVED:
        reading.wrong((*path, "name"), "reserved", name)
    kind = reading.word(said, "type", path, Kind)
    decimals = reading.whole(said, "decimals", path) or 0
    if not 0 <= decimals <= MOST_DECIMALS:
        reading.wrong((*path, "decimals"), "decimals", str(MOST_DECIMALS))
        decimals = 0
    unit = 10**decimals
    required = reading.text(said, "required", path)
    item = Item(
        name=name, kind=kind or Kind.TEXT, label=reading.label(said, path), section=section,
        help=reading.help(said, path), relevant=reading.text(said, "relevant", path),
        required="" if required == "false" else required, score=reading.text(said, "score", path),
        choices=_choices(reading, said, path), low=reading.whole(said, "low", path, unit),
        high=reading.whole(said, "high", path, unit),
        step=reading.whole(said, "step", path, unit) or 1, decimals=decimals,
        is_sealed=_is_sealed(reading, said, path), domain=reading.text(said, "domain", path),
    )  # fmt: skip
    if kind is not None:
        _fits(reading, item, path)
    return item


def _choices(reading: Reading, raw: Mapping[str, Any], path: Path) -> tuple[Choice, ...]:
    found, codes = [], set[str]()
    for place, each in reading.rows(raw.get("choices"), (*path, "choices"), MOST_CHOICES):
        said = reading.only(each, place, OF_A_CHOICE)
        code = reading.name(said, "code", place, codes)
        label = reading.label(said, place, "")
        found.append(Choice(code, label, reading.points(said, "points", place)))
    return tuple(found)


def _is_sealed(reading: Reading, raw: Mapping[str, Any], path: Path) -> bool:
    tier = reading.text(raw, "tier", path)
    if tier not in {"", "sensitive", "sealed"}:
        reading.wrong((*path, "tier"), "one_of", "sensitive, sealed")
    return tier == "sealed"


def _fits(reading: Reading, item: Item, path: Path) -> None:
    """Whether what is said of an item belongs to its kind."""
    if item.kind in CHOOSING and len(item.choices) < 2:
        reading.wrong((*path, "choices"), "choices", item.name)
    if item.kind not in CHOOSING and item.choices:
        points = any(each.points is not None for each in item.choices)
        reading.wrong((*path, "choices"), "points_on_text" if points else "no_choices", item.name)
    if item.score and item.kind in {Kind.TEXT, Kind.DATE}:
        reading.wrong((*path, "score"), "points_on_text", item.name)
    if item.score and any(each.points is not None for each in item.choices):
        reading.wrong((*path, "score"), "points_and_score", item.name)
    if item.kind is Kind.RANGE and (item.low is None or item.high is None):
        reading.wrong(path, "range", item.name)
    if item.low is not None and item.high is not None and item.low >= item.high:
        reading.wrong((*path, "high"), "low_high", item.name)
    if item.kind not in COUNTING and (item.low is not None or item.high is not None):
        reading.wrong((*path, "low"), "no_limits", item.name)
    if item.step < 1:
        reading.wrong((*path, "step"), "step", item.name)


def _screens(reading: Reading, raw: Mapping[str, Any]) -> Iterator[Screen]:
    codes: set[str] = set()
    known = frozenset({"code", "label", "when", "level", "basis"})
    for path, each in reading.rows(raw.get("screens"), ("screens",), MOST_CHOICES):
        said = reading.only(each, path, known)
        code = reading.name(said, "code", path, codes)
        when = reading.text(said, "when", path)
        if not when:
            reading.wrong(path, "when", code)
        level, basis = (reading.text(said, key, path) for key in ("level", "basis"))
        yield Screen(code, reading.label(said, path), when, level, basis)


def _bands(reading: Reading, raw: Mapping[str, Any]) -> Iterator[Band]:
    codes: set[str] = set()
    known = frozenset({"code", "label", "level", "from", "below"})
    for path, each in reading.rows(raw.get("bands"), ("bands",), MOST_CHOICES):
        said = reading.only(each, path, known)
        code, level = reading.name(said, "code", path, codes), reading.text(said, "level", path)
        low, below = (reading.points(said, key, path) for key in ("from", "below"))
        yield Band(code, reading.label(said, path), level, low, below)
