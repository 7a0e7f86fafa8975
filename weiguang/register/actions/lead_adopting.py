"""Leads that follow a child: into the file with which its own is merged, and into safety."""

from uuid import UUID

from weiguang.kernel import clock
from weiguang.kernel.history import amend
from weiguang.register.actions.adopt import Moved, moved
from weiguang.register.models import Child, Lead, LeadStep
from weiguang.register.rules.leads import OPEN, State, Step


def adopt_leads(from_child: UUID, to_child: UUID) -> list[Moved]:
    """Every lead of the one child; returns what moved."""
    gone = []
    for lead in Lead.objects.filter(child_id=from_child).order_by("id"):
        amend(lead, about_id=to_child, child_id=to_child)
        gone.append(moved(lead))
    return gone


def settle_leads(*, child: Child) -> list[UUID]:
    """Call every open lead with the child's number one of this child, inside the caller's own act.

    They are hidden with it, and the old place verifies them no more. Returns all leads that came to
    the child.
    """
    if child.id_index is not None:
        waiting = Lead.objects.select_for_update().filter(
            id_index=child.id_index, state__in=[state.value for state in OPEN]
        )
        for lead in waiting.order_by("pk"):
            amend(
                lead, about_id=child.pk, state=State.DUPLICATE.value, child_id=child.pk,
                decided_at=clock.now(), moves=lead.moves + 1,
            )  # fmt: skip
            step = LeadStep(lead=lead, kind=Step.DUPLICATE.value, at=clock.now())
            step.save(force_insert=True)
    return list(Lead.objects.filter(child_id=child.pk).values_list("pk", flat=True))
