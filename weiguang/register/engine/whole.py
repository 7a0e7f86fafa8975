"""Judges rows against one another and against the register: duplicates, twins, known children."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from weiguang.register.engine.names import name_keys
from weiguang.register.engine.report import Row
from weiguang.register.rules.identity import bare_phone

PersonKey = tuple[str, date, str]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class KnownChild:
    """A registered child as the import may know it; outside the actor's rows only that it is."""

    child: str
    is_within: bool
    name: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class RegisterView(Protocol):
    """What the import asks of the register, for many rows at once."""

    def by_id_number(self, numbers: Iterable[str]) -> Mapping[str, KnownChild]:
        """The registered children among these numbers."""

    def by_person(self, keys: Iterable[PersonKey]) -> Iterable[PersonKey]:
        """Which of these (pinyin, birth date, sex) are in the register, within the actor's rows."""


def judge_whole(rows: list[Row], register: RegisterView) -> None:
    """Add what only the other rows and the register can tell."""
    standing = [row for row in rows if not row.is_skipped]
    _duplicates(standing)
    standing = [row for row in standing if not row.is_skipped]
    _twins(standing)
    _registered(standing, register)
    _possible_duplicates(standing, register)


def _duplicates(rows: list[Row]) -> None:
    first: dict[str, Row] = {}
    for row in rows:
        if row.id_number is None:
            continue
        earlier = first.setdefault(row.id_number, row)
        if earlier is row:
            continue
        if row.name and row.name == earlier.name:
            row.reasons = {"duplicate_in_file"}
        else:
            row.reasons.add("duplicate_conflict")
            earlier.reasons.add("duplicate_conflict")


def _twins(rows: list[Row]) -> None:
    for group in _grouped(rows, _siblings_key).values():
        if len({row.id_number for row in group}) > 1:
            for row in group:
                row.reasons.add("twin")


def _siblings_key(row: Row) -> tuple[str, ...] | None:
    if row.id_number is None or row.birth_date is None:
        return None
    born = row.birth_date.isoformat()
    if row.guardian_id_number:
        return born, row.guardian_id_number
    name, phone = row.values.get("guardian_name", ""), bare_phone(row.values.get("phone", ""))
    return (born, name, phone) if name and phone else None


def _registered(rows: list[Row], register: RegisterView) -> None:
    known = register.by_id_number({row.id_number for row in rows if row.id_number})
    for row in rows:
        found = known.get(row.id_number or "")
        if found is None:
            continue
        if not found.is_within:
            row.reasons.add("registered_elsewhere")
        elif found.name != row.name:
            row.reasons.add("name_conflict")
        else:
            row.child = found.child
            row.differing = _differing(row, found)
            row.standing = "changed" if row.differing else "known"


def _differing(row: Row, found: KnownChild) -> tuple[str, ...]:
    said = row.values | {"place": row.place or "", "category": row.category or ""}
    return tuple(
        key for key, fact in sorted(found.facts.items()) if said.get(key) and said[key] != fact
    )


def _possible_duplicates(rows: list[Row], register: RegisterView) -> None:
    groups = _grouped(rows, _person_key)
    unnumbered = {key for key, group in groups.items() if any(not row.id_number for row in group)}
    registered = set(register.by_person(unnumbered))
    for key in unnumbered:
        group = groups[key]
        if len(group) > 1 or key in registered:
            for row in group:
                if row.id_number is None:
                    row.reasons.add("possible_duplicate")


def _person_key(row: Row) -> PersonKey | None:
    if not row.name or row.birth_date is None or row.sex is None:
        return None
    return name_keys(row.name).pinyin, row.birth_date, row.sex


def _grouped(rows: list[Row], key_of: Callable[[Row], Key | None]) -> dict[Key, list[Row]]:
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        key = key_of(row)
        if key is not None:
            groups.setdefault(key, []).append(row)
    return groups
