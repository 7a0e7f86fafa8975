"""Who acts today: a person's posts and grants, read once a request."""

from datetime import date
from typing import Any, Final, TypeAlias

from django.db.models import Q, QuerySet

from weiguang.kernel import clock
from weiguang.kernel.compiled import answered
from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import ActingGrant, ActingPost, Actor, rows
from weiguang.network.compiled import ForActor
from weiguang.network.models import Account, Place
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb

Row: TypeAlias = tuple[Any, ...]
# Below every tier: grants and bars are read together, and this tells a bar.
BARRED: Final = -1
# A person's posts, then what is granted to her and what she is kept from. Asked on every request:
# written out, because building it costs more than answering it.
STANDING: Final = """
(
  SELECT post.id, post.role, place.path, place.name, organisation.name, '{}'::text[], NULL::smallint
  FROM network_holding AS held
    JOIN network_post AS post ON post.id = held.post_id
    JOIN network_place AS place ON place.id = post.place_id
    JOIN network_organisation AS organisation ON organisation.id = post.organisation_id
  WHERE held.person_id = %(person)s
    AND held.during @> %(on)s::date AND post.during @> %(on)s::date
  ORDER BY held.kind, place.path
)
UNION ALL
SELECT subject_id, subject_kind, reason, '', '', verbs, sees FROM network_grant
WHERE person_id = %(person)s
  AND during @> %(on)s::date AND (until IS NULL OR until > %(now)s)
UNION ALL
SELECT subject_id, subject_kind, reason, '', '', '{}', -1 FROM network_bar
WHERE person_id = %(person)s AND lifted_at IS NULL
"""


def actor_for(account: Account, *, on: date) -> Actor:
    """The person with the posts, grants and bars that hold on that day; one query."""
    if not account.is_active:
        return Actor(account.pk, account.name, on)
    found = answered(STANDING, {"person": account.pk, "on": on, "now": clock.now()})
    posts = tuple(_post(row) for row in found if row[-1] is None)
    grants = tuple(_grant(row) for row in found if row[-1] not in (None, BARRED))
    bars = frozenset((kind, key) for key, kind, *_, sees in found if sees == BARRED)
    return Actor(account.pk, account.name, on, posts, grants, bars=bars)


def the_system(*, on: date) -> Actor:
    """The system's own posts: what reactions and the command line act as."""
    return Actor(person_id=None, name="system", on=on, is_system=True)


def places_below(actor: Actor, verb: Verb) -> list[Place]:
    """The places one step below those the verb reaches: a town's villages, a city's towns.

    One query; empty for who works in villages alone.
    """
    return _below(actor, verb) if rows(actor, verb, "place").paths else []


@ForActor
def _below(actor: Actor, verb: Verb) -> QuerySet[Place]:
    paths = rows(actor, verb, "place").paths
    return Place.objects.filter(parent__path__in=paths, closed_on=None).order_by("sort_key")


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


def _post(row: Row) -> ActingPost:
    post_id, role, path, place, organisation, *_ = row
    return ActingPost(
        id=post_id, role=ROLES[role], path=path, place_name=place, organisation_name=organisation
    )


def _grant(row: Row) -> ActingGrant:
    key, kind, reason, _, _, verbs, sees = row
    return ActingGrant((kind, key), frozenset(verbs), Tier(sees), reason)
