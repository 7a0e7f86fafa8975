"""The words of lists, as the pack gives them and as the engine looks them up."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))


@dataclass(frozen=True)
class ImportWords:
    """Headers, categories and the other words that lists use; every key is in `bare` form."""

    nothing: frozenset[str]
    totals: frozenset[str]
    notes: tuple[str, ...]
    sexes: Mapping[str, str]
    place_suffixes: tuple[str, ...]
    guardian_groups: tuple[str, ...]
    child_groups: tuple[str, ...]
    headers: Mapping[str, str]
    guardian_headers: Mapping[str, str]
    categories: Mapping[str, str]
    ambiguous_categories: frozenset[str]
    serials: frozenset[str]
    relations: Mapping[str, str]
    stages: tuple[tuple[str, str], ...]

    @cached_property
    def category_codes(self) -> frozenset[str]:
        """The categories' codes, which stand for themselves where a person chose one."""
        return frozenset(self.categories.values())

    @cached_property
    def note_beginnings(self) -> tuple[str, ...]:
        """How a cell begins that is a note and says more than the word itself."""
        return tuple(f"{word}{sign}" for word in self.notes for sign in ":,")

    def is_nothing(self, text: str) -> bool:
        """Whether the cell says that there is nothing to say."""
        return not text or text in self.nothing

    def stage_of(self, school: str, grade: str) -> str:
        """The stage of school that these words mean, the first in the pack's order."""
        said = bare(school) + bare(grade)
        return next((stage for word, stage in self.stages if word in said), "unknown")


@lru_cache(maxsize=4_096)
def bare(text: str) -> str:
    """The text in half width and without any space: the form in which words are compared.

    >>> bare(" 姓　名 "), bare("村（社区）")
    ('姓名', '村(社区)')
    """
    if text.isascii() and text.isalnum():
        return text
    folded = unicodedata.normalize("NFKC", text).translate(INVISIBLE)
    return "".join(folded.split())


def import_words(raw: Mapping[str, Any]) -> ImportWords:
    """The words from a pack's file `import/words.yaml`."""
    return ImportWords(
        nothing=frozenset(map(bare, raw["nothing"])),
        totals=frozenset(map(bare, raw["totals"])),
        notes=tuple(map(bare, raw["notes"])),
        sexes={bare(word).upper(): sex for word, sex in raw["sexes"].items()},
        place_suffixes=tuple(sorted(raw["place_suffixes"], key=len, reverse=True)),
        guardian_groups=tuple(raw["guardian_groups"]),
        child_groups=tuple(raw["child_groups"]),
        headers=_by_word(raw["headers"]),
        guardian_headers=_by_word(raw["guardian_headers"]),
        categories=_by_word(raw["categories"]),
        ambiguous_categories=frozenset(map(bare, raw["ambiguous_categories"])),
        serials=frozenset(map(bare, raw["serials"])),
        relations=_by_word(raw["relations"]),
        stages=tuple((bare(word), code) for code, words in raw["stages"].items() for word in words),
    )


def _by_word(raw: Mapping[str, list[str]]) -> dict[str, str]:
    return {bare(word): code for code, words in raw.items() for word in words}
