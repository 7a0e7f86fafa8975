"""When two files of one child are merged, its cases go over."""

from uuid import UUID

from weiguang.cases.models import Case
from weiguang.cases.models.cases import OPEN
from weiguang.kernel.history import amend
from weiguang.register.actions.adopt import Moved, moved


def adopt_cases(from_child: UUID, to_child: UUID) -> list[Moved]:
    """Every case of the one child; of two open ones the one that comes is called the second.

    Both go on until people have brought one to its end: nothing that waits is lost.
    """
    gone = []
    has_open = Case.objects.filter(child_id=to_child, state__in=OPEN, is_second=False).exists()
    for case in Case.objects.filter(child_id=from_child).order_by("id"):
        is_second = case.is_second or (case.is_open and has_open)
        amend(case, about_id=to_child, child_id=to_child, is_second=is_second)
        gone.append(moved(case))
        for member in case.team.filter(ended_at=None, grant__isnull=False).select_related("grant"):
            # Whoever works on the case goes on working on it.
            assert member.grant is not None
            amend(member.grant, about_id=to_child, subject_id=to_child)
            gone.append(moved(member.grant))
    return gone
