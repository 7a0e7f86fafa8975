"""An approved change of places is carried out: what ends, what goes on, and who goes along.

One transaction, inside the act of `place_changes.carry_out`.
"""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from weiguang.kernel import packs
from weiguang.network.actions import places, successions
from weiguang.network.authority import Actor
from weiguang.network.models import Place, PlaceFact, Post
from weiguang.network.paths import follow
from weiguang.register.actions.leads_follow import (
    follow_place_with_leads,
    follow_posts_with_leads,
)
from weiguang.register.actions.places_follow import (
    follow_handovers,
    move_children,
    move_households,
    move_lists,
    move_transfers,
)
from weiguang.register.models import Allotment, Child, PlaceChange
from weiguang.tasks.actions.follow import follow_paths, follow_posts
from weiguang.tasks.actions.tasks import open_task
from weiguang.tasks.queries.posts import post_for
from weiguang.tasks.rules.periods import Period

ALLOT: Final = "place.allot"
# Who takes over what waits with a post for which the place that goes on has none.
ABOVE: Final = ("child_supervisor", "town_civil_affairs", "city_officer")
# Who says where the children of a place belong that was split.
ALLOTTERS: Final = ABOVE
Carried = tuple[Place, dict[str, int]]


def carry(change: PlaceChange, *, by: Actor) -> Carried:
    """Do it; returns the place that goes on or is new, and numbers for the event."""
    return CARRIED_OUT[PlaceChange.Kind(change.kind)](change, by)


def _rename(change: PlaceChange, by: Actor) -> Carried:
    successions.rename(place=change.place, name=change.name, on=change.on, by=by)
    return change.place, {}


def _merge(change: PlaceChange, by: Actor) -> Carried:
    assert change.to_place is not None
    place, into = change.place, change.to_place
    counted = {"children": 0}
    for village in place.children.filter(closed_on=None).order_by("sort_key"):
        children = _move_village(village, into, change, by)[1]["children"]
        counted["children"] += children
    counted["children"] += _end(place, into, {}, change, by)
    return into, counted


def _move(change: PlaceChange, by: Actor) -> Carried:
    assert change.to_place is not None
    return _move_village(change.place, change.to_place, change, by)


def _move_village(village: Place, town: Place, change: PlaceChange, by: Actor) -> Carried:
    """A village goes on under another town, with its posts and the people on them."""
    is_own = village.pk == change.place_id
    name = (change.name if is_own else "") or village.name
    new = _founded(village, town, name, change.code if is_own else "", change, by)
    carried = successions.carry_posts(place=village, to=new, on=change.on)
    return new, {"children": _end(village, new, carried, change, by)}


def _split(change: PlaceChange, by: Actor) -> Carried:
    place = change.place
    assert place.parent is not None
    new = _founded(place, place.parent, change.name, change.code, change, by)
    children = Child.objects.filter(
        Q(hukou_place=place) | Q(residence_place=place), is_sheltered=False, merged_into=None
    )
    asked = [Allotment(change=change, child=child) for child in children.only("pk")]
    Allotment.objects.bulk_create(asked, 1_000)
    post = post_for(place.path, *ALLOTTERS, on=by.on)
    if asked and post is not None:
        within = Period(**packs.deadline(settings.WEIGUANG_PACK, ALLOT).length)
        open_task(kind=ALLOT, about=change.subject, post_id=post.pk, within=within, by=by)
    return new, {"to_allot": len(asked)}


def _end(
    place: Place, into: Place, carried: Mapping[UUID, Post], change: PlaceChange, by: Actor
) -> int:
    """End a place that goes on in another; what stands and waits in it goes along. Children."""
    ended = list(carried)
    posts = dict(carried)
    if not carried:
        for post in successions.end_posts(place=place, on=change.on):
            ended.append(post.pk)
            nearest = post_for(into.path, post.role, *ABOVE, on=by.on)
            posts |= {post.pk: nearest} if nearest else {}
    follow_handovers(ended=ended, carried=carried, by=by)
    follow_posts(posts)
    follow_posts_with_leads(posts)
    follow_place_with_leads(place=place, to=into)
    children = move_children(place=place, to=into, on=change.on)
    move_households(place=place, to=into)
    move_lists(place=place, to=into)
    move_transfers(place=place, to=into)
    follow_paths(place.path, into.path)
    follow(place.path, into.path)
    successions.end_place(place=place, into=into, on=change.on, by=by)
    return children


def _founded(
    like: Place, parent: Place, name: str, code: str, change: PlaceChange, by: Actor
) -> Place:
    """A new place, described as the one it comes from where nobody said otherwise."""
    sort_key = code or f"{like.sort_key}-{like.predecessors.count() + parent.children.count()}"
    new = places.found(
        name=name, level=like.level, parent=parent, sort_key=sort_key, since=change.on, by=by
    )
    own = (
        PlaceFact.Kind.STATISTICAL_CODE
        if like.level == Place.Level.VILLAGE
        else PlaceFact.Kind.ADMINISTRATIVE_CODE
    )
    said: dict[str, str] = {own: code} if code else {}
    if change.kind != PlaceChange.Kind.SPLIT:
        said = _facts_of(like) | said
    for kind, value in said.items():
        mark = "V" if kind == own and code else "M"
        places.describe(
            place=new, kind=kind, value=value, since=change.on, by=by, mark=mark,
            source=change.document,
        )  # fmt: skip
    return new


def _facts_of(place: Place) -> dict[str, str]:
    facts = place.facts.filter(during__upper_inf=True).exclude(kind=PlaceFact.Kind.NAME)
    return dict(facts.values_list("kind", "value"))


CARRIED_OUT: Final[Mapping[str, Callable[[PlaceChange, Actor], Carried]]] = {
    PlaceChange.Kind.RENAME: _rename,
    PlaceChange.Kind.MERGE: _merge,
    PlaceChange.Kind.SPLIT: _split,
    PlaceChange.Kind.MOVE: _move,
}
