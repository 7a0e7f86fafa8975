"""Accounts, page by page: who can log in, on which posts, and who is locked out."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from weiguang.network.authority import Actor
from weiguang.network.models import Account
from weiguang.office.queries.locks import locked_among
from weiguang.office.queries.seats import posts_on

PEOPLE_PER_PAGE: Final = 50
COUNTED_UP_TO: Final = 1_000


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of accounts with today's posts (`sitting`); `next_after` leads to the next."""

    people: list[Account]
    locked: frozenset[str]
    counted: int
    is_more_than_counted: bool
    next_after: str


def page_of(actor: Actor, typed: str, after: str) -> PeoplePage:
    """The accounts whose login or name contains the typed text, by login; four queries."""
    found = _like(typed)
    rows = list(
        found.filter(login__gt=after)
        .order_by("login")
        .prefetch_related(posts_on(actor.on))[: PEOPLE_PER_PAGE + 1]
    )
    people = rows[:PEOPLE_PER_PAGE]
    counted = found.order_by()[: COUNTED_UP_TO + 1].count()
    return PeoplePage(
        people=people,
        locked=locked_among([person.login for person in people]),
        counted=min(counted, COUNTED_UP_TO),
        is_more_than_counted=counted > COUNTED_UP_TO,
        next_after=people[-1].login if len(rows) > PEOPLE_PER_PAGE else "",
    )


def _like(typed: str) -> QuerySet[Account]:
    if not typed:
        return Account.objects.all()
    return Account.objects.filter(Q(login__icontains=typed) | Q(name__icontains=typed))
