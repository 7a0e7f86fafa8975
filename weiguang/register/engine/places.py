"""Finds the one place that a row names, among the places the actor may write to."""

from collections.abc import Iterable
from dataclasses import dataclass

from weiguang.register.engine.words import bare


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place as lists may name it; `key` is what the caller knows it by."""

    key: str
    code: str
    name: str
    level: str
    parent_key: str | None


class PlaceIndex:
    """The actor's places by code, full name, and name without its suffix."""

    def __init__(self, places: Iterable[NamedPlace], *, suffixes: Iterable[str]) -> None:
        self._suffixes = tuple(suffixes)
        self._steps: list[dict[str, list[NamedPlace]]] = [{}, {}, {}]
        for place in places:
            said = (place.code, bare(place.name), self._short(bare(place.name)))
            for step, word in zip(self._steps, said, strict=True):
                step.setdefault(word, []).append(place)

    def find(self, *, town: str, village: str) -> str | None:
        """The key of the village that these words mean; None when they mean none or several."""
        if not village:
            return None
        if not town:
            found = self._one(bare(village), level="village", parent=None)
            return found.key if found else None
        above = self._one(bare(town), level="town", parent=None)
        found = self._one(bare(village), level="village", parent=above.key) if above else None
        return found.key if found else None

    def by_code(self, code: str) -> str | None:
        """The key of the place with this code, whatever its level."""
        found = self._steps[0].get(code, [])
        return found[0].key if len(found) == 1 else None

    def _one(self, word: str, *, level: str, parent: str | None) -> NamedPlace | None:
        codes, names, short_names = self._steps
        tried = (
            (codes, word),
            (names, word),
            (short_names, word),
            (short_names, self._short(word)),
        )
        for step, said in tried:
            found = [
                place
                for place in step.get(said, ())
                if place.level == level and parent in (None, place.parent_key)
            ]
            if len(found) == 1:
                return found[0]
        return None

    def _short(self, name: str) -> str:
        for suffix in self._suffixes:
            if name.endswith(suffix) and len(name) > len(suffix):
                return name.removesuffix(suffix)
        return name
