"""Which cases an actor may see for a verb, and which sections of one are hers to read."""

from dataclasses import dataclass

from django.db.models import QuerySet

from weiguang.cases.models import Case, Section
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a case its reader sees: the sections, and as what she is on the team, if she is."""

    sections: frozenset[str]
    role: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the plan and the record are hers, and not only what she is to do herself."""
        return Section.GENERAL in self.sections


def cases_for(actor: Actor, verb: Verb) -> QuerySet[Case]:
    """The cases of the actor's children; of a child moved for safety those of who is named."""
    return Case.objects.filter(child__in=children_for(actor, verb).values("pk"))


def sight_of(actor: Actor, case: Case) -> Sight:
    """What the actor may read of a case that is hers; one query.

    Whose post reaches the child, and who is named for one moved for safety, reads the record; the
    medical and the judicial section only who was named for it on the team.
    """
    member = case.team.filter(account=actor.person_id, ended_at=None).first()
    decision = may(actor, Verb.CASE_READ, case.child.subject)
    by_post = decision.post is not None
    is_named = case.child.is_sheltered and bool(decision)
    general = {Section.GENERAL.value} if by_post or is_named else set()
    if member is None:
        return Sight(frozenset(general))
    return Sight(frozenset(general | set(member.sections)), member.role)
