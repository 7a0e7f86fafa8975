"""Finds the one place that a row names, among the places the actor may write to."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from weiguang.register.engine.words import bare

VILLAGE: Final = "village"
TOWN: Final = "town"


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place as lists may name it; `key` is what the caller knows it by.

    A place outside the actor's rows is known by name only, so that a row which means it is not
    taken for a namesake within.
    """

    key: str
    code: str
    name: str
    level: str
    parent_key: str | None
    is_within: bool = True


class PlaceIndex:
    """The actor's places by code, full name, and name without its suffix."""

    def __init__(
        self, places: Iterable[NamedPlace], *, suffixes: Iterable[str],
        former: Iterable[NamedPlace] = (),
    ) -> None:  # fmt: skip
        """`former` says what places were called once, each with the key of what goes on today."""
        self._suffixes = tuple(suffixes)
        places, former = list(places), list(former)
        self._once = PlaceIndex([*places, *former], suffixes=self._suffixes) if former else None
        self._steps: tuple[dict[str, list[NamedPlace]], ...] = ({}, {}, {})
        self._within: dict[str, NamedPlace] = {}
        for place in places:
            if place.is_within:
                self._within[place.key] = place
            said = (place.code, bare(place.name), self._short(bare(place.name)))
            for step, word in zip(self._steps, said, strict=True):
                step.setdefault(word, []).append(place)
        villages = {bare(p.name): p.key for p in self._within.values() if p.level == VILLAGE}
        longest_first = sorted(villages, key=len, reverse=True)
        self._villages = villages
        self._any_village = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        self._found: dict[tuple[str, str], str | None] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._within

    def find(self, *, town: str, village: str) -> str | None:
        """The key of the place that these words mean; None when they mean none or several.

        In the contract's order: by code, full name, name without its suffix, each among all the
        actor's places, then within the town. The town decides only between namesakes, for villages
        are counted under other towns than the ones that run them. A row that names a town and no
        village means the town itself.
        """
        asked = (bare(town), bare(village))
        if asked not in self._found:
            self._found[asked] = self._find(*asked)
        return self._found[asked]

    def find_former(self, *, town: str, village: str) -> str | None:
        """The key of the place of today that these words meant once; as `find`.

        To be asked when `find` knows nothing: a name of today is never taken for one of the past.
        """
        return self._once.find(town=town, village=village) if self._once else None

    def by_code(self, code: str) -> str | None:
        """The key of the place with this code, whatever its level."""
        found = [place for place in self._steps[0].get(code, []) if place.is_within]
        return found[0].key if len(found) == 1 else None

    def named_in(self, text: str) -> str | None:
        """The one village whose full name stands in an address; None for none or several."""
        found = {self._villages[name] for name in self._any_village.findall(bare(text))}
        return found.pop() if len(found) == 1 else None

    def _find(self, town: str, village: str) -> str | None:
        above = self._first_alone(town, TOWN) if town else []
        if not village:
            return _only([place for place in above if place.is_within])
        if above and not above[0].is_within and list(self._below(above[0], village)):
            return None
        for found in self._stepwise(village, VILLAGE):
            within = [place for place in found if place.is_within]
            if len(within) == 1:
                return within[0].key
        return _only([p for p in self._below(above[0], village) if p.is_within]) if above else None

    def _first_alone(self, word: str, level: str) -> list[NamedPlace]:
        """The places that the first step finds which finds exactly one; empty without any."""
        return next((found for found in self._stepwise(word, level) if len(found) == 1), [])

    def _below(self, town: NamedPlace, word: str) -> Iterator[NamedPlace]:
        """The villages of the town that the first step finds which finds any."""
        for found in self._stepwise(word, VILLAGE):
            here = [place for place in found if place.parent_key == town.key]
            if here:
                yield from here
                return

    def _stepwise(self, word: str, level: str) -> Iterator[list[NamedPlace]]:
        codes, names, short_names = self._steps
        short = self._short(word)
        for step, said in ((codes, word), (names, word), (short_names, word), (short_names, short)):
            yield [place for place in step.get(said, ()) if place.level == level]

    def _short(self, name: str) -> str:
        for suffix in self._suffixes:
            if name.endswith(suffix) and len(name) > len(suffix):
                return name.removesuffix(suffix)
        return name


def _only(places: list[NamedPlace]) -> str | None:
    return places[0].key if len(places) == 1 else None
