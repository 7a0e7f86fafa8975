"""A model of who may change whose role: small enough that every sequence of changes can be tried.

It knows four people, today and the time from tomorrow on, and the rules of `network.actions` as
plain sets. `tests.test_three_administrators` walks it exhaustively and holds it against the real
actions. The worst is assumed: whoever gave a password enters with it, and changes it, first.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

PEOPLE: Final = ("ada", "ben", "cai", "dan")
SYSTEM, SECURITY, AUDIT, WORK = "system", "security", "audit", "work"
ROLES: Final = (SYSTEM, SECURITY, AUDIT, WORK)
ADMINISTRATIONS: Final = frozenset({SYSTEM, SECURITY, AUDIT})
ACTING: Final = frozenset({SYSTEM, SECURITY})
# The rules that are tried without, one after the other: each must be needed.
RULES: Final = frozenset(
    {
        "three_people",  # the database: no two administrations at once
        "audit_alone",  # the database: the auditor has no other post
        "from_the_machine",  # an administrator's password was not given by a person
        "hands_off",  # no administrator's account is reset or closed on the pages
        "hands_off_early",  # ... nor that of somebody who will be one
        "never_acted",  # an auditor was no other administrator before
        "work_only",  # leave for one subject is leave to work, not to audit
        "no_files",  # the auditor gets no leave for a file, and who has one is no auditor
        "only_shorter",  # ending a term does not make it longer
    }
)
# What was thought enough before: the owner must change a password that somebody else has seen.
MUST_CHANGE: Final = "must_change"
# What people do with what they know; nobody can allow or refuse it.
OUTSIDE: Final = ("owner_enters", "giver_enters")

Step = tuple[str, ...]


class Person(NamedTuple):
    """An account: roles and leave, whether it is open, and who else can enter."""

    now: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()
    leave: frozenset[str] = frozenset()
    is_open: bool = True
    has_acted: bool = False
    # Who gave the last password, if not the machine; whether she can enter; whether she alone can.
    given_by: str = ""
    is_known: bool = False
    is_taken: bool = False

    @property
    def ever(self) -> frozenset[str]:
        """The roles of today and of the time to come."""
        return self.now | self.later

    @property
    def powers(self) -> frozenset[str]:
        """What the account can do today."""
        return self.now | self.leave if self.is_open else frozenset()


State = tuple[Person, ...]
BEGINNING: Final[State] = (
    *(
        Person(frozenset({role}), frozenset({role}), has_acted=role in ACTING)
        for role in (SYSTEM, SECURITY, AUDIT)
    ),
    Person(),
)


def steps() -> Iterator[Step]:
    """Everything that somebody might try, allowed or not."""
    yield ("tomorrow",)
    for target in PEOPLE:
        yield from ((verb, target) for verb in (*OUTSIDE, "machine"))
    for actor in PEOPLE:
        for target in PEOPLE:
            yield from ((verb, actor, target) for verb in ("reset", "close", "reopen"))
            yield from (("leave", actor, target, what) for what in (WORK, AUDIT))
            yield ("end_leave", actor, target)
            for role in ROLES:
                yield from (("fill", actor, target, role, when) for when in DAYS)
                yield from ((verb, actor, target, role) for verb in ("vacate", "prolong"))


# Which days a term covers: today alone, from today on, from tomorrow on.
ALWAYS: Final = (True, True)
DAYS: Final = {"today": (True, False), "now": ALWAYS, "later": (False, True)}
STEPS: Final = tuple(steps())
BY_SYSTEM: Final = ("reset", "close", "reopen")
# The steps of one actor by what she needs for them, and those that nobody of the model does.
NOBODYS: Final = tuple(step for step in STEPS if len(step) < 3)
STEPS_OF: Final = {
    (name, need): tuple(
        step for step in STEPS
        if len(step) > 2 and step[1] == name and (step[0] in BY_SYSTEM) == (need == SYSTEM)
    )
    for name in PEOPLE for need in (SYSTEM, SECURITY)
}  # fmt: skip


def after(state: State, step: Step, rules: frozenset[str] = RULES) -> State | None:
    """The state after a step, or None when it is refused."""
    verb, *named = step
    if verb == "tomorrow":
        return tuple(
            p._replace(now=p.later, ended=_noted(p.ended | (p.now - p.later), rules)) for p in state
        )
    if verb in OUTSIDE or verb == "machine":
        who = _entered(verb, _of(state, named[0]))
        return None if who is None else _with(state, named[0], who)
    if (SYSTEM if verb in BY_SYSTEM else SECURITY) not in _of(state, named[0]).powers:
        return None
    changed = _changed(step, _of(state, named[1]), rules)
    return None if changed is None else _with(state, named[1], changed)


@cache
def _changed(step: Step, target: Person, rules: frozenset[str]) -> Person | None:
    verb, *named = step
    change = _account_changed if verb in BY_SYSTEM else _role_changed
    return change(verb, target, named, rules)


def _entered(verb: str, who: Person) -> Person | None:
    if verb == "machine":
        return who._replace(given_by="", is_known=False, is_taken=False)
    if not who.is_open or not who.is_known or who.is_taken:
        return None
    return who._replace(is_taken=True) if verb == "giver_enters" else who._replace(is_known=False)


def _account_changed(
    verb: str, target: Person, named: list[str], rules: frozenset[str]
) -> Person | None:
    if verb == "reopen":
        return target._replace(is_open=True)
    administers = target.ever if "hands_off_early" in rules else target.now
    if named[0] == named[1] or (administers & ADMINISTRATIONS and "hands_off" in rules):
        return None
    if verb == "close":
        return target._replace(is_open=False)
    return target._replace(given_by=named[0], is_known=True, is_taken=False)


def _role_changed(
    verb: str, target: Person, named: list[str], rules: frozenset[str]
) -> Person | None:
    is_oneself = named[0] == named[1]
    if verb == "end_leave":
        return target._replace(leave=frozenset())
    if verb == "leave":
        return None if is_oneself else _let(target, named[2], rules)
    role = named[2]
    if verb == "vacate":
        gone = {role} & target.ever
        return target._replace(
            now=target.now - gone, later=target.later - gone,
            ended=_noted(target.ended | gone, rules),
        )  # fmt: skip
    if verb == "prolong":
        if "only_shorter" in rules or role not in target.ended:
            return None
        return None if _meets(target, role, ALWAYS, rules) else _put(target, role, ALWAYS)
    days = DAYS[named[3]]
    if is_oneself or not target.is_open or not _may_hold(target, role, days, rules):
        return None
    return _put(target, role, days)


def _let(target: Person, what: str, rules: frozenset[str]) -> Person | None:
    if what != WORK and "work_only" in rules:
        return None
    if AUDIT in target.ever and "no_files" in rules:
        return None
    return target._replace(leave=target.leave | {what})


def _may_hold(target: Person, role: str, days: tuple[bool, bool], rules: frozenset[str]) -> bool:
    if role in _on(target, days) or _meets(target, role, days, rules):
        return False
    if role not in ADMINISTRATIONS:
        return True
    if "from_the_machine" in rules and target.given_by:
        return False
    if MUST_CHANGE in rules and target.is_known and not target.is_taken:
        return False
    if role == AUDIT and target.leave and "no_files" in rules:
        return False
    if "never_acted" in rules:
        return not (target.has_acted if role == AUDIT else AUDIT in target.later)
    return True


def _meets(target: Person, role: str, days: tuple[bool, bool], rules: frozenset[str]) -> bool:
    """Whether the database refuses the role beside those of the same days."""
    beside = _on(target, days) - {role}
    if "three_people" in rules and role in ADMINISTRATIONS and beside & ADMINISTRATIONS:
        return True
    return "audit_alone" in rules and bool(beside) and AUDIT in beside | {role}


def _on(target: Person, days: tuple[bool, bool]) -> frozenset[str]:
    return (target.now if days[0] else frozenset()) | (target.later if days[1] else frozenset())


def _put(target: Person, role: str, days: tuple[bool, bool]) -> Person:
    return target._replace(
        now=target.now | {role} if days[0] else target.now,
        later=target.later | {role} if days[1] else target.later,
        has_acted=target.has_acted or role in ACTING,
    )


def _noted(ended: frozenset[str], rules: frozenset[str]) -> frozenset[str]:
    # Terms that are over matter only where they could be made longer: fewer states to walk.
    return frozenset() if "only_shorter" in rules else ended


def wrong_in(state: State) -> str:
    """Who has, by accounts she can enter, two administrations or the audit of her own acts."""
    for name in PEOPLE:
        mine = [
            p for n, p in zip(PEOPLE, state, strict=True)
            if (n == name and not p.is_taken) or (p.is_known and p.given_by == name)
        ]  # fmt: skip
        can = frozenset[str]().union(*(p.powers for p in mine))
        if len(can & ADMINISTRATIONS) > 1 or (AUDIT in can and len(can) > 1):
            return name
    return ""


def counterexample(depth: int, rules: frozenset[str] = RULES) -> list[Step] | None:
    """The shortest sequence of role changes to a wrong state, or None; every state tried once."""
    frontier: dict[State, list[Step]] = {BEGINNING: []}
    seen = {BEGINNING}
    for _ in range(depth):
        following: dict[State, list[Step]] = {}
        for state, path in frontier.items():
            for step in _possible(state):
                reached = after(state, step, rules)
                if reached is None or reached in seen:
                    continue
                seen.add(reached)
                if wrong_in(reached):
                    return [*path, step]
                following[reached] = [*path, step]
        frontier = following
    return None


def _possible(state: State) -> Iterator[Step]:
    """The steps that are not refused anyway, because their actor has no post for them."""
    yield from NOBODYS
    for name, person in zip(PEOPLE, state, strict=True):
        for power in person.powers & ACTING:
            yield from STEPS_OF[name, power]


def _of(state: State, name: str) -> Person:
    return state[PEOPLE.index(name)]


def _with(state: State, name: str, person: Person) -> State:
    at = PEOPLE.index(name)
    return (*state[:at], person, *state[at + 1 :])
