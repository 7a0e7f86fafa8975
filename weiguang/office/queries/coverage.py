"""Holes in the net: villages without a child director, and towns without a second person to sign.

Leave is not recorded anywhere, so that a director who is away for a week shows as no hole; who is
to stand in for her is seen where nobody is named at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.compiled import Statement
from weiguang.kernel.counting import counts
from weiguang.network.authority import Actor
from weiguang.network.compiled import ForActor
from weiguang.network.models import Holding, Place, Post
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb
from weiguang.office.access import places_for

PER_PAGE: Final = 50
# More places than any country has.
MOST: Final = 10_000_000
DIRECTOR: Final = "child_director"
# A rule of two takes two people on two posts that may sign.
SIGNERS: Final = tuple(
    code
    for code, role in ROLES.items()
    if {Verb.APPROVAL_SIGN, Verb.CATEGORY_CONFIRM} <= role.verbs
)


@dataclass(frozen=True, slots=True)
class Hole:
    """A kind of hole: what it is called, and why it matters."""

    code: str
    title: str | Promise
    why: str | Promise


HOLES: Final[Mapping[str, Hole]] = {
    hole.code: hole
    for hole in (
        Hole(
            "director", _("没有儿童主任的村（社区）"),
            _("没有人任职；有人代理的也在内，代理总有到期的一天。"),
        ),
        Hole(
            "nobody", _("没有人管的村（社区）"),
            _("没有儿童主任，也没有人代理：孩子的事现在没有人接。"),
        ),
        Hole(
            "second", _("缺第二个签字人的区镇"),
            _("要两个人签的事，这里凑不齐两个岗位上的两个人，只能等市里签。"),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """A place with a hole, and who is there all the same."""

    place: Place
    people: tuple[str, ...]
    # Whether there is a post that somebody could be put on.
    has_post: bool


@dataclass(frozen=True, slots=True)
class GapPage:
    """One page of places with a hole by code; `next_after` leads to the next."""

    gaps: tuple[Gap, ...]
    counted: int
    next_after: str


def places_with(actor: Actor, code: str) -> QuerySet[Place]:
    """The places of the actor that have this hole today."""
    own = places_for(actor, Verb.COVERAGE_LIST).filter(closed_on=None)
    if code == "second":
        return _alone(own.filter(level=Place.Level.TOWN), actor)
    villages = own.filter(level=Place.Level.VILLAGE)
    held = _on_duty(actor, role=DIRECTOR)
    if code == "director":
        held = held.filter(kind=Holding.Kind.HOLDER)
    return villages.filter(~Exists(held.filter(post__place=OuterRef("pk"))))


def numbers(actor: Actor) -> dict[str, int]:
    """How many places have each hole; one query."""
    return dict(zip(HOLES, _numbers(actor)[0], strict=True))


@ForActor
def _numbers(actor: Actor) -> Statement[tuple[int, ...]]:
    return counts(*(places_with(actor, code) for code in HOLES), most=MOST)


def page_of(actor: Actor, code: str, after: str = "") -> GapPage:
    """One page of the places with a hole; four queries."""
    found = places_with(actor, code)
    roles = SIGNERS if code == "second" else (DIRECTOR,)
    posts = Post.objects.filter(role__in=roles, during__contains=actor.on)
    here = _on_duty(actor).select_related("person").order_by("person__name")
    shown = list(
        found.filter(sort_key__gt=after)
        .select_related("parent")
        .prefetch_related(
            Prefetch("posts", posts.prefetch_related(Prefetch("holdings", here)), to_attr="seats")
        )
        .order_by("sort_key", "pk")[: PER_PAGE + 1]
    )
    more = shown[PER_PAGE - 1].sort_key if len(shown) > PER_PAGE else ""
    return GapPage(tuple(_gap(place) for place in shown[:PER_PAGE]), found.count(), more)


def _on_duty(actor: Actor, *, role: str = "") -> QuerySet[Holding]:
    held = Holding.objects.filter(
        during__contains=actor.on, post__during__contains=actor.on, person__is_active=True
    )
    return held.filter(post__role=role) if role else held


def _alone(towns: QuerySet[Place], actor: Actor) -> QuerySet[Place]:
    signing = Q(
        posts__role__in=SIGNERS, posts__during__contains=actor.on,
        posts__holdings__during__contains=actor.on, posts__holdings__person__is_active=True,
    )  # fmt: skip
    counted = towns.annotate(
        signers=Count("posts__holdings__person", filter=signing, distinct=True),
        desks=Count(F("posts"), filter=signing, distinct=True),
    )
    return counted.filter(Q(signers__lt=2) | Q(desks__lt=2))


def _gap(place: Any) -> Gap:
    people = (held.person.name for post in place.seats for held in post.holdings.all())
    return Gap(place, tuple(dict.fromkeys(people)), bool(place.seats))
