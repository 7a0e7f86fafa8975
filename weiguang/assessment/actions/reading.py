"""Opening an assessment is remembered, as opening a file is."""

from weiguang.assessment.models import Assessment
from weiguang.kernel import clock
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.actions.reading import PurposeNeeded, needs_purpose, purpose_in_use


def open_assessment(*, assessment: Assessment, by: Actor) -> None:
    """Remember that somebody read it, and for what purpose the file is open to her.

    Raises `PurposeNeeded` where her post has no standing purpose and she has named none.
    """
    purpose = purpose_in_use(by, assessment.child, now=clock.now())
    if not purpose and needs_purpose(by, assessment.child):
        raise PurposeNeeded
    about = assessment.child.subject
    with act(Verb.ASSESSMENT_READ, by=by, about=about, purpose=purpose) as event:
        event.detail["assessment"] = str(assessment.pk)
