"""Which step may follow in a case: a table of every state and action, with what is still missing.

Emergency and suspension are flags over any state. An emergency lets help begin before the papers
and keeps a case from being closed; a suspension lets nothing go on but what ends it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """How far a case has come; what lies before it is a lead, and the register's."""

    ACCEPTED = "accepted"
    ASSESSED = "assessed"
    PLANNED = "planned"
    IN_SERVICE = "in_service"
    REVIEW = "review"
    CLOSING = "closing"
    CLOSED = "closed"
    FOLLOW_UP = "follow_up"
    ARCHIVED = "archived"


class Action(StrEnum):
    """What can be done with a case as a whole."""

    ASSESS = "assess"
    AGREE_PLAN = "agree_plan"
    START = "start"
    BEGIN_REVIEW = "begin_review"
    GO_ON = "go_on"
    PREPARE_CLOSING = "prepare_closing"
    STAY_OPEN = "stay_open"
    CLOSE = "close"
    FOLLOW = "follow"
    ARCHIVE = "archive"
    REOPEN = "reopen"
    RAISE_EMERGENCY = "raise_emergency"
    END_EMERGENCY = "end_emergency"
    SUSPEND = "suspend"
    RESUME = "resume"


class Fact(StrEnum):
    """What a step may rest on; the caller states which of them hold."""

    ASSESSMENT = "assessment"
    PLAN_AGREED = "plan_agreed"
    OUTCOMES = "outcomes"
    REVIEW_VIEW = "review_view"
    CHECKLIST = "checklist"
    CLOSING_VIEW = "closing_view"
    GUARDIAN_FEEDBACK = "guardian_feedback"
    FOLLOW_UP_PLANNED = "follow_up_planned"
    CLOSING_AGREED = "closing_agreed"
    FOLLOW_UP_DONE = "follow_up_done"
    REASON = "reason"


class Why(StrEnum):
    """Why a step is refused, where nothing that could be added would help."""

    NONE = ""
    NOT_FROM_HERE = "not_from_here"
    SUSPENDED = "suspended"
    EMERGENCY = "emergency"
    NO_EMERGENCY = "no_emergency"
    NOT_SUSPENDED = "not_suspended"


