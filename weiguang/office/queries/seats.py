"""Posts with the people on them: now, to come, and once."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.functional import Promise

from weiguang.network.models import Account, Holding, Organisation, Place, Post
from weiguang.network.roles import ROLES
from weiguang.office.rules.terms import Term, term_of

PEOPLE_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person's time on a post."""

    id: UUID
    person: Account
    is_substitute: bool
    term: Term


@dataclass(frozen=True, slots=True)
class Seat:
    """A post on a day: who holds it, who stands in, who comes next, who held it before."""

    post: Post
    role: str | Promise
    term: Term
    holders: list[Sitting]
    substitutes: list[Sitting]
    to_come: list[Sitting]
    past: list[Sitting]

    @property
    def is_vacant(self) -> bool:
        """Whether nobody holds it, whoever stands in."""
        return not self.holders


@dataclass(frozen=True, slots=True)
class Stay:
    """One time of a person on a post, as her account tells it."""

    post: Post
    is_substitute: bool
    term: Term


def seats_at(place: Place, *, on: date) -> list[Seat]:
    """The posts for a place in the order of the roles, with all who were on them; two queries."""
    order = {code: n for n, code in enumerate(ROLES)}
    seats = [
        seat_of(post, on=on) for post in _with_people(place.posts.filter(during__isempty=False))
    ]
    return sorted(seats, key=lambda each: (order[each.post.role], each.post.organisation.name))


def seat(post: Post, *, on: date) -> Seat:
    """One post with all who were on it; two queries."""
    return seat_of(_with_people(Post.objects.filter(pk=post.pk)).get(), on=on)


def seat_of(post: Post, *, on: date) -> Seat:
    """A post whose people are loaded, sorted by time."""
    sittings = [
        Sitting(h.pk, h.person, h.kind == Holding.Kind.SUBSTITUTE, term_of(h.during))
        for h in post.holdings.all()
        if not h.during.isempty
    ]
    now = [s for s in sittings if not s.term.is_over(on) and not s.term.is_ahead(on)]
    return Seat(
        post=post,
        role=ROLES[post.role].label,
        term=term_of(post.during),
        holders=[s for s in now if not s.is_substitute],
        substitutes=[s for s in now if s.is_substitute],
        to_come=[s for s in sittings if s.term.is_ahead(on)],
        past=[s for s in sittings if s.term.is_over(on)],
    )


def organisations_for(place: Place, above: list[Place]) -> QuerySet[Organisation]:
    """The organisations that can have a post for a place: its own, and those of places above."""
    return Organisation.objects.filter(place__in=[place, *above]).order_by("-place__path", "name")


def people_like(typed: str, *, but: UUID | None, on: date) -> list[Account]:
    """Up to 21 people in service by login or part of a name, with today's posts; two queries."""
    found = Account.objects.filter(
        Q(login__icontains=typed) | Q(name__icontains=typed), is_active=True
    ).exclude(pk__in=[but] if but else [])
    return list(found.order_by("login").prefetch_related(posts_on(on))[: PEOPLE_AT_ONCE + 1])


def posts_on(on: date) -> "Prefetch[str]":
    """Loads each account's time on posts of that day, with the places, as `sitting`."""
    held = Holding.objects.filter(during__contains=on, post__during__contains=on)
    return Prefetch(
        "holdings",
        queryset=held.select_related("post__place").order_by("kind", "post__place__path"),
        to_attr="sitting",
    )


def stays_of(account: Account) -> list[Stay]:
    """Every time of a person on a post, newest first; one query."""
    held = account.holdings.select_related("post__place", "post__organisation")
    return [
        Stay(h.post, h.kind == Holding.Kind.SUBSTITUTE, term_of(h.during))
        for h in held.order_by("-during")
        if not h.during.isempty
    ]


def _with_people(posts: QuerySet[Post]) -> QuerySet[Post]:
    held = Holding.objects.select_related("person").order_by("-during", "person__login")
    return posts.select_related("organisation", "place").prefetch_related(
        Prefetch("holdings", queryset=held)
    )
