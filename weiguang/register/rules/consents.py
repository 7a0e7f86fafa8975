"""Whose consent to personal information counts at an age, and whether a given one still holds.

Only of consent to the processing of personal information. Services, treatment and placement need
the guardian and the child's true wish (Civil Code, Articles 19 and 35), adoption the child's own
word from eight: none of that is decided here. What a statute demands needs no consent at all.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from weiguang.register.rules.identity import age_on

# Personal Information Protection Law, Article 31: under fourteen a guardian consents.
OWN_CONSENT_AGE: Final = 14


class Giver(StrEnum):
    """Who gives a consent."""

    CHILD = "child"
    GUARDIAN = "guardian"


class Standing(StrEnum):
    """Where a consent stands on a day."""

    NOT_YET = "not_yet"
    HOLDS = "holds"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    # The child has turned fourteen: it is asked itself now.
    OUTGROWN = "outgrown"


@dataclass(frozen=True, slots=True)
class Given:
    """A consent as it was given; `until` is its last day, None where none was agreed."""

    giver: Giver
    born: date
    given_on: date
    until: date | None = None
    withdrawn_on: date | None = None


def whose_consent(born: date, on: date) -> Giver:
    """Whose consent is needed on a day; never somebody else's instead.

    >>> whose_consent(date(2010, 9, 1), date(2024, 8, 31))
    <Giver.GUARDIAN: 'guardian'>
    >>> whose_consent(date(2010, 9, 1), date(2024, 9, 1))
    <Giver.CHILD: 'child'>
    """
    return Giver.CHILD if age_on(born, on) >= OWN_CONSENT_AGE else Giver.GUARDIAN


def own_from(born: date) -> date:
    """The first day on which the child's own consent counts.

    >>> own_from(date(2012, 2, 29)), own_from(date(2008, 2, 29))
    (datetime.date(2026, 2, 28), datetime.date(2022, 2, 28))
    """
    year = born.year + OWN_CONSENT_AGE
    return date(year, born.month, min(born.day, monthrange(year, born.month)[1]))


def standing(given: Given, on: date) -> Standing:
    """Where a consent stands on a day.

    A withdrawal counts from its own day and for the future; the term's last day is still covered.
    """
    if given.withdrawn_on is not None and on >= given.withdrawn_on:
        return Standing.WITHDRAWN
    if on < given.given_on:
        return Standing.NOT_YET
    if given.giver is Giver.GUARDIAN and whose_consent(given.born, on) is Giver.CHILD:
        return Standing.OUTGROWN
    if given.until is not None and on > given.until:
        return Standing.EXPIRED
    return Standing.HOLDS
