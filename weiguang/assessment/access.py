"""Which assessments an actor may see for a verb, and whether what is sealed in one is hers."""

from django.db.models import Q, QuerySet

from weiguang.assessment.models import Assessment, LevelDecision
from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Child

State = Assessment.State


def assessments_for(actor: Actor, verb: Verb) -> QuerySet[Assessment]:
    """The assessments of the actor's children; of drafts only her own, of thrown away ones none."""
    children = children_for(actor, verb).values("pk")
    own = Q(state=State.DRAFT, assessed_by=actor.person_id)
    done = Q(state__in=[State.SUBMITTED, State.SUPERSEDED])
    return Assessment.objects.filter(own | done, child__in=children)


def decisions_for(actor: Actor, verb: Verb) -> QuerySet[LevelDecision]:
    """The decisions about levels of the actor's children; sealed ones only where they are hers."""
    children = children_for(actor, verb).values("pk")
    found = LevelDecision.objects.filter(child__in=children)
    sealed = Q(level="") & ~Q(decided_by=actor.person_id) & ~Q(child__in=named_children(actor))
    return found.exclude(sealed)


def named_children(actor: Actor) -> list[object]:
    """The children of whom the actor sees what is sealed, because somebody named her."""
    sealed = (g for g in actor.grants if g.sees >= Tier.SEALED and g.subject[0] == "child")
    return [grant.subject[1] for grant in sealed if Verb.ASSESSMENT_READ in grant.verbs]


def sees_sealed(actor: Actor, child: Child) -> bool:
    """Whether the actor sees what is sealed about the child's assessments, whoever wrote it."""
    return may(actor, Verb.ASSESSMENT_READ, child.subject).sees >= Tier.SEALED


def sees_sealed_of(actor: Actor, assessment: Assessment) -> bool:
    """Whether the actor sees what is sealed in one assessment: who is named, and who wrote it."""
    is_own = assessment.assessed_by_id == actor.person_id
    return is_own or sees_sealed(actor, assessment.child)
