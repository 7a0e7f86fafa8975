"""Reading a child's words is remembered, as opening its file is."""

from weiguang.kernel import clock
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.actions.reading import PurposeNeeded, needs_purpose, purpose_in_use
from weiguang.voice.access import is_own
from weiguang.voice.models import View


def open_view(*, view: View, by: Actor) -> None:
    """Remember that somebody read what the child said, and for what purpose the file is open.

    Raises `PurposeNeeded` where her post has no standing purpose and she has named none.
    """
    purpose = purpose_in_use(by, view.child, now=clock.now())
    if not purpose and needs_purpose(by, view.child):
        raise PurposeNeeded
    # The list of readers tells VOICE_READ; that there is a talk kept whole, it must not tell.
    untold = view.is_sealed or is_own(by, view)
    verb = Verb.VOICE_HEAR if untold else Verb.VOICE_READ
    with act(verb, by=by, about=view.child.subject, purpose=purpose) as event:
        event.detail["read"] = str(view.pk)
