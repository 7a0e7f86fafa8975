"""What waits about one child's file waits about the file into which it went."""

from typing import Any
from uuid import UUID

from weiguang.kernel.history import Amendment, amend_many
from weiguang.kernel.records import Record
from weiguang.tasks.models import Approval, Task


def move_tasks(from_child: UUID, to_child: UUID) -> list[Record]:
    """Point the open tasks and the waiting approvals at the other child; returns them.

    Inside the caller's own act.
    """
    tasks = Task.objects.filter(child_id=from_child, state=Task.State.OPEN)
    approvals = Approval.objects.filter(child_id=from_child, state=Approval.State.WAITING)
    gone: list[Task | Approval] = [*tasks.order_by("id"), *approvals.order_by("id")]
    amend_many(Amendment(each, to_child, _pointed(each, to_child)) for each in gone)
    return list(gone)


def _pointed(record: Task | Approval, to_child: UUID) -> dict[str, Any]:
    is_about_the_child = record.about_id == record.child_id
    return {"child_id": to_child} | ({"about_id": to_child} if is_about_the_child else {})
