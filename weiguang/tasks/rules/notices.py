"""When people are told outside the system that something waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from weiguang.kernel.clock import CHINA
from weiguang.kernel.packs import NoticeTimes
from weiguang.kernel.working_days import Calendar, is_working_day

# How long a message that could not be sent is left alone before each further try.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 30, 60))


@dataclass(frozen=True, slots=True)
class Slot:
    """One time of one day: `code` is the time, `occasion` the time with its day."""

    code: str
    occasion: str
    until: datetime


def slot_at(now: datetime, times: NoticeTimes, calendar: Calendar) -> Slot | None:
    """The slot that is open at a moment; None between the slots and on days off."""
    day = now.astimezone(CHINA).date()
    if not is_working_day(day, calendar):
        return None
    for start in sorted(times.slots, reverse=True):
        begin = datetime.combine(day, start, tzinfo=CHINA)
        if begin <= now < begin + times.lasts:
            return Slot(f"{start:%H:%M}", f"{begin:%Y-%m-%d %H:%M}", begin + times.lasts)
    return None


def is_night(now: datetime, times: NoticeTimes) -> bool:
    """Whether people sleep; a night that begins in the evening ends on the next morning."""
    here, (begin, end) = now.astimezone(CHINA).time(), times.night
    return begin <= here or here < end if begin > end else begin <= here < end
