"""Who may know of a conference: who takes part in it, and whoever is on the post that called it.

No place reaches one, so neither a supervisor nor the city reads a conference to which she was not
asked. Of a child moved for safety only people who are named for it keep theirs.
"""

from weiguang.conferences.models import Conference, Participant, Section
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb


def may_do(actor: Actor, verb: Verb, conference: Conference) -> bool:
    """Whether the actor may do this with the conference; reads the child, asks nothing."""
    child = conference.child
    if ("child", child.pk) in actor.bars:
        return False
    if child.is_sheltered and not may(actor, verb, child.subject):
        return False
    return is_asked(actor, verb, conference) or is_callers(actor, conference)


def is_asked(actor: Actor, verb: Verb, conference: Conference) -> bool:
    """Whether a grant for this very conference lets the actor do it."""
    subject = (conference.subject.kind, conference.pk)
    return any(grant.subject == subject and verb in grant.verbs for grant in actor.grants)


def is_callers(actor: Actor, conference: Conference) -> bool:
    """Whether the actor is on the post that called it and may still call one about the child."""
    on_post = any(post.id == conference.called_post_id for post in actor.posts)
    return on_post and bool(may(actor, Verb.CONFERENCE_CALL, conference.child.subject))


def sections_of(
    actor: Actor, conference: Conference, participants: list[Participant]
) -> frozenset[str]:
    """The sections that the actor reads: the general one, and what was opened to her.

    On the caller's post all but what is judicial, which is for people who were named alone.
    """
    own = next((each for each in participants if each.account_id == actor.person_id), None)
    if own is not None:
        return frozenset({Section.GENERAL.value, *own.sections})
    if is_callers(actor, conference):
        return frozenset(Section.values) - {Section.JUDICIAL.value}
    return frozenset()
