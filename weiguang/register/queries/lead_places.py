"""The places of which somebody may enter a lead: hers and below, whatever else she reaches."""

from django.db.models import Q

from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.verbs import Verb


def places_to_enter(actor: Actor) -> list[Place]:
    """The towns and villages in the order of codes, each with what is above it; one query.

    A hotline hears of a town at best, so that a town is enough.
    """
    reached = Q(pk__in=())
    for post in actor.posts:
        if Verb.LEAD_ENTER in post.role.verbs:
            reached |= Q(path__startswith=post.path)
    below = Place.objects.filter(reached, closed_on=None).exclude(level__in=Place.ABOVE_TOWNS)
    return list(below.select_related("parent").order_by("sort_key"))


def every_place() -> list[Place]:
    """Every town and village of the city; where a lead may be passed on to. One query."""
    below = Place.objects.filter(closed_on=None).exclude(level__in=Place.ABOVE_TOWNS)
    return list(below.select_related("parent").order_by("sort_key"))
