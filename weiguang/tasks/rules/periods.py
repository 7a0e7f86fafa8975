"""How long a task has: counted, stopped while it is paused, and counted on from where it stood."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from weiguang.kernel.clock import CHINA
from weiguang.kernel.working_days import Calendar, DueMoment, due_at, working_days_between

# A day's end is midnight, and belongs to that day.
LAST_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in exactly one unit; ValueError for another number of units."""

    hours: int | None = None
    days: int | None = None
    working_days: int | None = None

    def __post_init__(self) -> None:
        if [self.hours, self.days, self.working_days].count(None) != 2:
            raise ValueError("a period is counted in hours, in days or in working days")

    @property
    def unit(self) -> str:
        """`hours`, `days` or `working_days`."""
        return next(unit for unit in UNITS if getattr(self, unit) is not None)

    @property
    def length(self) -> int:
        """How many of its unit."""
        return int(getattr(self, self.unit))

    def over(self, since: datetime, calendar: Calendar) -> DueMoment:
        """The moment at which the period is over when it begins at `since`."""
        return due_at(since, calendar, **{self.unit: self.length})


UNITS = ("hours", "days", "working_days")


def left(unit: str, *, due: datetime, now: datetime, calendar: Calendar) -> int:
    """What is left of a period at `now`: seconds of one counted in hours, else days.

    Negative when it is over already. Days are those after today, up to and with the last one.
    """
    if unit == "hours":
        return round((due - now).total_seconds())
    today, last = _day(now), _day(due - LAST_MOMENT)
    if unit == "days":
        return (last - today).days
    return working_days_between(today, last, calendar).days


def due_again(unit: str, *, remaining: int, now: datetime, calendar: Calendar) -> DueMoment:
    """When a paused period is over that goes on at `now` with so much left."""
    if unit == "hours":
        return DueMoment(now + timedelta(seconds=max(remaining, 0)), is_estimated=False)
    return due_at(now, calendar, **{unit: max(remaining, 0)})


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
