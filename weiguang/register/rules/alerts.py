"""Birthdays that are near, and months in which a parent's situation is looked at again. Pure."""

from datetime import date, timedelta

from weiguang.register.rules.identity import age_on


def births_turning(age: int, *, on: date, days: int) -> tuple[date, date]:
    """The first and the last birth date of those who reach an age from `on` within so many days.

    Who was born on 29 February reaches it on the last day of February of other years, as in
    `identity.age_on`; the range is wide enough, and `is_turning` decides.

    >>> births_turning(14, on=date(2024, 2, 20), days=10)
    (datetime.date(2010, 2, 20), datetime.date(2010, 3, 1))
    """
    return _years_before(on, age, is_last=False), _years_before(
        on + timedelta(days=days), age, is_last=True
    )


def is_turning(birth_date: date, age: int, *, on: date, days: int) -> bool:
    """Whether somebody reaches an age from `on` within so many days."""
    return (
        age_on(birth_date, on - timedelta(days=1)) < age
        and age_on(birth_date, on + timedelta(days=days)) >= age
    )


def month_of(on: date) -> str:
    """The month of a day, as a key."""
    return f"{on:%Y-%m}"


def _years_before(day: date, years: int, *, is_last: bool) -> date:
    """The day so many years before; a 29 February that was none is its neighbour, wide enough."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1) if is_last else date(day.year - years, 2, 28)
