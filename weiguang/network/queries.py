"""Who acts today: a person's posts and grants, read once a request."""

from datetime import date
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.db import connection
from django.db.models import Q

from weiguang.kernel import clock
from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import ActingGrant, ActingPost, Actor, rows
from weiguang.network.models import Account, Place
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb

Bars: TypeAlias = frozenset[tuple[str, UUID]]
# Below every tier: grants and bars are read together, and this tells a bar.
BARRED: Final = -1
# Both are asked on every request: written out, because building them costs more than answering.
POSTS: Final = """
SELECT post.id, post.role, place.path, place.name, organisation.name
FROM network_holding AS held
  JOIN network_post AS post ON post.id = held.post_id
  JOIN network_place AS place ON place.id = post.place_id
  JOIN network_organisation AS organisation ON organisation.id = post.organisation_id
WHERE held.person_id = %s AND held.during @> %s::date AND post.during @> %s::date
ORDER BY held.kind, place.path
"""
LEAVE: Final = """
SELECT subject_kind, subject_id, verbs, sees, reason FROM network_grant
WHERE person_id = %s AND during @> %s::date AND (until IS NULL OR until > %s)
UNION ALL
SELECT subject_kind, subject_id, '{}', -1, reason FROM network_bar
WHERE person_id = %s AND lifted_at IS NULL
"""


def actor_for(account: Account, *, on: date) -> Actor:
    """The person with the posts, grants and bars that hold on that day; two queries."""
    if not account.is_active:
        return Actor(account.pk, account.name, on)
    grants, bars = _leave(account.pk, on)
    return Actor(account.pk, account.name, on, _posts(account.pk, on), grants, bars=bars)


def the_system(*, on: date) -> Actor:
    """The system's own posts: what reactions and the command line act as."""
    return Actor(person_id=None, name="system", on=on, is_system=True)


def places_below(actor: Actor, verb: Verb) -> list[Place]:
    """The places one step below those the verb reaches: a town's villages, a city's towns.

    One query; empty for who works in villages alone.
    """
    paths = rows(actor, verb, "place").paths
    if not paths:
        return []
    return list(Place.objects.filter(parent__path__in=paths, closed_on=None).order_by("sort_key"))


def villages_below(actor: Actor, verb: Verb) -> list[Place]:
    """Every village that the verb reaches, with its town, in the order of codes; one query."""
    reached = Q()
    for path in rows(actor, verb, "place").paths:
        reached |= Q(path__startswith=path)
    if not reached:
        return []
    villages = Place.objects.filter(reached, level=Place.Level.VILLAGE, closed_on=None)
    return list(villages.select_related("parent").order_by("sort_key"))


def places_of(actor: Actor, verb: Verb) -> list[Place]:
    """The places of the actor's own posts that the verb reaches from; one query."""
    paths = rows(actor, verb, "place").paths
    if not paths:
        return []
    return list(Place.objects.filter(path__in=paths, closed_on=None).order_by("sort_key"))


def every_village() -> list[Place]:
    """Every village of the city with its town; where a child may move to. One query."""
    villages = Place.objects.filter(level=Place.Level.VILLAGE, closed_on=None)
    return list(villages.select_related("parent").order_by("sort_key"))


def every_place_ever() -> list[Place]:
    """Every town and village there is or was, with what is above it; one query."""
    found = Place.objects.exclude(parent=None).select_related("parent")
    return list(found.order_by("sort_key"))


def _posts(person_id: UUID, on: date) -> tuple[ActingPost, ...]:
    return tuple(
        ActingPost(
            id=post_id,
            role=ROLES[role],
            path=path,
            place_name=place,
            organisation_name=organisation,
        )
        for post_id, role, path, place, organisation in _found(POSTS, [person_id, on, on])
    )


def _leave(person_id: UUID, on: date) -> tuple[tuple[ActingGrant, ...], Bars]:
    """What is granted to a person beside her posts, and what she is kept from; one query."""
    found = _found(LEAVE, [person_id, on, clock.now(), person_id])
    return (
        tuple(
            ActingGrant((kind, key), frozenset(verbs), Tier(sees), reason)
            for kind, key, verbs, sees, reason in found
            if sees != BARRED
        ),
        frozenset((kind, key) for kind, key, _verbs, sees, _reason in found if sees == BARRED),
    )


def _found(query: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
