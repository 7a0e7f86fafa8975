"""Ages as ranges of birth dates, so that a list of children can use its index."""

from calendar import monthrange
from datetime import date, timedelta


def latest_birth(years: int, on: date) -> date:
    """The last birth date of those who have completed so many years on a day.

    Who was born on 29 February completes a year on 28 February where there is no 29th, as in
    `identity.age_on`.

    >>> latest_birth(7, date(2023, 2, 28))
    datetime.date(2016, 2, 29)
    """
    year = on.year - years
    last_of_month = monthrange(year, on.month)[1]
    stands_for_the_29th = (on.month, on.day) == (2, monthrange(on.year, 2)[1])
    day = last_of_month if stands_for_the_29th else min(on.day, last_of_month)
    return date(year, on.month, day)


def births_of(ages: tuple[int | None, int | None], on: date) -> tuple[date | None, date | None]:
    """The first and last birth date of those whose age on a day lies in the closed range.

    >>> births_of((6, 7), date(2024, 9, 1))
    (datetime.date(2016, 9, 2), datetime.date(2018, 9, 1))
    """
    youngest, oldest = ages
    first = latest_birth(oldest + 1, on) + timedelta(days=1) if oldest is not None else None
    return first, latest_birth(youngest, on) if youngest is not None else None
