"""Open leads go where their work goes: to the post that takes over, and the place that goes on.

Inside the caller's own act. Not to be confused with `leads.move`, by which a person passes one on.
"""

from collections.abc import Mapping
from uuid import UUID

from weiguang.kernel.history import amend
from weiguang.network.models import Place, Post
from weiguang.register.models import Lead
from weiguang.register.rules.leads import OPEN


def follow_posts_with_leads(posts: Mapping[UUID, Post]) -> int:
    """Give each post's open leads to the one that takes over; returns their number.

    Whoever has the task to verify must have the lead: the post on it is her right to write.
    """
    open_ones = Lead.objects.select_for_update(of=("self",)).filter(
        post__in=list(posts), state__in=[state.value for state in OPEN]
    )
    for lead in open_ones.order_by("pk"):
        assert lead.post_id is not None
        amend(lead, post_id=posts[lead.post_id].pk)
    return len(open_ones)


def follow_place_with_leads(*, place: Place, to: Place) -> None:
    """Let the open leads of a place be about the place that goes on."""
    open_ones = Lead.objects.select_for_update(of=("self",)).filter(
        place=place, state__in=[state.value for state in OPEN]
    )
    for lead in open_ones.order_by("pk"):
        amend(lead, place_id=to.pk)
