"""The steps of a lead as a table: what leads where, and what never closes one."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from weiguang.kernel import packs
from weiguang.register.actions.lead_tasks import period
from weiguang.register.rules.leads import (
    CLOSED,
    MOVES,
    NEEDS_FINDING,
    OPEN,
    Finding,
    State,
    Step,
    after,
    birth_year,
    needs_two_people,
    years_alike,
)


def reachable(start: State) -> set[State]:
    """Every state to which any sequence of steps can lead, whatever is found."""
    seen, waiting = {start}, [start]
    while waiting:
        for state in MOVES[waiting.pop()].values():
            if state not in seen:
                seen.add(state)
                waiting.append(state)
    return seen


def test_every_state_has_its_row_and_every_step_its_place() -> None:
    assert set(MOVES) == set(State)
    assert {step for row in MOVES.values() for step in row} == set(Step) - {Step.ENTERED}


def test_no_single_step_closes_a_lead_that_cannot_be_reached() -> None:
    assert not {MOVES[State.UNREACHABLE].get(step) for step in Step} & CLOSED


def test_the_only_way_out_of_unreachable_is_that_somebody_was_reached() -> None:
    ways = {step for step, state in MOVES[State.UNREACHABLE].items() if state != "unreachable"}

    assert ways == {Step.REACHED}


def test_only_who_tried_can_say_that_nobody_is_to_be_found() -> None:
    assert [state for state, row in MOVES.items() if Step.LOST in row] == [State.VERIFYING]


def test_nothing_becomes_a_child_or_is_refused_before_a_person_verified_it() -> None:
    for step in (Step.REGISTERED, Step.NOT_ELIGIBLE):
        assert [state for state, row in MOVES.items() if step in row] == [State.VERIFIED]


@pytest.mark.parametrize(("step", "finding"), list(product(NEEDS_FINDING, ["", *Finding])))
def test_a_decision_follows_what_was_found(step: Step, finding: str) -> None:
    decided = after(State.VERIFIED, step, finding)

    assert (decided is not None) == (finding == NEEDS_FINDING[step])


def test_what_is_closed_can_be_taken_up_again_unless_it_is_a_child() -> None:
    assert {state for state in CLOSED if Step.REOPENED in MOVES[state]} == {
        State.NOT_ELIGIBLE, State.DUPLICATE,
    }  # fmt: skip
    assert MOVES[State.REGISTERED] == {}


def test_every_open_lead_can_still_become_a_child() -> None:
    assert {state for state in OPEN if State.REGISTERED not in reachable(state)} == set()


def test_only_leaving_a_child_out_needs_two_people() -> None:
    assert [step for step in Step if needs_two_people(step)] == [Step.NOT_ELIGIBLE]


@pytest.mark.parametrize(
    ("born", "age", "year"),
    [(date(2016, 2, 29), None, 2016), (date(2016, 2, 29), 3, 2016), (None, 8, 2018),
     (None, 0, 2026), (None, None, None)],
)  # fmt: skip
def test_a_birth_year_is_the_dates_or_guessed_from_the_age(
    born: date | None, age: int | None, year: int | None
) -> None:
    assert birth_year(born, age, date(2026, 3, 1)) == year


@pytest.mark.parametrize(("year", "span"), [(None, None), (2018, (2017, 2019))])
def test_a_guessed_age_may_be_a_year_off(year: int | None, span: tuple[int, int] | None) -> None:
    assert years_alike(year) == span


@pytest.mark.parametrize(
    ("begins", "due"),
    [
        # The last day before the week of National Day: ten working days later, at midnight.
        (datetime(2025, 9, 30, 2, tzinfo=UTC), date(2025, 10, 21)),
        # A make-up Sunday and a make-up Saturday are working days.
        (datetime(2025, 9, 26, 2, tzinfo=UTC), date(2025, 10, 16)),
        (datetime(2025, 10, 1, 2, tzinfo=UTC), date(2025, 10, 21)),
    ],
)
def test_verifying_is_counted_in_working_days_over_the_holidays(
    begins: datetime, due: date
) -> None:
    moment = period("lead.verify").over(begins, packs.calendar("cn")).at

    # 24:00 in China is 16:00 UTC of the same day.
    assert moment == datetime(due.year, due.month, due.day, 16, tzinfo=UTC)


def test_telling_the_police_is_counted_in_hours_on_holidays_too() -> None:
    begins = datetime(2025, 10, 1, 2, tzinfo=UTC)

    assert period("lead.police").over(begins, packs.calendar("cn")).at == datetime(
        2025, 10, 2, 2, tzinfo=UTC
    )


def test_every_period_of_leads_and_surveys_is_marked_as_our_proposal() -> None:
    listed = packs.read_yaml("cn", "deadlines.yaml")["deadlines"]
    ours = {code: said["mark"] for code, said in listed.items() if code.startswith(("lead", "sur"))}

    assert len(ours) == 8
    assert set(ours.values()) == {"P"}
