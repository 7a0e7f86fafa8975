"""A model of who may change whose role: small enough that every sequence of changes can be tried.

It knows four people and the rules of `network.actions` as plain sets; `tests.test_administrators`
walks it exhaustively and holds it against the real actions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

PEOPLE: Final = ("ada", "ben", "cai", "dan")
SYSTEM, SECURITY, AUDIT, WORK = "system", "security", "audit", "work"
ROLES: Final = (SYSTEM, SECURITY, AUDIT, WORK)
ADMINISTRATIONS: Final = {SYSTEM, SECURITY, AUDIT}
# The rules that are tried without, one after the other: each must be needed.
RULES: Final = frozenset({"exclusion", "later", "first_password", "given_password", "audit_alone"})

Step = tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Roles held now and from tomorrow; whose account is open; who else has seen the password."""

    now: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    is_open: bool = True
    seen_by: str = ""

    @property
    def ever(self) -> frozenset[str]:
        """The roles of today and of the time to come."""
        return self.now | self.later


State = tuple[Person, ...]
BEGINNING: Final[State] = (
    Person(frozenset({SYSTEM})), Person(frozenset({SECURITY})), Person(frozenset({AUDIT})),
    Person(),
)  # fmt: skip


def steps(state: State) -> Iterator[Step]:
    """Everything that somebody might try, allowed or not."""
    yield ("tomorrow",)
    for target in PEOPLE:
        yield ("logs_in", target)
    for actor in PEOPLE:
        for target in PEOPLE:
            yield from ((verb, actor, target) for verb in ("reset", "close", "reopen"))
            for role in ROLES:
                yield from (("fill", actor, target, role, when) for when in ("now", "later"))
                yield ("vacate", actor, target, role)


def after(state: State, step: Step, rules: frozenset[str] = RULES) -> State | None:
    """The state after a step, or None when it is refused."""
    verb, *named = step
    if verb == "tomorrow":
        return tuple(replace(p, now=p.now | p.later, later=frozenset()) for p in state)
    if verb == "logs_in":
        who = _of(state, named[0])
        return _with(state, named[0], replace(who, seen_by="")) if who.is_open else None
    actor, target = _of(state, named[0]), _of(state, named[1])
    if not actor.is_open:
        return None
    # Whether she could still enter with a password that she gave to somebody.
    knows = any(person.seen_by == named[1] for person in state)
    if verb == "fill" and named[2] in ADMINISTRATIONS and knows and "given_password" in rules:
        return None
    changed = _changed(verb, actor, target, named, rules)
    return None if changed is None else _with(state, named[1], changed)


def _changed(
    verb: str, actor: Person, target: Person, named: list[str], rules: frozenset[str]
) -> Person | None:
    is_oneself = named[0] == named[1]
    if verb in ("reset", "close", "reopen"):
        if SYSTEM not in actor.now:
            return None
        if verb == "reopen":
            return replace(target, is_open=True)
        administers = target.ever if "later" in rules else target.now
        if is_oneself or (administers & ADMINISTRATIONS) - actor.now:
            return None
        if verb == "reset":
            return replace(target, seen_by=named[0])
        return replace(target, is_open=False)
    if SECURITY not in actor.now:
        return None
    if verb == "vacate":
        return replace(target, now=target.now - {named[2]}, later=target.later - {named[2]})
    if is_oneself or not target.is_open or not _may_hold(target, named[2], rules):
        return None
    return _given(target, named[2], named[3])


def _may_hold(target: Person, role: str, rules: frozenset[str]) -> bool:
    if role in target.ever:
        return False
    if role in ADMINISTRATIONS and target.seen_by and "first_password" in rules:
        return False
    if role in ADMINISTRATIONS and target.ever & ADMINISTRATIONS and "exclusion" in rules:
        return False
    is_audit_mixed = (role == AUDIT and target.ever) or AUDIT in target.ever
    return not (is_audit_mixed and "audit_alone" in rules)


def _given(target: Person, role: str, when: str) -> Person:
    if when == "now":
        return replace(target, now=target.now | {role})
    return replace(target, later=target.later | {role})


def wrong_in(state: State) -> str:
    """Who has, by accounts she can enter, two administrations or the audit of her own acts."""
    for name in PEOPLE:
        mine = [p for n, p in zip(PEOPLE, state, strict=True) if n == name or p.seen_by == name]
        roles = {role for person in mine if person.is_open for role in person.now}
        if len(roles & ADMINISTRATIONS) > 1 or (AUDIT in roles and len(roles) > 1):
            return name
    return ""


def counterexample(depth: int, rules: frozenset[str] = RULES) -> list[Step] | None:
    """The shortest sequence of role changes to a wrong state, or None; every state tried once."""
    frontier: dict[State, list[Step]] = {BEGINNING: []}
    seen = {BEGINNING}
    for _ in range(depth):
        following: dict[State, list[Step]] = {}
        for state, path in frontier.items():
            for step in steps(state):
                reached = after(state, step, rules)
                if reached is None or reached in seen:
                    continue
                seen.add(reached)
                if wrong_in(reached):
                    return [*path, step]
                following[reached] = [*path, step]
        frontier = following
    return None


def _of(state: State, name: str) -> Person:
    return state[PEOPLE.index(name)]


def _with(state: State, name: str, person: Person) -> State:
    at = PEOPLE.index(name)
    return (*state[:at], person, *state[at + 1 :])
