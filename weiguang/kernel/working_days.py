"""Periods as the law counts them: working days, calendar days and hours, over a published calendar.

The day on which a period begins is not counted (Civil Code art. 201); one that ends on a day off
ends on the next working day, at its 24th hour (art. 203). Pure: the calendar comes from
`packs.calendar`, the moment from the caller. A year that is not published is counted by weekdays,
and every answer says whether that was so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from weiguang.kernel.clock import CHINA
from weiguang.kernel.packs import CalendarYear

Calendar = Mapping[int, CalendarYear]

ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class DueDay:
    """The last day of a period; `is_estimated` when an unpublished year had to be counted."""

    on: date
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class DueMoment:
    """The moment (UTC) at which a period is over; `is_estimated` as in `DueDay`."""

    at: datetime
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class DayCount:
    """A number of working days; `is_estimated` as in `DueDay`."""

    days: int
    is_estimated: bool


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether offices work on that day, make-up working days included.

    The notice for a year may also name the last days of the year before.
    """
    for year in (day.year, day.year + 1):
        if published := calendar.get(year):
            if day in published.make_up_days:
                return True
            if day in published.days_off:
                return False
    return day.weekday() < SATURDAY


def next_working_day(day: date, calendar: Calendar) -> date:
    """The day itself when offices work on it, else the first one after it on which they do."""
    while not is_working_day(day, calendar):
        day += ONE_DAY
    return day


def add_working_days(start: date, count: int, calendar: Calendar) -> DueDay:
    """The last day of a period of so many working days that begins on `start`, not counting it.

    Of no days: `start` itself, or the next working day. Raises ValueError for a negative count.
    """
    _require_none_negative(count)
    day = start if count else next_working_day(start, calendar)
    for _ in range(count):
        day = next_working_day(day + ONE_DAY, calendar)
    return _ending(start + ONE_DAY if count else start, day, calendar)


def add_calendar_days(start: date, count: int, calendar: Calendar) -> DueDay:
    """The last day of a period of so many days that begins on `start`, not counting it.

    Days off count, but the period does not end on one. Raises ValueError for a negative count.
    """
    _require_none_negative(count)
    named = start + timedelta(days=count)
    return _ending(named, next_working_day(named, calendar), calendar)


def working_days_between(start: date, end: date, calendar: Calendar) -> DayCount:
    """How many working days lie after `start` up to and including `end`; negative when before it.

    The inverse of `add_working_days`: what is left until a deadline, or how long it is overdue.
    """
    first, last, sign = (start, end, 1) if start <= end else (end, start, -1)
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    counted = sum(is_working_day(day, calendar) for day in days)
    return DayCount(sign * counted, any(day.year not in calendar for day in days))


def due_at(
    moment: datetime,
    calendar: Calendar,
    *,
    hours: int | None = None,
    days: int | None = None,
    working_days: int | None = None,
) -> DueMoment:
    """When a period is over that begins at this aware moment and is counted in exactly one unit.

    Hours run through nights and days off (art. 201); days of either kind end at 24:00 in China.
    Raises ValueError unless exactly one unit is given.
    """
    if [hours, days, working_days].count(None) != 2:
        raise ValueError("a period is counted in hours, in days or in working days")
    if hours is not None:
        _require_none_negative(hours)
        return DueMoment(moment.astimezone(UTC) + timedelta(hours=hours), is_estimated=False)
    start = moment.astimezone(CHINA).date()
    if days is not None:
        return _at_its_end(add_calendar_days(start, days, calendar))
    assert working_days is not None
    return _at_its_end(add_working_days(start, working_days, calendar))


def _require_none_negative(count: int) -> None:
    if count < 0:
        raise ValueError("a period cannot be negative")


def _ending(first: date, last: date, calendar: Calendar) -> DueDay:
    """A period whose counted days are these: estimated when one of their years is unpublished."""
    return DueDay(last, any(year not in calendar for year in range(first.year, last.year + 1)))


def _at_its_end(due: DueDay) -> DueMoment:
    midnight = datetime.combine(due.on + ONE_DAY, time(), tzinfo=CHINA)
    return DueMoment(midnight.astimezone(UTC), due.is_estimated)
