"""When two files of one child are merged, what it said goes over."""

from uuid import UUID

from weiguang.kernel.history import Amendment, amend_many
from weiguang.register.actions.adopt import Moved, moved
from weiguang.voice.models import View


def adopt_views(from_child: UUID, to_child: UUID) -> list[Moved]:
    """Every view goes over, and what was said about the one file itself is about the other."""
    gone = list(View.objects.filter(child_id=from_child).order_by("id"))
    amend_many(Amendment(view, to_child, _pointed(view, to_child)) for view in gone)
    return [moved(view) for view in gone]


def _pointed(view: View, to_child: UUID) -> dict[str, UUID]:
    is_about_the_child = view.about_id == view.child_id
    return {"child_id": to_child} | ({"about_id": to_child} if is_about_the_child else {})
