"""How a due moment stands to now: overdue, within hours, today, within days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from weiguang.kernel.clock import CHINA

LAST_MOMENT: Final = timedelta(microseconds=1)
SOON_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Due:
    """`when` is late, now, today, week or later; the distance is `n` of `unit`, rounded down.

    Units: minutes, hours, days; of what is due at the end of today n is 0 days.
    """

    when: str
    unit: str
    n: int


def due(at: datetime, *, now: datetime, by_the_hour: bool) -> Due:
    """How a moment stands to now; what is counted by the hour is told in hours and minutes.

    A day's end belongs to that day: due at midnight is due on the day before.
    """
    if by_the_hour and abs(at - now) < timedelta(days=2):
        return _by_the_hour(at, now)
    days = (_day(at - LAST_MOMENT) - _day(now)).days
    if at <= now:
        return Due("late", "days", max(-days, 1))
    if days == 0:
        return Due("today", "days", 0)
    return Due("week" if days <= SOON_DAYS else "later", "days", days)


def _by_the_hour(at: datetime, now: datetime) -> Due:
    minutes = int(abs(at - now).total_seconds() // 60)
    unit, n = ("hours", minutes // 60) if minutes >= 120 else ("minutes", minutes)
    return Due("late" if at <= now else "now", unit, n)


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
