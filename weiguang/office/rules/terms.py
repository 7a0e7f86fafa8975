"""Terms as people say them: from a day, through a last day. Ranges in tables end a day later."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """A first and a last day, both included; None means without beginning or end."""

    since: date | None
    last_day: date | None

    def is_over(self, on: date) -> bool:
        """Whether the term ended before that day."""
        return self.last_day is not None and self.last_day < on

    def is_ahead(self, on: date) -> bool:
        """Whether the term begins only after that day."""
        return self.since is not None and self.since > on


def term_of(during: Any) -> Term:
    """The term of a half-open range of dates."""
    return Term(during.lower, during.upper - ONE_DAY if during.upper else None)


def first_day_after(last_day: date | None) -> date | None:
    """Where the half-open range of a term ends.

    >>> first_day_after(date(2024, 2, 29))
    datetime.date(2024, 3, 1)
    """
    return last_day + ONE_DAY if last_day else None
