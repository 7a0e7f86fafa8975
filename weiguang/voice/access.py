"""Which views somebody may know of, and which of their words are hers.

Who heard the child keeps what it told her, as long as the child is among her children. Others know
of a view by VOICE_READ, and of what is sealed in it only where they are named for the child.
"""

from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.models import Child
from weiguang.voice.models import View


def knows_of(actor: Actor, child: Child, view: View) -> bool:
    """Whether there is such a view for the actor, who may hear the child."""
    if is_own(actor, view):
        return True
    if view.is_sealed:
        return sees_sealed(actor, child, view)
    return bool(may(actor, Verb.VOICE_READ, child.subject))


def sees_words(actor: Actor, child: Child, view: View) -> bool:
    """Whether the sentences that may be told are the actor's to read."""
    reads = may(actor, Verb.VOICE_READ, child.subject).sees >= Tier.SENSITIVE
    return is_own(actor, view) or reads


def sees_sealed(actor: Actor, child: Child, view: View) -> bool:
    """Whether what the child keeps is the actor's to read: who heard it, and who is named."""
    is_named = may(actor, Verb.VOICE_READ, child.subject).sees >= Tier.SEALED
    return is_own(actor, view) or is_named


def is_own(actor: Actor, view: View) -> bool:
    """Whether it is the actor who heard the child."""
    return actor.person_id is not None and view.heard_by_id == actor.person_id
