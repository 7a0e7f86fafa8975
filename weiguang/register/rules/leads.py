"""What can happen to a lead, and what then holds; and how alike two children sound.

A lead that cannot be reached never closes: the only way out of `UNREACHABLE` is that somebody
reached the family after all. Whether the actor may take a step is authority's question.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """How far a lead has come."""

    NEW = "new"
    ASSIGNED = "assigned"
    VERIFYING = "verifying"
    UNREACHABLE = "unreachable"
    VERIFIED = "verified"
    REGISTERED = "registered"
    NOT_ELIGIBLE = "not_eligible"
    DUPLICATE = "duplicate"


class Step(StrEnum):
    """Something that was done about a lead; the value stands in its history."""

    ENTERED = "entered"
    ASSIGNED = "assigned"
    CONFLICT = "conflict"
    MOVED = "moved"
    TRIED = "tried"
    REACHED = "reached"
    LOST = "lost"
    POLICE_TOLD = "police_told"
    SCHOOL_TOLD = "school_told"
    CITY_ASKED = "city_asked"
    FOUND = "found"
    RETURNED = "returned"
    REGISTERED = "registered"
    NOT_ELIGIBLE = "not_eligible"
    DUPLICATE = "duplicate"
    REOPENED = "reopened"


class Finding(StrEnum):
    """What the person who looked says about it; somebody else decides."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    DUPLICATE = "duplicate"


S, T = State, Step
OPEN: Final = frozenset({S.NEW, S.ASSIGNED, S.VERIFYING, S.UNREACHABLE, S.VERIFIED})
CLOSED: Final = frozenset(S) - OPEN
# Between being assigned and being found out: whoever has the lead can say what she did.
_UNDER_WAY: Final[Mapping[Step, State]] = {
    T.ASSIGNED: S.ASSIGNED, T.CONFLICT: S.NEW, T.MOVED: S.NEW, T.TRIED: S.VERIFYING,
    T.REACHED: S.VERIFYING, T.FOUND: S.VERIFIED, T.DUPLICATE: S.DUPLICATE,
}  # fmt: skip
MOVES: Final[Mapping[State, Mapping[Step, State]]] = {
    S.NEW: {
        T.ASSIGNED: S.ASSIGNED, T.CONFLICT: S.NEW, T.MOVED: S.NEW, T.CITY_ASKED: S.NEW,
        T.DUPLICATE: S.DUPLICATE,
    },
    S.ASSIGNED: {**_UNDER_WAY, T.CITY_ASKED: S.ASSIGNED},
    # Only who tried can say that nobody is to be found.
    S.VERIFYING: {
        **_UNDER_WAY, T.CITY_ASKED: S.VERIFYING, T.POLICE_TOLD: S.VERIFYING,
        T.SCHOOL_TOLD: S.VERIFYING, T.LOST: S.UNREACHABLE,
    },
    S.UNREACHABLE: {
        T.ASSIGNED: S.UNREACHABLE, T.CONFLICT: S.UNREACHABLE, T.MOVED: S.UNREACHABLE,
        T.TRIED: S.UNREACHABLE, T.POLICE_TOLD: S.UNREACHABLE, T.SCHOOL_TOLD: S.UNREACHABLE,
        T.CITY_ASKED: S.UNREACHABLE, T.REACHED: S.VERIFYING,
    },
    S.VERIFIED: {
        T.RETURNED: S.ASSIGNED, T.CITY_ASKED: S.VERIFIED, T.REGISTERED: S.REGISTERED,
        T.NOT_ELIGIBLE: S.NOT_ELIGIBLE, T.DUPLICATE: S.DUPLICATE,
    },
    S.REGISTERED: {},
    S.NOT_ELIGIBLE: {T.REOPENED: S.NEW},
    S.DUPLICATE: {T.REOPENED: S.NEW},
}  # fmt: skip
# What must have been found for a step to be taken; a duplicate shows by itself.
NEEDS_FINDING: Final[Mapping[Step, Finding]] = {
    T.REGISTERED: Finding.ELIGIBLE, T.NOT_ELIGIBLE: Finding.NOT_ELIGIBLE,
}  # fmt: skip
# How many years two children may seem apart and still be one: an age in full years is a guess.
YEARS_APART: Final = 1


def after(state: State, step: Step, finding: str = "") -> State | None:
    """The state after a step, or None where the step cannot be taken.

    >>> after(State.UNREACHABLE, Step.NOT_ELIGIBLE, "not_eligible") is None
    True
    >>> after(State.VERIFIED, Step.REGISTERED, "not_eligible") is None
    True
    """
    if finding != NEEDS_FINDING.get(step, finding):
        return None
    return MOVES[state].get(step)


def needs_two_people(step: Step) -> bool:
    """Whether who found it out may not be who decides it: a child left out is the costly error."""
    return step is Step.NOT_ELIGIBLE


def birth_year(birth_date: date | None, about_age: int | None, on: date) -> int | None:
    """The year in which the child was born, as far as anybody knows on that day.

    >>> birth_year(None, 8, date(2026, 3, 1))
    2018
    """
    if birth_date is not None:
        return birth_date.year
    return None if about_age is None else on.year - about_age


def years_alike(year: int | None) -> tuple[int, int] | None:
    """The first and last birth year of a child that may be the same; None when nothing is known.

    >>> years_alike(2018)
    (2017, 2019)
    """
    return None if year is None else (year - YEARS_APART, year + YEARS_APART)