@dataclass(frozen=True, slots=True)
class Where:
    """A case as the table sees it."""

    state: State
    is_emergency: bool = False
    is_suspended: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a step may be taken; where it leads, or why not and what is missing."""

    to: Where | None
    why: Why = Why.NONE
    missing: tuple[Fact, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether the step may be taken now."""
        return self.to is not None

    @property
    def is_possible(self) -> bool:
        """Whether the step may be taken once what is missing is there."""
        return self.to is not None or bool(self.missing)


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: the state it leads to, and what it rests on."""

    to: State
    needs: tuple[Fact, ...] = ()


S, A, F = State, Action, Fact
OPEN: Final = (S.ACCEPTED, S.ASSESSED, S.PLANNED, S.IN_SERVICE, S.REVIEW, S.CLOSING)
ENDED: Final = (S.CLOSED, S.FOLLOW_UP, S.ARCHIVED)
TO_CLOSE: Final = (
    F.CHECKLIST, F.CLOSING_VIEW, F.GUARDIAN_FEEDBACK, F.FOLLOW_UP_PLANNED, F.CLOSING_AGREED,
)  # fmt: skip

# Every step that there is; what is not in it does not begin there.
STEPS: Final[Mapping[tuple[State, Action], Step]] = {
    (S.ACCEPTED, A.ASSESS): Step(S.ASSESSED, (F.ASSESSMENT,)),
    (S.ASSESSED, A.AGREE_PLAN): Step(S.PLANNED, (F.PLAN_AGREED,)),
    (S.PLANNED, A.START): Step(S.IN_SERVICE, (F.PLAN_AGREED,)),
    # A new version of the plan that is agreed to while services run changes nothing of the state.
    (S.IN_SERVICE, A.AGREE_PLAN): Step(S.IN_SERVICE, (F.PLAN_AGREED,)),
    (S.REVIEW, A.AGREE_PLAN): Step(S.REVIEW, (F.PLAN_AGREED,)),
    (S.IN_SERVICE, A.BEGIN_REVIEW): Step(S.REVIEW),
    (S.REVIEW, A.GO_ON): Step(S.IN_SERVICE, (F.OUTCOMES, F.REVIEW_VIEW)),
    (S.REVIEW, A.PREPARE_CLOSING): Step(S.CLOSING, (F.OUTCOMES, F.REVIEW_VIEW)),
    # Without a review it takes a reason: the family moved away, another office took over.
    (S.ACCEPTED, A.PREPARE_CLOSING): Step(S.CLOSING, (F.REASON,)),
    (S.ASSESSED, A.PREPARE_CLOSING): Step(S.CLOSING, (F.REASON,)),
    (S.PLANNED, A.PREPARE_CLOSING): Step(S.CLOSING, (F.REASON,)),
    (S.IN_SERVICE, A.PREPARE_CLOSING): Step(S.CLOSING, (F.REASON,)),
    (S.CLOSING, A.STAY_OPEN): Step(S.IN_SERVICE, (F.REASON,)),
    (S.CLOSING, A.CLOSE): Step(S.CLOSED, TO_CLOSE),
    (S.CLOSED, A.FOLLOW): Step(S.FOLLOW_UP, (F.FOLLOW_UP_PLANNED,)),
    (S.FOLLOW_UP, A.ARCHIVE): Step(S.ARCHIVED, (F.FOLLOW_UP_DONE,)),
    (S.CLOSED, A.REOPEN): Step(S.ACCEPTED, (F.REASON,)),
    (S.FOLLOW_UP, A.REOPEN): Step(S.ACCEPTED, (F.REASON,)),
    (S.ARCHIVED, A.REOPEN): Step(S.ACCEPTED, (F.REASON,)),
}

# In an emergency help comes first: services begin at once, and the papers follow.
AT_ONCE: Final[Mapping[tuple[State, Action], Step]] = {
    (S.ACCEPTED, A.START): Step(S.IN_SERVICE),
    (S.ASSESSED, A.START): Step(S.IN_SERVICE),
    (S.PLANNED, A.START): Step(S.IN_SERVICE),
}
NOT_IN_EMERGENCY: Final = (A.PREPARE_CLOSING, A.CLOSE, A.FOLLOW, A.ARCHIVE, A.SUSPEND)
# What two people agree on, or what follows by itself: nobody does it by hand.
CARRIED: Final = frozenset({A.AGREE_PLAN, A.CLOSE, A.FOLLOW})
WHILE_SUSPENDED: Final = (A.RESUME, A.RAISE_EMERGENCY, A.END_EMERGENCY)


def judge(where: Where, action: Action, facts: frozenset[Fact] = frozenset()) -> Verdict:
    """Whether the action may be taken from there with these facts, and where it leads.

    >>> judge(Where(State.ACCEPTED), Action.ASSESS).missing
    (<Fact.ASSESSMENT: 'assessment'>,)
    >>> judge(Where(State.ACCEPTED), Action.START).why
    <Why.NOT_FROM_HERE: 'not_from_here'>
    >>> judge(Where(State.ACCEPTED, is_emergency=True), Action.START).to.state
    <State.IN_SERVICE: 'in_service'>
    """
    if where.is_suspended and action not in WHILE_SUSPENDED:
        return Verdict(None, Why.SUSPENDED)
    if action in _FLAGS:
        return _flagged(where, action, facts)
    if where.is_emergency and action in NOT_IN_EMERGENCY:
        return Verdict(None, Why.EMERGENCY)
    step = AT_ONCE.get((where.state, action)) if where.is_emergency else None
    step = step or STEPS.get((where.state, action))
    if step is None:
        return Verdict(None, Why.NOT_FROM_HERE)
    return _weighed(Where(step.to, where.is_emergency), step.needs, facts)


def can(where: Where, facts: frozenset[Fact] = frozenset()) -> tuple[Action, ...]:
    """The actions that may be taken, now or once what is missing is there, in their order."""
    return tuple(action for action in Action if judge(where, action, facts).is_possible)


def _flagged(where: Where, action: Action, facts: frozenset[Fact]) -> Verdict:
    if action is A.RAISE_EMERGENCY:
        # Whatever was closed, the child is in danger now: the case is open again, and goes on.
        state = S.ACCEPTED if where.state in ENDED else where.state
        state = S.IN_SERVICE if state is S.CLOSING else state
        to = None if where.is_emergency else Where(state, is_emergency=True)
        return _weighed(to, (F.REASON,), facts) if to else Verdict(None, Why.EMERGENCY)
    if action is A.END_EMERGENCY:
        if not where.is_emergency:
            return Verdict(None, Why.NO_EMERGENCY)
        return _weighed(Where(where.state, is_suspended=where.is_suspended), (F.REASON,), facts)
    if action is A.SUSPEND:
        if where.is_emergency:
            return Verdict(None, Why.EMERGENCY)
        if where.state in ENDED:
            return Verdict(None, Why.NOT_FROM_HERE)
        return _weighed(Where(where.state, is_suspended=True), (F.REASON,), facts)
    if not where.is_suspended:
        return Verdict(None, Why.NOT_SUSPENDED)
    return Verdict(Where(where.state, where.is_emergency))


def _weighed(to: Where, needs: tuple[Fact, ...], facts: frozenset[Fact]) -> Verdict:
    missing = tuple(need for need in needs if need not in facts)
    return Verdict(None, missing=missing) if missing else Verdict(to)


_FLAGS: Final = frozenset({A.RAISE_EMERGENCY, A.END_EMERGENCY, A.SUSPEND, A.RESUME})
