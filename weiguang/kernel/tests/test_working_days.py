"""Periods end on the day the law says, around the holidays of 2024 and 2025 and beyond."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weiguang.kernel.clock import CHINA
from weiguang.kernel.packs import CalendarYear, calendar
from weiguang.kernel.working_days import (
    DayCount,
    DueDay,
    add_calendar_days,
    add_working_days,
    due_at,
    is_working_day,
    working_days_between,
)

PUBLISHED = calendar("cn")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-02-03", False),  # Saturday
        ("2024-02-04", True),  # Sunday, worked in exchange
        ("2024-02-09", True),  # the eve: not among the published days off of 2024
        ("2024-02-10", False),
        ("2024-02-16", False),  # Friday within the holiday
        ("2024-02-17", False),
        ("2024-02-18", True),  # Sunday, worked in exchange
        ("2025-09-28", True),  # Sunday, worked in exchange
        ("2025-09-30", True),
        ("2025-10-01", False),
        ("2025-10-08", False),
        ("2025-10-09", True),
        ("2025-10-11", True),  # Saturday, worked in exchange
        ("2025-10-12", False),
    ],
)
def test_a_day_is_worked_as_the_state_council_published(day: str, expected: bool) -> None:
    assert is_working_day(date.fromisoformat(day), PUBLISHED) is expected


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        # Spring Festival 2024: the day before, the day, the day after.
        ("2024-02-02", 1, "2024-02-04"),
        ("2024-02-08", 1, "2024-02-09"),
        ("2024-02-09", 1, "2024-02-18"),
        ("2024-02-10", 1, "2024-02-18"),
        ("2024-02-17", 1, "2024-02-18"),
        ("2024-02-18", 1, "2024-02-19"),
        ("2024-02-01", 10, "2024-02-20"),
        # National Day 2025.
        ("2025-09-26", 1, "2025-09-28"),
        ("2025-09-29", 1, "2025-09-30"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-10-01", 1, "2025-10-09"),
        ("2025-10-08", 1, "2025-10-09"),
        ("2025-09-30", 3, "2025-10-11"),
        ("2025-09-30", 4, "2025-10-13"),
        # No days at all: the same day, or the next on which somebody is there.
        ("2025-09-30", 0, "2025-09-30"),
        ("2025-10-01", 0, "2025-10-09"),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: str, count: int, end: str) -> None:
    due = add_working_days(date.fromisoformat(start), count, PUBLISHED)

    assert due == DueDay(date.fromisoformat(end), is_estimated=False)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2025-09-23", 7, "2025-09-30"),
        ("2025-09-24", 7, "2025-10-09"),  # would end on 1 October
        ("2025-10-01", 7, "2025-10-09"),  # would end on 8 October
        ("2025-10-02", 7, "2025-10-09"),
        ("2025-10-04", 7, "2025-10-11"),  # a Saturday that is worked
        ("2025-10-05", 7, "2025-10-13"),  # a Sunday that is not
        ("2024-02-04", 6, "2024-02-18"),
    ],
)
def test_a_period_that_ends_on_a_day_off_ends_on_the_next_working_day(
    start: str, count: int, end: str
) -> None:
    due = add_calendar_days(date.fromisoformat(start), count, PUBLISHED)

    assert due == DueDay(date.fromisoformat(end), is_estimated=False)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2031-09-30", 1, DueDay(date(2031, 10, 1), is_estimated=True)),
        ("2031-10-03", 1, DueDay(date(2031, 10, 6), is_estimated=True)),
        ("2026-12-30", 1, DueDay(date(2026, 12, 31), is_estimated=False)),
        ("2026-12-31", 1, DueDay(date(2027, 1, 1), is_estimated=True)),
        ("2022-12-30", 1, DueDay(date(2023, 1, 3), is_estimated=True)),
    ],
)
def test_an_unpublished_year_counts_by_weekdays_and_says_so(
    start: str, count: int, expected: DueDay
) -> None:
    assert add_working_days(date.fromisoformat(start), count, PUBLISHED) == expected


def test_a_day_off_may_be_published_with_the_next_year() -> None:
    eve = date(2029, 12, 31)
    notice = CalendarYear(2030, frozenset({eve}), frozenset(), "", "", "V")

    assert eve.weekday() < 5
    assert not is_working_day(eve, {2030: notice})


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2025-09-30", "2025-09-30", DayCount(0, is_estimated=False)),
        ("2025-09-30", "2025-10-08", DayCount(0, is_estimated=False)),
        ("2025-09-30", "2025-10-09", DayCount(1, is_estimated=False)),
        ("2025-10-13", "2025-10-09", DayCount(-3, is_estimated=False)),
        ("2026-12-31", "2027-01-04", DayCount(2, is_estimated=True)),
    ],
)
def test_what_is_left_and_what_is_overdue_are_counted_alike(
    start: str, end: str, expected: DayCount
) -> None:
    counted = working_days_between(date.fromisoformat(start), date.fromisoformat(end), PUBLISHED)

    assert counted == expected


@given(st.dates(date(2023, 1, 1), date(2028, 12, 31)), st.integers(0, 60))
def test_counting_undoes_adding(start: date, count: int) -> None:
    due = add_working_days(start, count, PUBLISHED)

    assert is_working_day(due.on, PUBLISHED)
    if count:
        assert working_days_between(start, due.on, PUBLISHED).days == count


AT_NIGHT = datetime(2025, 9, 30, 23, 30, tzinfo=CHINA)


def test_hours_run_through_the_holiday() -> None:
    due = due_at(AT_NIGHT, PUBLISHED, hours=24)

    assert (due.at, due.is_estimated) == (AT_NIGHT + timedelta(hours=24), False)
    assert due.at.tzinfo is UTC


def test_days_end_with_the_last_day_in_china() -> None:
    midnight = datetime(2025, 10, 10, tzinfo=CHINA)

    assert due_at(AT_NIGHT, PUBLISHED, working_days=1).at == midnight
    assert due_at(AT_NIGHT, PUBLISHED, days=1).at == midnight


def test_the_day_a_period_begins_is_the_day_in_china() -> None:
    after_midnight = datetime(2025, 9, 29, 16, 30, tzinfo=UTC)

    due = due_at(after_midnight, PUBLISHED, working_days=1)

    assert due.at == datetime(2025, 10, 10, tzinfo=CHINA)


@pytest.mark.parametrize("units", [{}, {"hours": 1, "days": 1}])
def test_a_period_has_one_unit(units: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="counted in"):
        due_at(AT_NIGHT, PUBLISHED, **units)


@pytest.mark.parametrize("unit", ["hours", "days", "working_days"])
def test_a_period_is_not_negative(unit: str) -> None:
    with pytest.raises(ValueError, match="negative"):
        due_at(AT_NIGHT, PUBLISHED, **{unit: -1})
