"""What changed from one version of an instrument to another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from weiguang.assessment.engine.instruments import Band, Instrument, Item, Screen
from weiguang.kernel.packs import Label

# Labels of choices are compared with the choices.
PARTS: Final = tuple(
    each.name for each in fields(Item) if each.name not in {"name", "choices", "section"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing about an item that changed; both sides in plain values, labels as they are."""

    part: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that both versions have, and what about it changed."""

    name: str
    label: Label
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that changed; `is_nothing` where only the version's number did."""

    added: tuple[Item, ...]
    removed: tuple[Item, ...]
    changed: tuple[Changed, ...]
    screens: tuple[Changed, ...]
    bands: tuple[Changed, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed or self.screens or self.bands)


def differences(before: Instrument, after: Instrument) -> Differences:
    """What changed between two versions, in the order of the newer one."""
    old, new = before.by_name, after.by_name
    return Differences(
        added=tuple(each for each in after.items if each.name not in old),
        removed=tuple(each for each in before.items if each.name not in new),
        changed=tuple(
            Changed(each.name, each.label, parts)
            for each in after.items
            if each.name in old and (parts := _item_parts(old[each.name], each))
        ),
        screens=_rows({s.code: s for s in before.screens}, {s.code: s for s in after.screens},
                      ("label", "when", "level", "basis")),
        bands=_rows({b.code: b for b in before.bands}, {b.code: b for b in after.bands},
                    ("label", "level", "low", "below")),
    )  # fmt: skip


def _item_parts(old: Item, new: Item) -> tuple[Part, ...]:
    parts = [*_parts(old, new, (*PARTS, "section"))]
    before = {each.code: each for each in old.choices}
    after = {each.code: each for each in new.choices}
    for code in dict.fromkeys([*before, *after]):
        one, other = before.get(code), after.get(code)
        if one != other:
            parts.append(Part(f"choice {code}", one, other))
    return tuple(parts)


def _parts(old: Any, new: Any, names: Iterable[str]) -> Iterable[Part]:
    for name in names:
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            yield Part(name, one, other)


def _rows(
    old: Mapping[str, Screen] | Mapping[str, Band],
    new: Mapping[str, Screen] | Mapping[str, Band],
    names: tuple[str, ...],
) -> tuple[Changed, ...]:
    found = []
    for code in dict.fromkeys([*new, *old]):
        one, other = old.get(code), new.get(code)
        here = other or one
        assert here is not None
        if one is None or other is None:
            found.append(Changed(code, here.label, (Part("whole", one, other),)))
        elif parts := tuple(_parts(one, other, names)):
            found.append(Changed(code, here.label, parts))
    return tuple(found)
