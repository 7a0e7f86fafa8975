"""From whom to whom what is overdue climbs: village, town, city; each time to who dispatches."""

from collections.abc import Collection
from typing import Final

from weiguang.network.roles import ROLES, Level

# The levels above the one on which a task lies, in the order in which they are told.
ABOVE: Final[dict[Level, tuple[Level, ...]]] = {
    Level.VILLAGE: (Level.TOWN, Level.CITY),
    Level.PROVIDER: (Level.TOWN, Level.CITY),
    Level.TOWN: (Level.CITY,),
    Level.CITY: (),
    Level.SYSTEM: (),
}
# Who dispatches on a level; the first one with somebody on the post is told.
DISPATCHERS: Final[dict[Level, tuple[str, ...]]] = {
    Level.TOWN: ("child_supervisor", "town_civil_affairs", "town_leader"),
    Level.CITY: ("city_officer", "city_approver"),
}


def next_level(role: str, told: Collection[str]) -> Level | None:
    """The first level above a role's that was not told yet; None when there is none.

    >>> next_level("child_director", ["town"])
    <Level.CITY: 'city'>
    """
    return next((level for level in ABOVE[ROLES[role].level] if level not in told), None)
