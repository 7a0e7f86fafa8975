"""When two files of one child are merged, its conferences go over."""

from uuid import UUID

from weiguang.conferences.models import Conference
from weiguang.kernel.history import Amendment, amend_many
from weiguang.register.actions.adopt import Moved, moved


def adopt_conferences(from_child: UUID, to_child: UUID) -> list[Moved]:
    """Every conference goes over; what was about the one file itself is about the other."""
    gone = list(Conference.objects.filter(child_id=from_child).order_by("id"))
    amend_many(Amendment(each, to_child, _pointed(each, to_child)) for each in gone)
    return [moved(each) for each in gone]


def _pointed(conference: Conference, to_child: UUID) -> dict[str, UUID]:
    is_about_the_child = conference.about_id == conference.child_id
    return {"child_id": to_child} | ({"about_id": to_child} if is_about_the_child else {})
