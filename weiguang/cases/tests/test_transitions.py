"""Every state and every action, with every flag: allowed, or refused with its reason."""

from itertools import product
from typing import Final

import pytest

from weiguang.cases.rules.transitions import (
    ENDED,
    OPEN,
    Action,
    Fact,
    State,
    Verdict,
    Where,
    Why,
    can,
    judge,
)

ALL: Final = frozenset(Fact)
# What stands here is the rule as it is read aloud, a row for each state; "-" does not begin there.
# assess, agree on a plan, start, begin a review, go on, prepare closing, stay open, close
ROWS: Final = {
    "accepted": "assessed - - - - closing - -",
    "assessed": "- planned - - - closing - -",
    "planned": "- - in_service - - closing - -",
    "in_service": "- in_service - review - closing - -",
    "review": "- review - - in_service closing - -",
    "closing": "- - - - - - in_service closed",
    "closed": "- - - - - - - -",
    "follow_up": "- - - - - - - -",
    "archived": "- - - - - - - -",
}
ENDS: Final = {
    #             follow     archive   reopen
    "closed": "follow_up  -         accepted",
    "follow_up": "-          archived  accepted",
    "archived": "-          -         accepted",
}
ORDER: Final = (
    Action.ASSESS, Action.AGREE_PLAN, Action.START, Action.BEGIN_REVIEW, Action.GO_ON,
    Action.PREPARE_CLOSING, Action.STAY_OPEN, Action.CLOSE, Action.FOLLOW, Action.ARCHIVE,
    Action.REOPEN,
)  # fmt: skip
FLAGS: Final = (
    Action.RAISE_EMERGENCY, Action.END_EMERGENCY, Action.SUSPEND, Action.RESUME,
)  # fmt: skip
PAIRS: Final = list(product(State, ORDER))


def expected(state: State, action: Action) -> str:
    said = ROWS[state].split() + ENDS.get(state, "- - -").split()
    return said[ORDER.index(action)]


def test_the_table_speaks_of_every_state_and_every_action() -> None:
    assert set(ROWS) == set(State)
    assert {*ORDER, *FLAGS} == set(Action)
    assert set(OPEN) | set(ENDED) == set(State)


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_each_step_leads_where_it_should_or_does_not_begin_there(
    state: State, action: Action
) -> None:
    verdict, to = judge(Where(state), action, ALL), expected(state, action)

    assert verdict == (Verdict(None, Why.NOT_FROM_HERE) if to == "-" else Verdict(Where(State(to))))


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_without_any_fact_a_step_says_what_is_missing_and_each_of_it_is_needed(
    state: State, action: Action
) -> None:
    bare = judge(Where(state), action)
    if expected(state, action) == "-":
        assert bare.missing == ()
        return

    for fact in bare.missing:
        assert judge(Where(state), action, ALL - {fact}).missing == (fact,)
    assert judge(Where(state), action, frozenset(bare.missing)).is_allowed
    assert bare.is_allowed is (action is Action.BEGIN_REVIEW)


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_an_emergency_begins_help_without_papers_and_closes_nothing(
    state: State, action: Action
) -> None:
    verdict = judge(Where(state, is_emergency=True), action, ALL)

    if action in (Action.PREPARE_CLOSING, Action.CLOSE, Action.FOLLOW, Action.ARCHIVE):
        assert verdict == Verdict(None, Why.EMERGENCY)
    elif action is Action.START and state in (State.ACCEPTED, State.ASSESSED, State.PLANNED):
        started = Verdict(Where(State.IN_SERVICE, is_emergency=True))
        assert judge(Where(state, is_emergency=True), action) == started
    else:
        to = expected(state, action)
        plain = Where(State(to), is_emergency=True) if to != "-" else None
        assert verdict.to == plain


@pytest.mark.parametrize(("state", "action"), PAIRS)
@pytest.mark.parametrize("is_emergency", [False, True])
def test_nothing_goes_on_while_a_case_is_suspended(
    state: State, action: Action, is_emergency: bool
) -> None:
    where = Where(state, is_emergency, is_suspended=True)

    assert judge(where, action, ALL) == Verdict(None, Why.SUSPENDED)


@pytest.mark.parametrize("where", [Where(*each) for each in product(State, *[[False, True]] * 2)])
def test_an_emergency_is_raised_from_every_state_and_leaves_the_case_open(where: Where) -> None:
    verdict = judge(where, Action.RAISE_EMERGENCY, ALL)

    if where.is_emergency:
        assert verdict == Verdict(None, Why.EMERGENCY)
        return
    assert judge(where, Action.RAISE_EMERGENCY).missing == (Fact.REASON,)
    assert verdict.to is not None
    assert verdict.to.is_emergency
    assert not verdict.to.is_suspended
    assert verdict.to.state in OPEN
    assert verdict.to.state is not State.CLOSING


@pytest.mark.parametrize("where", [Where(*each) for each in product(State, *[[False, True]] * 2)])
def test_the_other_flags_go_down_only_where_they_are_up(where: Where) -> None:
    ended = judge(where, Action.END_EMERGENCY, ALL)
    resumed = judge(where, Action.RESUME, ALL)
    suspended = judge(where, Action.SUSPEND, ALL)

    quiet = Where(where.state, is_suspended=where.is_suspended)
    assert ended == (Verdict(quiet) if where.is_emergency else Verdict(None, Why.NO_EMERGENCY))
    going = Where(where.state, where.is_emergency)
    assert resumed == (Verdict(going) if where.is_suspended else Verdict(None, Why.NOT_SUSPENDED))
    if where.is_suspended:
        assert suspended.why is Why.SUSPENDED
    elif where.is_emergency:
        assert suspended.why is Why.EMERGENCY
    elif where.state in ENDED:
        assert suspended.why is Why.NOT_FROM_HERE
    else:
        assert suspended.to == Where(where.state, is_suspended=True)


def test_what_can_be_done_is_what_is_possible_from_there() -> None:
    assert can(Where(State.ARCHIVED)) == (Action.REOPEN, Action.RAISE_EMERGENCY)
    assert can(Where(State.PLANNED, is_suspended=True)) == (Action.RAISE_EMERGENCY, Action.RESUME)


def test_from_every_state_the_archive_can_be_reached() -> None:
    for state in State:
        seen, edge = {state}, {state}
        while edge:
            steps = (judge(Where(each), action, ALL).to for each in edge for action in ORDER)
            edge = {to.state for to in steps if to} - seen
            seen |= edge
        assert State.ARCHIVED in seen
