"""Which places, posts and accounts an actor reaches on the office's pages.

What is not reached is answered exactly like what does not exist.
"""

from uuid import UUID

from django.db.models import Q, QuerySet

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.authority import Actor, may
from weiguang.network.models import Account, Holding, Place, Post
from weiguang.network.verbs import Verb


def paths_of(actor: Actor, verb: Verb) -> tuple[str, ...]:
    """The paths below which the actor's posts have a verb that is about places, not children."""
    return tuple(post.path for post in actor.posts if verb in post.role.verbs)


def places_for(actor: Actor, verb: Verb) -> QuerySet[Place]:
    """The places an actor reaches for a verb."""
    reached = Q(pk__in=())
    for path in paths_of(actor, verb):
        reached |= Q(path__startswith=path)
    return Place.objects.filter(reached)


def place_for(actor: Actor, verb: Verb, place_id: UUID) -> Place:
    """One place; raises `NotFoundOrRefused`."""
    place = Place.objects.filter(pk=place_id).first()
    if place is None or not may(actor, verb, place.subject):
        raise NotFoundOrRefused
    return place


def post_for(actor: Actor, verb: Verb, post_id: UUID) -> Post:
    """One post with its place and organisation; raises `NotFoundOrRefused`."""
    post = Post.objects.select_related("place", "organisation").filter(pk=post_id).first()
    if post is None or not may(actor, verb, post.place.subject):
        raise NotFoundOrRefused
    return post


def holding_for(actor: Actor, verb: Verb, holding_id: UUID) -> Holding:
    """One person's time on a post; raises `NotFoundOrRefused`."""
    holding = (
        Holding.objects.select_related("post__place", "post__organisation", "person")
        .filter(pk=holding_id)
        .first()
    )
    if holding is None or not may(actor, verb, holding.post.place.subject):
        raise NotFoundOrRefused
    return holding


def account_for(actor: Actor, verb: Verb, account_id: UUID) -> Account:
    """One account; raises `NotFoundOrRefused`."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None or not may(actor, verb, account.subject):
        raise NotFoundOrRefused
    return account
