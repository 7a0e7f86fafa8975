"""An instrument of assessment as typed values: items, screens and bands of one version.

What is read from a pack or a workbook (`reading`) becomes this; `checking` says whether it may be
used, `evaluating` what answers come to. Nothing here changes once it is read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from weiguang.kernel.packs import Label

# Names that an expression may use besides those of items: the child's full years on the day of the
# assessment, and the names of the items that are answered and count.
AGE: Final = "age"
ANSWERED: Final = "answered"
RESERVED: Final = frozenset({AGE, ANSWERED, "true", "false", "null", "in", "size"})


class Kind(StrEnum):
    """What an item asks for."""

    SINGLE = "single"
    SEVERAL = "several"
    NUMBER = "number"
    RANGE = "range"
    DATE = "date"
    TEXT = "text"


class Use(StrEnum):
    """What an instrument is for, and how much it may say."""

    # A person judges; nothing is added up.
    JUDGEMENT = "judgement"
    # Points are added up, and a level is proposed.
    SCALE = "scale"
    # A sample that shows how scales work; it never sets a level.
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose; `points` in hundredths, None where it counts nothing."""

    code: str
    label: Label
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `relevant`, `required` and `score` are expressions, or empty.

    `required` may be "true". A `range` goes from `low` to `high` by `step`; a `number` has its
    limits in the same fields. `decimals` is how many places a number has: expressions see it as a
    whole number of the smallest unit. `domain` is the need domain that it speaks of.
    """

    name: str
    kind: Kind
    label: Label
    section: str
    help: Label | None = None
    relevant: str = ""
    required: str = ""
    score: str = ""
    choices: tuple[Choice, ...] = ()
    low: int | None = None
    high: int | None = None
    step: int = 1
    decimals: int = 0
    is_sealed: bool = False
    domain: str = ""

    @property
    def unit(self) -> int:
        """How many of the smallest unit make one."""
        return int(10**self.decimals)

    def choice(self, code: str) -> Choice | None:
        """The choice with this code."""
        return next((each for each in self.choices if each.code == code), None)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page, with its own condition."""

    code: str
    label: Label
    help: Label | None = None
    relevant: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """A knock-out: when it holds nothing is added up, and `level` is proposed at once."""

    code: str
    label: Label
    when: str
    level: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of totals, from `low` (in it) to before `below`; None is without end."""

    code: str
    label: Label
    level: str
    low: int | None
    below: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where an instrument comes from. `mark` as in `kernel.packs.Basis`, or `sample`."""

    document: str
    number: str
    mark: str


@dataclass(frozen=True, slots=True, eq=False)
class Instrument:
    """One version of an instrument; two are the same only when they are one object."""

    code: str
    version: str
    label: Label
    use: Use
    source: Source
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    screens: tuple[Screen, ...] = ()
    bands: tuple[Band, ...] = ()
    help: Label | None = None

    @property
    def is_sample(self) -> bool:
        """Whether it only shows how a scale works."""
        return self.use is Use.SAMPLE

    @property
    def adds_up(self) -> bool:
        """Whether points are added up."""
        return bool(self.bands)

    @property
    def by_name(self) -> Mapping[str, Item]:
        """The items by their names."""
        return {each.name: each for each in self.items}

    def items_of(self, section: str) -> tuple[Item, ...]:
        """The items of one section, in their order."""
        return tuple(each for each in self.items if each.section == section)

    def expressions(self) -> Iterator[tuple[str, str, str]]:
        """Every expression with whose it is and what for: (owner, part, text)."""
        for section in self.sections:
            yield f"section {section.code}", "relevant", section.relevant
        for item in self.items:
            for part in ("relevant", "required", "score"):
                yield item.name, part, str(getattr(item, part))
        for screen in self.screens:
            yield f"screen {screen.code}", "when", screen.when
