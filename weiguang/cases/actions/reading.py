"""Opening a case is remembered, as opening the child's file is."""

from weiguang.cases.models import Case
from weiguang.kernel import clock
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.actions.reading import PurposeNeeded, purpose_in_use


def open_case_page(*, case: Case, by: Actor) -> None:
    """Remember that somebody read it, and for what purpose the file is open to her.

    Raises `PurposeNeeded` where her post has no standing purpose and she has named none.
    """
    purpose = purpose_in_use(by, case.child, now=clock.now())
    post = may(by, Verb.CASE_READ, case.child.subject).post
    if not purpose and post is not None and not post.role.has_standing_purpose:
        raise PurposeNeeded
    with act(Verb.CASE_READ, by=by, about=case.child.subject, purpose=purpose) as event:
        event.detail["case"] = str(case.pk)
