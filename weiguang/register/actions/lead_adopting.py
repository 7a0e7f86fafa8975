"""When two files are merged, the leads that came to one child go over to the other."""

from uuid import UUID

from weiguang.kernel.history import amend
from weiguang.register.actions.adopt import Moved, moved
from weiguang.register.models import Lead


def adopt_leads(from_child: UUID, to_child: UUID) -> list[Moved]:
    """Every lead of the one child; returns what moved."""
    gone = []
    for lead in Lead.objects.filter(child_id=from_child).order_by("id"):
        amend(lead, about_id=to_child, child_id=to_child)
        gone.append(moved(lead))
    return gone
