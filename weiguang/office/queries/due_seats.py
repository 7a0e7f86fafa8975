"""Posts that wait for the security administrator: no director there, or a term that ends soon."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Post
from weiguang.network.verbs import Verb
from weiguang.office.access import places_for
from weiguang.office.queries.seats import Sitting
from weiguang.office.rules.terms import ONE_DAY, term_of

SEATS_PER_PAGE: Final = 50
COUNTED_UP_TO: Final = 1_000
SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DueSeat:
    """A post with those of its people who matter here: who stands in, or whose term ends."""

    post: Post
    people: list[Sitting]


@dataclass(frozen=True, slots=True)
class DuePage:
    """One page of due seats by place; `next_after` leads to the next."""

    seats: list[DueSeat]
    counted: int
    is_more_than_counted: bool
    next_after: list[str]


def vacant_directors(actor: Actor) -> QuerySet[Post]:
    """The posts of child directors that nobody holds today, whoever stands in."""
    held = Holding.objects.filter(
        post=OuterRef("pk"), kind=Holding.Kind.HOLDER, during__contains=actor.on
    )
    return Post.objects.filter(
        ~Exists(held),
        role="child_director",
        during__contains=actor.on,
        place__in=places_for(actor, Verb.POST_FILL),
    )


def ending_soon(actor: Actor) -> QuerySet[Holding]:
    """The times on posts whose last day is one of the next 30, today included."""
    return Holding.objects.filter(
        during__contains=actor.on,
        during__endswith__lte=actor.on + SOON + ONE_DAY,
        post__during__contains=actor.on,
        post__place__in=places_for(actor, Verb.POST_FILL),
    )


def counted(found: QuerySet[Any]) -> int:
    """How many, exact up to 1,000 and then 1,001; one query."""
    return found.order_by()[: COUNTED_UP_TO + 1].count()


def vacant_page(actor: Actor, after: list[str]) -> DuePage:
    """One page of vacant directors' posts, with who stands in today; three queries."""
    standing_in = Holding.objects.filter(during__contains=actor.on).select_related("person")
    found = vacant_directors(actor)
    rows = _rows(found, "place__sort_key", after).select_related("place__parent", "organisation")
    posts = list(rows.prefetch_related(Prefetch("holdings", standing_in))[: SEATS_PER_PAGE + 1])
    seats = [DueSeat(post, [_sitting(held) for held in post.holdings.all()]) for post in posts]
    return _page(seats, [[each.place.sort_key, str(each.pk)] for each in posts], counted(found))


def ending_page(actor: Actor, after: list[str]) -> DuePage:
    """One page of terms that end soon; two queries."""
    found = ending_soon(actor)
    rows = _rows(found, "post__place__sort_key", after).select_related(
        "person", "post__place__parent", "post__organisation"
    )
    holdings = list(rows[: SEATS_PER_PAGE + 1])
    seats = [DueSeat(held.post, [_sitting(held)]) for held in holdings]
    keys = [[held.post.place.sort_key, str(held.pk)] for held in holdings]
    return _page(seats, keys, counted(found))


def _rows(found: QuerySet[Any], by: str, after: list[str]) -> QuerySet[Any]:
    if after:
        key, last = after
        found = found.filter(Q(**{f"{by}__gt": key}) | Q(**{by: key, "pk__gt": last}))
    return found.order_by(by, "pk")


def _page(seats: list[DueSeat], keys: list[list[str]], number: int) -> DuePage:
    return DuePage(
        seats=seats[:SEATS_PER_PAGE],
        counted=min(number, COUNTED_UP_TO),
        is_more_than_counted=number > COUNTED_UP_TO,
        next_after=keys[SEATS_PER_PAGE - 1] if len(seats) > SEATS_PER_PAGE else [],
    )


def _sitting(held: Holding) -> Sitting:
    is_substitute = held.kind == Holding.Kind.SUBSTITUTE
    return Sitting(held.pk, held.person, is_substitute, term_of(held.during))
