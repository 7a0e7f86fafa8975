"""Which roles have posts at which level of places."""

from typing import Final

from weiguang.network.roles import ROLES, Level, Role

LEVELS: Final[dict[str, frozenset[Level]]] = {
    "province": frozenset({Level.CITY, Level.SYSTEM}),
    "prefecture": frozenset({Level.CITY, Level.SYSTEM}),
    "county": frozenset({Level.CITY, Level.PROVIDER, Level.SYSTEM}),
    "town": frozenset({Level.TOWN, Level.PROVIDER}),
    "village": frozenset({Level.VILLAGE}),
}


def roles_at(place_level: str) -> list[Role]:
    """The roles that a post at such a place may have, in the order of the roles' page.

    >>> [role.code for role in roles_at("village")]
    ['child_director', 'village_secretary']
    """
    return [role for role in ROLES.values() if role.level in LEVELS[place_level]]
