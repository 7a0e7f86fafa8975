"""Which children an actor may see for a verb: the rows of `network.authority`, as a query."""

from django.db.models import Q, QuerySet

from weiguang.network.authority import Actor, rows
from weiguang.network.verbs import Verb
from weiguang.register.models import Child


def children_for(actor: Actor, verb: Verb) -> QuerySet[Child]:
    """The children whose residence or hukou lies in the actor's places, and those granted.

    A file that went into another is in no list, a child moved for safety only in that of people
    who are named.
    """
    reached = rows(actor, verb, "child")
    condition = Q(pk__in=())
    for path in reached.paths:
        condition |= below(path)
    condition &= Q(is_sheltered=False)
    return Child.objects.filter(condition | Q(pk__in=reached.subjects), merged_into=None)


def children_below(path: str) -> QuerySet[Child]:
    """The children of a place and all below it whom its people may know of, whoever asks."""
    return Child.objects.filter(below(path), is_sheltered=False, merged_into=None)


def below(path: str) -> Q:
    """The residence or the hukou lies below a path, or the town to or from which it moves."""
    moves = Q(transfer_path__startswith=path) & ~Q(transfer_path="")
    return Q(residence_path__startswith=path) | Q(hukou_path__startswith=path) | moves
