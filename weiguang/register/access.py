"""Which children an actor may see for a verb: the rows of `network.authority`, as a query."""

from django.db.models import Q, QuerySet

from weiguang.network.authority import Actor, rows
from weiguang.network.verbs import Verb
from weiguang.register.models import Child


def children_for(actor: Actor, verb: Verb) -> QuerySet[Child]:
    """The children whose residence or hukou lies in the actor's places, and those granted."""
    reached = rows(actor, verb, "child")
    condition = Q(pk__in=reached.subjects) if reached.subjects else Q(pk__in=())
    for path in reached.paths:
        condition |= Q(residence_path__startswith=path) | Q(hukou_path__startswith=path)
    return Child.objects.filter(condition, merged_into=None)
