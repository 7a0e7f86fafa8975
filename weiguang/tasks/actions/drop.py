"""What waits about a child is dropped, when those it waits with must not know of it any more."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from weiguang.kernel import clock
from weiguang.kernel.history import amend
from weiguang.network.authority import Actor
from weiguang.tasks.actions.tasks import cancel_about, cancel_of_child
from weiguang.tasks.models import Approval


def drop_about(*, child_id: UUID, by: Actor, things: Collection[UUID] = ()) -> int:
    """Cancel the open tasks and withdraw the waiting approvals about a child; their number.

    `things` are others that name the child, with their own tasks. Inside the caller's own act.
    Nothing tells those with whom they lay why they are gone.
    """
    which = Q(child_id=child_id) | Q(about_id__in=things)
    dropped = cancel_of_child(child_id=child_id, by=by)
    dropped += sum(cancel_about(about_id=thing, by=by) for thing in things)
    return dropped + _withdrawn(which, by)


def drop_asked(*, about_id: UUID, by: Actor) -> int:
    """Withdraw the waiting approvals about a thing and what they opened; their number.

    Inside the caller's own act.
    """
    return _withdrawn(Q(about_id=about_id), by)


def _withdrawn(which: Q, by: Actor) -> int:
    dropped = 0
    asked = Approval.objects.select_for_update().filter(
        which, state__in=(Approval.State.WAITING, Approval.State.RETURNED)
    )
    for approval in asked.order_by("pk"):
        amend(
            approval, about_id=approval.about_id, state=Approval.State.WITHDRAWN,
            decided_at=clock.now(),
        )  # fmt: skip
        dropped += cancel_about(about_id=approval.pk, by=by)
    return dropped
