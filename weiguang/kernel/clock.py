"""The only place that reads the time; rules receive it as an argument."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

_standing_at: ContextVar[datetime | None] = ContextVar("standing_at", default=None)


def now() -> datetime:
    """This moment, aware and in UTC."""
    return _standing_at.get() or datetime.now(UTC)


def today() -> date:
    """The calendar day in China, which is what offices and laws mean by a date."""
    return now().astimezone(CHINA).date()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at an aware moment, for tests and for reproducing past months."""
    token = _standing_at.set(moment)
    try:
        yield
    finally:
        _standing_at.reset(token)
