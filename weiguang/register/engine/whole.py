"""Judges rows against one another and against the register: duplicates, twins, known children."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol, TypeVar

from weiguang.register.engine.cells import name_of
from weiguang.register.engine.names import name_keys
from weiguang.register.engine.report import SAME_CHILD, TWO_CHILDREN, Row

PersonKey = tuple[str, date, str]
Key = TypeVar("Key")
NAMELESS: Final = frozenset({"name_missing", "name_is_number"})


@dataclass(frozen=True, slots=True)
class KnownChild:
    """A registered child as the import may know it; outside the actor's rows only that it is.

    A fact that a child may have several of (categories, guardians) is a set of them.
    """

    child: str
    is_within: bool
    name: str = ""
    facts: Mapping[str, str | frozenset[str]] = field(default_factory=dict)


class RegisterView(Protocol):
    """What the import asks of the register, for many rows at once."""

    def by_id_number(self, numbers: Iterable[str], *, on: date) -> Mapping[str, KnownChild]:
        """The registered children among these numbers, with their facts on that day."""

    def by_person(self, keys: Iterable[PersonKey]) -> Iterable[PersonKey]:
        """Which of these (pinyin, birth date, sex) are in the register, within the actor's rows."""


def judge_whole(rows: list[Row], register: RegisterView, *, on: date) -> None:
    """Add what only the other rows and the register can tell; rows left out tell nothing."""
    _duplicates([row for row in rows if row.is_deciding])
    standing = [row for row in rows if row.is_deciding]
    _twins(standing)
    _registered(standing, register, on)
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
    for key_of in (_by_guardians_number, _by_guardians_phone):
        for group in _grouped(rows, key_of).values():
            _mark_twins(group)


def _mark_twins(group: list[Row]) -> None:
    """Mark the rows whose guardian may be that of another child in the group."""
    if len({row.id_number for row in group}) < 2:
        return
    numbers = Counter(row.guardian_id_number for row in group)
    for row in group:
        mine = row.guardian_id_number
        # Who gives no number may be any of them; two different numbers are two people.
        if mine is None or numbers[mine] > 1 or numbers[None]:
            row.reasons.add("twin")


def _by_guardians_number(row: Row) -> tuple[str, ...] | None:
    if row.id_number is None or row.birth_date is None or row.guardian_id_number is None:
        return None
    return row.birth_date.isoformat(), row.guardian_id_number


def _by_guardians_phone(row: Row) -> tuple[str, ...] | None:
    if row.id_number is None or row.birth_date is None:
        return None
    name, phone = row.facts.get("guardian_name"), row.facts.get("phone")
    return (row.birth_date.isoformat(), name, phone) if name and phone else None


def _registered(rows: list[Row], register: RegisterView, on: date) -> None:
    known = register.by_id_number({row.id_number for row in rows if row.id_number}, on=on)
    for row in rows:
        found = known.get(row.id_number or "")
        if found is None:
            continue
        if not found.is_within:
            row.reasons.add("registered_elsewhere")
        elif _is_named_otherwise(row, found):
            row.reasons.add("name_conflict")
        elif row.name:
            row.child = found.child
            row.differing = _differing(row, found)
            row.standing = "changed" if row.differing else "known"


def _is_named_otherwise(row: Row, found: KnownChild) -> bool:
    """Whether two names disagree; where the row gives none there is nothing to compare."""
    if row.decision == SAME_CHILD or not row.reasons.isdisjoint(NAMELESS):
        return False
    return name_of(found.name) != row.name


def _differing(row: Row, found: KnownChild) -> tuple[str, ...]:
    return tuple(
        key
        for key, fact in sorted(found.facts.items())
        if key in row.facts and not _agrees(row.facts[key], fact)
    )


def _agrees(said: str, fact: str | frozenset[str]) -> bool:
    return said in fact if isinstance(fact, frozenset) else said == fact


def _possible_duplicates(rows: list[Row], register: RegisterView) -> None:
    undecided = [row for row in rows if row.decision != TWO_CHILDREN]
    # Names are sounded out only where another row or child could be meant: that is the slow part.
    unnumbered = {(row.birth_date, row.sex) for row in undecided if row.id_number is None}
    groups = _grouped(
        [row for row in undecided if (row.birth_date, row.sex) in unnumbered], _person_key
    )
    doubtful = {key for key, group in groups.items() if any(not row.id_number for row in group)}
    registered = set(register.by_person(doubtful))
    for key in doubtful:
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
